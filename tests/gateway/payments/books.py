"""A billing system that tests can lead: what it is owed, what it takes, and what it books of that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from adapters.base import Adapter, Figures
from adapters.capabilities import Acceptance, Capability, Recognition
from adapters.errors import NotFound, Rejected
from schemas import (
    Basis,
    Contract,
    Customer,
    Delivery,
    EntryKind,
    Invoice,
    InvoiceKind,
    LedgerEntry,
    Submission,
    SubmissionKind,
)

NRB = "61109010140000071219812874"


@dataclass
class Books:
    """The billing system: invoices that are paid by what it takes, and a ledger."""

    invoices: dict[str, list[Invoice]] = field(default_factory=dict)
    entries: list[LedgerEntry] = field(default_factory=list)
    taken: dict[str, Submission] = field(default_factory=dict)
    takes: bool = True
    refuses: bool = False
    books: bool = True
    recognition: Recognition = Recognition.DEDUPLICATES
    meanwhile: Callable[[], object] = lambda: None
    """What happens after it has taken something and before it says so."""
    today: Callable[[], date] = lambda: date(2026, 3, 10)

    def take(self, submission: Submission) -> Delivery:
        if self.refuses:
            raise Rejected("no", code="E-7")
        self.taken[submission.reference] = submission
        if self.books:
            self.book(submission.reference)
        self.meanwhile()
        return Delivery(submission.reference, case_no=f"W/{len(self.taken)}")

    def book(self, reference: str) -> None:
        submission = self.taken[reference]
        content: Any = submission.content
        self.add(str(submission.customer_no), -content.amount, reference)

    def add(self, customer_no: str, amount: Decimal, document_no: str | None) -> None:
        number = str(len(self.entries) + 1)
        self.entries.append(LedgerEntry(customer_no, number, EntryKind.PAYMENT, document_no, amount, self.today()))


class BooksAdapter(Adapter):
    """An adapter over ``Books``."""

    name = "books"
    basis = Basis.LEDGER
    capabilities = frozenset({Capability.LEDGER})

    def __init__(self, books: Books) -> None:
        self.books = books

    @property
    def accepts(self) -> Mapping[SubmissionKind, Acceptance]:  # type: ignore[override]
        kinds = [SubmissionKind.REMARK, *([SubmissionKind.PAYMENT] if self.books.takes else [])]
        return dict.fromkeys(kinds, Acceptance(self.books.recognition))

    def _customer(self, customer_no: str) -> Customer:
        raise NotFound

    def _contracts(self, customer_no: str) -> list[Contract]:
        return []

    def _invoices(self, customer_no: str) -> list[Invoice]:
        return self.books.invoices.get(customer_no, [])

    def _ledger(self, customer_no: str, since: date | None) -> Figures:
        entries = [
            each
            for each in self.books.entries
            if each.customer_no == customer_no and (since is None or each.posted_on >= since)
        ]
        return Figures(customer_no, Decimal("500.00"), "PLN", entries, NRB)

    def _submit(self, submission: Submission) -> Delivery:
        return self.books.take(submission)


def invoice(ref: str = "F1", *, customer_no: str = "100001", outstanding: str = "61.50", **more: Any) -> Invoice:
    values: dict[str, Any] = {
        "kind": InvoiceKind.INVOICE,
        "issued_on": date(2026, 2, 1),
        "due_on": date(2026, 2, 15),
        "net": Decimal("50.00"),
        "vat": Decimal("11.50"),
        "gross": Decimal("61.50"),
        "currency": "PLN",
        "payment_account": NRB,
    }
    return Invoice(customer_no, ref, f"FV/{ref}/2026", outstanding=Decimal(outstanding), **values | more)
