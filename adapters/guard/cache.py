"""Keeps the ERP's answers for some seconds, never past local midnight: the next day has another balance."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from adapters.clock import Clock, local_day, local_midnight
from adapters.guard.flights import Flight, Key

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """A kept answer: immutable, since many requests share it."""

    value: object


class Cache(Protocol):
    """Where answers are kept; shared by all threads. Nothing here raises: what cannot be kept is asked again.

    An answer's seconds count from when the ERP was asked, not from when it answered.
    """

    def get(self, key: Key) -> Answer | None:
        """The kept answer, while it is good."""

    def begin(self, flight: Flight) -> Answer | None:
        """What was kept meanwhile, as ``get``; or None, then the flight may start and its answer be ``put``."""

    def put(self, flight: Flight, value: object) -> None:
        """Keep a flight's answer, unless its customer was forgotten since it began."""

    def forget(self, customer_no: str) -> None:
        """Drop the customer's answers, those of the calls under way too."""

    def close(self) -> None:
        """Give back connections; the cache is not used afterwards."""


def good_until(asked_at: datetime, seconds: float) -> datetime:
    """When an answer to a question asked then stops being good: at local midnight at the latest."""
    return min(local_midnight(local_day(asked_at) + _DAY), asked_at + timedelta(seconds=seconds))


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: Answer
    weight: int
    expires: float
    asked_at: datetime
    until: datetime

    def is_good(self, monotonic: float, now: datetime) -> bool:
        # Both clocks, because the wall clock can be set, forward past midnight or back into the day before.
        return monotonic < self.expires and self.asked_at <= now < self.until


class MemoryCache:
    """Answers in the process's memory, at most ``records`` of them in all; ``seconds`` 0 keeps nothing."""

    def __init__(self, clock: Clock, *, seconds: float, records: int) -> None:
        self._clock = clock
        self._seconds = seconds
        self._records = records
        self._lock = Lock()
        self._kept: dict[Key, _Kept] = {}  # in order of putting, so the first are the oldest
        self._weight = 0

    def get(self, key: Key) -> Answer | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            if kept.is_good(self._clock.monotonic(), self._clock.now()):
                return kept.answer
            self._drop(key)
            return None

    def begin(self, flight: Flight) -> Answer | None:
        return self.get(flight.key)

    def put(self, flight: Flight, value: object) -> None:
        weight = 1 + (len(value) if isinstance(value, tuple) else 0)
        if self._seconds <= 0 or weight > self._records:
            return
        kept = _Kept(
            answer=Answer(value),
            weight=weight,
            expires=flight.started + self._seconds,
            asked_at=flight.asked_at,
            until=good_until(flight.asked_at, self._seconds),
        )
        with self._lock:
            if flight.stale:
                return
            self._drop(flight.key)
            self._make_room(weight)
            self._kept[flight.key] = kept
            self._weight += weight

    def forget(self, customer_no: str) -> None:
        with self._lock:
            for key in [key for key in self._kept if key.customer_no == customer_no]:
                self._drop(key)

    def close(self) -> None:
        with self._lock:
            self._kept.clear()
            self._weight = 0

    def _make_room(self, weight: int) -> None:
        monotonic, now = self._clock.monotonic(), self._clock.now()
        while self._kept:
            key, kept = next(iter(self._kept.items()))
            if self._weight + weight <= self._records and kept.is_good(monotonic, now):
                return
            self._drop(key)

    def _drop(self, key: Key) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._weight -= kept.weight
