"""Nobody floods the utility with outages: a day's first ones of a network are free, then each waits longer."""

import math
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from gateway.portal import Portal

_KIND = "outage"
_FREE = 10


def seconds_to_wait(portal: Portal, network: str) -> int:
    """How long the next report from a network has to wait; 0 for not at all."""
    wait = portal.throttles.wait(portal.clock.now(), (_KIND, network))
    return max(0, math.ceil(wait.total_seconds()))


def count(portal: Portal, network: str) -> None:
    """Count one that was accepted; it stays so, whether it could be counted or not."""
    with suppress(SQLAlchemyError):
        portal.throttles.failed(portal.clock.now(), (_KIND, network), free=_FREE)
