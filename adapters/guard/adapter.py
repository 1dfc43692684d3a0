"""The adapter as the portal sees it: the same questions, each answered within its deadline or refused."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from types import NoneType
from typing import Any, Literal, TypeVar, cast

from adapters.base import Adapter
from adapters.capabilities import Acceptance, Capability
from adapters.clock import Clock, today_by
from adapters.errors import AdapterError, BadData, Unavailable
from adapters.guard.cache import Cache, MemoryCache
from adapters.guard.documents import guarded
from adapters.guard.flights import Flight, Flights, Key
from adapters.guard.lane import Lane, Observe, OperationState, another, inside
from adapters.guard.settings import GuardSettings
from adapters.settlement import EVERY_DAY, RefreshDays
from schemas import (
    Balance,
    Basis,
    Case,
    Contract,
    Customer,
    Delivery,
    Invoice,
    InvoiceDocument,
    MeterReading,
    MeterToRead,
    Offer,
    StatementLine,
    Submission,
    SubmissionKind,
)

READS = (
    *("customer", "contracts", "invoices", "invoice", "balance", "statement", "ping"),
    *("meters", "readings", "cases", "offers"),
)
DOCUMENTS = ("document", "case_document")
SUBMISSIONS = ("submit", "find_submission")

T = TypeVar("T")
log = logging.getLogger("ebok.guard")


class GuardedAdapter:
    """Wraps an adapter; shared by all of a process's threads.

    It raises what the adapter raises, and ``Unavailable`` when the adapter is late, its breaker open or its bulkhead
    full. A bug in the adapter becomes ``BadData``. Today is the clock's day in Europe/Warsaw. Answers are immutable
    and shared between callers; only good answers are kept, for seconds.
    """

    def __init__(
        self,
        adapter: Adapter,
        *,
        clock: Clock,
        settings: GuardSettings | None = None,
        days: RefreshDays = EVERY_DAY,
        observe: Observe | None = None,
        cache: Cache | None = None,
    ) -> None:
        settings = settings or GuardSettings()
        self._adapter = adapter
        self._clock = clock
        self._settings = settings
        self._days = days
        self._today = today_by(clock)
        self._observe = _harmless(observe)
        self._flights = Flights(clock, crowd=settings.crowd)
        self._cache = cache or MemoryCache(clock, seconds=settings.cache_seconds, records=settings.cache_records)
        self._reads = self._lane("reads", READS, settings.reads_at_once)
        self._documents = self._lane("documents", DOCUMENTS, settings.documents_at_once, alone=True)
        self._submissions = self._lane(
            "submissions", SUBMISSIONS, settings.submissions_at_once, seconds=settings.submission_seconds
        )

    @property
    def name(self) -> str:
        return self._adapter.name

    @property
    def basis(self) -> Basis:
        """How the ERP lets the next-day rule be kept."""
        return self._adapter.basis

    def supports(self, capability: Capability) -> bool:
        """Whether the adapter declares it; what is not declared is not shown."""
        return capability in self._adapter.capabilities

    @property
    def accepts(self) -> Mapping[SubmissionKind, Acceptance]:
        """What the ERP takes from customers, and what it makes of our reference."""
        return self._adapter.accepts

    def customer(self, customer_no: str) -> Customer:
        """The customer's own particulars."""
        return self._ask("customer", customer_no, (), _one(Customer, lambda: self._adapter.customer(customer_no)))

    def contracts(self, customer_no: str) -> tuple[Contract, ...]:
        """All contracts, the newest first."""
        return self._ask("contracts", customer_no, (), _all(Contract, lambda: self._adapter.contracts(customer_no)))

    def invoices(self, customer_no: str) -> tuple[Invoice, ...]:
        """All invoices, corrections and notes, today's included, the newest first."""
        return self._ask("invoices", customer_no, (), _all(Invoice, lambda: self._adapter.invoices(customer_no)))

    def invoice(self, customer_no: str, invoice_ref: str) -> Invoice:
        """The one invoice with this ``invoice_ref``; ``NotFound`` if it is not there or not theirs."""
        call = _one(Invoice, lambda: self._adapter.invoice(customer_no, invoice_ref))
        return self._ask("invoice", customer_no, (invoice_ref,), call)

    def balance(self, customer_no: str) -> Balance:
        """The balance by the next-day rule, as shown today."""
        today = self._today()
        call = _one(Balance, lambda: self._adapter.balance(customer_no, today=today, days=self._days))
        return self._ask("balance", customer_no, (), call, today=today)

    def statement(self, customer_no: str, *, since: date | None = None) -> tuple[StatementLine, ...]:
        """The entries that count today, posted on or after ``since``, newest first, with running balances."""
        today = self._today()
        call = _all(
            StatementLine,
            lambda: self._adapter.statement(customer_no, today=today, since=since, days=self._days),
        )
        return self._ask("statement", customer_no, (since,), call, today=today)

    def document(self, invoice: Invoice) -> InvoiceDocument:
        """The ERP's own bytes of an invoice; close it after use: its place among the documents is held until then."""
        return self._open("document", lambda: self._adapter.document(invoice))

    def meters(self, customer_no: str) -> tuple[MeterToRead, ...]:
        """The meters that are there now."""
        return self._ask("meters", customer_no, (), _all(MeterToRead, lambda: self._adapter.meters(customer_no)))

    def readings(self, customer_no: str, meter_no: str) -> tuple[MeterReading, ...]:
        """What was read on one meter, the newest first."""
        call = _all(MeterReading, lambda: self._adapter.readings(customer_no, meter_no))
        return self._ask("readings", customer_no, (meter_no,), call)

    def cases(self, customer_no: str) -> tuple[Case, ...]:
        """All cases, the newest first."""
        return self._ask("cases", customer_no, (), _all(Case, lambda: self._adapter.cases(customer_no)))

    def case_document(self, case: Case, document_ref: str) -> InvoiceDocument:
        """The bytes of one of a case's documents; close it after use, like ``document``."""
        return self._open("case_document", lambda: self._adapter.case_document(case, document_ref))

    def offers(self, customer_no: str) -> tuple[Offer, ...]:
        """Products and promotions for this customer."""
        return self._ask("offers", customer_no, (), _all(Offer, lambda: self._adapter.offers(customer_no)))

    def submit(self, submission: Submission) -> Delivery:
        """Send it once: nothing is shared, kept or tried again. Only ``Unavailable`` with ``sent`` False says that
        nothing has left.
        """
        call = _one(Delivery, lambda: self._adapter.submit(submission))
        try:
            return self._submissions.run("submit", lambda _: call())
        finally:
            if submission.customer_no is not None:
                self.forget(submission.customer_no)

    def find_submission(self, kind: SubmissionKind, customer_no: str | None, reference: str) -> Delivery | None:
        """What became of a submission; None only where the ERP surely does not have it."""
        return self._submissions.run(
            "find_submission",
            lambda _: _one((Delivery, NoneType), lambda: self._adapter.find_submission(kind, customer_no, reference))(),
        )

    def holds_back(self, operation: Literal["submit", "find_submission"]) -> bool:
        """Whether such a call would be refused just now, as the ERP did not answer the last ones."""
        return self._submissions.is_closed_to(operation)

    def ping(self) -> None:
        """Whether the ERP answers, asked afresh unless somebody is asking already; raises ``Unavailable``."""
        self._ask("ping", "", (), self._adapter.ping, keep=False)

    def forget(self, customer_no: str) -> None:
        """Ask the ERP again for whatever this customer sees next: they have sent something that may change it."""
        self._flights.forget(customer_no)  # first, so that no answer under way lands in the emptied cache
        self._cache.forget(customer_no)

    def state(self) -> tuple[OperationState, ...]:
        """How each operation fares, by class."""
        return tuple(state for lane in (self._reads, self._documents, self._submissions) for state in lane.states())

    def close(self) -> None:
        """Give back the adapter's connections and the cache's; the guard is not used afterwards."""
        self._adapter.close()
        self._cache.close()

    def _open(self, operation: str, call: Callable[[], InvoiceDocument]) -> InvoiceDocument:
        if inside.get():
            return call()
        opened = _one(InvoiceDocument, call)
        return self._documents.run(operation, lambda stay: guarded(opened(), stay), unwanted=InvoiceDocument.close)

    def _lane(
        self, name: str, operations: tuple[str, ...], permits: int, *, seconds: float | None = None, alone: bool = False
    ) -> Lane:
        settings = self._settings if seconds is None else replace(self._settings, total_seconds=seconds)
        return Lane(
            name,
            operations,
            permits=permits,
            settings=settings,
            clock=self._clock,
            observe=self._observe,
            alone=alone,
        )

    def _ask(
        self,
        operation: str,
        customer_no: str,
        arguments: tuple[object, ...],
        call: Callable[[], T],
        *,
        today: date | None = None,
        keep: bool = True,
    ) -> T:
        if inside.get():
            # The adapter asks through the guard again: the outer call has a permit and a deadline for both, and to
            # wait here for one's own flight would be to wait for ever.
            return call()
        key = Key(operation, customer_no, arguments, today or self._today())
        kept = self._cache.get(key) if keep else None
        if kept is not None:
            self._observe(operation, "cached", 0.0)
            return cast(T, kept.value)
        flight, leads = self._flights.board(key)
        return cast(T, self._lead(flight, call, keep) if leads else self._follow(flight))

    def _lead(self, flight: Flight, call: Callable[[], object], keep: bool) -> object:
        error: AdapterError = Unavailable(f"{flight.key.operation}: the one who asked was ended")
        try:
            # Whoever saw no kept answer and then no flight may have come between a landing and its clearing away.
            kept = self._cache.begin(flight) if keep else None
            if kept is not None:
                answer = kept.value
                self._observe(flight.key.operation, "cached", 0.0)
            else:
                answer = self._reads.run(flight.key.operation, lambda _: call())
                if keep:
                    self._cache.put(flight, answer)
            flight.landed.set_result(answer)
            return answer
        except AdapterError as raised:
            error = raised
            raise
        finally:
            self._flights.land(flight)
            if not flight.landed.done():
                flight.landed.set_exception(another(error))

    def _follow(self, flight: Flight) -> object:
        operation = flight.key.operation
        started = self._clock.monotonic()
        longest = self._settings.queue_seconds + self._settings.total_seconds + self._settings.grace_seconds + 1.0
        with self._flights.waiting(flight):
            try:
                error = flight.landed.exception(longest)
            except TimeoutError:  # the leader sees to it long before
                raise Unavailable(f"{operation}: no answer within the deadline") from None
        self._observe(operation, "shared", self._clock.monotonic() - started)
        if isinstance(error, AdapterError):
            raise another(error)
        return flight.landed.result()


def _one(kind: type[Any] | tuple[type[Any], ...], call: Callable[[], T]) -> Callable[[], T]:
    def checked() -> T:
        answer = call()
        if not isinstance(answer, kind):
            expected = kind[0] if isinstance(kind, tuple) else kind
            raise BadData(f"expected {expected.__name__}, the adapter returned {type(answer).__name__}")
        if isinstance(answer, InvoiceDocument) and not isinstance(answer.chunks, Iterator):
            raise BadData("expected chunks to be an iterator of bytes")
        return answer

    return checked


def _all(kind: type[T], call: Callable[[], Any]) -> Callable[[], tuple[T, ...]]:
    def checked() -> tuple[T, ...]:
        answers = tuple(call())
        for answer in answers:
            if not isinstance(answer, kind):
                raise BadData(f"expected {kind.__name__}, the adapter returned {type(answer).__name__}")
        return answers

    return checked


def _harmless(observe: Observe | None) -> Observe:
    def observed(operation: str, outcome: str, seconds: float) -> None:
        if observe is not None:
            try:
                observe(operation, outcome, seconds)
            except Exception:
                log.exception("counting a call failed")

    return observed
