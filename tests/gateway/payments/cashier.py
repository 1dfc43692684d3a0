"""A payment operator that tests can lead: what it takes, loses or refuses, and what it answers."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Self

from adapters.errors import Rejected, Unavailable
from adapters.limits import Limits
from adapters.payments import Begun, Forged, Notice, PaymentOperator, PaymentOrder, Standing, Stands


class Crash(BaseException):
    """What ends a process in the middle of a conversation with the operator."""


@dataclass
class Order:
    """What the operator holds: what it was asked to take, what it took, and where that stands."""

    order: PaymentOrder
    stands: Stands = Stands.OPEN
    amount: Decimal = Decimal("0.00")
    currency: str = "PLN"
    times: int = 1


class Cashier(PaymentOperator):
    """An operator of the plainest sort. ``behave`` is asked for each order, ``answers`` for each question."""

    name: ClassVar[str] = "cashier"
    title: ClassVar[str] = "Kasa"

    def __init__(self) -> None:
        self.hosts = frozenset({"https://cashier.example"})
        self.orders: dict[str, Order] = {}
        self.behave: Callable[[], str] = lambda: "take"
        self.answers: Callable[[], str] = lambda: "answer"
        self.asked = 0
        self.lock = threading.Lock()

    @classmethod
    def from_settings(cls, options: Mapping[str, Any], *, limits: Limits) -> Self:
        return cls()

    def start(self, order: PaymentOrder) -> Begun:
        how = self.behave()
        if how == "not_sent":
            raise Unavailable("refused connection", sent=False)
        if how == "refuse":
            raise Rejected("refused", code="ERR-01")
        if how == "dies_before":
            raise Crash
        if how == "lost_before":
            raise Unavailable("reset")
        with self.lock:
            if order.reference in self.orders:
                self.orders[order.reference].times += 1
            else:
                self.orders[order.reference] = Order(order, amount=order.amount, currency=order.currency)
        if how == "lost":
            raise Unavailable("no answer")
        if how == "dies":
            raise Crash
        if how == "bug":
            raise RuntimeError("a customer's secret")
        host = "https://elsewhere.example" if how == "elsewhere" else "https://cashier.example"
        return Begun(f"{host}/pay/{order.reference}", "")

    def ask(self, reference: str, *, operator_ref: str, amount: Decimal, currency: str) -> Standing:
        self.asked += 1
        how = self.answers()
        if how == "away":
            raise Unavailable("refused connection", sent=False)
        if how == "dies":
            raise Crash
        found = self.orders.get(reference)
        if found is None:
            return Standing(reference, Stands.ABSENT)
        return Standing(reference, found.stands, f"K-{reference[:8]}", found.amount, found.currency)

    def notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        if headers.get("Signature") != "true":
            raise Forged("not signed")
        return Notice(body.decode())

    def acknowledgement(self) -> tuple[int, str]:
        return 200, "OK"
