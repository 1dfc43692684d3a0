"""Tells the merchant of payments, from a thread of its own: now, late, twice, in another order or not at all."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Condition, Thread

import requests

from adapters.clock import Clock
from adapters.sandbox.p24.merchant import MERCHANT_ID, POS_ID, signed
from adapters.sandbox.p24.transactions import Status, Transaction

_REPEATS_MINUTES = (3, 5, 15, 30, 60, 150, 450)
_LOOK_SECONDS = 0.2
_PATIENCE = (3.05, 10.0)


class Sending(StrEnum):
    """How notifications go out."""

    NOW = "now"
    LATE = "late"
    """``seconds`` after the payment."""
    TWICE = "twice"
    NONE = "none"
    REORDERED = "reordered"
    """Each waits for the next payment's, which goes first, or for ``seconds``."""


@dataclass(frozen=True, slots=True)
class _Due:
    """``at`` by the sandbox's clock or ``monotonic`` by the machine's, whichever comes first; ``repeat`` counts."""

    transaction: Transaction
    at: datetime
    monotonic: float
    repeat: int | None


class Notices:
    """One thread for all, so that they arrive in the order in which they are sent."""

    def __init__(self, clock: Clock) -> None:
        self.sending = Sending.NOW
        self.seconds = 5.0
        self._clock = clock
        self._waiting: list[_Due] = []
        self._changed = Condition()
        self._running = False

    def start(self) -> None:
        with self._changed:
            self._running = True
        Thread(target=self._run, name="p24-notices", daemon=True).start()

    def stop(self) -> None:
        """What waits is dropped."""
        with self._changed:
            self._running, self._waiting = False, []
            self._changed.notify_all()

    def paid(self, transaction: Transaction) -> None:
        """It was paid: tell, in the way that is switched on, and again until the merchant has verified it."""
        sending = self.sending
        if sending is Sending.NONE:
            return
        with self._changed:
            held = [each for each in self._waiting if each.repeat == 0]
            if sending is Sending.REORDERED and held:
                self._waiting = [each for each in self._waiting if each.repeat != 0]
                self._add(transaction, 0, repeat=0)
                for each in reversed(held):
                    self._add(each.transaction, 0, repeat=each.repeat)
                return
            late = sending in (Sending.LATE, Sending.REORDERED)
            self._add(transaction, self.seconds if late else 0, repeat=0)
            if sending is Sending.TWICE:
                self._add(transaction, 0, repeat=None)

    def tell(self, transaction: Transaction) -> None:
        """Once more, now."""
        with self._changed:
            self._add(transaction, 0, repeat=None)

    # Private

    def _add(self, transaction: Transaction, seconds: float, *, repeat: int | None) -> None:
        at = self._clock.now() + timedelta(seconds=seconds)
        self._waiting.append(_Due(transaction, at, self._clock.monotonic() + seconds, repeat))
        self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._running:
                    return
                due = self._take_due()
                if not due:
                    self._changed.wait(_LOOK_SECONDS if self._waiting else None)
            for each in due:
                self._deliver(each)

    def _take_due(self) -> list[_Due]:
        now, monotonic = self._clock.now(), self._clock.monotonic()
        waiting, self._waiting = self._waiting, []
        due: list[_Due] = []
        for each in waiting:
            (due if each.at <= now or each.monotonic <= monotonic else self._waiting).append(each)
        return due

    def _deliver(self, due: _Due) -> None:
        transaction = due.transaction
        if due.repeat and transaction.status is not Status.ADVANCE:  # verified by now
            return
        transaction.told.append(_post(transaction))
        if due.repeat is None or due.repeat >= len(_REPEATS_MINUTES):
            return
        with self._changed:
            if self._running:
                self._add(transaction, 60 * _REPEATS_MINUTES[due.repeat], repeat=due.repeat + 1)


def notification(transaction: Transaction) -> bytes:
    """What is posted: JSON as PHP writes it, with everything escaped that the signature leaves as it is."""
    fields: dict[str, str | int] = {
        "merchantId": MERCHANT_ID,
        "posId": POS_ID,
        "sessionId": transaction.asked.session_id,
        "amount": transaction.amount,
        "originAmount": transaction.asked.amount,
        "currency": transaction.asked.currency,
        "orderId": transaction.order_id,
        "methodId": transaction.method_id,
        "statement": transaction.statement,
    }
    return json.dumps({**fields, "sign": signed(fields)}, separators=(",", ":")).replace("/", "\\/").encode()


def _post(transaction: Transaction) -> str:
    url = transaction.asked.url_status
    if url is None:
        return "no urlStatus"
    try:
        with requests.Session() as session:
            session.trust_env = False
            headers = {"Content-Type": "application/json"}
            answer = session.post(
                url, data=notification(transaction), headers=headers, timeout=_PATIENCE, allow_redirects=False
            )
    except requests.RequestException as error:
        return type(error).__name__
    return str(answer.status_code)
