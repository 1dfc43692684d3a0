"""Records are built from rows exactly as the fields' own schemas would, from XML and from JSON alike."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.errors import BadData
from adapters.mapping import Kind, Table
from adapters.mapping.language import examine
from adapters.mapping.rows import Bind, Places, compile_rows
from adapters.rest.source import JsonSource
from schemas import Contract, Invoice, InvoiceSchema, LedgerEntry, Service
from tests.adapters.rest.erp import CONTRACT_FIELDS, INVOICE_FIELDS, mapping

LEDGER = {"entry_no": "no", "kind": {"const": "payment"}, "amount": "amount", "posted_on": "on"}


class TextSource:
    """XML of flat rows, as a transport could read it: every raw value is text or None."""

    texts_only = True

    def places(self, row: str, table: Table, bind: Bind) -> Places:
        return TextPlaces(row)


class TextPlaces:
    def __init__(self, row: str) -> None:
        self._row = row
        self.begin: Sequence[str] = (f"x_get = {{child.tag: child.text for child in {row}}}.get",)

    def value(self, path: str) -> str:
        return f"{self._row}.text" if path == "." else f"x_get({path!r})"

    def values(self, path: str) -> str:
        return f"[each.text for each in {self._row}.findall({path!r})]"

    def rows(self, path: str) -> str:
        return f"{self._row}.findall({path!r})"


def table(operation: str, fields: dict[str, Any], **keys: Any) -> Table:
    given = mapping()["operations"]
    owner = {} if "customer_no" in fields else {"owner": "nr"}
    given[operation] = {"records": "rows", **owner, "fields": fields, **keys}
    if operation == "ledger":
        given["ledger"]["from"] = "start"
    for name in given:
        given[name] = {key: value for key, value in given[name].items() if key != "path"}
    erp = {"name": "x", "kind": "rest", "basis": "as_of"}
    kind = Kind("rest", erp={}, operation={}, document={})
    found = examine(Path("x.toml"), {"erp": erp, "operations": given}, kind).operations[operation].table
    assert found is not None
    return found


def from_json(found: Table, *rows: Any) -> list[Any]:
    return list(compile_rows(found, JsonSource(), operation="x")(rows, "1"))


def from_xml(found: Table, text: str) -> list[Any]:
    return list(compile_rows(found, TextSource(), operation="x")(etree.fromstring(f"<a>{text}</a>"), "1"))


def amount(row: dict[str, Any], **field: Any) -> Decimal:
    (entry,) = from_json(table("ledger", {**LEDGER, "amount": field}), {"no": 1, "on": "2026-03-01", **row})
    assert isinstance(entry, LedgerEntry)
    return entry.amount


cents = st.integers(-(10**13), 10**13).map(lambda value: Decimal(value) / 100)
texts = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x17F, blacklist_categories=("Cc", "Zs", "Cf")), min_size=1
)


@given(st.lists(st.tuples(texts, texts, st.dates(date(1990, 1, 1)), cents, cents, st.booleans()), max_size=8))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_records_are_those_that_the_schema_loads(rows: list[Any]) -> None:
    names = ("id", "no", "on", "gross", "net", "file")
    fields = {**INVOICE_FIELDS, "net": "net", "has_document": "file", "corrects_no": "none"}
    found = table("invoices", fields)
    raw = [dict(zip(names, row, strict=True)) for row in rows]
    expected = [
        InvoiceSchema().load(
            {
                "customer_no": "1",
                "invoice_ref": row["id"],
                "invoice_no": row["no"],
                "kind": "invoice",
                "issued_on": row["on"].isoformat(),
                "due_on": row["on"].isoformat(),
                "net": f"{row['net']:.2f}",
                "vat": "0.00",
                "gross": f"{row['gross']:.2f}",
                "outstanding": f"{row['gross']:.2f}",
                "currency": "PLN",
                "has_document": row["file"],
            }
        )
        for row in raw
    ]
    as_json = [{**row, "on": row["on"].isoformat(), "gross": f"{row['gross']:.2f}"} for row in raw]
    assert from_json(found, *as_json) == expected
    elements = etree.Element("a")
    for row in as_json:
        element = etree.SubElement(elements, "row")
        for name, value in row.items():
            etree.SubElement(element, name).text = str(value).lower() if isinstance(value, bool) else str(value)
    read = list(compile_rows(found, TextSource(), operation="x")(elements, "1"))
    assert read == expected
    assert all(type(each) is Invoice and hash(each) == hash(other) for each, other in zip(read, expected, strict=True))


def test_a_row_that_cannot_be_read_names_its_field_and_not_its_value() -> None:
    found = table("invoices", INVOICE_FIELDS)
    row = {"id": 1, "no": "FV/1", "on": "2026-03-01", "gross": "10.00"}
    for name, field, value in (("gross", "net", "secret"), ("on", "issued_on", None), ("no", "invoice_no", ["secret"])):
        with pytest.raises(BadData, match=rf"^x: {field}: expected") as raised:
            from_json(found, row, {**row, name: value})
        assert "secret" not in raised.value.detail
        assert raised.value.__cause__ is None
        assert raised.value.__suppress_context__
    for odd in (None, 5, "secret", []):
        with pytest.raises(BadData, match=r"^x: the row: cannot be read there"):
            from_json(found, odd)


def test_true_and_one_are_not_confused_by_what_was_remembered() -> None:
    found = table("invoices", {**INVOICE_FIELDS, "has_document": "file"})
    row = {"id": 1, "no": "FV/1", "on": "2026-03-01", "gross": "10.00"}
    assert len(from_json(found, {**row, "file": True}, {**row, "file": "1"})) == 2
    with pytest.raises(BadData, match="has_document"):
        from_json(found, {**row, "file": True}, {**row, "file": 1})


def test_rows_before_a_bad_one_were_read_as_they_came() -> None:
    rows = compile_rows(table("ledger", LEDGER), JsonSource(), operation="x")(
        iter([{"no": 1, "on": "2026-03-01", "amount": 1}, {"no": 2}]), "1"
    )
    assert next(rows).entry_no == "1"
    with pytest.raises(BadData):
        next(rows)


def test_amounts_are_added_subtracted_and_signed() -> None:
    assert amount({"wn": "5.00", "ma": "7.50"}, plus=["wn"], minus=["ma"]) == Decimal("-2.50")
    assert amount({"a": 1, "b": 2, "c": 3}, at="a", plus=["b"], minus=["c"]) == 0
    assert amount({"a": "5,00"}, at="a", negate=True, **{"as": "amount:,"}) == Decimal("-5.00")
    side = {"at": "side", "plus": ["WN"], "minus": ["MA", "CT"]}
    assert amount({"a": 5, "side": "WN"}, at="a", sign=side) == 5
    assert amount({"a": 5, "side": "CT"}, at="a", sign=side) == -5
    assert not amount({"a": 0, "side": "CT"}, at="a", sign=side).is_signed()
    assert amount({"wn": "5.00", "ma": None}, plus=["wn"], minus=["ma"], empty_is_zero=True) == 5
    assert amount({"rows": [{"a": "1.10"}, {"a": "2.20"}]}, at="rows[].a", pick="sum") == Decimal("3.30")
    for row in ({"wn": "5.00"}, {"wn": "5.00", "ma": ""}, {}):
        with pytest.raises(BadData, match="x: amount: expected"):
            amount(row, plus=["wn"], minus=["ma"])
    with pytest.raises(BadData, match="x: amount: expected"):
        amount({"a": 5, "side": "??"}, at="a", sign=side)


def due_on(row: dict[str, Any], **field: Any) -> date:
    found = table("invoices", {**INVOICE_FIELDS, "due_on": field})
    (read,) = from_json(found, {"id": 1, "no": "x", "on": "2026-03-01", "gross": 1, **row})
    day: date = read.due_on
    return day


def test_one_of_several_days_is_picked() -> None:
    days = [{"on": {"year": 2026, "month": month, "day": 1}} for month in (3, 5, 4)]
    parts = {"at": "lines[].on", "as": "date-parts"}
    assert due_on({"lines": days}, **parts, pick="latest") == date(2026, 5, 1)
    assert due_on({"lines": days}, **parts, pick="earliest") == date(2026, 3, 1)
    assert due_on({"lines": days}, **parts, pick="first") == date(2026, 3, 1)
    assert due_on({"lines": days}, **parts, pick="last") == date(2026, 4, 1)
    assert due_on({"lines": [], "due": None}, **parts, pick="latest", default=date(2026, 1, 1)) == date(2026, 1, 1)
    with pytest.raises(BadData, match="x: due_on: expected"):
        due_on({"lines": []}, **parts, pick="latest")


def test_the_first_that_is_there_counts_and_some_texts_mean_nothing() -> None:
    assert due_on({"a": "", "b": "2026-03-05"}, at=["a", "b"]) == date(2026, 3, 5)
    with pytest.raises(BadData, match="x: due_on: expected"):
        due_on({"a": "0001-01-01"}, at="a", absent="0001-01-01")
    found = table("invoices", {**INVOICE_FIELDS, "corrects_no": {"at": "c", "absent": ["-", "0"]}})
    row = {"id": 1, "no": "x", "on": "2026-03-01", "gross": 1}
    assert [each.corrects_no for each in from_json(found, {**row, "c": "-"}, {**row, "c": 0}, {**row, "c": "K/1"})] == [
        None,
        None,
        "K/1",
    ]


def test_texts_are_joined_and_codes_of_several_parts_looked_up() -> None:
    joined = {"join": ["street", "no", "zip", "town"], "between": [" ", ", ", " "]}
    kinds = {"FV/": "invoice", "FV/K": "correction", "*": "interest_note"}
    found = table(
        "invoices",
        {**INVOICE_FIELDS, "invoice_no": joined, "kind": {"join": ["t", "s"], "between": "/", "values": kinds}},
    )
    row = {"id": 1, "on": "2026-03-01", "gross": 1, "street": "Lipowa", "zip": "62-999", "town": "Zdrojewo"}
    first, second, third = from_json(
        found, {**row, "no": 12, "t": "FV", "s": "K"}, {**row, "t": "NO", "s": ""}, {**row, "t": "FV", "s": "X"}
    )
    assert (first.invoice_no, first.kind) == ("Lipowa 12, 62-999 Zdrojewo", "correction")
    assert (second.invoice_no, second.kind, third.kind) == ("Lipowa, 62-999 Zdrojewo", "interest_note", "interest_note")


def contract(row: Any, **fields: Any) -> Contract:
    (read,) = from_json(table("contracts", {**CONTRACT_FIELDS, **fields}), {"no": "u", "on": "2026-01-01", **row})
    assert isinstance(read, Contract)
    return read


def test_services_come_as_a_list_a_code_or_texts_in_one() -> None:
    values = {"W": "water", "S": "sewage", "WS": ["water", "sewage"]}
    both = (Service.WATER, Service.SEWAGE)
    assert contract({"s": ["S", "W", "S"]}, services={"each": "s", "values": values}).services == both
    assert contract({"s": "WS"}, services={"at": "s", "values": values}).services == both
    assert contract({"s": "S; W"}, services={"at": "s", "split": ";", "values": values}).services == both
    for wrong in ("X", None, ["W", None, "X"], [["W"]]):
        with pytest.raises(BadData, match="x: services: expected"):
            contract({"s": wrong}, services={"at": "s", "values": values})


METERS = {
    "each": "m",
    "fields": {
        "meter_no": "nr",
        "role": {"const": "main"},
        "last_reading": {"fields": {"value": "stan", "read_on": "kiedy", "source": {"const": "radio"}}},
    },
    "where_not": {"state": ["removed", ""]},
}
POINTS = {"each": "p", "fields": {"point_no": "id", "address": "adr", "meters": METERS}}


def test_inner_rows_become_inner_records() -> None:
    meters = [
        {"nr": "A", "stan": "12.500", "kiedy": "2026-02-01", "state": "on"},
        {"nr": "B", "state": "on"},
        {"nr": "C", "state": "removed"},
        {"nr": "D"},
    ]
    point = {"id": 7, "adr": "Lipowa 1", "m": meters}
    read = contract({"p": [point, {"id": 8, "adr": "Lipowa 2"}]}, supply_points=POINTS)
    first, second = read.supply_points
    assert [meter.meter_no for meter in first.meters] == ["A", "B"]
    assert first.meters[0].last_reading is not None
    assert first.meters[0].last_reading.value == Decimal("12.5")
    assert first.meters[1].last_reading is None
    assert (second.point_no, second.meters) == ("8", ())
    assert contract({"p": None}, supply_points=POINTS).supply_points == ()
    broken = {**point, "m": [{"nr": "A", "stan": "x", "kiedy": "2026-02-01", "state": "on"}]}
    with pytest.raises(BadData, match=r"^x: supply_points\.meters\.last_reading\.value: expected"):
        contract({"p": [broken]}, supply_points=POINTS)
    with pytest.raises(BadData, match=r"^x: supply_points\.meters\.last_reading\.read_on: expected"):
        contract({"p": [{**point, "m": [{"nr": "A", "stan": 1, "state": "on"}]}]}, supply_points=POINTS)


def test_the_same_from_xml() -> None:
    text = (
        "<u><no>u</no><on>2026-01-01</on><p><id>7</id><adr>Lipowa 1</adr>"
        "<m><nr>A</nr><stan>12.500</stan><kiedy>2026-02-01</kiedy><state>on</state></m>"
        "<m><nr>B</nr><stan/><state>on</state></m><m><nr>C</nr></m></p></u>"
    )
    (read,) = from_xml(table("contracts", {**CONTRACT_FIELDS, "supply_points": POINTS}), text)
    meters = [{"nr": "A", "stan": "12.500", "kiedy": "2026-02-01", "state": "on"}, {"nr": "B", "state": "on"}]
    point = {"id": 7, "adr": "Lipowa 1", "m": meters}
    assert read == contract({"p": [point]}, supply_points=POINTS)


def test_rows_are_kept_or_left_out_by_what_stands_in_them() -> None:
    found = table("ledger", LEDGER, where={"state": ["posted", 1], "ok": "true"}, where_not={"kind": "storno"})
    row = {"on": "2026-03-01", "amount": 1, "state": "posted", "ok": True}
    rows = [
        {**row, "no": 1},
        {**row, "no": 2, "state": 1},
        {**row, "no": 3, "state": "draft"},
        {**row, "no": 4, "ok": False},
        {**row, "no": 5, "kind": "storno"},
        {"no": 6},
    ]
    assert [each.entry_no for each in from_json(found, *rows)] == ["1", "2"]


def test_a_long_answer_does_not_grow_what_is_remembered() -> None:
    found = table("ledger", LEDGER)
    rows = ({"no": number, "on": "2026-03-01", "amount": f"{number}.00"} for number in range(5000))
    total = sum(each.amount for each in compile_rows(found, JsonSource(), operation="x")(rows, "1"))
    assert total == sum(range(5000))
