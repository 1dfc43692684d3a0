"""Lets everybody who asks the same at the same time share one call to the ERP, and its failure too."""

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import date, datetime
from threading import Lock
from typing import Any, NamedTuple

from adapters.clock import Clock
from adapters.errors import Unavailable

YOUNG_SECONDS = 1.0


class Key(NamedTuple):
    """What was asked, of whom, on which day: two calls with the same key have the same answer."""

    operation: str
    customer_no: str
    arguments: tuple[object, ...]
    today: date


class Flight:
    """One call under way. ``landed`` holds its answer; it is ``stale`` once something was sent for its customer.

    ``generation`` is the cache's own note of how things stood when the call began.
    """

    __slots__ = ("asked_at", "generation", "key", "landed", "stale", "started")

    def __init__(self, key: Key, asked_at: datetime, started: float) -> None:
        self.key = key
        self.asked_at = asked_at
        self.started = started
        self.stale = False
        self.generation: bytes | None = None
        self.landed: Future[Any] = Future()


class Flights:
    """The calls under way.

    Whoever comes within a second of a call's start may join it, so that a rush is one call. A call that takes longer
    is joined by ``crowd`` threads at most, over all such calls: the server needs its threads for other pages.
    """

    def __init__(self, clock: Clock, *, crowd: int) -> None:
        self._clock = clock
        self._crowd = crowd
        self._lock = Lock()
        self._flights: dict[Key, Flight] = {}
        self._waiting = 0

    def board(self, key: Key) -> tuple[Flight, bool]:
        """The flight for ``key``, and whether the caller leads it: then they ``land`` it and fill ``landed``."""
        with self._lock:
            flight = self._flights.get(key)
            if flight is not None:
                return flight, False
            flight = self._flights[key] = Flight(key, self._clock.now(), self._clock.monotonic())
            return flight, True

    @contextmanager
    def waiting(self, flight: Flight) -> Iterator[None]:
        """Be counted as one who waits; raises ``Unavailable`` where there are enough of them."""
        with self._lock:
            age = self._clock.monotonic() - flight.started
            if age > YOUNG_SECONDS and self._waiting >= self._crowd and not flight.landed.done():
                raise Unavailable(f"{flight.key.operation}: too many are waiting", retry_after=5)
            self._waiting += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1

    def land(self, flight: Flight) -> None:
        """Take it off the list; what comes now starts another one."""
        with self._lock:
            if self._flights.get(flight.key) is flight:
                del self._flights[flight.key]

    def forget(self, customer_no: str) -> None:
        """Nobody joins this customer's calls any more, and their answers are not kept."""
        with self._lock:
            for key in [key for key in self._flights if key.customer_no == customer_no]:
                self._flights.pop(key).stale = True
