"""When something is tried again, when the ERP is asked what became of it, and when a person has to decide."""

from datetime import datetime, timedelta

from gateway.mail.schedule import DELAYS, delay
from gateway.settings import Settings

LOOKS = (timedelta(minutes=5), timedelta(hours=1), *[timedelta(days=1)] * 5)
"""How long after a send whose answer was lost the ERP is asked for it, and then after each look in vain."""

_FEWEST_TRIES = len(DELAYS) + 1

__all__ = ["LOOKS", "delay", "lease_seconds", "next_look", "surely_arrived_by", "tries_are_over"]


def tries_are_over(accepted_at: datetime, attempts: int, now: datetime, settings: Settings) -> bool:
    """Whether a person decides from now on: it was accepted ``retry_hours`` ago and tried more than a few times.

    The latter for what waited long without a try: behind another one of its queue, or while no worker ran.
    """
    old = now - accepted_at >= timedelta(hours=settings.outbox.retry_hours)
    return old and attempts >= _FEWEST_TRIES


def next_look(looks: int) -> timedelta | None:
    """How long to wait after so many looks in vain; None when there were enough."""
    return LOOKS[looks] if looks < len(LOOKS) else None


def surely_arrived_by(last_sent_at: datetime, lag_seconds: float, settings: Settings) -> datetime:
    """From when on the ERP's "not here" is the truth: sending has its deadline, and then comes the ERP's own lag."""
    return last_sent_at + timedelta(seconds=settings.guard.submission_seconds + lag_seconds)


def lease_seconds(settings: Settings) -> float:
    """How long a worker has its work for: in any case twice as long as sending may take."""
    return max(settings.outbox.lease_seconds, 2 * settings.guard.submission_seconds)
