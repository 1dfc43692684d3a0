"""By when what a customer sent is answered: days from the portal's acceptance, whenever the ERP got it."""

from datetime import date, datetime, timedelta
from functools import cache

import holidays

from adapters.clock import local_day
from gateway.settings import OutboxSettings


def reply_by(accepted_at: datetime, settings: OutboxSettings) -> date:
    """The last day for an answer: ``reply_days`` after the day of acceptance in Europe/Warsaw.

    Where that is a Saturday, a Sunday or a public holiday, ``reply_on`` says whether the next working day counts
    (as art. 115 of the Polish civil code has it) or the day itself.
    """
    day = local_day(accepted_at) + timedelta(days=settings.reply_days)
    if settings.reply_on == "next_working_day":
        while day.weekday() >= 5 or day in _public_holidays(day.year):
            day += timedelta(days=1)
    return day


@cache
def _public_holidays(year: int) -> frozenset[date]:
    """A year's own set: the library's growing one must not be shared by threads while it grows."""
    return frozenset(holidays.country_holidays("PL", years=year))
