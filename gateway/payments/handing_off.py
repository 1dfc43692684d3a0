"""Tells the operator of a committed intent, once, outside any transaction, and writes down what came of it."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import structlog
from sqlalchemy import Connection

from adapters.errors import AdapterError, BadData, Rejected, Unavailable
from adapters.payments import PaymentOperator, PaymentOrder
from gateway.outbox.room import AWAY
from gateway.payments import metrics, moves, schedule
from gateway.payments.moves import LONGEST_REF, Held
from gateway.payments.own_email import own_email
from gateway.payments.sealed import Contents, seal
from gateway.payments.states import PaymentEvent, PaymentState
from gateway.portal import Portal

RETURN_PATH, HOOKS_PATH = "/platnosci/powrot", "/hooks/payments/"
"""Where a customer comes back to, and where an operator tells; under the portal's own address."""
REFUSED, NOT_SENT = "refused", "not-sent"
"""Why a payment was never begun at the operator; what ``Payment.error`` says then."""

_WRITING_TRIES = 4
_log = structlog.get_logger("ebok.payments")


def tell(portal: Portal, operator: PaymentOperator, held: Held, contents: Contents, order: PaymentOrder) -> None:
    """Tell the operator and write down its answer, by fence. Raises only where nothing can be written any more."""
    event: PaymentEvent
    values: dict[str, Any] = {}
    now = portal.clock.now
    try:
        begun = operator.start(order)
        if not operator.shows(begun.redirect_url):
            raise BadData("a page on another host")
        if len(begun.operator_ref) > LONGEST_REF:
            raise BadData("a number too long to keep")
        event = PaymentEvent.ORDERED
        values["payload"] = seal(portal.sealer, held.reference, replace(contents, redirect_url=begun.redirect_url))
        values |= {"operator_ref": begun.operator_ref, "next_at": now() + schedule.WHILE_VALID}
    except Rejected as error:
        event, values = PaymentEvent.REFUSED, {"error": REFUSED}
        _say(held, event, error)
    except Exception as error:
        if isinstance(error, Unavailable) and not error.sent:
            event, values = PaymentEvent.NOT_SENT, {"error": NOT_SENT}
        else:
            event, values = PaymentEvent.ANSWER_LOST, {"error": said(error), "next_at": now()}
        _say(held, event, error)
    _write_patiently(lambda: _settle(portal, held, event, values))


def order(portal: Portal, held: Held, contents: Contents, customer_ip: str) -> PaymentOrder:
    """What the operator is asked to take: neither customers' numbers nor those of invoices are its business."""
    settings, longest = portal.settings, portal.operators[held.operator].longest_email
    home = settings.mail.base_url.rstrip("/")
    return PaymentOrder(
        reference=held.reference,
        amount=contents.amount,
        currency=contents.currency,
        description=f"{settings.utility.name}, {held.public_id}",
        # An operator insists on an address; whoever has none, or none that it takes, is written to by us alone.
        email=contents.email if contents.email and len(contents.email) <= longest else own_email(settings),
        language=held.language,
        return_url=home + RETURN_PATH,
        notify_url=home + HOOKS_PATH + held.operator,
        customer_ip=customer_ip,
        valid_minutes=settings.payments.valid_minutes,
    )


def ended(portal: Portal, connection: Connection, held: Held) -> None:
    """Whoever was to tell the operator did not come back: it is asked instead. The row is locked."""
    now = portal.clock.now()
    values = {
        "fence": held.fence + 1,
        "leased_until": None,
        "next_at": now,
        "error": "whoever told it did not come back",
    }
    moves.move(connection, held, PaymentEvent.LEASE_ENDED, now=now, **values)
    metrics.count(PaymentEvent.LEASE_ENDED)


def said(error: Exception) -> str:
    """What staff read of an error: its kind, and of our own errors the detail, which holds no personal data."""
    detail = error.detail if isinstance(error, AdapterError) else ""
    text = f"{type(error).__name__}: {detail}" if detail else type(error).__name__
    return "".join(each if each.isprintable() else " " for each in text)[:120]


def _settle(portal: Portal, held: Held, event: PaymentEvent, values: dict[str, Any]) -> None:
    with portal.database.transaction() as connection:
        row = moves.locked(connection, held.id)
        if row is None or row.fence != held.fence or row.state != PaymentState.INTENT:
            metrics.FENCED.inc()
            _log.warning("payment_fenced", number=held.public_id)
            return
        moves.move(connection, row, event, now=portal.clock.now(), leased_until=None, **values)
    metrics.count(event)


def _write_patiently(write: Callable[[], None]) -> None:
    """A moment's trouble of the database does not lose the operator's answer."""
    for tries in range(1, _WRITING_TRIES + 1):
        try:
            return write()
        except AWAY:
            if tries == _WRITING_TRIES:
                # It ends with its lease, and the operator is asked.
                _log.error("payment_not_written", tries=tries)
                return None
            time.sleep(0.05 * 4**tries)
    return None


def _say(held: Held, event: PaymentEvent, error: Exception) -> None:
    _log.warning(
        "payment_hand_off", number=held.public_id, operator=held.operator, event_=event.value, error=said(error)
    )
