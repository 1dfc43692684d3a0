"""The dated balance: what a customer owes, as of which day, and what does not count yet."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from schemas import fields
from schemas.ledger import EntryKind


class Basis(StrEnum):
    """How the ERP let the next-day rule be kept; ``live`` says that it could not be."""

    LEDGER = "ledger"
    AS_OF = "as_of"
    LIVE_LESS_TODAY = "live_less_today"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class PendingEntry:
    """An entry that is booked and will count in the balance shown from ``counts_on``."""

    kind: EntryKind
    document_no: str | None
    amount: Decimal
    posted_on: date
    counts_on: date


@dataclass(frozen=True, slots=True)
class Balance:
    """``amount`` is positive when the customer owes, and holds every entry posted up to the end of ``as_of``.

    ``amount`` and all of ``pending`` together are what the ERP has now. ``pending`` is None where the ERP cannot
    list it. With basis ``live`` the amount is of the moment of asking: ``as_of`` is that day and
    ``next_refresh_on`` is None.
    """

    customer_no: str
    amount: Decimal
    currency: str
    as_of: date
    next_refresh_on: date | None
    basis: Basis
    pending: tuple[PendingEntry, ...] | None
    payment_account: str | None = None


class PendingEntrySchema(fields.RecordSchema[PendingEntry]):
    record: ClassVar = PendingEntry

    kind = fields.Word(EntryKind, required=True)
    document_no = fields.Text(required=True, allow_none=True)
    amount = fields.Money(required=True)
    posted_on = fields.Day(required=True)
    counts_on = fields.Day(required=True)


class BalanceSchema(fields.RecordSchema[Balance]):
    record: ClassVar = Balance

    customer_no = fields.CustomerNo(required=True)
    amount = fields.Money(required=True)
    currency = fields.Currency(required=True)
    as_of = fields.Day(required=True)
    next_refresh_on = fields.Day(required=True, allow_none=True)
    basis = fields.Word(Basis, required=True)
    pending = fields.Rows(PendingEntrySchema, required=True, allow_none=True)
    payment_account = fields.Nrb(load_default=None, allow_none=True)
