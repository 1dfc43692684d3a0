"""Every mistake of a mapping file is named at once, with file, key and what was expected."""

from pathlib import Path
from typing import Any

import pytest

from adapters.errors import Misconfigured
from adapters.mapping import load
from adapters.mapping.language import examine
from adapters.rest.kind import REST
from tests.adapters.rest.erp import CONTRACT_FIELDS, CUSTOMER, INVOICE_FIELDS, mapping


def mistakes(document: dict[str, Any]) -> list[str]:
    with pytest.raises(Misconfigured) as raised:
        examine(Path("our.toml"), document, REST)
    return [line.removeprefix("our.toml: ") for line in raised.value.mistakes]


def with_customer(**keys: Any) -> dict[str, Any]:
    return mapping(customer={**CUSTOMER, **keys})


def with_field(name: str, value: Any) -> dict[str, Any]:
    invoices = {"path": "/f", "owner": "nr", "records": "rows", "fields": {**INVOICE_FIELDS, name: value}}
    return mapping(invoices=invoices)


def with_contract(**fields: Any) -> dict[str, Any]:
    contracts = {"path": "/u", "owner": "nr", "records": "rows", "fields": {**CONTRACT_FIELDS, **fields}}
    return mapping(contracts=contracts)


LEDGER = {
    "path": "/l",
    "owner": "nr",
    "records": "rows",
    "answer": {"amount": "a"},
    "fields": {"entry_no": "i", "kind": {"const": "payment"}, "amount": "a", "posted_on": "d"},
}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({}, "erp.name: expected a value"),
        ({"erp": 1}, "erp: expected a table"),
        ({**mapping(), "opeartions": {}}, 'opeartions: expected a known key (did you mean "operations"?)'),
        ({**mapping(), "erp": {"name": "x", "kind": "soap", "basis": "as_of"}}, 'erp.kind: expected "rest"'),
        (
            {**mapping(), "erp": {"name": "x", "kind": "rest", "basis": "legder"}},
            "erp.basis: expected a known word (did",
        ),
        (
            {**mapping(), "erp": {"name": "x", "kind": "rest", "basis": "ledger"}},
            'operations.ledger: expected this operation; basis "ledger" needs it',
        ),
        (
            {**mapping(), "erp": {"name": "x", "kind": "rest", "basis": "as_of", "currency": "zł"}},
            "erp.currency: expected a currency code",
        ),
        (mapping(invioces={}), 'operations.invioces: expected a known operation (did you mean "invoices"?)'),
        (mapping(customer="x"), "operations.customer: expected a table"),
        (with_customer(recrods="x"), 'operations.customer.recrods: expected a known key (did you mean "records"?)'),
        (with_customer(path="c/{customer_no}"), "operations.customer.path: expected a path that begins with /"),
        (with_customer(path="/c?x=1"), "operations.customer.path: expected a path that begins with /"),
        (with_customer(path="{customer_no}"), "operations.customer.path: expected a path that begins with /"),
        (
            with_customer(path="/{custmer_no}"),
            'operations.customer.path: expected a known placeholder (did you mean "cu',
        ),
        (with_customer(path="/{customer_no"), "operations.customer.path: expected every { closed by }"),
        (with_customer(path=5), "operations.customer.path: expected text"),
        (with_customer(query={"a": "{since}"}), "operations.customer.query.a: expected a known placeholder"),
        (with_customer(query={"a": {"b64": 1}}), "operations.customer.query.a: expected text, a number, or { json_b64"),
        (with_customer(method="PUT"), "operations.customer.method: expected a known word"),
        (with_customer(method="GET", json={}), "operations.customer.method: expected POST"),
        (with_customer(json={}, form={}), "operations.customer.form: expected json or form, not both"),
        (with_customer(owner="a["), "operations.customer.owner: expected a JMESPath expression"),
        (with_customer(fields={}), "operations.customer.fields.name: expected where it stands in the answer"),
        (with_customer(fields="x"), 'operations.customer.fields: expected a table, or "operations.NAME"'),
        (
            with_customer(fields="operations.invoices"),
            'operations.customer.fields: expected a table, or "operations.NAME"',
        ),
        (with_customer(where={"a": 1.5}), "operations.customer.where.a: expected a text or a list of texts"),
        (with_customer(where={"a b": "x"}), "operations.customer.where.a b: expected a JMESPath expression"),
        (with_field("gros", "x"), 'operations.invoices.fields.gros: expected a known field (did you mean "gross"?)'),
        (with_field("gross", 5), "operations.invoices.fields.gross: expected a table"),
        (with_field("gross", {}), "operations.invoices.fields.gross: expected exactly one of"),
        (
            with_field("gross", {"at": "a", "const": "1.00"}),
            "operations.invoices.fields.gross: expected exactly one of",
        ),
        (with_field("gross", {"at": "a", "sa": "x"}), "operations.invoices.fields.gross.sa: expected a known key"),
        (
            with_field("gross", {"at": "a", "as": "amuont"}),
            'operations.invoices.fields.gross.as: expected a known converter for this field (did you mean "amount"?)',
        ),
        (
            with_field("gross", {"at": "a", "as": "amount:;"}),
            "operations.invoices.fields.gross.as: expected a decimal mark",
        ),
        (
            with_field("gross", {"const": "1"}),
            "operations.invoices.fields.gross.const: expected an amount with two places",
        ),
        (
            with_field("gross", {"at": "a", "pick": "max"}),
            "operations.invoices.fields.gross.pick: expected a known choice",
        ),
        (
            with_field("due_on", {"at": "a", "pick": "sum"}),
            "operations.invoices.fields.due_on.pick: expected a known choice",
        ),
        (
            with_field("due_on", {"at": "a", "as": "date:%d"}),
            "operations.invoices.fields.due_on.as: expected %d, %m and %Y",
        ),
        (with_field("due_on", {"plus": ["a"]}), "operations.invoices.fields.due_on.plus: expected a known key"),
        (
            with_field("gross", {"at": "a", "sign": {"at": "s"}}),
            "operations.invoices.fields.gross.sign.minus: expected the",
        ),
        (
            with_field("kind", {"at": "a", "values": {"A": "bill"}}),
            "operations.invoices.fields.kind.values.A: expected one of",
        ),
        (with_field("kind", {"at": "a", "as": "text"}), 'operations.invoices.fields.kind.as: expected no "as"'),
        (
            with_field("invoice_no", {"at": "max_by(", "as": "text"}),
            "operations.invoices.fields.invoice_no.at: expected a JM",
        ),
        (
            with_field("invoice_no", {"join": ["a", "b"], "between": ["x", "y"]}),
            "operations.invoices.fields.invoice_no.between",
        ),
        (
            with_field("customer_no", {"const": "1"}),
            "operations.invoices.fields.customer_no: expected where the answer says",
        ),
        (
            with_contract(services={"each": "a", "values": {"W": ["watr"]}}),
            "operations.contracts.fields.services.values.W",
        ),
        (
            with_contract(supply_points={"fields": {}}),
            "operations.contracts.fields.supply_points.each: expected the path",
        ),
        (
            with_contract(supply_points={"each": "p", "fields": {"point_no": "a["}}),
            "operations.contracts.fields.supply_points.fields.point_no.at: expected a JMESPath",
        ),
        (
            with_contract(supply_points={"each": "p", "fields": {"point_no": "a"}}),
            "operations.contracts.fields.supply_points.fields.address: expected where it stands",
        ),
        (mapping(document={"path": "/d"}), 'operations.document.owner: expected "header:NAME"'),
        (mapping(document={"path": "/d", "owner": "x"}), 'operations.document.owner: expected "header:NAME"'),
        (
            mapping(document={"path": "/d", "owner": "invoice", "fields": {}}),
            "operations.document.fields: expected a known",
        ),
        (
            mapping(document={"path": "/d", "owner": "invoice", "media_types": ["pdf"]}),
            "operations.document.media_types",
        ),
        (
            mapping(document={"path": "/d", "owner": "invoice", "headers": {"X": "{invoice_no}"}}),
            "operations.document.headers.X",
        ),
        (
            mapping(ledger={**LEDGER, "path": "/l/{since}"}),
            'operations.ledger.path: expected a "start" in this operation',
        ),
        (
            mapping(ledger={**LEDGER, "json": [["{since}"]]}),
            'operations.ledger.json: expected a "start" in this operation',
        ),
        (mapping(ledger={**LEDGER, "start": "1990"}), "operations.ledger.start: expected a day, such as 1990-01-01"),
        (mapping(ledger={**LEDGER, "from": "beginning"}), 'operations.ledger.from: expected "start"'),
        (
            mapping(ledger={**LEDGER, "paging": {"kind": "pages"}}),
            "operations.ledger.paging.kind: expected a known kind of",
        ),
        (mapping(ledger={**LEDGER, "paging": {"kind": "page"}}), "operations.ledger.paging.param: expected a value"),
        (
            mapping(ledger={**LEDGER, "paging": {"kind": "page", "param": "p", "size": 0}}),
            "operations.ledger.paging.size: expected a number above zero",
        ),
        (
            mapping(ledger={**LEDGER, "paging": {"kind": "page", "param": "p", "total": "a[", "more": "m"}}),
            "operations.ledger.paging: expected one of total, more and short_page_ends",
        ),
        (mapping(errors={"code": "a["}), "errors.code: expected a JMESPath expression"),
        (mapping(errors={"not_found": "X"}), "errors.not_found: expected a list"),
        (
            mapping(errors={"not_found": ["X"], "rejected": ["X"]}),
            "errors.rejected: expected each code in one list only",
        ),
        (mapping(errors={"statuses": {"404": "notfound"}}), "errors.statuses.404: expected a known meaning"),
        (mapping(errors={"statuses": {"200": "rejected"}}), "errors.statuses.200: expected an HTTP status"),
        (mapping(errors={"statuses": {"401": "rejected"}}), "errors.statuses.401: expected another status"),
        (mapping(errors={"messages": []}), "errors.messages: expected a table"),
        (
            mapping(errors={"rejected": ["X1"], "messages": {"X2": "No."}}),
            "errors.messages.X2: expected a known code among those of errors.rejected; known are X1",
        ),
        (
            mapping(errors={"not_found": ["X1"], "messages": {"X1": "No."}}),
            "errors.messages.X1: expected a known code among those of errors.rejected",
        ),
        (mapping(errors={"rejected": ["X1"], "messages": {"X1": 5}}), "errors.messages.X1: expected a table"),
        (mapping(errors={"rejected": ["X1"], "messages": {"X1": {}}}), "errors.messages.X1: expected a sentence"),
        (mapping(errors={"rejected": ["X1"], "messages": {"X1": " "}}), "errors.messages.X1: expected a sentence of"),
        (
            mapping(errors={"rejected": ["X1"], "messages": {"X1": {"pl": "x" * 501}}}),
            "errors.messages.X1.pl: expected a sentence of 1 to 500 characters",
        ),
        (
            mapping(errors={"rejected": ["X1"], "messages": {"X1": {"polski": "Nie."}}}),
            "errors.messages.X1.polski: expected a language such as pl, en or uk",
        ),
        (mapping(errors={"notfound": []}), 'errors.notfound: expected a known key (did you mean "not_found"?)'),
    ],
)
def test_a_mistake_is_named_with_its_key_and_what_was_expected(document: dict[str, Any], expected: str) -> None:
    found = mistakes(document)
    assert any(line.startswith(expected) for line in found), found


def test_all_mistakes_are_named_at_once() -> None:
    document = mapping(invoices=5, customer={**CUSTOMER, "path": "x", "owner": "a["})
    document["erp"] = {"name": "x", "kind": "rest", "basis": "ledger", "nam": "y"}
    keys = {line.split(": expected")[0] for line in mistakes(document)}
    assert {"erp.nam", "operations.invoices", "operations.customer.path", "operations.customer.owner"} <= keys
    assert {"operations.ledger", "operations.invoices.owner", "operations.invoices.fields.gross"} <= keys


def test_an_opening_amount_must_come_from_somewhere() -> None:
    ledger = {key: value for key, value in LEDGER.items() if key != "answer"}
    without = mapping(ledger=ledger)
    without["erp"] = {"name": "x", "kind": "rest", "basis": "ledger"}
    del without["operations"]["balance_on"]
    assert any(line.startswith("operations.ledger.answer.amount") for line in mistakes(without))
    without["operations"]["ledger"] = {**ledger, "from": "start"}
    assert examine(Path("our.toml"), without, REST).operations["ledger"].always_from_start


def test_a_live_balance_less_todays_needs_todays_entries() -> None:
    document = mapping(live={"path": "/l", "owner": "nr", "answer": {"amount": "a"}})
    document["erp"] = {"name": "x", "kind": "rest", "basis": "live_less_today"}
    assert any(line.startswith("operations.live.fields: expected the entries") for line in mistakes(document))
    document["erp"] = {"name": "x", "kind": "rest", "basis": "live"}
    assert examine(Path("our.toml"), document, REST).operations["live"].table is None


LIVE = {key: value for key, value in LEDGER.items() if key != "owner"}
LIVE["fields"] = {**LEDGER["fields"], "customer_no": "nr"}


@pytest.mark.parametrize("name", ["ledger", "live"])
def test_an_amount_in_the_answer_must_be_said_to_be_somebodys_there(name: str) -> None:
    document = mapping(**{name: LIVE})
    document["erp"] = {"name": "x", "kind": "rest", "basis": "ledger" if name == "ledger" else "live"}
    said = f"operations.{name}.owner: expected where the answer says whose the amount is"
    assert any(line.startswith(said) for line in mistakes(document))
    document["operations"][name] = {**LIVE, "from": "start"} if name == "ledger" else LIVE
    assert any(line.startswith(said) for line in mistakes(document))
    for proven in ({**LIVE, "owner": "nr"}, {**LIVE, "answer": {"amount": "a", "customer_no": "nr"}}):
        document["operations"][name] = proven
        assert examine(Path("our.toml"), document, REST)


def test_a_ledger_from_the_start_whose_rows_say_whose_they_are_needs_no_owner() -> None:
    document = mapping(ledger={**LIVE, "from": "start", "answer": {}})
    document["erp"] = {"name": "x", "kind": "rest", "basis": "ledger"}
    assert examine(Path("our.toml"), document, REST)


def test_a_live_balance_and_its_entries_cannot_come_in_pages() -> None:
    paging = {"kind": "page", "param": "p"}
    joined = {"c": {"path": "/c", "owner": "nr", "on": "i", "is": "i", "paging": paging}}
    document = mapping(live={**LEDGER, "paging": paging, "joined": joined})
    document["erp"] = {"name": "x", "kind": "rest", "basis": "live_less_today"}
    assert [line.split(": expected")[0] for line in mistakes(document)] == ["operations.live.paging"]


def test_a_file_that_cannot_be_read_is_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "our.toml"
    with pytest.raises(Misconfigured, match=r"our\.toml: expected a mapping file that can be read"):
        load(file, REST)
    for content in (b"[erp", b"\xff", b"a = 1\na = 2"):
        file.write_bytes(content)
        with pytest.raises(Misconfigured, match=r"our\.toml: expected TOML in UTF-8"):
            load(file, REST)
