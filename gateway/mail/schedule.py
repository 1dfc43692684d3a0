"""When a mail that did not leave is tried again, and when it is given up."""

import random
from datetime import timedelta

DELAYS = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 120, 600, 3600))
"""After the first attempt, the second and so on; the last is used for ever after."""

AWAY_DELAYS = DELAYS[:3]
"""The same where the server itself is away: looking costs little, and the whole queue waits for it."""

GIVE_UP = timedelta(hours=72)
_SPREAD = 0.2


def delay(attempts: int, *, spread: float | None = None) -> timedelta:
    """How long to wait after this many attempts, give or take a fifth."""
    return DELAYS[min(max(attempts, 1), len(DELAYS)) - 1] * (random_spread() if spread is None else spread)


def random_spread() -> float:
    """A factor that keeps many mails from coming back in one moment."""
    return random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 (no secret)
