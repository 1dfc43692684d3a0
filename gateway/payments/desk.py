"""What a clerk sees of payments and does about those in doubt: ask the operator again, or say what became of it.

Each deed is in the audit log in its own transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from gateway.database import Database
from gateway.models import PaymentPart, PaymentRow
from gateway.outbox import desk as outbox
from gateway.outbox.desk import By
from gateway.payments import asking, metrics, moves, paid_twice
from gateway.payments.confirming import confirmed
from gateway.payments.ending import end_submissions
from gateway.payments.moves import Held
from gateway.payments.noting import note
from gateway.payments.sealed import Contents, unseal
from gateway.payments.states import AT_OPERATOR, EDGES, OPEN, PaymentEvent, PaymentState
from gateway.portal import Portal

OUTCOMES: Mapping[str, PaymentEvent | None] = {
    "paid": PaymentEvent.CLERK_PAID,
    "failed": PaymentEvent.CLERK_FAILED,
    "booked": PaymentEvent.CLERK_BOOKED,
    "overpaid": None,
}
"""What a person may say of a payment: it was paid and goes into the ERP; nothing was taken, or it was given back; it is
in the books; or, of the second payment of an invoice, that what was paid too much is seen to, wherever it stands."""

_ENDS: Mapping[PaymentEvent, str] = {PaymentEvent.CLERK_BOOKED: "in-erp", PaymentEvent.CLERK_FAILED: "withdrawn"}
"""After these the ERP is told no more, and why."""
_SLOW = timedelta(hours=2)
_PAID = (PaymentState.PAID, PaymentState.BOOKED)


class NotThere(Exception):
    """There is no such payment."""


class NotNow(Exception):
    """Not where it stands now, which ``state`` says; or its content is wiped, and the ERP could be told nothing."""

    def __init__(self, state: PaymentState) -> None:
        super().__init__(state.value)
        self.state = state


@dataclass(frozen=True, slots=True)
class Shown:
    """A payment as a clerk sees it; never what is paid."""

    public_id: str
    reference: str
    operator: str
    operator_ref: str
    state: PaymentState
    account_id: int | None
    customer_nos: tuple[str, ...]
    created_at: datetime
    valid_until: datetime
    paid_at: datetime | None
    settled_at: datetime | None
    asks: int
    next_at: datetime | None
    error: str
    has_content: bool

    @property
    def can_be_asked(self) -> bool:
        return _may_ask(self.state, self.paid_at)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What can be said of it now."""
        return tuple(name for name in OUTCOMES if _fits(name, self, self.has_content))


def in_doubt(database: Database, now: datetime) -> list[Shown]:
    """What waits for a person, and what the operator has been unclear about for hours; the oldest first."""
    slow = and_(PaymentRow.state.in_(AT_OPERATOR), PaymentRow.created_at <= now - _SLOW)
    twice = and_(PaymentRow.state.in_(_PAID), paid_twice.MARKED)
    return _shown(database, or_(PaymentRow.state == PaymentState.DOUBT, slow, twice))


def everything(database: Database, state: PaymentState | None, limit: int) -> list[Shown]:
    """All of one state, or all that is open; at most so many of the newest, the oldest of them first."""
    wanted = PaymentRow.state == state if state else PaymentRow.state.in_(OPEN)
    newest = select(PaymentRow.id).where(wanted).order_by(PaymentRow.id.desc()).limit(limit)
    return _shown(database, PaymentRow.id.in_(newest))


def counts(database: Database) -> dict[str, int]:
    """How many payments there are in each state."""
    with database.reading() as connection:
        rows = connection.execute(select(PaymentRow.state, func.count()).group_by(PaymentRow.state)).all()
    return {each.value: 0 for each in PaymentState} | {row[0]: row[1] for row in rows}


def get(database: Database, public_id: str) -> Shown:
    """One payment; raises ``NotThere``."""
    found = _shown(database, PaymentRow.public_id == public_id)
    if not found:
        raise NotThere
    return found[0]


def contents(portal: Portal, public_id: str, by: By) -> Contents:
    """What is paid, for whoever has to decide; the look is audited. Raises ``NotThere``."""
    with portal.database.transaction() as connection:
        held = _held(connection, public_id)
        note(connection, held, "content_viewed", portal.clock.now(), actor=by.actor, network=by.network)
    return unseal(portal.sealer, held.reference, held.payload)


def ask(portal: Portal, public_id: str, by: By) -> PaymentState:
    """Ask the operator now; where it stands then. Raises ``NotThere`` or ``NotNow``."""
    with portal.database.transaction() as connection:
        held, now = _held(connection, public_id), portal.clock.now()
        state = PaymentState(held.state)
        if not _may_ask(state, held.paid_at):
            raise NotNow(state)
        if state is PaymentState.DOUBT:
            moves.move(connection, held, PaymentEvent.CLERK_ASKS, now=now, asks=0, next_at=now)
            metrics.count(PaymentEvent.CLERK_ASKS)
        note(connection, held, "asked", now, actor=by.actor, network=by.network)
    asking.follow(portal, held)
    return get(portal.database, public_id).state


def settle(portal: Portal, public_id: str, by: By, *, outcome: str) -> PaymentState:
    """Say what became of it, one of ``OUTCOMES``; where it stands then. Raises ``NotThere`` or ``NotNow``."""
    event, now = OUTCOMES[outcome], portal.clock.now()
    with portal.database.transaction() as connection:
        held = _held(connection, public_id)
        kept = unseal(portal.sealer, held.reference, held.payload)
        if not _fits(outcome, held, bool(kept.parts)):
            raise NotNow(PaymentState(held.state))
        try:
            state = _settled(portal, connection, held, event, kept, by)
        except outbox.NotNow:  # the ERP is being told of it at this moment
            raise NotNow(PaymentState(held.state)) from None
        note(connection, held, "settled", now, actor=by.actor, network=by.network, detail=outcome)
    if event is not None:
        metrics.count(event)
    return state


def _settled(
    portal: Portal, connection: Connection, held: Held, event: PaymentEvent | None, kept: Contents, by: By
) -> PaymentState:
    if event is None:
        moves.write(connection, held, error=paid_twice.without(held.error))
        return PaymentState(held.state)
    now = portal.clock.now()
    values: dict[str, Any] = {"leased_until": None}
    if event is PaymentEvent.CLERK_PAID:
        values |= {"paid_at": now, "asks": 0, "next_at": now, "error": ""}
    if event in _ENDS:
        end_submissions(portal, connection, held, by, reason=_ENDS[event])
    state = moves.move(connection, held, event, now=now, **values)
    if event is PaymentEvent.CLERK_PAID:
        confirmed(portal, connection, held, kept, operator_ref=held.operator_ref, actor=by.actor)
    return state


def _may_ask(state: PaymentState, paid_at: datetime | None) -> bool:
    return paid_at is None and state in (*AT_OPERATOR, PaymentState.DOUBT, PaymentState.FAILED)


def _fits(outcome: str, payment: Shown | Held, has_content: bool) -> bool:
    event, state = OUTCOMES[outcome], PaymentState(payment.state)
    if event is None:
        return state in _PAID and bool(paid_twice.number_in(payment.error))
    if state not in EDGES[event]:
        return False
    # The ERP is told once; and of what is wiped it can be told nothing.
    return outcome != "paid" or (payment.paid_at is None and has_content)


def _held(connection: Connection, public_id: str) -> Held:
    found = connection.execute(select(PaymentRow.id).where(PaymentRow.public_id == public_id)).scalar()
    held = moves.locked(connection, found) if found is not None else None
    if held is None:
        raise NotThere
    return held


def _shown(database: Database, wanted: ColumnElement[bool]) -> list[Shown]:
    own = [name for name in Shown.__dataclass_fields__ if name not in ("customer_nos", "has_content")]
    query = select(
        PaymentRow.id,
        PaymentRow.payload.is_not(None).label("has_content"),
        *[getattr(PaymentRow, each) for each in own],
    )
    with database.reading() as connection:
        rows = connection.execute(query.where(wanted).order_by(PaymentRow.id)).all()
        parts = select(PaymentPart.payment_id, PaymentPart.customer_no).distinct()
        whose: dict[int, list[str]] = {}
        for payment_id, customer_no in connection.execute(
            parts.where(PaymentPart.payment_id.in_([row.id for row in rows])).order_by(PaymentPart.customer_no)
        ):
            whose.setdefault(payment_id, []).append(customer_no)
    return [
        Shown(
            **{name: getattr(row, name) for name in own if name != "state"},
            state=PaymentState(row.state),
            customer_nos=tuple(whose.get(row.id, ())),
            has_content=row.has_content,
        )
        for row in rows
    ]
