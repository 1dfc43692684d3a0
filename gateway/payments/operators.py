"""What a payment operator is called in front of people."""

from adapters.payments.registry import OPERATORS
from gateway.portal import Portal


def title(portal: Portal, name: str) -> str:
    """As customers know it, also one that is not configured any more."""
    found = portal.operators.get(name) or OPERATORS.get(name)
    return found.title if found else name
