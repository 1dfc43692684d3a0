"""Invoices, corrections and interest notes, and the document that the ERP issued for each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from schemas import fields


class InvoiceKind(StrEnum):
    INVOICE = "invoice"
    CORRECTION = "correction"
    INTEREST_NOTE = "interest_note"


class InvoiceStatus(StrEnum):
    OPEN = "open"
    OVERDUE = "overdue"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice as issued; amounts in ``currency``, a correction's may be negative.

    ``invoice_ref`` is how the ERP finds the invoice again, often the number itself; the portal only hands it back.
    ``outstanding`` is what remains to be paid. ``payment_account`` is the individual account (NRB) to pay to.
    """

    customer_no: str
    invoice_ref: str
    invoice_no: str
    kind: InvoiceKind
    issued_on: date
    due_on: date
    net: Decimal
    vat: Decimal
    gross: Decimal
    outstanding: Decimal
    currency: str
    payment_account: str | None = None
    corrects_no: str | None = None
    ksef_no: str | None = None
    has_document: bool = False

    def status(self, today: date) -> InvoiceStatus:
        """Where it stands on ``today``: paid when nothing remains, overdue from the day after ``due_on``."""
        if self.outstanding <= 0:
            return InvoiceStatus.PAID
        return InvoiceStatus.OVERDUE if self.due_on < today else InvoiceStatus.OPEN


class InvoiceSchema(fields.RecordSchema[Invoice]):
    record: ClassVar = Invoice

    customer_no = fields.CustomerNo(required=True)
    invoice_ref = fields.Text(required=True)
    invoice_no = fields.Text(required=True)
    kind = fields.Word(InvoiceKind, required=True)
    issued_on = fields.Day(required=True)
    due_on = fields.Day(required=True)
    net = fields.Money(required=True)
    vat = fields.Money(required=True)
    gross = fields.Money(required=True)
    outstanding = fields.Money(required=True)
    currency = fields.Currency(required=True)
    payment_account = fields.Nrb(load_default=None, allow_none=True)
    corrects_no = fields.Text(load_default=None, allow_none=True)
    ksef_no = fields.KsefNo(load_default=None, allow_none=True)
    has_document = fields.Flag(load_default=False)


@dataclass(slots=True)
class InvoiceDocument:
    """The ERP's own bytes of an invoice, as they come; never rendered again by us.

    ``chunks`` may be read once and raises the adapters' errors while it is read; call ``close`` when done or when
    giving up. ``size`` is in bytes where the ERP says it beforehand. ``customer_no`` is whose the ERP says it is.
    """

    customer_no: str
    media_type: str
    chunks: Iterator[bytes]
    size: int | None = None

    def close(self) -> None:
        """Give the connection back; harmless to repeat."""
        close = getattr(self.chunks, "close", None)
        if close is not None:
            close()
