"""The language says what Tryton needs: typed values, nested fields, packed queries; over answers of its own shapes."""

import base64
import json
import tomllib
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from adapters.errors import NotFound, OwnerMismatch
from schemas import EntryKind, InvoiceKind, Service
from tests.adapters.rest.erp import Asked, Given, adapter, erp

MAPPING = """
[erp]
name = "Tryton"
kind = "rest"
basis = "ledger"

[operations.customer]
path = "/rest/model/party.party"
query = { d = { json_b64 = [["code", "=", "{customer_no}"]] }, f = ["code", "name"] }

[operations.customer.fields]
customer_no = "code"
name = "name"
kind = "identifiers[?type=='pl_vat'] && 'company' || 'person'"
address = "join(', ', [addresses[0].street_single_line, join(' ', [addresses[0].postal_code, addresses[0].city])])"
payment_account = "bank_accounts[0].numbers[0].number_compact"

[operations.contracts]
path = "/rest/model/sale.subscription"
query = { d = { json_b64 = [["party.code", "=", "{customer_no}"], ["state", "in", ["running", "closed"]]] } }

[operations.contracts.fields]
customer_no = "party.code"
contract_no = "number"
services = { each = "lines[].service.product.code", values = { WODA = "water", SCIEKI = "sewage" } }
valid_from = { at = "start_date", as = "date-parts" }
valid_until = { at = "end_date", as = "date-parts" }

[operations.contracts.fields.supply_points]
each = "@"
fields.point_no = "reference"
fields.address = "join(' ', [invoice_address.street_single_line, invoice_address.city])"

[operations.invoices]
path = "/rest/model/account.invoice"
paging = { kind = "offset", param = "p", size_param = "s", size = 2, short_page_ends = true }

[operations.invoices.query]
d = { json_b64 = [["party.code", "=", "{customer_no}"], ["number", "!=", { null = true }]] }
o = { json_b64 = [["id", "ASC"]] }

[operations.invoices.fields]
customer_no = "party.code"
invoice_ref = "id"
invoice_no = "number"
kind = { at = "sequence_type_cache", values = { invoice = "invoice", credit_note = "correction" } }
issued_on = { at = "invoice_date", as = "date-parts" }
due_on = { at = "lines_to_pay[].maturity_date", as = "date-parts", pick = "latest" }
net = "untaxed_amount.decimal"
vat = "tax_amount.decimal"
gross = "total_amount.decimal"
outstanding = "amount_to_pay.decimal"
currency = "currency.code"
corrects_no = "origin_invoices[0].number"
has_document = { const = true }

[operations.invoice]
path = "/rest/model/account.invoice"
query = { d = { json_b64 = [["party.code", "=", "{customer_no}"], ["id", "=", "{invoice_ref:int}"]] } }
fields = "operations.invoices"

[operations.document]
path = "/rest/report/account.invoice/{invoice_ref}"
owner = "invoice"

[operations.ledger]
path = "/rest/model/account.move.line"
query = { d = { json_b64 = [["party.code", "=", "{customer_no}"]] } }
from = "start"

[operations.ledger.fields]
customer_no = "party.code"
entry_no = "id"
kind = "move.journal.type=='cash' && (to_number(amount.decimal) > `0` && 'refund' || 'payment') || 'invoice'"
document_no = ["invoice_payment.number", "move.number"]
amount = "amount.decimal"
posted_on = { at = "move.post_date", as = "date-parts" }
value_on = { at = "move.date", as = "date-parts" }
"""


def decimal(text: str) -> dict[str, str]:
    return {"__class__": "Decimal", "decimal": text}


def day(month: int, number: int) -> dict[str, Any]:
    return {"__class__": "date", "year": 2026, "month": month, "day": number}


PARTY = {
    "id": 13,
    "name": "Piekarnia „Rogal” sp. j.",
    "code": "100112",
    "bank_accounts": [{"numbers": [{"number_compact": "PL61109010140000071219812874"}]}],
    "addresses": [{"postal_code": "99-098", "city": "Brzozowa Dolina", "street_single_line": "Rynek 4"}],
    "identifiers": [{"type": "pl_vat", "id": 2, "code": "999-000-17-52"}],
}
CONTRACT = {
    "number": "UM/00035",
    "reference": "PP-100112-01",
    "start_date": day(1, 1),
    "end_date": None,
    "party": {"code": "100112"},
    "invoice_address": {"street_single_line": "Rynek 4", "city": "Brzozowa Dolina"},
    "lines": [{"service": {"product": {"code": "SCIEKI"}}}, {"service": {"product": {"code": "WODA"}}}],
}


def invoice(number: int, **more: Any) -> dict[str, Any]:
    return {
        "number": f"FV/2026/{number:05}",
        "id": number,
        "invoice_date": day(10, 5),
        "sequence_type_cache": "invoice",
        "tax_amount": decimal("6.14"),
        "untaxed_amount": decimal("76.71"),
        "total_amount": decimal("82.85"),
        "amount_to_pay": decimal("0"),
        "currency": {"code": "PLN"},
        "origin_invoices": [],
        "party": {"code": "100112"},
        "lines_to_pay": [{"maturity_date": day(10, 19)}, {"maturity_date": day(11, 19)}],
        **more,
    }


def line(number: int, amount: str, kind: str, posted: dict[str, Any], **more: Any) -> dict[str, Any]:
    move = {"number": f"PK/{number}", "date": day(6, 29), "post_date": posted, "journal": {"type": kind}}
    return {"id": number, "amount": decimal(amount), "party": {"code": "100112"}, "move": move, **more}


INVOICES = [invoice(1), invoice(2), invoice(3, sequence_type_cache="credit_note", origin_invoices=[{"number": "FV/1"}])]
LINES = [
    line(7, "79.00", "revenue", day(6, 1), invoice_payment=None),
    line(8, "-50", "cash", day(7, 2), invoice_payment={"number": "FV/2026/00216"}),
]


def respond(asked: Asked) -> Given:
    model = asked.path.rsplit("/", 1)[-1]
    query = dict(asked.query)
    domain = {clause[0]: clause[2] for clause in json.loads(base64.urlsafe_b64decode(query.get("d", "W10=")))}
    if domain.get("code", domain.get("party.code")) == "404404":
        return Given([])
    if model == "party.party":
        return Given([PARTY])
    if model == "sale.subscription":
        return Given([CONTRACT])
    if model == "account.move.line":
        return Given(LINES)
    if model == "account.invoice":
        if "id" in domain:
            return Given([each for each in INVOICES if each["id"] == domain["id"]])
        assert domain["number"] is None
        first = int(query["p"])
        return Given(INVOICES[first : first + int(query["s"])])
    return Given(b"%PDF-1.7 x", 200, "application/pdf", {"Content-Disposition": 'filename="FV/1.pdf"'})


def test_every_record_is_read() -> None:
    with erp(respond) as served:
        ask = adapter(served.url, tomllib.loads(MAPPING))
        customer = ask.customer("100112")
        assert (customer.kind, customer.address) == ("company", "Rynek 4, 99-098 Brzozowa Dolina")
        assert customer.payment_account == "61109010140000071219812874"
        (contract,) = ask.contracts("100112")
        assert contract.services == (Service.WATER, Service.SEWAGE)
        assert (contract.valid_from, contract.valid_until) == (date(2026, 1, 1), None)
        assert [(point.point_no, point.address) for point in contract.supply_points] == [
            ("PP-100112-01", "Rynek 4 Brzozowa Dolina")
        ]
        invoices = ask.invoices("100112")
        assert [each.invoice_ref for each in invoices] == ["3", "2", "1"]
        assert (invoices[0].kind, invoices[0].corrects_no) == (InvoiceKind.CORRECTION, "FV/1")
        assert (str(invoices[1].outstanding), invoices[1].due_on) == ("0.00", date(2026, 11, 19))
        assert ask.invoice("100112", "2") == invoices[1]
        assert b"".join(ask.document(invoices[1]).chunks).startswith(b"%PDF")


def test_the_balance_is_summed_from_the_start() -> None:
    with erp(respond) as served:
        ask = adapter(served.url, tomllib.loads(MAPPING))
        balance = ask.balance("100112", today=date(2026, 7, 2))
        assert (balance.amount, balance.as_of) == (Decimal("79.00"), date(2026, 7, 1))
        assert balance.pending is not None
        assert [(each.amount, each.document_no) for each in balance.pending] == [(Decimal("-50.00"), "FV/2026/00216")]
        statement = ask.statement("100112", today=date(2026, 7, 3))
        assert [(each.entry.kind, each.entry.document_no, str(each.balance)) for each in statement] == [
            (EntryKind.PAYMENT, "FV/2026/00216", "29.00"),
            (EntryKind.INVOICE, "PK/7", "79.00"),
        ]
        assert ask.statement("100112", today=date(2026, 7, 3), since=date(2026, 7, 1))[0].balance == Decimal("29.00")


def test_what_is_not_there_or_not_theirs_is_not_shown() -> None:
    with erp(respond) as served:
        ask = adapter(served.url, tomllib.loads(MAPPING))
        with pytest.raises(NotFound):
            ask.customer("404404")
        for ref in ("999", "x"):
            with pytest.raises(NotFound):
                ask.invoice("100112", ref)
        with pytest.raises(OwnerMismatch):
            ask.invoices("100113")
        with pytest.raises(OwnerMismatch):
            ask.balance("100113", today=date(2026, 7, 2))


def test_a_strangers_entry_is_refused_even_where_it_would_only_be_summed() -> None:
    def with_stranger(asked: Asked) -> Given:
        stranger = {**line(1, "1000.00", "revenue", day(1, 1)), "party": {"code": "100113"}}
        return Given([stranger, *LINES])

    with erp(with_stranger) as served, pytest.raises(OwnerMismatch):
        adapter(served.url, tomllib.loads(MAPPING)).balance("100112", today=date(2026, 7, 2))
