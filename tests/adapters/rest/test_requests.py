"""Requests say exactly what the mapping says, and what is filled in can never lead elsewhere."""

import base64
import json
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.errors import NotFound
from adapters.mapping import Mapped
from tests.adapters.rest.erp import INVOICE_FIELDS, Given, adapter, erp, invoice, mapping

DOMAIN = [["party.code", "=", "{customer_no}"], ["date", ">=", {"year": "{since:year}", "n": ["{since:day}"]}]]
LEDGER = {
    "entry_no": "id",
    "kind": {"const": "payment"},
    "amount": "gross",
    "posted_on": "on",
}


def ledger(**keys: Any) -> dict[str, Any]:
    return mapping(
        ledger={
            "path": "/l/{customer_no}",
            "owner": "nr",
            "records": "rows",
            "answer": {"amount": "opening"},
            "fields": LEDGER,
            **keys,
        }
    )


ANSWER = Given({"nr": "1", "rows": [], "opening": "0.00"})


def ask_ledger(document: dict[str, Any], since: date | None) -> Any:
    with erp(lambda asked: ANSWER) as served:
        adapter(served.url, document, headers={"X-Key": "k"}, auth=("u", "ł")).statement(
            "1", today=date(2026, 3, 29), since=since
        )
    return served.asked[0]


def test_query_headers_and_packed_json_are_filled_in() -> None:
    context = {"json_b64": {"company": 1, "who": "{customer_no}"}}
    query = {"d": {"json_b64": DOMAIN}, "f": ["a", "b.c"], "n": 5, "on": "{since:%d.%m.%Y}", "at": "{since:utc}"}
    asked = ask_ledger(ledger(query=query, headers={"X-Context": context}, start=date(1990, 1, 1)), date(2026, 3, 29))
    pairs = [*asked.query]
    assert [value for name, value in pairs if name == "f"] == ["a", "b.c"]
    values = dict(pairs)
    assert (values["n"], values["on"], values["at"]) == ("5", "29.03.2026", "2026-03-28T23:00:00Z")
    expected = [["party.code", "=", "1"], ["date", ">=", {"year": 2026, "n": [29]}]]
    assert json.loads(base64.urlsafe_b64decode(values["d"])) == expected
    assert json.loads(base64.urlsafe_b64decode(asked.headers["X-Context"])) == {"company": 1, "who": "1"}
    assert asked.headers["Accept"] == "application/json"
    assert asked.headers["X-Key"] == "k"
    assert base64.b64decode(asked.headers["Authorization"].removeprefix("Basic ")).decode() == "u:ł"


def test_where_everything_is_asked_for_since_is_left_out_or_the_start() -> None:
    assert ask_ledger(ledger(query={"od": "{since}"}), None).query == []
    assert ask_ledger(ledger(query={"od": "{since}"}, start=date(1990, 1, 1)), None).query == [("od", "1990-01-01")]


def test_bodies_are_json_or_a_form() -> None:
    asked = ask_ledger(ledger(json={"a": ["{customer_no}", True]}, start=date(1990, 1, 1)), None)
    assert (asked.method, json.loads(asked.body)) == ("POST", {"a": ["1", True]})
    assert asked.headers["Content-Type"] == "application/json"
    asked = ask_ledger(ledger(form={"a": "{customer_no}&", "b": "{since}"}), None)
    assert (asked.method, asked.body) == ("POST", b"a=1%26")


refs = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=20)


def test_what_is_filled_into_a_path_stays_one_segment() -> None:
    one = {"path": "/f/{customer_no}/{invoice_ref}/x", "owner": "nr", "fields": INVOICE_FIELDS}
    with erp(lambda asked: Given({"nr": "A/1", **invoice(7)})) as served:
        ask = adapter(served.url, mapping(invoice=one))

        @given(refs)
        @settings(max_examples=100, deadline=None)
        def stays(ref: str) -> None:
            served.asked.clear()
            served.respond = lambda asked: Given({"nr": "A/1", **invoice(7, id=ref)})
            try:
                ask._invoice("A/1", ref)
            except NotFound:
                assert ref in (".", "..")
                assert not served.asked
                return
            except Exception:
                assert ref != ref.strip() or not ref.isprintable()  # not a reference that our schema lets through
            parts = served.asked[0].path.split("/")
            assert [unquote(part) for part in parts] == ["", "f", "A/1", ref, "x"]

        stays()


def test_a_reference_that_must_be_a_number_and_is_none_does_not_exist() -> None:
    one = {"path": "/f", "json": {"id": "{invoice_ref:int}"}, "owner": "nr", "fields": INVOICE_FIELDS}
    with erp(lambda asked: Given({"nr": "1", **invoice(7)})) as served:
        ask = adapter(served.url, mapping(invoice=one))
        assert ask.invoice("1", "7").invoice_no == "FV/7"
        assert json.loads(served.asked[0].body) == {"id": 7}
        for ref in ("x", "-1", "7.0", "٧", "1" * 16):
            with pytest.raises(NotFound):
                ask.invoice("1", ref)
    assert len(served.asked) == 1


def test_a_mapping_is_not_changed_by_being_used() -> None:
    with erp(lambda asked: ANSWER) as served:
        ask = adapter(served.url, ledger(query={"d": {"json_b64": DOMAIN}}, start=date(1990, 1, 1)))
        before: Mapped = ask.mapped
        for _ in range(2):
            ask.statement("1", today=date(2026, 3, 29), since=date(2026, 1, 1))
        assert served.asked[0].query == served.asked[1].query
        assert ask.mapped is before
