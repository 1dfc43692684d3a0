"""When the operator is asked about a payment again, and when the ledger is looked at."""

from datetime import datetime, timedelta

WHILE_VALID = timedelta(minutes=2)
GRACE = timedelta(minutes=2)
"""What was paid in the last second is told of a little later."""
LOOKS = (timedelta(minutes=5), timedelta(hours=1), *[timedelta(days=1)] * 5)
"""How long to wait after each question in vain once the customer's time is over; then a person decides."""
LATE_LOOKS = (timedelta(hours=1), timedelta(days=1))
"""When a payment that came to nothing is asked about after all."""
LATE_AGAIN, LATE_END = timedelta(hours=1), timedelta(days=3)
"""Where the operator was away then: how soon again, and for how long."""
LEDGER = timedelta(hours=1)
LEDGER_IN_DOUBT = timedelta(days=1)

ASKED_EVERY_SECONDS = 5.0
"""However often its page is looked at, a payment is asked about no more often."""
HAND_OFF_SECONDS = 60.0
"""A hand-off that has not come back after this long never will: an operator has its own, much shorter, deadline."""
LOOKING_SECONDS = 60.0
"""How long a worker has a payment for itself."""


def next_question(asks: int, valid_until: datetime, now: datetime) -> tuple[int, datetime] | None:
    """How many questions count, and when the next one is due; None when there were enough."""
    if now < valid_until + GRACE:
        return 0, min(now + WHILE_VALID, valid_until + GRACE)
    if asks >= len(LOOKS):
        return None
    return asks + 1, now + LOOKS[asks]


def next_late_look(asks: int, failed_at: datetime, now: datetime, *, answered: bool) -> tuple[int, datetime] | None:
    """The same for a payment that came to nothing at ``failed_at``; None when it can be forgotten."""
    if not answered:
        return (asks, now + LATE_AGAIN) if now < failed_at + LATE_END else None
    if asks >= len(LATE_LOOKS) - 1:
        return None
    return asks + 1, failed_at + LATE_LOOKS[asks + 1]
