"""The utility's own e-mail address, which an operator is given for a customer who has none, or none that it takes."""

from collections.abc import Iterable

from adapters.errors import Misconfigured
from adapters.payments import PaymentOperator
from gateway.settings import Settings


def own_email(settings: Settings) -> str:
    return settings.utility.email or settings.mail.sender


def check_own_email(settings: Settings, operators: Iterable[PaymentOperator]) -> None:
    """Raises ``Misconfigured`` where an operator does not take it either, and would refuse those customers' orders."""
    key, length = "utility.email" if settings.utility.email else "mail.sender", len(own_email(settings))
    strictest = min(operators, key=lambda each: each.longest_email, default=None)
    if strictest is not None and length > strictest.longest_email:
        most = f"at most {strictest.longest_email} characters, which is all that {strictest.title} takes"
        raise Misconfigured(f"{key}: expected {most}, but found {length}")
