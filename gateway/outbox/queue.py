"""The outbox in the database: which submission's turn it is, who has it, and where it goes from there.

A worker has a row by lease and fence. The lease ends by the database's clock; who comes back after that changes
nothing, as the fence has moved on. Of one customer's submissions of one kind only the first that is not at its end
has its turn, also while that one waits for a person: the ERP gets them in the order in which they were accepted.
What passers-by report belongs to nobody's queue.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select, update
from sqlalchemy.orm import aliased

from gateway.database import Database
from gateway.models import SubmissionRow
from gateway.outbox import parcel
from gateway.outbox.database_clock import seconds
from gateway.outbox.records import FINAL, State
from gateway.outbox.states import Event, after
from schemas import SubmissionKind

_WAITING = (State.SCANNING, State.RECEIVED, State.RETRY, State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Taken:
    """A submission that this worker has until its lease ends, as it was when it was taken."""

    id: int
    public_id: str
    reference: str
    kind: str
    state: str
    account_id: int | None
    customer_no: str | None
    payload: bytes | None
    language: str
    supersedes_id: int | None
    accepted_at: datetime
    reply_by: Any
    attempts: int
    looks: int
    fence: int
    first_sent_at: datetime | None
    last_sent_at: datetime | None


_COLUMNS = [getattr(SubmissionRow, name) for name in Taken.__dataclass_fields__]


def is_due(database: Database, now: datetime, *, besides: Collection[State] = ()) -> bool:
    """True where there is something to do that does not stand at one of ``besides``; takes no lock."""
    with database.reading() as connection:
        return connection.execute(_next(connection, now, besides)).first() is not None


def take(database: Database, now: datetime, lease: float, *, besides: Collection[State] = ()) -> Taken | None:
    """The submission that has waited longest of those whose turn it is, for this worker alone."""
    with database.transaction() as connection:
        # PostgreSQL steps over what another worker is just taking; SQLite lets one writer in at a time anyway.
        first = _next(connection, now, besides).with_for_update(skip_locked=True, of=SubmissionRow)
        taking = (
            update(SubmissionRow)
            .where(SubmissionRow.id == first.scalar_subquery(), _due(connection, now))
            .values(fence=SubmissionRow.fence + 1, leased_until=seconds(connection) + lease)
            .returning(*_COLUMNS)
        )
        row = connection.execute(taking).one_or_none()
    return None if row is None else Taken(*row)


def begin(database: Database, taken: Taken, event: Event, now: datetime, lease: float) -> bool:
    """Commit that from now on bytes may leave; False where it is another's by now."""
    with database.transaction() as connection:
        return _changed(
            connection,
            taken,
            after(State(taken.state), event),
            attempts=taken.attempts + 1,
            first_sent_at=taken.first_sent_at or now,
            last_sent_at=now,
            leased_until=seconds(connection) + lease,
        )


def move(connection: Connection, taken: Taken, *events: Event, now: datetime, **values: Any) -> bool:
    """Take it along one edge or several, as a part of the caller's transaction, and give it back.

    At its end it is wiped. False where it is another's by now: then nothing has changed.
    """
    state = State(taken.state)
    for event in events:
        state = after(state, event)
    values = {"leased_until": None, **values}
    if state in FINAL:
        values |= {"payload": None, "next_at": None, "settled_at": now}
    elif state is State.MANUAL:
        values |= {"next_at": None}
    if not _changed(connection, taken, state, **values):
        return False
    if state in FINAL:
        parcel.wipe_files(connection, taken.id)
    return True


def _changed(connection: Connection, taken: Taken, state: State, **values: Any) -> bool:
    ours = (SubmissionRow.id == taken.id) & (SubmissionRow.fence == taken.fence) & (SubmissionRow.state == taken.state)
    done = connection.execute(update(SubmissionRow).where(ours).values(state=state.value, **values))
    return bool(done.rowcount == 1)


def _next(connection: Connection, now: datetime, besides: Collection[State]) -> Select[Any]:
    wanted = SubmissionRow.state.not_in(besides)
    query = select(SubmissionRow.id).where(_due(connection, now), wanted, _first_in_its_queue())
    return query.order_by(SubmissionRow.next_at, SubmissionRow.id).limit(1)


def _due(connection: Connection, now: datetime) -> ColumnElement[bool]:
    ended = SubmissionRow.leased_until <= seconds(connection)
    free = or_(SubmissionRow.leased_until.is_(None), ended)
    return or_(
        and_(SubmissionRow.state.in_(_WAITING), SubmissionRow.next_at <= now, free),
        and_(SubmissionRow.state == State.SENDING, ended),
    )


def _first_in_its_queue() -> ColumnElement[bool]:
    earlier = aliased(SubmissionRow)
    same = and_(earlier.customer_no == SubmissionRow.customer_no, earlier.kind == SubmissionRow.kind)
    before = exists().where(same, earlier.id < SubmissionRow.id, earlier.state.not_in(FINAL))
    # Files are scanned whatever stands before them: nothing is sent by that.
    unordered = or_(SubmissionRow.customer_no.is_(None), SubmissionRow.kind == SubmissionKind.PAYMENT)
    return or_(SubmissionRow.state == State.SCANNING, unordered, ~before)
