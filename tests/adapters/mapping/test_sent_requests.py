"""Whatever a customer writes stands in the request letter by letter, once, and the same each time."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.capabilities import Recognition
from adapters.errors import BadData, NotFound, Rejected, Unavailable
from adapters.mapping import Mapped, load
from adapters.mapping.forms import written
from adapters.mapping.sending import params_of
from adapters.mapping.shapes import SENDING
from adapters.mapping.templates import fill_tree
from adapters.rest import RestAdapter
from adapters.rest.kind import REST
from adapters.rest.request import build
from adapters.soap.call import SoapCall
from adapters.soap.kind import Described
from schemas import (
    ConsentContent,
    DataChangeContent,
    LetterContent,
    OutageContent,
    ReadingContent,
    Submission,
    SubmissionKind,
    Topic,
)
from schemas.submission import LETTERS
from schemas.values import long_text, text
from tests.adapters.mapping.sent import ACCEPTED, ERPS, file
from tests.adapters.rest.erp import Erp, Given, adapter, erp, mapping


def accepted(check: Any, value: str) -> bool:
    try:
        check(value)
    except ValueError:
        return False
    return True


CHARACTERS = st.characters(codec="utf-8")
TEXTS = st.text(CHARACTERS, min_size=1, max_size=30).filter(lambda value: accepted(text, value))
LONG_TEXTS = st.text(CHARACTERS | st.just("\n"), min_size=1, max_size=60).filter(
    lambda value: accepted(long_text, value)
)
VOLUMES = st.decimals(0, 10**8, places=3, allow_nan=False) | st.integers(0, 10**8).map(Decimal)
FILES = st.lists(st.binary(max_size=40).map(lambda octets: file(octets)), max_size=3).map(tuple)
PERHAPS = TEXTS | st.none()
CONTENTS = st.one_of(
    st.tuples(
        st.just(SubmissionKind.READING),
        st.builds(ReadingContent, TEXTS, TEXTS, VOLUMES, st.dates(date(1000, 1, 1)), st.booleans(), PERHAPS, PERHAPS),
    ),
    st.tuples(st.sampled_from(LETTERS), st.builds(LetterContent, st.sampled_from(Topic), LONG_TEXTS, PERHAPS)),
    st.tuples(
        st.just(SubmissionKind.DATA_CHANGE),
        st.builds(DataChangeContent, PERHAPS, PERHAPS, PERHAPS, PERHAPS, LONG_TEXTS | st.none()),
    ),
    st.tuples(st.just(SubmissionKind.CONSENT), st.builds(ConsentContent, st.booleans(), TEXTS, PERHAPS)),
    st.tuples(st.just(SubmissionKind.OUTAGE), st.builds(OutageContent, TEXTS, LONG_TEXTS, PERHAPS)),
)
SUBMISSIONS = st.builds(
    lambda sort, files: Submission("Z-1", sort[0], "100001", ACCEPTED, sort[1], files), CONTENTS, FILES
)


@cache
def rest() -> Mapped:
    return load(ERPS / "sandbox_rest.toml", REST)


@cache
def soap() -> dict[str, SoapCall]:
    described = Described()
    mapped = load(ERPS / "sandbox_soap.toml", described.kind())
    return {name: SoapCall(mapped.operations[name], mapped, described) for name in SENDING.values()}


def said(submission: Submission) -> dict[str, Any]:
    """What was filled in, by our names; words that are translated are left out."""
    content = submission.content
    found = {each.name: getattr(content, each.name) for each in fields(content)}
    return {name: value for name, value in found.items() if value is not None and not isinstance(value, bool | Topic)}


@settings(max_examples=200, deadline=None)
@given(SUBMISSIONS)
def test_json_holds_what_was_written(submission: Submission) -> None:
    operation = rest().operations[SENDING[submission.kind]]
    request = build(operation, params_of(operation, submission))
    assert request == build(operation, params_of(operation, submission))
    assert request.body is not None
    told = json.loads(request.body)
    keys = {name: key for key, template in operation.own["json"].items() for name in getattr(template, "names", ())}
    assert told[keys["reference"]] == "Z-1"
    assert told[keys["accepted_at"]] == "2026-03-27T23:30:12Z"
    for name, value in said(submission).items():
        expected = value.isoformat() if isinstance(value, date) else format(value, "f") if name == "value" else value
        assert told[keys[name]] == expected
    for each in fields(submission.content):
        assert (keys[each.name] in told) is (getattr(submission.content, each.name) is not None)
    sent = [base64.b64decode(each["plik"]) for each in told.get("zalaczniki", [])]
    assert sent == ([] if submission.kind is SubmissionKind.CONSENT else [octets(each) for each in submission.files])


@settings(max_examples=200, deadline=None)
@given(SUBMISSIONS)
def test_xml_holds_what_was_written(submission: Submission) -> None:
    call = soap()[SENDING[submission.kind]]
    envelopes = [
        etree.tostring(
            call.zeep.create(**fill_tree(call.operation.own["request"], params_of(call.operation, submission))).content
        )
        for _ in range(2)
    ]
    assert envelopes[0] == envelopes[1]
    root = etree.fromstring(envelopes[0], etree.XMLParser(resolve_entities=False, huge_tree=True))
    (asked,) = root.iterfind("{*}Body/*")
    told = {etree.QName(each).localname: each.text or "" for each in asked}
    given = call.operation.own["request"]
    keys = {name: key for key, template in given.items() for name in getattr(template, "names", ())}
    for name, value in said(submission).items():
        if isinstance(value, date):
            assert told[keys[name]] == f"{value.day:02}.{value.month:02}.{value.year:04}"
        else:
            assert told[keys[name]] == (format(value, "f").replace(".", ",") if name == "value" else value)
    for each in fields(submission.content):
        assert (keys[each.name] in told) is (getattr(submission.content, each.name) is not None)
    sent = [base64.b64decode(each.text or "") for each in asked.iterfind("{*}Zalaczniki/{*}Zalacznik/{*}Plik")]
    expected = [] if submission.kind is SubmissionKind.CONSENT else [octets(each) for each in submission.files]
    assert sent == expected
    assert ("Zalaczniki" in told) is bool(expected)


def octets(sent: Any) -> bytes:
    return b"".join(sent.chunks())


@given(VOLUMES, st.datetimes(datetime(1000, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC)))
@settings(deadline=None)
def test_values_are_written_in_each_form(volume: Decimal, moment: datetime) -> None:
    assert Decimal(str(written("value", volume, ""))) == volume
    assert Decimal(str(written("value", volume, ",")).replace(",", ".")) == volume
    number = written("value", volume, "number")
    assert Decimal(json.dumps(number)) == volume
    whole = moment.replace(microsecond=0)
    assert datetime.fromisoformat(str(written("at", moment, ""))) == whole
    if moment.year > 1915:  # before that, Warsaw's offset had seconds or minutes of its own
        assert datetime.fromisoformat(str(written("at", moment, "local"))) == whole


def test_a_moment_is_written_in_polish_time_in_a_form_of_its_own() -> None:
    assert written("accepted_at", ACCEPTED, "%d.%m.%Y %H:%M:%S") == "28.03.2026 00:30:12"
    assert written("accepted_at", ACCEPTED, "local") == "2026-03-28T00:30:12+01:00"


READING: dict[str, Any] = {
    "path": "/readings/{reference}",
    "method": "PUT",
    "recognition": "findable",
    "lag_seconds": 90,
    "headers": {"Idempotency-Key": "{reference}", "X-Day": "{accepted_on:%d.%m.%Y}"},
    "query": {"of": "{customer_no}"},
    "json": {
        "meter": {"no": "{meter_no:int}", "serial": "{serial_no}"},
        "value": "{value:number}",
        "on": {"y": "{read_on:year}", "m": "{read_on:month}"},
        "sure": "{insisted}",
        "more": {"former": "{supersedes}", "note": "{note}"},
        "nothing": {"null": True},
        "all": ["{serial_no}/{value:,}"],
    },
    "fields": {"reference": "data.ref", "case_no": "data.id"},
}
FIND: dict[str, Any] = {
    "path": "/sent",
    "query": {"ref": "{reference}", "sort": "{kind}"},
    "values": {"kind": {"reading": "R"}},
    "records": "items",
    "fields": {"reference": "ref", "case_no": "id"},
}
SENT = Submission(
    "Z-1",
    SubmissionKind.READING,
    "K/7",
    ACCEPTED,
    ReadingContent("12", "A", Decimal("12.500"), date(2026, 3, 9)),
)
ERRORS = {
    "code": "code",
    "not_found": ["NONE"],
    "rejected": ["NO"],
    "busy": ["BUSY"],
    "statuses": {"404": "not_found", "422": "rejected"},
}


@contextmanager
def other_erp(given: Given) -> Iterator[tuple[RestAdapter, Erp]]:
    """An ERP of another shape than the sandbox's, which always answers this."""
    document = mapping(submit_reading=READING, find_submission=FIND, errors=ERRORS)
    with erp(lambda asked: given) as served:
        opened = adapter(served.url, document)
        yield opened, served
        opened.close()


def test_an_erp_of_another_shape_is_sent_what_it_wants() -> None:
    with other_erp(Given({"data": {"ref": "Z-1", "id": 77}}, status=201)) as (opened, served):
        assert opened.accepts[SubmissionKind.READING].recognition is Recognition.FINDABLE
        assert opened.accepts[SubmissionKind.READING].lag_seconds == 90
        delivery = opened.submit(SENT)
        assert (delivery.case_no, delivery.customer_no) == ("77", None)
        (asked,) = served.asked
        assert (asked.method, asked.path, asked.query) == ("PUT", "/readings/Z-1", [("of", "K/7")])
        assert (asked.headers["Idempotency-Key"], asked.headers["X-Day"]) == ("Z-1", "28.03.2026")
        assert json.loads(asked.body) == {
            "meter": {"no": 12, "serial": "A"},
            "value": 12.5,
            "on": {"y": 2026, "m": 3},
            "sure": False,
            "nothing": None,
            "all": ["A/12,500"],
        }


def test_an_id_that_must_be_a_number_and_is_none_is_not_sent() -> None:
    with other_erp(Given({})) as (opened, served):
        content = replace(SENT.content, meter_no="W12")  # type: ignore[type-var]
        with pytest.raises(Unavailable) as caught:
            opened.submit(replace(SENT, content=content))
        assert not caught.value.sent
        assert served.asked == []


@pytest.mark.parametrize(
    ("given", "expected", "sent"),
    [
        (Given({"code": "NO"}, status=400), Rejected, None),
        (Given({"code": "NO"}), Rejected, None),
        (Given({"code": "NONE"}, status=404), Rejected, None),
        (Given({}, status=422), Rejected, None),
        (Given({}, status=404), Unavailable, True),  # its path may have moved
        (Given({"code": "BUSY"}, status=503), Unavailable, False),
        (Given({"code": "BUSY"}, status=429), Unavailable, False),
        (Given({"code": "busy"}, status=503), Unavailable, True),
        (Given({}, status=503), Unavailable, True),
        (Given({}, status=429), Unavailable, True),
        (Given(b"<html>BUSY</html>", status=503, media_type="text/html"), Unavailable, True),
        (Given(b"", status=204), BadData, None),
        (Given({}, status=401), Unavailable, True),
        (Given({"data": {"ref": "Z-2", "id": 1}}), BadData, None),
        (Given({"data": {"id": 1}}), BadData, None),
        (Given([]), BadData, None),
        (Given([{"data": {"ref": "Z-1"}}] * 2), BadData, None),
        (Given(b'{"data":', status=200), BadData, None),
    ],
)
def test_each_answer_says_whether_it_may_have_been_taken(given: Given, expected: type[Exception], sent: Any) -> None:
    with other_erp(given) as (opened, served):
        with pytest.raises(expected) as caught:
            opened.submit(SENT)
        assert type(caught.value) is expected
        assert getattr(caught.value, "sent", None) is sent
        assert len(served.asked) == 1


def found(given: Given) -> Any:
    with other_erp(given) as (opened, served):
        answer = opened.find_submission(SubmissionKind.READING, "K/7", "Z-1")
        assert served.asked[0].query == [("ref", "Z-1"), ("sort", "R")]
        return answer


def test_a_list_without_a_row_means_that_it_is_not_there() -> None:
    assert found(Given({"items": []})) is None


def test_of_several_rows_the_one_with_our_reference_counts() -> None:
    rows = [{"ref": "Z-10", "id": 1}, {"ref": "Z-1", "id": 2}, {"ref": "Z-1", "id": 3}]
    assert found(Given({"items": rows})).case_no == "2"


@pytest.mark.parametrize(
    "given",
    [
        Given({"items": None}),
        Given({}),
        Given({"items": [{"ref": "Z-10", "id": 1}]}),
        Given({"items": [{"id": 1}]}),
    ],
)
def test_an_answer_that_is_no_list_of_it_means_nothing(given: Given) -> None:
    with pytest.raises(BadData):
        found(given)


@pytest.mark.parametrize("given", [Given({"code": "NONE"}, status=404), Given({}, status=404), Given({"code": "X"})])
def test_only_the_codes_of_the_look_up_mean_that_it_is_not_there(given: Given) -> None:
    """``not_found`` of all operations may as well mean that the customer is not there."""
    with pytest.raises((NotFound, Unavailable)):
        found(given)
