"""Payments as their owners read them. Signatures only, for now."""

from collections.abc import Sequence

from gateway.payments.records import Payment
from gateway.portal import Portal


def of(portal: Portal, *, account_id: int, limit: int = 100) -> list[Payment]:
    """What this account began, the newest first."""
    raise NotImplementedError


def one(portal: Portal, public_id: str, *, account_id: int) -> Payment | None:
    """The payment of this number, if it is this account's."""
    raise NotImplementedError


def waiting(portal: Portal, customer_nos: Sequence[str]) -> list[Payment]:
    """What is on its way for these customers, whoever began it; only the parts that are theirs."""
    raise NotImplementedError
