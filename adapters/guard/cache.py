"""Keeps the ERP's answers for some seconds, never past local midnight: the next day has another balance."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from adapters.clock import Clock, local_day, local_midnight
from adapters.guard.flights import Flight, Key

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """A kept answer: immutable, since many requests share it."""

    value: object


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


class Cache:
    """Answers in the process's memory, at most ``records`` of them in all; ``seconds`` 0 keeps nothing.

    Its seconds count from when the ERP was asked, not from when it answered.
    """

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

    def put(self, flight: Flight, value: object) -> None:
        """Keep a flight's answer, unless it went stale on the way."""
        weight = 1 + (len(value) if isinstance(value, tuple) else 0)
        if self._seconds <= 0 or weight > self._records:
            return
        midnight = local_midnight(local_day(flight.asked_at) + _DAY)
        kept = _Kept(
            answer=Answer(value),
            weight=weight,
            expires=flight.started + self._seconds,
            asked_at=flight.asked_at,
            until=min(midnight, flight.asked_at + timedelta(seconds=self._seconds)),
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
