"""The nights on which dates go wrong, and an independent account of what a balance must be."""

import calendar
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from adapters.clock import WARSAW, local_day
from schemas import Balance, LedgerEntry

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def moment(day: date, hour: int = 12, minute: int = 0, second: int = 0) -> datetime:
    """That time of that day in Europe/Warsaw, as an instant."""
    return datetime.combine(day, time(hour, minute, second), tzinfo=WARSAW).astimezone(UTC)


def is_business_day(day: date) -> bool:
    """Monday to Friday: enough of a calendar to try the rule with."""
    return day.weekday() < 5


def _offset(day: date) -> timedelta | None:
    return datetime.combine(day, time(0), tzinfo=WARSAW).utcoffset()


def _is_ordinary(day: date) -> bool:
    return day.day == 14


def _is_spring_change(day: date) -> bool:
    return day.month == 3 and _offset(day) != _offset(day + DAY)


def _is_autumn_change(day: date) -> bool:
    return day.month == 10 and _offset(day) != _offset(day + DAY)


def _is_years_end(day: date) -> bool:
    return (day.month, day.day) == (12, 31)


def _is_leap_day(day: date) -> bool:
    return calendar.isleap(day.year) and (day.month, day.day) == (2, 29)


SPECIAL_DAYS: dict[str, Callable[[date], bool]] = {
    "an_ordinary_day": _is_ordinary,
    "the_spring_clock_change": _is_spring_change,
    "the_autumn_clock_change": _is_autumn_change,
    "the_last_of_december": _is_years_end,
    "the_29th_of_february": _is_leap_day,
}


def next_day(after: datetime, is_it: Callable[[date], bool]) -> date:
    """The first such day that has not begun, with two days to spare for tests that begin before it."""
    day = local_day(after) + 3 * DAY
    while not is_it(day):
        day += DAY
    return day


def counted(entries: Iterable[LedgerEntry], last_day: date) -> Decimal:
    """The sum of what was posted up to the end of ``last_day``."""
    return sum((entry.amount for entry in entries if entry.posted_on <= last_day), Decimal("0.00"))


def waiting(entries: Iterable[LedgerEntry], last_day: date) -> list[tuple[date, Decimal]]:
    """What was posted after ``last_day``, as days and amounts in a fixed order."""
    return sorted((entry.posted_on, entry.amount) for entry in entries if entry.posted_on > last_day)


def pending_of(balance: Balance) -> list[tuple[date, Decimal]] | None:
    """What a balance says is booked and does not count yet, in the same order; None where it does not say."""
    if balance.pending is None:
        return None
    return sorted((entry.posted_on, entry.amount) for entry in balance.pending)
