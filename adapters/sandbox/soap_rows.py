"""Records as SOAP has them: days with dots, amounts with a comma, codes of two or three letters."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

from adapters.clock import WARSAW
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

_PARTY = {CustomerKind.PERSON: "OF", CustomerKind.COMPANY: "PR"}
_SERVICE = {Service.WATER: "WOD", Service.SEWAGE: "SCI"}
ROLE = {MeterRole.MAIN: "G", MeterRole.GARDEN: "O", MeterRole.SUB: "P"}
SOURCE = {
    ReadingSource.CUSTOMER: "OD",
    ReadingSource.INSPECTOR: "IN",
    ReadingSource.RADIO: "RA",
    ReadingSource.ESTIMATE: "SZ",
}
_BILL = {InvoiceKind.INVOICE: "FV", InvoiceKind.CORRECTION: "KOR", InvoiceKind.INTEREST_NOTE: "NO"}
_ENTRY = {
    EntryKind.INVOICE: "FV",
    EntryKind.PAYMENT: "WP",
    EntryKind.CORRECTION: "KOR",
    EntryKind.INTEREST: "ODS",
    EntryKind.REFUND: "ZW",
}

ROWS = (
    *("Odbiorca", "Umowa", "Punkt", "Wodomierz", "OstatniOdczyt", "Faktura", "Operacja"),
    *("Urzadzenie", "Odczyt", "Sprawa", "Pismo", "Oferta"),
)


def amount(value: Decimal) -> str:
    return str(value).replace(".", ",")


def day(value: date) -> str:
    return f"{value.day:02d}.{value.month:02d}.{value.year:04d}"


def owner(books: Books) -> str:
    return f"<b:NrOdbiorcy>{books.party.customer_no}</b:NrOdbiorcy>"


def nrb(books: Books) -> str:
    nrb = books.party.payment_account
    if nrb is None:
        return ""
    groups = " ".join(nrb[place : place + 4] for place in range(2, 26, 4))
    return f"<b:NrRachunku>{nrb[:2]} {groups}</b:NrRachunku>"


def party(books: Books, now: Particulars) -> str:
    who = books.party
    nip = f"<b:NIP>{who.nip}</b:NIP>" if who.nip else ""
    reached = optional("AdresKoresp", now.postal_address) + optional("Telefon", now.phone)
    reached += optional("Email", now.email)
    reached += "" if now.e_invoices is None else f"<b:EFaktura>{flag(now.e_invoices)}</b:EFaktura>"
    return (
        f"<b:Odbiorca>{owner(books)}<b:Nazwa>{escape(now.name)}</b:Nazwa><b:Typ>{_PARTY[who.kind]}</b:Typ>{nip}"
        f"<b:Adres>{escape(who.address)}</b:Adres>{nrb(books)}{reached}</b:Odbiorca>"
    )


def optional(name: str, value: str | None) -> str:
    """An element, or nothing where there is nothing to say."""
    return f"<b:{name}>{escape(value)}</b:{name}>" if value else ""


def flag(value: bool) -> str:
    return "T" if value else "N"


def contracts(found: Iterable[Contract]) -> str:
    return "".join(_contract(each) for each in found)


def _contract(contract: Contract) -> str:
    services = "".join(f"<b:Usluga>{_SERVICE[each]}</b:Usluga>" for each in contract.services)
    until = f"<b:DataDo>{day(contract.valid_until)}</b:DataDo>" if contract.valid_until else ""
    points = "".join(_point(each) for each in contract.supply_points)
    return (
        f"<b:Umowa><b:NrUmowy>{contract.contract_no}</b:NrUmowy><b:Uslugi>{services}</b:Uslugi>"
        f"<b:DataOd>{day(contract.valid_from)}</b:DataOd>{until}<b:Punkty>{points}</b:Punkty></b:Umowa>"
    )


def _point(point: SupplyPoint) -> str:
    meters = "".join(_meter(each) for each in point.meters)
    return (
        f"<b:Punkt><b:NrPunktu>{point.point_no}</b:NrPunktu><b:Adres>{escape(point.address)}</b:Adres>"
        f"<b:Wodomierze>{meters}</b:Wodomierze></b:Punkt>"
    )


def _meter(meter: Meter) -> str:
    until = optional_day("LegalizacjaDo", meter.valid_until)
    return (
        f"<b:Wodomierz><b:NrFabryczny>{meter.meter_no}</b:NrFabryczny><b:Rola>{ROLE[meter.role]}</b:Rola>"
        f"{until}{last(meter.last_reading)}</b:Wodomierz>"
    )


def last(reading: Reading | None) -> str:
    if reading is None:
        return ""
    return (
        f"<b:OstatniOdczyt><b:Stan>{amount(reading.value)}</b:Stan>"
        f"<b:DataOdczytu>{day(reading.read_on)}</b:DataOdczytu>"
        f"<b:Zrodlo>{SOURCE[reading.source]}</b:Zrodlo></b:OstatniOdczyt>"
    )


def optional_day(name: str, value: date | None) -> str:
    return f"<b:{name}>{day(value)}</b:{name}>" if value else ""


def bills(books: Books) -> str:
    return "".join(bill(books, each) for each in books.bills)


def bill(books: Books, bill: Bill) -> str:
    corrects = f"<b:NrKorygowanej>{bill.corrects_no}</b:NrKorygowanej>" if bill.corrects_no else ""
    ksef = f"<b:NrKSeF>{bill.ksef_no}</b:NrKSeF>" if bill.ksef_no else ""
    return (
        f"<b:Faktura><b:IdDok>{bill.bill_id}</b:IdDok><b:Numer>{bill.invoice_no}</b:Numer>"
        f"<b:Rodzaj>{_BILL[bill.kind]}</b:Rodzaj><b:DataWyst>{day(bill.issued_on)}</b:DataWyst>"
        f"<b:TerminPlat>{day(bill.due_on)}</b:TerminPlat><b:Netto>{amount(bill.net)}</b:Netto>"
        f"<b:Vat>{amount(bill.vat)}</b:Vat><b:Brutto>{amount(bill.gross)}</b:Brutto>"
        f"<b:DoZaplaty>{amount(books.outstanding[bill.bill_id])}</b:DoZaplaty><b:Waluta>{CURRENCY}</b:Waluta>"
        f"{nrb(books)}{corrects}{ksef}<b:JestPdf>T</b:JestPdf></b:Faktura>"
    )


def ledger(books: Books, since: date | None) -> str:
    rows = books.keep("soap postings", lambda: [_posting(each) for each in books.ordered])
    position = books.since(since)
    return (
        f"{owner(books)}{nrb(books)}<b:Waluta>{CURRENCY}</b:Waluta>"
        f"<b:SaldoOtwarcia>{amount(books.before(position))}</b:SaldoOtwarcia>"
        f"<b:Operacje>{''.join(rows[position:])}</b:Operacje>"
    )


def _posting(posting: Posting) -> str:
    document = f"<b:NrDok>{posting.document_no}</b:NrDok>" if posting.document_no else ""
    at = f"<b:GodzKs>{posting.posted_at.astimezone(WARSAW):%H:%M:%S}</b:GodzKs>" if posting.posted_at else ""
    value_on = f"<b:DataWal>{day(posting.value_on)}</b:DataWal>" if posting.value_on else ""
    return (
        f"<b:Operacja><b:Lp>{posting.entry_no}</b:Lp><b:Typ>{_ENTRY[posting.kind]}</b:Typ>{document}"
        f"<b:DataKs>{day(posting.posted_on)}</b:DataKs>{at}{value_on}<b:Kwota>{amount(posting.amount)}</b:Kwota>"
        "</b:Operacja>"
    )
