"""By when what a customer sent is answered: days from the portal's acceptance, whenever the ERP got it."""

from datetime import date, datetime, timedelta
from functools import cache

import holidays

from adapters.clock import local_day
from gateway.settings import OutboxSettings
from schemas import LETTERS, SubmissionKind

ANSWERED = (*LETTERS, SubmissionKind.DATA_CHANGE, SubmissionKind.OUTAGE)
"""What somebody answers; of the rest the ERP makes no case."""


def promised(kind: SubmissionKind, accepted_at: datetime, settings: OutboxSettings) -> date | None:
    """The day that the receipt promises; None where no answer is due.

    One rule for all that is answered. What the receipt promised stands, in every list and for everybody who may see
    the case, whatever day the ERP writes on it: that may count from another moment, and need not know of Sundays. The
    ERP's own day stands only where we promised none: in a case that did not come through the portal.
    """
    return reply_by(accepted_at, settings) if kind in ANSWERED else None


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
