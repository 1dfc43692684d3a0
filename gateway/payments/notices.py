"""Takes an operator's notification: believed only that there is a reason to ask. Signatures only, for now."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gateway.portal import Portal


class Outcome(StrEnum):
    """What came of a notification, and how the endpoint answers."""

    TAKEN = "taken"
    """200 with the operator's acknowledgement; also for a reference that nobody knows."""
    NO_OPERATOR = "no_operator"
    """404: no such operator is configured."""
    FORGED = "forged"
    """401: it is not signed by the operator; audited and counted here."""
    LATER = "later"
    """503: the operator or our own memory is away; it is to be sent again."""


@dataclass(frozen=True, slots=True)
class Result:
    """``status`` and ``body`` are what the operator is answered."""

    outcome: Outcome
    status: int
    body: str = ""


def taken(portal: Portal, operator: str, headers: Mapping[str, str], body: bytes, *, network: str = "") -> Result:
    """Read it, ask the operator, write down what it says. Raises nothing. ``network`` is for the audit log."""
    raise NotImplementedError
