"""What the sandbox keeps in its books, in its own shape: parties, bills and postings."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from schemas import Contract, CustomerKind, EntryKind, InvoiceKind

CURRENCY = "PLN"


@dataclass(frozen=True, slots=True)
class Party:
    """A customer as the register has them; ``ordinal`` gives them number ranges of their own."""

    ordinal: int
    customer_no: str
    name: str
    kind: CustomerKind
    nip: str | None
    street: str
    postcode: str
    town: str
    payment_account: str | None
    persona: str
    contracts: tuple[Contract, ...] = ()

    @property
    def address(self) -> str:
        return f"{self.street}, {self.postcode} {self.town}"


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice, a correction or an interest note as issued; what remains to be paid is not a fact but a sum."""

    bill_id: int
    invoice_no: str
    kind: InvoiceKind
    issued_on: date
    due_on: date
    net: Decimal
    vat: Decimal
    gross: Decimal
    corrects_no: str | None = None
    ksef_no: str | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """An operation on the account; ``amount`` is positive when the customer owes more by it.

    ``posted_on`` is the day in Europe/Warsaw. ``posted_at`` is None where the books have a day and no time. A payment
    ``settles`` bills by their numbers, each with so much of it, before it settles the oldest ones.
    """

    entry_no: int
    kind: EntryKind
    document_no: str | None
    amount: Decimal
    posted_on: date
    posted_at: datetime | None = None
    value_on: date | None = None
    settles: tuple[tuple[str, Decimal], ...] = ()
