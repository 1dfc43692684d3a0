"""Stops asking an operation that fails, and asks again carefully, so that a sick ERP is neither waited for nor hit."""

from collections import deque
from datetime import datetime
from enum import StrEnum
from threading import Lock

from adapters.clock import Clock

WINDOW_CALLS = 20
WINDOW_SECONDS = 60.0
FEWEST_CALLS = 5
FAILURES_IN_A_ROW = 5
FAILURE_SHARE = 0.5
LONGEST_OPEN_SECONDS = 60.0


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker:
    """One operation's breaker.

    It opens after five failures in a row, or when half of the last calls failed (at least five, at most twenty, of
    the last minute); then for ``open_seconds``, doubled each time that the one probe fails, up to a minute. 0 turns
    it off. What a call that began before the last change of state comes to is not counted.
    """

    def __init__(self, clock: Clock, *, open_seconds: float) -> None:
        self._clock = clock
        self._base = open_seconds
        self._lock = Lock()
        self._era = 0
        self._in_a_row = 0
        self._close()

    @property
    def state(self) -> BreakerState:
        with self._lock:
            return self._state

    @property
    def since(self) -> datetime:
        """When it came into its state, in UTC."""
        with self._lock:
            return self._since

    def check(self) -> None:
        """Raises ``Refused`` while the operation is not to be asked."""
        with self._lock:
            self._check()

    def enter(self) -> int:
        """As ``check``; returns a ticket for ``leave``, of which there is one alone while half open."""
        with self._lock:
            self._check()
            if self._state is BreakerState.OPEN:
                self._turn(BreakerState.HALF_OPEN)
            return self._era

    def leave(self, ticket: int, *, failed: bool) -> None:
        """Say how the call ended, and once more if its answer breaks off later."""
        with self._lock:
            if ticket != self._era or self._base <= 0:
                return
            if self._state is BreakerState.HALF_OPEN:
                if failed:
                    self._open(min(self._open_seconds * 2, max(LONGEST_OPEN_SECONDS, self._base)))
                else:
                    self._close()
                return
            self._count(failed)
            if self._too_many():
                self._open(self._base)

    def _check(self) -> None:
        if self._state is BreakerState.OPEN:
            left = self._open_until - self._clock.monotonic()
            if left > 0:
                raise Refused(left)
        elif self._state is BreakerState.HALF_OPEN:
            raise Refused(1.0)  # the probe is on its way; its outcome is known within the deadline

    def _count(self, failed: bool) -> None:
        now = self._clock.monotonic()
        self._calls.append((now, failed))
        while self._calls[0][0] <= now - WINDOW_SECONDS:
            self._calls.popleft()
        self._in_a_row = self._in_a_row + 1 if failed else 0

    def _too_many(self) -> bool:
        if self._in_a_row >= FAILURES_IN_A_ROW:
            return True
        failures = sum(failed for _, failed in self._calls)
        return self._in_a_row > 0 and len(self._calls) >= FEWEST_CALLS and failures >= FAILURE_SHARE * len(self._calls)

    def _open(self, seconds: float) -> None:
        self._open_seconds = seconds
        self._open_until = self._clock.monotonic() + seconds
        self._turn(BreakerState.OPEN)

    def _close(self) -> None:
        self._open_seconds = self._base
        self._open_until = 0.0
        self._calls: deque[tuple[float, bool]] = deque(maxlen=WINDOW_CALLS)
        self._in_a_row = 0
        self._turn(BreakerState.CLOSED)

    def _turn(self, state: BreakerState) -> None:
        self._state = state
        self._since = self._clock.now()
        self._era += 1


class Refused(Exception):
    """Not to be asked for so many ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds
