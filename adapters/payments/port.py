"""The contract between the portal and a payment operator: begin, ask, and tell a true notification from a forged one.

Refunds are the utility's own business with its operator. Methods raise the errors of ``adapters.errors``.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Self

from adapters.limits import Limits
from adapters.payments.pages import lies_on
from adapters.payments.records import Begun, Notice, PaymentOrder, Standing


class PaymentOperator(ABC):
    """One operator and one merchant. An instance is shared by many threads."""

    name: ClassVar[str]
    """As in the configuration and in ``/hooks/payments/{name}``."""
    title: ClassVar[str]
    """As customers know it."""
    longest_email: ClassVar[int] = 254
    """For a customer with a longer address it is given the utility's."""
    hosts: frozenset[str]
    """Origins (``https://secure.payu.com``) that a ``redirect_url`` may lie on, for ``form-action``."""

    @classmethod
    @abstractmethod
    def from_settings(cls, options: Mapping[str, Any], *, limits: Limits) -> Self:
        """Build from the operator's own table; raises ``Misconfigured`` with all the mistakes at once. No I/O."""

    def shows(self, url: str) -> bool:
        """Whether a page is the operator's own; nobody is sent to another."""
        return lies_on(url, self.hosts)

    @abstractmethod
    def start(self, order: PaymentOrder) -> Begun:
        """Register the order, once. ``Rejected``: it will not take it. ``Unavailable`` with ``sent`` False: nothing
        has left. Every other error: nobody knows whether it has it."""

    @abstractmethod
    def ask(self, reference: str, *, operator_ref: str, amount: Decimal, currency: str) -> Standing:
        """Where it stands now. Where an operator wants a payment of ``amount`` to be confirmed before it is the
        utility's, this confirms it, unless the operator speaks of another amount or currency."""

    @abstractmethod
    def notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Read a notification as it came, to the byte; ``Forged`` unless it is signed for this merchant. No I/O."""

    def acknowledgement(self) -> tuple[int, str]:
        """What the operator wants to hear when a notification was taken: a status and a body."""
        return 200, ""
