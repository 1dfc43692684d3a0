"""Asks the operator where a payment stands, and writes down what it says, by an edge of the graph and nothing else."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from adapters.payments import Standing, Stands
from gateway import audit
from gateway.payments import booking, metrics, moves, open_marks, receipts, schedule
from gateway.payments.confirming import confirmed
from gateway.payments.handing_off import said
from gateway.payments.moves import LONGEST_REF, Held
from gateway.payments.noting import note
from gateway.payments.records import Payment
from gateway.payments.sealed import Contents, unseal
from gateway.payments.states import AT_OPERATOR, EDGES, PaymentEvent, PaymentState
from gateway.portal import Portal

_SAID = {
    Stands.ABSENT: PaymentEvent.ABSENT,
    Stands.OPEN: PaymentEvent.WAITS,
    Stands.PENDING: PaymentEvent.IN_PROGRESS,
    Stands.PAID: PaymentEvent.CONFIRMED,
    Stands.FAILED: PaymentEvent.DECLINED,
}
_log = structlog.get_logger("ebok.payments")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the operator said, or with ``standing`` None why it said nothing."""

    standing: Standing | None
    error: str = ""


def ask(portal: Portal, payment: Payment) -> Payment:
    """As it stands now: the operator is asked unless it was in the last seconds; the ledger where it is paid.

    Trouble of the operator, of the ERP or of our own memory is not the page's: then it comes back as it was.
    """
    if payment.state not in (*AT_OPERATOR, PaymentState.PAID):
        return payment
    try:
        held = moves.claim(portal.database, payment.id)
        if held is not None:
            follow(portal, held)
        with portal.database.reading() as connection:
            return receipts.by_id(portal, connection, payment.id)
    except SQLAlchemyError as error:
        _log.warning("payment_not_asked", number=payment.public_id, error=type(error).__name__)
        return payment


def follow(portal: Portal, held: Held) -> None:
    """Ask the operator, or once it was paid the ledger, and write it down. Raises the database's own trouble."""
    if held.paid_at is not None:
        booking.look(portal, held)
    else:
        written(portal, held, put(portal, held))


def put(portal: Portal, held: Held, *, operator_ref: str = "") -> Answer:
    """Put the question; no transaction is open meanwhile. Nothing that goes wrong with an operator gets out of here.

    ``operator_ref`` is the operator's own number where a notification has brought it.
    """
    operator = portal.operators.get(held.operator)
    if operator is None:
        return Answer(None, "the operator is not configured any more")
    contents = unseal(portal.sealer, held.reference, held.payload)
    try:
        standing = operator.ask(
            held.reference,
            operator_ref=held.operator_ref or operator_ref,
            amount=contents.amount,
            currency=contents.currency,
        )
        if standing.reference != held.reference or len(standing.operator_ref) > LONGEST_REF:
            return Answer(None, "the answer is of another payment")
    except Exception as error:
        return Answer(None, said(error))
    return Answer(standing)


def written(portal: Portal, asked: Held, answer: Answer) -> PaymentState | None:
    """Write the answer down, by the row as it stands now; where it stands then. Raises the database's own trouble."""
    with portal.database.transaction() as connection:
        held = moves.locked(connection, asked.id)
        if held is None:
            return None
        before = PaymentState(held.state)
        # Once it was paid its operator has nothing to add; what a person said then stays said.
        event = None if answer.standing is None or held.paid_at is not None else _event(portal, held, answer.standing)
        if event is not None and before in EDGES[event]:
            assert answer.standing is not None
            state = _apply(portal, connection, held, event, answer.standing)
        else:
            event, state = _unanswered(portal, connection, held, answer)
    if event is not None and state is not before:
        metrics.count(event)
        _log.info("payment", number=held.public_id, event_=event.value, state=state.value)
    return state


def _event(portal: Portal, held: Held, standing: Standing) -> PaymentEvent:
    contents = unseal(portal.sealer, held.reference, held.payload)
    if standing.stands in (Stands.OPEN, Stands.PENDING, Stands.PAID) and _differs(standing, contents):
        return PaymentEvent.DIFFERS
    event = _SAID[standing.stands]
    over = portal.clock.now() >= held.valid_until + schedule.GRACE
    may_end = PaymentState(held.state) in EDGES[PaymentEvent.RUN_OUT]
    waits = standing.stands is Stands.OPEN or (standing.stands is Stands.ABSENT and held.state == PaymentState.STARTED)
    return PaymentEvent.RUN_OUT if waits and over and may_end else event


def _differs(standing: Standing, contents: Contents) -> bool:
    """Money that is taken must be named; of what is not yet, only another amount is a difference."""
    if standing.stands is Stands.PAID and (standing.amount is None or standing.currency is None):
        return True
    other = standing.amount is not None and standing.amount != contents.amount
    return other or (standing.currency is not None and standing.currency != contents.currency)


def _apply(portal: Portal, connection: Connection, held: Held, event: PaymentEvent, standing: Standing) -> PaymentState:
    now = portal.clock.now()
    before, contents = PaymentState(held.state), unseal(portal.sealer, held.reference, held.payload)
    operator_ref = standing.operator_ref or held.operator_ref
    values: dict[str, Any] = {"operator_ref": operator_ref, "error": ""}
    if EDGES[event][before] in AT_OPERATOR:
        due = schedule.next_question(held.asks, held.valid_until, now)
        if due is None:
            event, values["error"] = PaymentEvent.GIVEN_UP, "the operator was not certain for days"
        else:
            values |= {"asks": due[0], "next_at": due[1]}
    if before is PaymentState.FAILED and EDGES[event][before] is PaymentState.FAILED:
        values |= _late(held, now, answered=True)
    if event is PaymentEvent.CONFIRMED:
        values |= {"paid_at": now, "asks": 0, "next_at": now, "leased_until": None}
    if event is PaymentEvent.DIFFERS:
        values["error"] = _what_differs(standing, contents.amount)
    state = moves.move(connection, held, event, now=now, **values)
    if before is PaymentState.FAILED and state is not before:
        open_marks.put_again(connection, portal.sealer, held.id, contents.parts)
    if event is PaymentEvent.CONFIRMED:
        confirmed(portal, connection, held, contents, operator_ref=operator_ref, actor=audit.SYSTEM)
    elif state is not before and state in (PaymentState.FAILED, PaymentState.DOUBT):
        note(connection, held, state.value, now, detail=event.value)
    return state


def _unanswered(
    portal: Portal, connection: Connection, held: Held, answer: Answer
) -> tuple[PaymentEvent | None, PaymentState]:
    """Nobody said anything new: later again, until there were enough questions."""
    now, state = portal.clock.now(), PaymentState(held.state)
    if state is PaymentState.FAILED and held.next_at is not None:
        moves.write(connection, held, **_late(held, now, answered=answer.standing is not None))
    elif state in AT_OPERATOR:
        due = schedule.next_question(held.asks, held.valid_until, now)
        if due is None:
            state = moves.move(connection, held, PaymentEvent.GIVEN_UP, now=now, error=answer.error)
            note(connection, held, state.value, now, detail=PaymentEvent.GIVEN_UP.value)
            return PaymentEvent.GIVEN_UP, state
        moves.write(connection, held, asks=due[0], next_at=due[1], error=answer.error)
    return None, state


def _late(held: Held, now: datetime, *, answered: bool) -> dict[str, Any]:
    """When a payment that came to nothing is looked at again; when there were enough looks it is wiped."""
    if held.next_at is None or held.next_at > now:
        return {}
    due = schedule.next_late_look(held.asks, held.settled_at or now, now, answered=answered)
    return {"payload": None, "next_at": None} if due is None else {"asks": due[0], "next_at": due[1]}


def _what_differs(standing: Standing, amount: Decimal) -> str:
    if not amount:
        return "paid when its amount was already forgotten"
    return (
        "the operator names no amount" if standing.amount is None else "the operator names another amount or currency"
    )
