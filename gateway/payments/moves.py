"""The payment in the database: who has it, and how it goes from one state to the next; nothing else writes a state.

The hand-off to the operator is held by lease and fence, and the lease ends by the database's clock. What the operator
says later is a fact, whoever asked: it is applied to the row as it stands then, locked, by an edge of the graph.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from gateway.database import Database
from gateway.models import PaymentRow
from gateway.outbox.database_clock import seconds
from gateway.payments import open_marks, schedule
from gateway.payments.states import AT_OPERATOR, FINAL, PaymentEvent, PaymentState, after

_LOOKED_AT = (*AT_OPERATOR, PaymentState.FAILED, PaymentState.PAID, PaymentState.DOUBT)
_MAY_COME_LATE = (PaymentEvent.DECLINED, PaymentEvent.RUN_OUT)
"""After these the operator may still say that it was paid after all, so the content stays for a while."""


@dataclass(frozen=True, slots=True)
class Held:
    """A payment as it was read, or locked."""

    id: int
    public_id: str
    reference: str
    operator: str
    operator_ref: str
    state: str
    account_id: int | None
    payload: bytes | None
    language: str
    created_at: datetime
    valid_until: datetime
    paid_at: datetime | None
    settled_at: datetime | None
    asks: int
    next_at: datetime | None
    leased_until: float | None
    fence: int
    error: str


LONGEST_REF = 64
"""So much of an operator's own number is kept; a longer one is none."""
COLUMNS = [getattr(PaymentRow, name) for name in Held.__dataclass_fields__]


def locked(connection: Connection, payment_id: int) -> Held | None:
    """The row, for this transaction alone."""
    row = connection.execute(select(*COLUMNS).where(PaymentRow.id == payment_id).with_for_update()).first()
    return None if row is None else Held(*row)


def read(connection: Connection, payment_id: int) -> Held | None:
    """The row as it stands, for looking only."""
    row = connection.execute(select(*COLUMNS).where(PaymentRow.id == payment_id)).first()
    return None if row is None else Held(*row)


def is_due(database: Database, now: datetime) -> bool:
    """True where there is something to ask; takes no lock."""
    with database.reading() as connection:
        return connection.execute(select(PaymentRow.id).where(_due(connection, now)).limit(1)).first() is not None


def take(database: Database, now: datetime) -> Held | None:
    """The payment that has waited longest, for this worker alone."""
    with database.transaction() as connection:
        due = _due(connection, now)
        first = select(PaymentRow.id).where(due).order_by(PaymentRow.next_at, PaymentRow.id).limit(1)
        return _lease(connection, first.with_for_update(skip_locked=True).scalar_subquery(), due)


def claim(database: Database, payment_id: int) -> Held | None:
    """The payment, unless it was asked about in the last seconds, is being handed off or a worker has it."""
    with database.transaction() as connection:
        free = and_(PaymentRow.state.in_(_LOOKED_AT), _free(connection))
        return _lease(connection, payment_id, free, for_seconds=schedule.ASKED_EVERY_SECONDS)


def let_go(connection: Connection, held: Held) -> None:
    """Give back what ``take`` gave, if it is still ours."""
    mine = (PaymentRow.id == held.id) & (PaymentRow.fence == held.fence)
    connection.execute(update(PaymentRow).where(mine).values(leased_until=None))


def hand_off_ended(connection: Connection, held: Held) -> bool:
    """Whether the one who was to tell the operator did not come back."""
    ended = select(PaymentRow.id).where(
        PaymentRow.id == held.id,
        PaymentRow.state == PaymentState.INTENT,
        PaymentRow.leased_until <= seconds(connection),
    )
    return connection.execute(ended).first() is not None


def move(connection: Connection, held: Held, event: PaymentEvent, *, now: datetime, **values: Any) -> PaymentState:
    """Take a row that this transaction has locked along an edge; raises ``IllegalEdge``.

    At its end it is wiped, unless the operator may still change its word, and what it pays is free for others.
    """
    state = after(PaymentState(held.state), event)
    if state in FINAL and state != held.state:
        values = {"settled_at": now, "next_at": None, "asks": 0, **values}
        open_marks.clear(connection, held.id)
        if event in _MAY_COME_LATE:
            values["next_at"] = now + schedule.LATE_LOOKS[0]
        else:
            values["payload"] = None
    elif state not in FINAL:
        values = {"settled_at": None, **values}
    if state is PaymentState.DOUBT and held.state != state:
        values = {"next_at": now + schedule.LEDGER_IN_DOUBT if held.paid_at else None, **values}
    write(connection, held, state=state.value, **values)
    return state


def write(connection: Connection, held: Held, **values: Any) -> None:
    """Change columns of a row that this transaction has locked."""
    connection.execute(update(PaymentRow).where(PaymentRow.id == held.id).values(**values))


def _lease(
    connection: Connection, which: Any, where: ColumnElement[bool], *, for_seconds: float = schedule.LOOKING_SECONDS
) -> Held | None:
    taking = (
        update(PaymentRow)
        .where(PaymentRow.id == which, where)
        .values(leased_until=seconds(connection) + for_seconds, fence=PaymentRow.fence + 1)
        .returning(*COLUMNS)
    )
    row = connection.execute(taking).one_or_none()
    return None if row is None else Held(*row)


def _free(connection: Connection) -> ColumnElement[bool]:
    return or_(PaymentRow.leased_until.is_(None), PaymentRow.leased_until <= seconds(connection))


def _due(connection: Connection, now: datetime) -> ColumnElement[bool]:
    looked_at = and_(PaymentRow.state.in_(_LOOKED_AT), PaymentRow.next_at <= now, _free(connection))
    ended = and_(PaymentRow.state == PaymentState.INTENT, PaymentRow.leased_until <= seconds(connection))
    return or_(looked_at, ended)
