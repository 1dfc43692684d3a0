"""What the portal and a payment operator tell each other; amounts are zlotys, positive."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Forged(Exception):
    """A notification that its operator did not sign, or not for this merchant; nothing in it is believed."""


class Stands(StrEnum):
    """Where a payment stands at its operator."""

    ABSENT = "absent"
    """The operator surely knows nothing of our reference."""
    OPEN = "open"
    """Begun; the customer has not paid yet and still may."""
    PENDING = "pending"
    """The customer has done their part and the operator is not certain yet."""
    PAID = "paid"
    """For good: the money is the utility's."""
    FAILED = "failed"
    """For good: refused, cancelled or run out; nothing was taken."""


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What an operator is asked to take. ``reference`` is ours: ASCII, the same however often it is sent.

    ``return_url`` is where the customer comes back to, which proves nothing; ``notify_url`` is told when something
    happens. ``language`` is pl, en or uk. The customer may pay for ``valid_minutes``, as far as the operator keeps it.
    """

    reference: str
    amount: Decimal
    currency: str
    description: str
    email: str
    language: str
    return_url: str
    notify_url: str
    customer_ip: str
    valid_minutes: int


@dataclass(frozen=True, slots=True)
class Begun:
    """The operator has the order: the customer goes on at ``redirect_url``, which lies on one of its ``hosts``.

    ``operator_ref`` is the operator's own number, empty where it gives none before the customer pays.
    """

    redirect_url: str
    operator_ref: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the operator says when it is asked. ``amount`` and ``currency`` are what it took or will take, where it
    says so; the portal compares them."""

    reference: str
    stands: Stands
    operator_ref: str = ""
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification whose signature is right: a reason to ask about ``reference``, and nothing more.

    ``operator_ref`` is the operator's number, where the notification carries it and a later question needs it.
    """

    reference: str
    operator_ref: str = ""
