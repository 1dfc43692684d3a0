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
from adapters.errors import AdapterError, BadData, NotFound, NotSupported, OwnerMismatch, Rejected, Unavailable
from adapters.guard.breaker import Breaker, BreakerState, Refused
from adapters.guard.bulkhead import Bulkhead, Permit
from adapters.guard.settings import GuardSettings
from adapters.guard.workers import Workers

SLOW_SHARE = 0.8

Observe = Callable[[str, str, float], None]
"""Called with operation, outcome and seconds. Of a call to the ERP the outcome is ``ok`` or the error
(``unavailable``, ``timeout``, ``not_found``, ``rejected``, ``bad_data``, ``owner_mismatch``, ``not_supported``); of a
call that did not get there ``cached``, ``shared``, ``open`` (the breaker) or ``full`` (the bulkhead)."""

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


class Lane:
    """The operations of one class; each has its own breaker, all share the class's permits and threads."""

    def __init__(
        self,
        name: str,
        operations: Iterable[str],
        *,
        permits: int,
        settings: GuardSettings,
        clock: Clock,
        observe: Observe,
    ) -> None:
        self.name = name
        self._settings = settings
        self._clock = clock
        self._observe = observe
        self._breakers = {each: Breaker(clock, open_seconds=settings.breaker_open_seconds) for each in operations}
        self._last_errors: dict[str, str | None] = dict.fromkeys(self._breakers)
        self._workers = Workers(f"ebok-{name}", permits)
        self._bulkhead = Bulkhead(
            clock,
            permits=permits,
            queue_seconds=settings.queue_seconds,
            queue_length=settings.queue_length,
            alone=len(self._breakers) == 1,
        )

    def run(self, operation: str, call: Callable[[Permit], T], *, unwanted: Callable[[T], None] | None = None) -> T:
        """What ``call`` returns or raises, within the deadline; ``unwanted`` gets an answer that came too late.

        Raises the errors of ``adapters.errors`` alone. ``call`` may ``keep`` its permit beyond its end.
        """
        permit, ticket = self._admit(operation)
        started = self._clock.monotonic()
        outcome = "timeout"
        try:
            answer = self._hand_over(operation, call, permit, unwanted)
            outcome = "ok"
            return answer
        except AdapterError as error:
            outcome = "timeout" if isinstance(error, TimedOut) else outcome_of(error)
            raise
        finally:
            self._settle(operation, ticket, outcome, self._clock.monotonic() - started)

    def states(self) -> list[OperationState]:
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
                raise Unavailable(f"{operation}: too many calls of its class", retry_after=seconds)
            try:
                return permit, breaker.enter()
            except Refused:
                permit.release()
                raise
        except Refused as refused:
            self._observe(operation, "open", 0.0)
            raise Unavailable(f"{operation}: breaker is open", retry_after=math.ceil(refused.seconds)) from None

    def _hand_over(
        self, operation: str, call: Callable[[Permit], T], permit: Permit, unwanted: Callable[[T], None] | None
    ) -> T:
        answered: Future[T] = Future()

        def work() -> None:
            inside.set(True)
            error: AdapterError | None = None
            try:
                with permit:
                    answer = call(permit)
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

        self._workers.start(work)
        try:
            return answered.result(self._settings.total_seconds + self._settings.grace_seconds)
        except TimeoutError:
            if answered.cancel():
                raise TimedOut(f"{operation}: no answer within the deadline") from None
            return answered.result()
        finally:
            answered.cancel()  # a caller who is ended from outside does not want the answer either

    def _settle(self, operation: str, ticket: int, outcome: str, seconds: float) -> None:
        breaker = self._breakers[operation]
        before = breaker.state
        slow = seconds > SLOW_SHARE * self._settings.total_seconds
        breaker.leave(ticket, failed=slow or outcome in ("unavailable", "timeout"))
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
