"""Nobody floods the queue: the first registrations of a network are free, then each waits longer than the last."""

import math

from gateway.portal import Portal

_KIND = "registration"


def seconds_to_wait(portal: Portal, network: str) -> int:
    """How long the next registration from a network has to wait; 0 for not at all."""
    wait = portal.throttles.wait(portal.clock.now(), (_KIND, network))
    return max(0, math.ceil(wait.total_seconds()))


def count(portal: Portal, network: str) -> None:
    """Count one that was taken."""
    free = portal.settings.security.registrations_free
    portal.throttles.failed(portal.clock.now(), (_KIND, network), free=free)
