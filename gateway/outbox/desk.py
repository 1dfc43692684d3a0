"""What a clerk sees of the outbox and does about it: what is stuck and why, send it again, settle it, take it away.

Each deed is in the audit log in its own transaction; it takes the row from any worker that has it, unless bytes may be
leaving just now.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, update
from sqlalchemy.orm import aliased

from adapters.capabilities import Recognition
from gateway import audit
from gateway.database import Database
from gateway.files import Scan
from gateway.models import SubmissionFile, SubmissionRow
from gateway.outbox import metrics, parcel, queue
from gateway.outbox.records import FINAL, LONGEST_CASE_NO, State
from gateway.outbox.states import EDGES, Event
from gateway.portal import Portal
from schemas import SubmissionKind

REASONS = ("in-erp", "withdrawn", "repeated", "other")
"""Why something is settled by hand; ``in-erp``, somebody entered it there, has a case number where there is one."""

_SLOW = timedelta(hours=1)


class NotThere(Exception):
    """There is no such submission."""


class NotNow(Exception):
    """It is at its end, or being sent just now: ``state`` says which."""

    def __init__(self, state: State) -> None:
        super().__init__(state.value)
        self.state = state


@dataclass(frozen=True, slots=True)
class By:
    """Who does it, and from where, for the audit log."""

    actor: str
    network: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A submission as a clerk sees it; ``behind`` is the number of the one that it waits for, ``held`` that a worker
    has it just now."""

    public_id: str
    reference: str
    kind: SubmissionKind
    state: State
    customer_no: str | None
    account_id: int | None
    accepted_at: datetime
    reply_by: date | None
    attempts: int
    looks: int
    next_at: datetime | None
    first_sent_at: datetime | None
    last_sent_at: datetime | None
    settled_at: datetime | None
    case_no: str | None
    refusal: str
    error: str
    behind: str | None
    has_content: bool

    @property
    def may_have_arrived(self) -> bool:
        return self.last_sent_at is not None and self.state not in FINAL

    @property
    def can_be_sent(self) -> bool:
        return any(self.state in EDGES[each] for each in _SENDING_AGAIN)

    @property
    def can_be_settled(self) -> bool:
        return self.state in EDGES[Event.CLERK_SETTLES]


_SENDING_AGAIN = (Event.CLERK_SENDS, Event.CLERK_LOOKS, Event.CLERK_SCANS)
_earlier = aliased(SubmissionRow)
_COLUMNS = [
    getattr(SubmissionRow, name) for name in Shown.__dataclass_fields__ if name not in ("behind", "has_content")
]


class Stuck:
    """What waits for a person or the scanner, what is in doubt, and whatever else is on its way for an hour; the oldest
    first."""

    def __init__(self, database: Database, now: datetime) -> None:
        self._database = database
        slow = and_(SubmissionRow.state.not_in(FINAL), SubmissionRow.accepted_at <= now - _SLOW)
        self._wanted = or_(SubmissionRow.state.in_((State.MANUAL, State.UNKNOWN, State.SCANNING)), slow)

    def total(self) -> int:
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).where(self._wanted)).scalar_one()

    def rows(self, first: int, most: int) -> list[Shown]:
        """So many of them, without those before the ``first``, counted from 0."""
        chosen = select(SubmissionRow.id).where(self._wanted).order_by(SubmissionRow.id).offset(first).limit(most)
        return _shown(self._database, SubmissionRow.id.in_(chosen))


def everything(database: Database, state: State | None, limit: int) -> list[Shown]:
    """All of one state, or all that is not at its end; at most so many of the newest, the oldest of them first."""
    wanted = SubmissionRow.state == state if state else SubmissionRow.state.not_in(FINAL)
    newest = select(SubmissionRow.id).where(wanted).order_by(SubmissionRow.id.desc()).limit(limit)
    return _shown(database, SubmissionRow.id.in_(newest))


def counts(database: Database) -> dict[str, int]:
    """How many submissions there are in each state."""
    with database.reading() as connection:
        rows = connection.execute(select(SubmissionRow.state, func.count()).group_by(SubmissionRow.state)).all()
    return {each.value: 0 for each in State} | {row[0]: row[1] for row in rows}


def get(database: Database, public_id: str) -> Shown:
    """One submission; raises ``NotThere``."""
    found = _shown(database, SubmissionRow.public_id == public_id)
    if not found:
        raise NotThere
    return found[0]


def content(portal: Portal, public_id: str, by: By, *, action: str = "submission.content_viewed") -> parcel.Parcel:
    """What was sent, for whoever has to act on it; the look is audited. Raises ``NotThere`` or ``Unreadable``."""
    with portal.database.transaction() as connection:
        row = _held(connection, public_id)
        _note(portal, connection, row, by, action)
    return parcel.unpack(portal.database, portal.sealer, row)


def retry(portal: Portal, public_id: str, by: By) -> State:
    """Let it go on at once, with all its tries again; where it goes on from. Raises ``NotThere`` or ``NotNow``.

    What may have arrived is looked for or recognised first, where the ERP can do that; only where it cannot, the
    clerk's word is enough to send it a second time.
    """

    with portal.database.transaction() as connection:
        row = _held(connection, public_id)
        event, values = _again(portal, connection, row)
        return _act(portal, connection, row, by, "submission.sent_again", event, values)


def settle(portal: Portal, public_id: str, by: By, *, reason: str, case_no: str = "") -> State:
    """Bring it to its end by hand, and wipe it; what waits behind it goes on.

    ``reason`` is one of ``REASONS``, ``case_no`` the ERP's, where there is one. Raises ``NotThere`` or ``NotNow``.
    """
    with portal.database.transaction() as connection:
        return settle_within(portal, connection, public_id, by, reason=reason, case_no=case_no)


def settle_within(
    portal: Portal, connection: Connection, public_id: str, by: By, *, reason: str, case_no: str = ""
) -> State:
    """The same in a transaction of the caller's."""
    if reason not in REASONS:
        raise ValueError("expected one of the reasons")
    values = {"error": reason, **({"case_no": case_no.strip()[:LONGEST_CASE_NO]} if case_no.strip() else {})}
    row = _held(connection, public_id)
    return _act(portal, connection, row, by, "submission.settled", Event.CLERK_SETTLES, values, detail=reason)


def _again(portal: Portal, connection: Connection, row: Row[Any]) -> tuple[Event, dict[str, Any]]:
    again = {"attempts": 0, "looks": 0, "next_at": portal.clock.now(), "error": ""}
    state = State(row.state)
    waits = select(SubmissionFile.id).where(SubmissionFile.submission_id == row.id, SubmissionFile.scan == Scan.PENDING)
    if state is State.SCANNING or (state is State.MANUAL and connection.execute(waits).first()):
        return Event.CLERK_SCANS, again
    acceptance = portal.erp.accepts.get(SubmissionKind(row.kind))
    blind = acceptance is None or acceptance.recognition is Recognition.NONE
    if row.last_sent_at is not None and not blind:
        return Event.CLERK_LOOKS, again
    return Event.CLERK_SENDS, {**again, "first_sent_at": None, "last_sent_at": None}


def _act(
    portal: Portal,
    connection: Connection,
    row: Row[Any],
    by: By,
    action: str,
    event: Event,
    values: dict[str, Any],
    *,
    detail: str = "",
) -> State:
    """Do it with a row that ``_held`` holds; from here on a worker that had it writes nothing any more."""
    if row.state not in EDGES[event]:
        raise NotNow(State(row.state))
    taking = update(SubmissionRow).where(SubmissionRow.id == row.id).values(fence=SubmissionRow.fence + 1)
    names = queue.Taken.__dataclass_fields__
    taken = connection.execute(taking.returning(*[getattr(SubmissionRow, name) for name in names])).one()
    queue.move(connection, queue.Taken(*taken), event, now=portal.clock.now(), **values)
    _note(portal, connection, row, by, action, detail)
    metrics.count(event)
    return EDGES[event][State(row.state)]


def _held(connection: Connection, public_id: str) -> Row[Any]:
    query = select(SubmissionRow.__table__).where(SubmissionRow.public_id == public_id).with_for_update()
    row = connection.execute(query).first()
    if row is None:
        raise NotThere
    return row


def _note(portal: Portal, connection: Connection, row: Row[Any], by: By, action: str, detail: str = "") -> None:
    audit.record(
        connection,
        at=portal.clock.now(),
        actor=by.actor,
        action=action,
        account_id=row.account_id,
        customer_no=row.customer_no,
        subject=row.public_id,
        network=by.network,
        detail=detail,
    )


def _shown(database: Database, wanted: ColumnElement[bool]) -> list[Shown]:
    ordered = SubmissionRow.kind != SubmissionKind.PAYMENT
    same = and_(ordered, _earlier.customer_no == SubmissionRow.customer_no, _earlier.kind == SubmissionRow.kind)
    before = select(func.min(_earlier.id)).where(same, _earlier.id < SubmissionRow.id, _earlier.state.not_in(FINAL))
    first = aliased(SubmissionRow)
    query = (
        select(*_COLUMNS, first.public_id.label("behind"), SubmissionRow.payload.is_not(None).label("has_content"))
        .outerjoin(first, first.id == before.correlate(SubmissionRow).scalar_subquery())
        .where(wanted)
        .order_by(SubmissionRow.id)
    )
    with database.reading() as connection:
        rows = connection.execute(query).all()
    return [Shown(**{**row._mapping, "kind": SubmissionKind(row.kind), "state": State(row.state)}) for row in rows]
