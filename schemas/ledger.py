"""Entries of a customer's account in the ERP."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from marshmallow import fields as marshmallow_fields

from schemas import fields


class EntryKind(StrEnum):
    INVOICE = "invoice"
    PAYMENT = "payment"
    CORRECTION = "correction"
    INTEREST = "interest"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One operation: ``amount`` is positive when the customer owes more by it.

    ``posted_on`` is the day, in Europe/Warsaw, on which it was booked or the invoice was issued; ``value_on`` is
    the day a bank counts interest from and never decides anything here.
    """

    customer_no: str
    entry_no: str
    kind: EntryKind
    document_no: str | None
    amount: Decimal
    posted_on: date
    value_on: date | None = None

    @property
    def order(self) -> tuple[date, int, str]:
        """The order of booking: by day, then by the ERP's own numbering."""
        return self.posted_on, len(self.entry_no), self.entry_no


@dataclass(frozen=True, slots=True)
class StatementLine:
    """An entry that counts, with the balance after it (positive: the customer owes)."""

    entry: LedgerEntry
    balance: Decimal


class LedgerEntrySchema(fields.RecordSchema[LedgerEntry]):
    record: ClassVar = LedgerEntry

    customer_no = fields.CustomerNo(required=True)
    entry_no = fields.Text(required=True)
    kind = fields.Word(EntryKind, required=True)
    document_no = fields.Text(load_default=None, allow_none=True)
    amount = fields.Money(required=True)
    posted_on = fields.Day(required=True)
    value_on = fields.Day(load_default=None, allow_none=True)


class StatementLineSchema(fields.RecordSchema[StatementLine]):
    record: ClassVar = StatementLine

    entry = marshmallow_fields.Nested(LedgerEntrySchema, required=True)
    balance = fields.Money(required=True)
