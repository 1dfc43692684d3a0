"""Writes the past of one customer: bills and postings in grosze, numbered once all are known."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from adapters.clock import WARSAW
from adapters.sandbox import numbers
from adapters.sandbox.account import first_bill_id, first_entry_no
from adapters.sandbox.records import Bill, Party, Posting
from schemas import CustomerKind, EntryKind, InvoiceKind

PREFIX = {InvoiceKind.INVOICE: "FV", InvoiceKind.CORRECTION: "KOR", InvoiceKind.INTEREST_NOTE: "NO"}
ENTRY_OF = {
    InvoiceKind.INVOICE: EntryKind.INVOICE,
    InvoiceKind.CORRECTION: EntryKind.CORRECTION,
    InvoiceKind.INTEREST_NOTE: EntryKind.INTEREST,
}
_VAT_PERCENT = 8
_BEFORE_TIMES_WERE_KEPT = timedelta(days=3 * 365)
_KSEF_SINCE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class _Line:
    day: date
    second: int | None
    kind: EntryKind
    document_no: str | None
    grosze: int
    value_on: date | None


class Pen:
    """Collects what happened up to ``today``; what would lie after it is left out."""

    def __init__(self, party: Party, random: Random, today: date) -> None:
        self.party = party
        self.random = random
        self.today = today
        self.bills: list[Bill] = []
        self._lines: list[_Line] = []

    def bill(
        self, day: date, net: int, *, kind: InvoiceKind = InvoiceKind.INVOICE, corrects: Bill | None = None
    ) -> Bill:
        """Issue a bill of ``net`` grosze, due in 14 days; interest is without VAT."""
        vat = 0 if kind is InvoiceKind.INTEREST_NOTE else (net * _VAT_PERCENT + 50) // 100
        bill_id = first_bill_id(self.party) + len(self.bills)
        bill = Bill(
            bill_id=bill_id,
            invoice_no=invoice_no(kind, bill_id, day),
            kind=kind,
            issued_on=day,
            due_on=day + timedelta(days=14),
            net=zloty(net),
            vat=zloty(vat),
            gross=zloty(net + vat),
            corrects_no=corrects.invoice_no if corrects else None,
            ksef_no=ksef_no(self.party, kind, bill_id, day) if self.today - day < _KSEF_SINCE else None,
        )
        self.bills.append(bill)
        self._line(day, ENTRY_OF[kind], net + vat, document_no=bill.invoice_no)
        return bill

    def pay(self, day: date, grosze: int, *, second: int | None = None, transit: int | None = None) -> None:
        """A payment (a negative one takes a payment back), valued at the bank ``transit`` days before."""
        transit = self.random.randrange(3) if transit is None else transit
        value_on = day - timedelta(days=transit)
        self._line(day, EntryKind.PAYMENT, -grosze, second=second, value_on=value_on)

    def refund(self, day: date, grosze: int) -> None:
        self._line(day, EntryKind.REFUND, grosze, value_on=day)

    def postings(self) -> list[Posting]:
        """Everything in the order of booking."""
        # A day without times keeps the order in which it was written.
        ordered = sorted(self._lines, key=lambda each: (each.day, -1 if each.second is None else each.second))
        first = first_entry_no(self.party)
        return [
            Posting(first + place, each.kind, each.document_no, zloty(each.grosze), each.day, _at(each), each.value_on)
            for place, each in enumerate(ordered)
        ]

    def _line(
        self,
        day: date,
        kind: EntryKind,
        grosze: int,
        *,
        document_no: str | None = None,
        second: int | None = None,
        value_on: date | None = None,
    ) -> None:
        if day > self.today:
            return
        if self.today - day > _BEFORE_TIMES_WERE_KEPT:
            second = None
        elif day == self.today:
            second = 0  # whatever the time is now, midnight has been
        elif second is None:
            second = self.random.choice((0, 86_399, *(self.random.randrange(25_000, 80_000) for _ in range(6))))
        self._lines.append(_Line(day, second, kind, document_no, grosze, value_on))


def zloty(grosze: int) -> Decimal:
    """An amount with two places, exactly."""
    return Decimal(grosze).scaleb(-2)


def invoice_no(kind: InvoiceKind, bill_id: int, issued_on: date) -> str:
    return f"{PREFIX[kind]}/{bill_id:08d}/{issued_on.year:04d}"


def ksef_no(party: Party, kind: InvoiceKind, bill_id: int, issued_on: date) -> str | None:
    """Companies' invoices and corrections have been through KSeF; interest notes never are."""
    if party.kind is CustomerKind.PERSON or kind is InvoiceKind.INTEREST_NOTE:
        return None
    return numbers.ksef_no(issued_on, bill_id)


def _at(line: _Line) -> datetime | None:
    if line.second is None:
        return None
    minutes, seconds = divmod(line.second, 60)
    local = datetime.combine(line.day, time(minutes // 60, minutes % 60, seconds), tzinfo=WARSAW)
    return local.astimezone(UTC)
