"""What the suite must be able to do to a back end in order to try the next-day rule on it."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from schemas import LedgerEntry


class World(Protocol):
    """A back end for tests: a clock that can be set, and a clerk who books when told to.

    The suite sets the clock forward only. Where an ERP's clock cannot be set, keep the moment here and book with the
    day, in Europe/Warsaw, that it falls on.
    """

    def now(self) -> datetime:
        """The back end's present moment, aware."""
        ...

    def set_now(self, moment: datetime) -> None:
        """Go to a moment; the suite asks the adapter with that moment's day."""
        ...

    def book_payment(self, customer_no: str, amount: Decimal, *, value_on: date | None = None) -> None:
        """Book a payment of ``amount`` now; a negative amount takes one back. ``value_on`` is the bank's day."""
        ...

    def issue_invoice(self, customer_no: str, gross: Decimal, *, due_on: date, issued_on: date | None = None) -> None:
        """Issue an invoice now, or with the date given, which may be in the future."""
        ...

    def ledger(self, customer_no: str) -> Sequence[LedgerEntry]:
        """The truth, got without the adapter: every entry that the account has ever had."""
        ...
