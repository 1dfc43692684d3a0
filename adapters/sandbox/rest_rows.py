"""Records as REST has them: JSON written row by row, with amounts as text in bills and as numbers in the ledger."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from adapters.sandbox.account import Books
from adapters.sandbox.particulars import Particulars
from adapters.sandbox.records import CURRENCY, Bill, Posting
from schemas import (
    Contract,
    CustomerKind,
    EntryKind,
    InvoiceKind,
    Meter,
    MeterRole,
    Reading,
    ReadingSource,
    Service,
    SupplyPoint,
)

_NOTHING = Decimal("0.00")
PARTY = {CustomerKind.PERSON: "osoba", CustomerKind.COMPANY: "firma"}
SERVICE = {Service.WATER: "woda", Service.SEWAGE: "scieki"}
ROLE = {MeterRole.MAIN: "glowny", MeterRole.GARDEN: "ogrodowy", MeterRole.SUB: "podlicznik"}
SOURCE = {
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


def flag(value: bool | None) -> str:
    return json.dumps(value)


def text(value: str | None) -> str:
    return json.dumps(value, ensure_ascii=False)


def instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"


def day_or_null(value: date | None) -> str:
    return f'"{value.isoformat()}"' if value else "null"


def owner(books: Books) -> str:
    return f'"nr_odbiorcy": "{books.party.customer_no}"'


def nrb(books: Books) -> str:
    return text(books.party.payment_account)


def party(books: Books, now: Particulars) -> str:
    who = books.party
    return (
        f'{{{owner(books)}, "nazwa": {text(now.name)}, "rodzaj": "{PARTY[who.kind]}", "nip": {text(who.nip)}, '
        f'"adres": {{"pelny": {text(who.address)}, "ulica": {text(who.street)}, "kod": "{who.postcode}", '
        f'"miejscowosc": {text(who.town)}}}, "konto_wplat": {nrb(books)}, '
        f'"adres_korespondencyjny": {text(now.postal_address)}, "telefon": {text(now.phone)}, '
        f'"email": {text(now.email)}, "efaktura": {flag(now.e_invoices)}}}'
    )


def contract(contract: Contract) -> str:
    services = ", ".join(f'"{SERVICE[each]}"' for each in contract.services)
    points = ", ".join(_point(each) for each in contract.supply_points)
    return (
        f'{{"numer": "{contract.contract_no}", "uslugi": [{services}], "od": "{contract.valid_from.isoformat()}", '
        f'"do": {day_or_null(contract.valid_until)}, "punkty": [{points}]}}'
    )


def _point(point: SupplyPoint) -> str:
    meters = ", ".join(_meter(each) for each in point.meters)
    return f'{{"id": "{point.point_no}", "adres": {text(point.address)}, "wodomierze": [{meters}]}}'


def _meter(meter: Meter) -> str:
    return (
        f'{{"nr": "{meter.meter_no}", "rola": "{ROLE[meter.role]}", '
        f'"legalizacja_do": {day_or_null(meter.valid_until)}, "odczyt": {last(meter.last_reading)}}}'
    )


def last(reading: Reading | None) -> str:
    if reading is None:
        return "null"
    return f'{{"stan": {reading.value}, "data": "{reading.read_on.isoformat()}", "zrodlo": "{SOURCE[reading.source]}"}}'


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
        f'"wn": {wn}, "ma": {ma}, "zaksiegowano": "{booked}", "data_waluty": {day_or_null(posting.value_on)}}}'
    )
