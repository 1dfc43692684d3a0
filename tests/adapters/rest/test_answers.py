"""What an answer means: a success is read strictly, and only what the mapping lists is a refusal."""

import json
from datetime import date
from typing import Any

import pytest

from adapters.errors import AdapterError, BadData, NotFound, OwnerMismatch, Rejected, Unavailable
from tests.adapters.rest.erp import Asked, Given, adapter, erp, invoice, mapping

GOOD = {"nr": "1", "n": "Anna", "a": "Lipowa 1"}
ERRORS = {
    "code": "error.code",
    "not_found": ["NONE"],
    "rejected": ["BLOCKED", 17],
    "unavailable": ["NIGHT"],
    "fine": ["OK"],
    "statuses": {"409": "rejected", "410": "not_found"},
}


def error(code: Any, status: int = 400) -> Given:
    return Given({"error": {"code": code}}, status)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (error("NONE", 404), NotFound),
        (error("NONE", 200), NotFound),
        (error("BLOCKED"), Rejected),
        (error(17, 500), Rejected),
        (error("NIGHT", 503), Unavailable),
        (error("NEW"), Unavailable),
        (error("NEW", 200), Unavailable),
        (error(["NONE"]), Unavailable),
        (error(None, 404), Unavailable),
        (error("OK", 404), Unavailable),
        (Given({}, 409), Rejected),
        (Given({}, 410), NotFound),
        (Given({}, 404), Unavailable),
        (Given(b"<html>", 404, "text/html"), Unavailable),
        (Given(b"<html>", 410, "text/html"), Unavailable),
        (Given(b"{", 410), Unavailable),
        (Given(b"<html>", 200, "text/html"), Unavailable),
        (error("NONE", 401), Unavailable),
        (error("NONE", 403), Unavailable),
        (Given(GOOD, 200, "text/plain"), Unavailable),
    ],
)
def test_only_what_the_mapping_lists_is_a_refusal(given: Given, expected: type[AdapterError]) -> None:
    with erp(lambda asked: given) as served, pytest.raises(AdapterError) as raised:
        adapter(served.url, mapping(errors=ERRORS)).customer("1")
    assert type(raised.value) is expected
    assert "NEW" not in raised.value.detail


@pytest.mark.parametrize(
    ("given", "language", "told"),
    [
        (error("BLOCKED"), "pl", "Zablokowane."),
        (error("BLOCKED"), "en", "Locked."),
        (error("BLOCKED"), "uk", "Zablokowane."),
        (error(17), "uk", "Closed at night."),
        (Given({}, 409), "pl", "Somebody else was quicker."),
        (error("SILENT"), "pl", ""),
    ],
)
def test_a_refusal_is_told_in_the_mappings_words(given: Given, language: str, told: str) -> None:
    messages = {
        "BLOCKED": {"pl": "Zablokowane.", "en": "Locked."},
        "17": "Closed at night.",
        "409": "Somebody else was quicker.",
    }
    errors = {**ERRORS, "rejected": ["BLOCKED", 17, "SILENT"], "messages": messages}
    with erp(lambda asked: given) as served, pytest.raises(Rejected) as raised:
        adapter(served.url, mapping(errors=errors)).customer("1")
    assert raised.value.words_in(language) == told


def test_a_code_that_means_success_is_one() -> None:
    with erp(lambda asked: Given({**GOOD, "error": {"code": "OK"}})) as served:
        assert adapter(served.url, mapping(errors=ERRORS)).customer("1").name == "Anna"


def test_a_refusal_of_the_portal_itself_is_told_to_the_operator_alone() -> None:
    with erp(lambda asked: Given({}, 403)) as served, pytest.raises(Unavailable) as raised:
        adapter(served.url, mapping()).customer("1")
    assert "credentials" in raised.value.detail
    assert "credentials" not in raised.value.message


def test_the_erp_may_say_when_to_come_back() -> None:
    with (
        erp(lambda asked: Given({}, 503, headers={"Retry-After": "40"})) as served,
        pytest.raises(Unavailable) as raised,
    ):
        adapter(served.url, mapping()).customer("1")
    assert raised.value.retry_after == 40


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b'"x"',
        b'{"nr":"1","n":"Anna","a":"x","z":NaN}',
        b'{"nr":"1","n":"Anna","a":"x","z":-Infinity}',
        b'{"nr":"1","n":"Anna","n":"Ewa","a":"x"}',
        b'{"nr":"1","n":"\xff","a":"x"}',
        b'\xef\xbb\xbf{"nr":"1","n":"Anna","a":"x"}',
        b"[" * 200_000,
        b'{"nr":"1","n":"Anna","a":"x","z":' + b"9" * 5000 + b"}",
        b'{"nr":"1","n":"Anna"}',
        b'{"nr":"1","n":null,"a":"x"}',
        b'{"nr":"1","n":["Anna"],"a":"x"}',
        b'{"n":"Anna","a":"x"}',
        b'{"nr":{"a":1},"n":"Anna","a":"x"}',
        b"[]x",
    ],
)
def test_an_answer_that_breaks_the_agreement_is_not_shown(body: bytes) -> None:
    with erp(lambda asked: Given(body)) as served, pytest.raises(BadData) as raised:
        adapter(served.url, mapping()).customer("1")
    assert "Anna" not in raised.value.detail


def test_no_record_is_not_found_and_several_are_a_mistake() -> None:
    listed = mapping(customer={**mapping()["operations"]["customer"], "records": "rows"})
    with erp(lambda asked: Given({"nr": "1", "rows": []})) as served, pytest.raises(NotFound):
        adapter(served.url, listed).customer("1")
    with erp(lambda asked: Given({"nr": "1", "rows": [GOOD, GOOD]})) as served, pytest.raises(BadData):
        adapter(served.url, listed).customer("1")


@pytest.mark.parametrize("rows", [None, "x", 1, [1], [None], [[]]])
def test_rows_are_a_list_of_objects(rows: Any) -> None:
    with erp(lambda asked: Given({"nr": "1", "rows": rows})) as served, pytest.raises(BadData):
        adapter(served.url, mapping()).invoices("1")


def test_another_customers_answer_is_refused_whole_or_row_by_row() -> None:
    with erp(lambda asked: Given({"nr": "2", "rows": []})) as served, pytest.raises(OwnerMismatch):
        adapter(served.url, mapping()).invoices("1")
    by_row = mapping()
    operation = by_row["operations"]["invoices"]
    del operation["owner"]
    operation["fields"] = {**operation["fields"], "customer_no": "who"}
    rows = [invoice(1, who="1"), invoice(2, who="2")]
    with erp(lambda asked: Given({"rows": rows})) as served, pytest.raises(OwnerMismatch):
        adapter(served.url, by_row).invoices("1")


def test_numbers_are_exact() -> None:
    rows = b'{"nr": 1, "rows": [{"id": 9007199254740993, "no": "x", "on": "2026-03-01", "gross": 90071992547.93}]}'
    with erp(lambda asked: Given(rows)) as served:
        (found,) = adapter(served.url, mapping()).invoices("1")
    assert (found.invoice_ref, str(found.gross)) == ("9007199254740993", "90071992547.93")


def test_more_than_the_mapping_needs_does_no_harm() -> None:
    content = {**GOOD, "new": {"deep": [1, None, {"x": 1.5}]}}
    body = json.dumps(content).encode()
    with erp(lambda asked: Given(body, 200, "application/vnd.erp.v2+json")) as served:
        assert adapter(served.url, mapping()).customer("1").name == "Anna"


def test_an_opening_amount_asked_apart_is_refused_where_it_is_another_customers() -> None:
    ledger = {
        "path": "/l",
        "records": "rows",
        "fields": {
            "customer_no": "nr",
            "entry_no": "id",
            "kind": {"const": "payment"},
            "amount": "a",
            "posted_on": "d",
        },
    }
    balance_on = {"path": "/b", "fields": {"customer_no": "nr", "amount": "a"}}
    document = mapping(ledger=ledger, balance_on=balance_on)
    document["erp"]["basis"] = "ledger"

    def respond(asked: Asked) -> Given:
        return Given({"rows": []} if asked.path == "/l" else {"nr": "2", "a": "999.99"})

    with erp(respond) as served, pytest.raises(OwnerMismatch):
        adapter(served.url, document).balance("1", today=date(2026, 3, 10))


@pytest.mark.parametrize("who", [None, "2"])
def test_whose_an_answers_amount_is_must_be_said_in_it(who: str | None) -> None:
    live = {"path": "/l", "answer": {"customer_no": "nr", "amount": "a"}}
    document = mapping(live=live)
    document["erp"]["basis"] = "live"
    with erp(lambda asked: Given({"nr": who, "a": "1.00"})) as served, pytest.raises(BadData):
        adapter(served.url, document).balance("1", today=date(2026, 3, 10))
