"""A billing system in a few lines that hangs, fails and counts as a test tells it to."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Event, Lock
from typing import ClassVar

from adapters.base import Adapter, Figures
from adapters.capabilities import Acceptance, Capability, Recognition
from adapters.clock import SetClock
from adapters.guard import GuardedAdapter, GuardSettings
from adapters.guard.cache import Cache
from schemas import (
    Basis,
    Contract,
    Customer,
    CustomerKind,
    Delivery,
    EntryKind,
    Invoice,
    InvoiceDocument,
    InvoiceKind,
    LedgerEntry,
    Service,
    Submission,
    SubmissionKind,
)

NOON = datetime(2026, 3, 28, 11, 0, tzinfo=UTC)


class BackEnd(Adapter):
    """``faults[operation]`` is called with each call of that operation; ``calls`` counts all, ``busy`` those inside."""

    name = "back end"
    basis = Basis.LEDGER
    capabilities = frozenset({Capability.LEDGER, Capability.DOCUMENT})
    accepts: ClassVar = {SubmissionKind.OUTAGE: Acceptance(Recognition.FINDABLE)}

    def __init__(self) -> None:
        self.faults: dict[str, Callable[[], object]] = {}
        self.calls: Counter[str] = Counter()
        self.busy: Counter[str] = Counter()
        self.most = 0
        self.opening = Decimal("10.00")
        self.chunks: Callable[[], Iterator[bytes]] = lambda: iter([b"%PDF", b"-1.7"])
        self._lock = Lock()

    def _customer(self, customer_no: str) -> Customer:
        self._called("customer")
        return Customer(customer_no, "Anna Nowak", CustomerKind.PERSON, "ul. Wodna 1, 00-001 Gdzieś")

    def _contracts(self, customer_no: str) -> list[Contract]:
        self._called("contracts")
        return [Contract(customer_no, "U/1", (Service.WATER,), date(2020, 1, 1))]

    def _invoices(self, customer_no: str) -> list[Invoice]:
        self._called("invoices")
        return [an_invoice(customer_no)]

    def _invoice(self, customer_no: str, invoice_ref: str) -> Invoice:
        self._called("invoice")
        return an_invoice(customer_no, invoice_ref)

    def _ledger(self, customer_no: str, since: date | None) -> Figures:
        self._called("ledger")
        entry = LedgerEntry(customer_no, "1", EntryKind.PAYMENT, None, Decimal("-4.00"), date(2026, 3, 28))
        return Figures(customer_no, self.opening, "PLN", [entry])

    def _document(self, invoice: Invoice) -> InvoiceDocument:
        self._called("document")
        return InvoiceDocument(invoice.customer_no, "application/pdf", self.chunks())

    def _submit(self, submission: Submission) -> Delivery:
        self._called("submit")
        return Delivery(submission.reference, submission.customer_no)

    def _find_submission(self, kind: SubmissionKind, customer_no: str | None, reference: str) -> Delivery | None:
        self._called("find_submission")
        return None

    def ping(self) -> None:
        self._called("ping")

    def _called(self, operation: str) -> None:
        with self._lock:
            self.calls[operation] += 1
            self.busy[operation] += 1
            self.most = max(self.most, self.busy.total())
        try:
            fault = self.faults.get(operation)
            if fault is not None:
                fault()
        finally:
            with self._lock:
                self.busy[operation] -= 1


class Gate:
    """A fault that holds every call until it is opened; ``reached`` is set by the first."""

    def __init__(self) -> None:
        self.reached = Event()
        self._opened = Event()

    def __call__(self) -> None:
        self.reached.set()
        self._opened.wait(30)

    def open(self) -> None:
        self._opened.set()


def an_invoice(customer_no: str = "C-1", invoice_ref: str = "1") -> Invoice:
    return Invoice(
        customer_no,
        invoice_ref,
        f"FV/{invoice_ref}/2026",
        InvoiceKind.INVOICE,
        date(2026, 3, 1),
        date(2026, 3, 15),
        Decimal("100.00"),
        Decimal("8.00"),
        Decimal("108.00"),
        Decimal("0.00"),
        "PLN",
        has_document=True,
    )


def guard(
    back_end: Adapter,
    clock: SetClock | None = None,
    *,
    observe: object = None,
    cache: Cache | None = None,
    **settings: object,
) -> GuardedAdapter:
    """A guard with deadlines short enough for a test."""
    chosen: dict[str, object] = {"total_seconds": 0.4, "grace_seconds": 0.05, "queue_seconds": 0.05, **settings}
    return GuardedAdapter(
        back_end,
        clock=clock or SetClock(NOON),
        settings=GuardSettings(**chosen),
        observe=observe,
        cache=cache,
    )
