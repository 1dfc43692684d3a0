"""The mapping that comes with the project reads answers of Tryton's own shapes; tests/tryton asks a real one."""

import base64
import json
import tomllib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from adapters.errors import BadData, NotFound, OwnerMismatch
from adapters.mapping.options import BUILT_IN
from schemas import EntryKind, InvoiceKind, Service
from tests.adapters.rest.erp import Asked, Given, adapter, erp

MAPPING = (BUILT_IN / "tryton.toml").read_text(encoding="utf-8")


def decimal(text: str) -> dict[str, str]:
    return {"__class__": "Decimal", "decimal": text}


def day(month: int, number: int) -> dict[str, Any]:
    return {"__class__": "date", "year": 2026, "month": month, "day": number}


ACCOUNTS = [
    {"owners": [{"id": 13}], "numbers": [{"number_compact": "PL83101010230000261395100000"}]},
    {
        "owners": [{"id": 13}, {"id": 1}],
        "numbers": [{"number_compact": "DE89370400440532013000"}, {"number_compact": "PL61109010140000071219812874"}],
    },
]
PARTY = {
    "id": 13,
    "name": "Piekarnia „Rogal” sp. j.",
    "code": "100112",
    "bank_accounts": ACCOUNTS,
    "addresses": [{"postal_code": "99-098", "city": "Brzozowa Dolina", "street_single_line": "Rynek 4"}],
    "identifiers": [{"type": "pl_vat", "id": 2, "code": "999-000-17-52"}],
}
CONTRACT = {
    "number": "UM/00035",
    "reference": "PP-100112-01",
    "start_date": day(1, 1),
    "end_date": None,
    "party": {"code": "100112"},
    "invoice_address": {"street_single_line": "Rynek 4", "postal_code": "99-098", "city": "Brzozowa Dolina"},
    "lines": [{"service": {"product": {"code": code}}} for code in ("SCIEKI", "ABONAMENT", "WODA")],
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
        "party": {"code": "100112", "bank_accounts": ACCOUNTS},
        "move": {"id": 900 + number},
        "lines_to_pay": [
            {"id": 20, "maturity_date": day(10, 19), "reconciliation": 5},
            {"id": 21, "maturity_date": day(11, 19), "reconciliation": None},
            {"id": 22, "maturity_date": day(12, 19), "reconciliation": None},
        ],
        **more,
    }


def line(number: int, debit: str, credit: str, kind: str, posted: dict[str, Any], **more: Any) -> dict[str, Any]:
    move = {"number": f"PK/{number}", "date": day(6, 29), "post_date": posted, "journal": {"type": kind}}
    return {
        "id": number,
        "debit": decimal(debit),
        "credit": decimal(credit),
        "company": {"currency": {"code": "PLN"}},
        "party": {"code": "100112", "bank_accounts": ACCOUNTS},
        "move": {**move, "id": 900 + number},
        "invoice_payment": None,
        **more,
    }


SETTLED = [
    {"id": 21, "maturity_date": day(11, 19), "reconciliation": 6},
    {"id": 20, "maturity_date": day(10, 19), "reconciliation": 5},
]
INVOICES = [
    invoice(1),
    invoice(2, lines_to_pay=SETTLED),
    invoice(3, sequence_type_cache="credit_note", origin_invoices=[{"number": "FV/1"}]),
]
LINES = [
    line(1, "79.00", "0", "revenue", day(6, 1)),
    line(8, "0", "50", "cash", day(7, 2), invoice_payment={"number": "FV/2026/00216"}),
    line(9, "0.00", "-50.0000", "cash", day(7, 3)),
    line(10, "0.00", "1.00", "write-off", day(7, 3)),
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
        assert (query["p"], query["s"]) == ("0", "1000")
        return Given(INVOICES)
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
            ("PP-100112-01", "Rynek 4, 99-098 Brzozowa Dolina")
        ]
        invoices = ask.invoices("100112")
        assert [each.invoice_ref for each in invoices] == ["3", "2", "1"]
        assert (invoices[0].kind, invoices[0].corrects_no) == (InvoiceKind.CORRECTION, "FV/1")
        assert str(invoices[1].outstanding) == "0.00"
        assert [each.due_on for each in invoices[1:]] == [
            date(2026, 11, 19)
        ] * 2  # the last settled; the first still open
        assert {each.payment_account for each in invoices} == {customer.payment_account}
        assert ask.invoice("100112", "2") == invoices[1]
        assert b"".join(ask.document(invoices[1]).chunks).startswith(b"%PDF")


def test_the_balance_is_summed_from_the_start() -> None:
    with erp(respond) as served:
        ask = adapter(served.url, tomllib.loads(MAPPING))
        balance = ask.balance("100112", today=date(2026, 7, 2))
        assert (balance.amount, balance.as_of) == (Decimal("79.00"), date(2026, 7, 1))
        assert balance.payment_account == "61109010140000071219812874"
        assert balance.pending is not None
        assert [str(each.amount) for each in balance.pending] == ["-50.00", "50.00", "-1.00"]
        statement = ask.statement("100112", today=date(2026, 7, 4))
        assert [(each.entry.kind, each.entry.document_no, str(each.balance)) for each in statement] == [
            (EntryKind.CORRECTION, "PK/10", "78.00"),
            (EntryKind.REFUND, "PK/9", "79.00"),
            (EntryKind.PAYMENT, "FV/2026/00216", "29.00"),
            (EntryKind.INVOICE, "FV/2026/00001", "79.00"),
        ]
        assert ask.statement("100112", today=date(2026, 7, 3), since=date(2026, 7, 1))[0].balance == Decimal("29.00")


@pytest.mark.parametrize("text", ["50.005", "NaN", "5E+1", ""])
def test_no_amount_is_rounded(text: str) -> None:
    def respond_oddly(asked: Asked) -> Given:
        return Given([line(1, text, "0", "revenue", day(6, 1))] if asked.path.endswith("line") else [])

    with erp(respond_oddly) as served, pytest.raises(BadData):
        adapter(served.url, tomllib.loads(MAPPING)).balance("100112", today=date(2026, 7, 2))


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


def test_a_document_is_asked_for_only_once_the_invoice_is_known_to_be_theirs() -> None:
    def one_of_two(asked: Asked) -> Given:
        domain = json.loads(base64.urlsafe_b64decode(dict(asked.query).get("d", "W10=")))
        return Given([]) if ["party.code", "=", "100113"] in domain else respond(asked)

    with erp(one_of_two) as served:
        ask = adapter(served.url, tomllib.loads(MAPPING))
        invoice = ask.invoice("100112", "2")
        for wrong in (replace(invoice, customer_no="100113"), replace(invoice, invoice_ref="999")):
            with pytest.raises(NotFound):
                ask.document(wrong)
        assert not [each for each in served.asked if "/report/" in each.path]


def test_a_strangers_entry_is_refused_even_where_it_would_only_be_summed() -> None:
    def with_stranger(asked: Asked) -> Given:
        stranger = line(7, "1000.00", "0", "revenue", day(1, 1), party={"code": "100113", "bank_accounts": []})
        return Given([*LINES, stranger]) if asked.path.endswith("line") else respond(asked)

    with erp(with_stranger) as served, pytest.raises(OwnerMismatch):
        adapter(served.url, tomllib.loads(MAPPING)).balance("100112", today=date(2026, 7, 2))
