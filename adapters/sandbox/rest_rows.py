"""Records as REST has them: JSON written row by row, with amounts as text in bills and as numbers in the ledger."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from adapters.sandbox.account import Books
from adapters.sandbox.records import CURRENCY, Bill, Posting
from schemas import (
    Contract,
    CustomerKind,
    EntryKind,
    InvoiceKind,
    Meter,
    MeterRole,
    ReadingSource,
    Service,
    SupplyPoint,
)

_NOTHING = Decimal("0.00")
_PARTY = {CustomerKind.PERSON: "osoba", CustomerKind.COMPANY: "firma"}
_SERVICE = {Service.WATER: "woda", Service.SEWAGE: "scieki"}
_ROLE = {MeterRole.MAIN: "glowny", MeterRole.GARDEN: "ogrodowy", MeterRole.SUB: "podlicznik"}
_SOURCE = {
    ReadingSource.CUSTOMER: "odbiorca",
    ReadingSource.INSPECTOR: "inkasent",
    ReadingSource.RADIO: "radio",
    ReadingSource.ESTIMATE: "szacunek",
}
_BILL = {
    InvoiceKind.INVOICE: "faktura",
    InvoiceKind.CORRECTION: "korekta",
    InvoiceKind.INTEREST_NOTE: "nota_odsetkowa",
}
_ENTRY = {
    EntryKind.INVOICE: "faktura",
    EntryKind.PAYMENT: "wplata",
    EntryKind.CORRECTION: "korekta",
    EntryKind.INTEREST: "odsetki",
    EntryKind.REFUND: "zwrot",
}


def text(value: str | None) -> str:
    return json.dumps(value, ensure_ascii=False)


def instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"


def _or_null(value: date | None) -> str:
    return f'"{value.isoformat()}"' if value else "null"


def owner(books: Books) -> str:
    return f'"nr_odbiorcy": "{books.party.customer_no}"'


def nrb(books: Books) -> str:
    return text(books.party.payment_account)


def party(books: Books) -> str:
    who = books.party
    return (
        f'{{{owner(books)}, "nazwa": {text(who.name)}, "rodzaj": "{_PARTY[who.kind]}", "nip": {text(who.nip)}, '
        f'"adres": {{"pelny": {text(who.address)}, "ulica": {text(who.street)}, "kod": "{who.postcode}", '
        f'"miejscowosc": {text(who.town)}}}, "konto_wplat": {nrb(books)}}}'
    )


def contract(contract: Contract) -> str:
    services = ", ".join(f'"{_SERVICE[each]}"' for each in contract.services)
    points = ", ".join(_point(each) for each in contract.supply_points)
    return (
        f'{{"numer": "{contract.contract_no}", "uslugi": [{services}], "od": "{contract.valid_from.isoformat()}", '
        f'"do": {_or_null(contract.valid_until)}, "punkty": [{points}]}}'
    )


def _point(point: SupplyPoint) -> str:
    meters = ", ".join(_meter(each) for each in point.meters)
    return f'{{"id": "{point.point_no}", "adres": {text(point.address)}, "wodomierze": [{meters}]}}'


def _meter(meter: Meter) -> str:
    reading = "null"
    if meter.last_reading:
        last = meter.last_reading
        reading = f'{{"stan": {last.value}, "data": "{last.read_on.isoformat()}", "zrodlo": "{_SOURCE[last.source]}"}}'
    return (
        f'{{"nr": "{meter.meter_no}", "rola": "{_ROLE[meter.role]}", '
        f'"legalizacja_do": {_or_null(meter.valid_until)}, "odczyt": {reading}}}'
    )


def bill(books: Books, bill: Bill) -> str:
    return (
        f'{{"id": {bill.bill_id}, "nr": "{bill.invoice_no}", "typ": "{_BILL[bill.kind]}", '
        f'"wystawiono": "{bill.issued_on.isoformat()}", "termin_platnosci": "{bill.due_on.isoformat()}", '
        f'"kwoty": {{"netto": "{bill.net}", "vat": "{bill.vat}", "brutto": "{bill.gross}", "waluta": "{CURRENCY}"}}, '
        f'"pozostalo": "{books.outstanding[bill.bill_id]}", "konto": {nrb(books)}, '
        f'"koryguje": {text(bill.corrects_no)}, "ksef": {text(bill.ksef_no)}, "plik": true}}'
    )


def bills(books: Books) -> list[str]:
    """Every bill, made once for each state of the books."""
    build: Callable[[], list[str]] = lambda: [bill(books, each) for each in books.bills]  # noqa: E731 (typed)
    return books.keep("rest bills", build)


def postings(books: Books) -> list[str]:
    build: Callable[[], list[str]] = lambda: [_posting(each) for each in books.ordered]  # noqa: E731 (typed)
    return books.keep("rest postings", build)


def _posting(posting: Posting) -> str:
    """Payments stand on the Ma side, a payment taken back as a negative one; everything else stands on Wn."""
    paid = posting.kind is EntryKind.PAYMENT
    wn, ma = (_NOTHING, -posting.amount) if paid else (posting.amount, _NOTHING)
    booked = instant(posting.posted_at) if posting.posted_at else posting.posted_on.isoformat()
    return (
        f'{{"lp": {posting.entry_no}, "rodzaj": "{_ENTRY[posting.kind]}", "dokument": {text(posting.document_no)}, '
        f'"wn": {wn}, "ma": {ma}, "zaksiegowano": "{booked}", "data_waluty": {_or_null(posting.value_on)}}}'
    )
