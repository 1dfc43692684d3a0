"""The simulator's books: transactions from their registration to the merchant's word that they are right."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from threading import Lock

from adapters.clock import Clock

_FIRST_ORDER = 318_000_001
_METHOD = 154  # BLIK


class Status(IntEnum):
    """As the operator counts them; until its merchant verifies it, a payment is an advance the customer may take back.

    There is none for a payment that failed: the customer may try again while there is time.
    """

    NO_PAYMENT = 0
    ADVANCE = 1
    PAID = 2
    RETURNED = 3


class Impossible(Exception):
    """What is asked does not go with where the transaction stands."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What the merchant asks for; ``amount`` in grosze, ``time_limit`` in minutes, 0 for none."""

    session_id: str
    amount: int
    currency: str
    description: str
    email: str
    url_return: str
    url_status: str | None
    time_limit: int


@dataclass(slots=True)
class Transaction:
    """``paid`` is what the customer paid, in grosze; ``told`` is what came of each notification: status or failure."""

    asked: Registration
    token: str
    order_id: int
    registered_at: datetime
    status: Status = Status.NO_PAYMENT
    paid: int | None = None
    paid_at: datetime | None = None
    refusals: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def amount(self) -> int:
        """What was paid, or is to be."""
        return self.asked.amount if self.paid is None else self.paid

    @property
    def method_id(self) -> int:
        return _METHOD if self.paid is not None else 0

    @property
    def statement(self) -> str:
        """The title of the transfer: with Polish letters, a space and a slash, which a careless signature breaks on."""
        return f"p24-{self.order_id} Wpłata za wodę/ścieki"

    def is_over(self, now: datetime) -> bool:
        limit = self.asked.time_limit
        return limit > 0 and now >= self.registered_at + timedelta(minutes=limit)


class Transactions:
    """All of them, in memory; ``altered_amount`` lets customers pay a złoty more than they were asked for."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.altered_amount = False
        self.registrations = 0
        self._by_session: dict[str, Transaction] = {}
        self._by_token: dict[str, Transaction] = {}
        self._lock = Lock()

    def register(self, asked: Registration) -> Transaction:
        """A new one; raises ``Impossible`` where the session id is not, as it must be unique. Both are counted."""
        with self._lock:
            self.registrations += 1
            if asked.session_id in self._by_session:
                raise Impossible("sessionId is in use")
            new = Transaction(asked, _token(), _FIRST_ORDER + len(self._by_session), self.clock.now())
            self._by_session[asked.session_id] = new
            self._by_token[new.token] = new
            return new

    def by_session(self, session_id: str) -> Transaction | None:
        return self._by_session.get(session_id)

    def by_token(self, token: str) -> Transaction | None:
        return self._by_token.get(token)

    def pay(self, transaction: Transaction, *, even_late: bool = False) -> None:
        """The customer pays; raises ``Impossible`` if it is paid, or if its time is over and not ``even_late``."""
        with self._lock:
            now = self.clock.now()
            if transaction.status is not Status.NO_PAYMENT:
                raise Impossible("already paid")
            if transaction.is_over(now) and not even_late:
                raise Impossible("timeLimit is over")
            transaction.paid = transaction.asked.amount + (100 if self.altered_amount else 0)
            transaction.paid_at = now
            transaction.status = Status.ADVANCE

    def refuse(self, transaction: Transaction) -> None:
        """The bank refuses: nothing changes but the count; raises ``Impossible`` if it is paid."""
        with self._lock:
            if transaction.status is not Status.NO_PAYMENT:
                raise Impossible("already paid")
            transaction.refusals += 1

    def verify(self, session_id: str, order_id: int, amount: int, currency: str) -> None:
        """The merchant says that it is right; raises ``Impossible`` unless all of it fits what was paid."""
        with self._lock:
            found = self._by_session.get(session_id)
            if found is None or found.order_id != order_id or found.status not in (Status.ADVANCE, Status.PAID):
                raise Impossible("nothing was paid")
            if (found.paid, found.asked.currency) != (amount, currency):
                raise Impossible("another amount was paid")
            found.status = Status.PAID

    def all(self) -> list[Transaction]:
        with self._lock:
            return list(self._by_session.values())


def _token() -> str:
    """In the operator's shape."""
    digits = secrets.token_hex(16).upper()
    return f"{digits[:10]}-{digits[10:16]}-{digits[16:22]}-{digits[22:]}"
