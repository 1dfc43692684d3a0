"""The only place that reads the time. Everything else is given a clock, except the deadlines of connections.

Those (``adapters.http_deadline``) always follow the machine's: a socket does not wait for a clock that was set.
"""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

WARSAW = ZoneInfo("Europe/Warsaw")


class Clock(Protocol):
    """``now`` is an aware instant in UTC; ``monotonic`` are seconds that only grow, for deadlines and cache lives."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class SetClock:
    """A clock that stands where it was put, until it is put elsewhere or given back to real time.

    ``monotonic`` follows the machine unless ``advance`` moves it, so that deadlines still end.
    """

    def __init__(self, now: datetime | None = None, *, real: Clock | None = None) -> None:
        self._real = real or SystemClock()
        self._now = now
        self._ahead = 0.0

    @property
    def is_set(self) -> bool:
        return self._now is not None

    def now(self) -> datetime:
        return self._now.astimezone(UTC) if self._now is not None else self._real.now()

    def monotonic(self) -> float:
        return self._real.monotonic() + self._ahead

    def set(self, now: datetime | None) -> None:
        """Stand at ``now`` (aware), or follow real time again with None."""
        if now is not None and now.tzinfo is None:
            raise ValueError("expected a moment with its offset")
        self._now = now

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass, for both readings."""
        self._ahead += seconds
        if self._now is not None:
            self._now = self._now.astimezone(UTC) + timedelta(seconds=seconds)


def local_day(moment: datetime) -> date:
    """The calendar day in Europe/Warsaw on which an instant falls."""
    return moment.astimezone(WARSAW).date()


def local_midnight(day: date) -> datetime:
    """The instant, in UTC, at which a calendar day begins in Europe/Warsaw."""
    return datetime(day.year, day.month, day.day, tzinfo=WARSAW).astimezone(UTC)


def today_by(clock: Clock) -> Callable[[], date]:
    """A function that says which day it is in Europe/Warsaw by ``clock``."""
    return lambda: local_day(clock.now())
