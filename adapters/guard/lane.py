"""One class of operations on its way to the ERP: bulkhead, breakers, deadline, and nothing but our own errors."""

import logging
import math
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import TypeVar

from adapters.clock import Clock
from adapters.errors import (
    AdapterError,
    BadData,
    NotAsked,
    NotFound,
    NotSupported,
    OwnerMismatch,
    Rejected,
    Unavailable,
)
from adapters.guard.breaker import Breaker, BreakerState, Refused
from adapters.guard.bulkhead import Bulkhead, Permit
from adapters.guard.forgotten import Forgotten
from adapters.guard.settings import GuardSettings
from adapters.guard.workers import Workers

SLOW_SHARE = 0.8
_FAILED = frozenset({"unavailable", "timeout"})

Observe = Callable[[str, str, float], None]
"""Called with operation, outcome and seconds. Of a call to the ERP the outcome is ``ok`` or the error
(``unavailable``, ``timeout``, ``not_found``, ``rejected``, ``bad_data``, ``owner_mismatch``, ``not_supported``); of a
call that did not get there ``cached``, ``shared``, ``open`` (the breaker) or ``full`` (the bulkhead). A document that
opened well and breaks off is reported a second time, with the error."""

log = logging.getLogger("ebok.guard")
inside: ContextVar[bool] = ContextVar("inside_a_guarded_call", default=False)

_OUTCOMES: tuple[tuple[type[AdapterError], str], ...] = (
    (OwnerMismatch, "owner_mismatch"),
    (BadData, "bad_data"),
    (Unavailable, "unavailable"),
    (NotFound, "not_found"),
    (Rejected, "rejected"),
    (NotSupported, "not_supported"),
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OperationState:
    """How an operation fares: ``last_error`` is the outcome of its last call, None when it went well.

    A customer's number that is not known, or a refusal, is no error here. ``held`` counts the calls in the ERP now.
    """

    kind: str
    operation: str
    breaker: BreakerState
    since: datetime
    last_error: str | None
    held: int

    @property
    def is_well(self) -> bool:
        return self.breaker is BreakerState.CLOSED and self.last_error is None


class Stay:
    """A call's place in the ERP, which an answer that streams may ``keep`` until its end.

    Whoever keeps it says ``release`` at the end, ``broke`` where that end is an error, or, from the garbage
    collector, ``forget``.
    """

    def __init__(self, lane: "Lane", operation: str, permit: Permit, ticket: int, started: float) -> None:
        self._lane = lane
        self._operation = operation
        self._permit = permit
        self._ticket = ticket
        self._started = started

    def keep(self) -> None:
        self._permit.keep()
        self._lane.forgotten.watch()

    def release(self) -> None:
        """Give the place back; harmless to repeat."""
        self._permit.release()

    def broke(self, error: AdapterError) -> None:
        """What was counted as a good answer when it began has turned out to be none."""
        self._lane.broke(self._operation, self._ticket, outcome_of(error), self._started)

    def forget(self, close: Callable[[], None]) -> None:
        """Leave ``close`` and the release to another thread; takes no lock, so that finalizers may say it."""
        self._lane.forgotten.add(close, self._permit)


class Lane:
    """The operations of one class; each has its own breaker, all share the class's permits and threads.

    One of them may hold half of the permits that the others leave, or, with ``alone``, all that it finds.
    """

    def __init__(
        self,
        name: str,
        operations: Iterable[str],
        *,
        permits: int,
        settings: GuardSettings,
        clock: Clock,
        observe: Observe,
        alone: bool = False,
    ) -> None:
        self.name = name
        self._settings = settings
        self._clock = clock
        self._observe = observe
        self._breakers = {each: Breaker(clock, open_seconds=settings.breaker_open_seconds) for each in operations}
        self._last_errors: dict[str, str | None] = dict.fromkeys(self._breakers)
        self._workers = Workers(f"ebok-{name}", permits)
        self.forgotten = Forgotten(f"ebok-{name}")
        self._bulkhead = Bulkhead(
            clock,
            permits=permits,
            queue_seconds=settings.queue_seconds,
            queue_length=settings.queue_length,
            alone=alone or len(self._breakers) == 1,
        )

    def run(self, operation: str, call: Callable[[Stay], T], *, unwanted: Callable[[T], None] | None = None) -> T:
        """What ``call`` returns or raises, within the deadline; ``unwanted`` gets an answer that came too late.

        Raises the errors of ``adapters.errors`` alone. ``call`` may ``keep`` its place beyond its end.
        """
        self.forgotten.tidy()
        permit, ticket = self._admit(operation)
        started = self._clock.monotonic()
        outcome = "timeout"
        try:
            stay = Stay(self, operation, permit, ticket, started)
            answer = self._hand_over(operation, lambda: call(stay), permit, unwanted)
            outcome = "ok"
            return answer
        except AdapterError as error:
            outcome = "timeout" if isinstance(error, TimedOut) else outcome_of(error)
            raise
        finally:
            seconds = self._clock.monotonic() - started
            slow = seconds > SLOW_SHARE * self._settings.total_seconds
            self._settle(operation, ticket, outcome, seconds, failed=slow or outcome in _FAILED)

    def broke(self, operation: str, ticket: int, outcome: str, started: float) -> None:
        """Count an answer that ended in an error; how long it took says little, as it went at its reader's pace."""
        seconds = self._clock.monotonic() - started
        self._settle(operation, ticket, outcome, seconds, failed=outcome in _FAILED)

    def is_closed_to(self, operation: str) -> bool:
        """Whether the operation's breaker would refuse a call now."""
        try:
            self._breakers[operation].check()
        except Refused:
            return True
        return False

    def states(self) -> list[OperationState]:
        self.forgotten.tidy()
        return [
            OperationState(
                kind=self.name,
                operation=operation,
                breaker=breaker.state,
                since=breaker.since,
                last_error=self._last_errors[operation],
                held=self._bulkhead.held(operation),
            )
            for operation, breaker in self._breakers.items()
        ]

    def _admit(self, operation: str) -> tuple[Permit, int]:
        breaker = self._breakers[operation]
        try:
            breaker.check()
            permit = self._bulkhead.enter(operation)
            if permit is None:
                self._observe(operation, "full", 0.0)
                seconds = math.ceil(self._settings.total_seconds)
                raise NotAsked(f"{operation}: too many calls of its class", retry_after=seconds)
            try:
                return permit, breaker.enter()
            except Refused:
                permit.release()
                raise
        except Refused as refused:
            self._observe(operation, "open", 0.0)
            seconds = math.ceil(refused.seconds)
            raise NotAsked(f"{operation}: breaker is open", retry_after=seconds) from None

    def _hand_over(
        self, operation: str, call: Callable[[], T], permit: Permit, unwanted: Callable[[T], None] | None
    ) -> T:
        answered: Future[T] = Future()

        def work() -> None:
            inside.set(True)
            error: AdapterError | None = None
            try:
                with permit:
                    answer = call()
            except BaseException as raised:
                error = own_error(operation, raised)
            # The future decides between an answer and a caller who has just stopped waiting: it is one or the other.
            if not answered.set_running_or_notify_cancel():
                if error is None and unwanted is not None:
                    with suppress(Exception):
                        unwanted(answer)
            elif error is not None:
                answered.set_exception(error)
            else:
                answered.set_result(answer)

        try:
            self._workers.start(work)
        except BaseException as raised:
            permit.release()
            if isinstance(raised, RuntimeError):
                raise NotAsked(f"{operation}: no thread to ask with") from None
            raise
        try:
            return answered.result(self._settings.total_seconds + self._settings.grace_seconds)
        except TimeoutError:
            if answered.cancel():
                raise TimedOut(f"{operation}: no answer within the deadline") from None
            return answered.result()
        finally:
            answered.cancel()  # a caller who is ended from outside does not want the answer either

    def _settle(self, operation: str, ticket: int, outcome: str, seconds: float, *, failed: bool) -> None:
        breaker = self._breakers[operation]
        before = breaker.state
        breaker.leave(ticket, failed=failed)
        self._last_errors[operation] = None if outcome in ("ok", "not_found", "rejected") else outcome
        after = breaker.state
        if after is not before:
            self._report(operation, after, outcome)
        self._observe(operation, outcome, seconds)

    def _report(self, operation: str, state: BreakerState, outcome: str) -> None:
        if state is BreakerState.OPEN:
            log.warning("%s: breaker opens, last outcome %s", operation, outcome)
        elif state is BreakerState.CLOSED:
            log.info("%s: breaker closes, the billing system answers again", operation)


class TimedOut(Unavailable):
    """The adapter did not keep its own deadline."""


def outcome_of(error: AdapterError) -> str:
    """The word for an error in metrics and states."""
    return next((word for kind, word in _OUTCOMES if isinstance(error, kind)), "bad_data")


def own_error(operation: str, raised: BaseException) -> AdapterError:
    """An adapter's own error as it is; anything else is a bug in the adapter, and its text may hold anything."""
    if isinstance(raised, AdapterError):
        return raised
    trace = raised.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return BadData(f"{operation}: {type(raised).__name__} at {place}")


def another(error: AdapterError) -> AdapterError:
    """The same error for another thread: one that is raised in many would collect all their tracebacks."""
    try:
        return copy(error)
    except Exception:  # a subclass whose __init__ takes something else
        return error
