"""The queue in the database: who sends which mail, and what became of it.

A worker has a mail by lease and fence. Who comes back after its lease changes nothing: the fence has moved on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Update, and_, case, func, or_, select, update

from gateway.database import Database
from gateway.mail.schedule import AWAY_DELAYS, GIVE_UP, delay, random_spread
from gateway.mail.states import FAILED, QUEUED, SENDING, SENT
from gateway.models import Mail, Registration

LEASE = timedelta(seconds=150)
"""More than twice the longest that sending one mail may take."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that this worker may send until ``leased_until``."""

    id: int
    message_id: str
    template: str
    language: str
    sealed: bytes | None
    attempts: int
    fence: int
    registration_id: int | None
    created_at: datetime
    leased_until: datetime


_COLUMNS = [getattr(Mail, name) for name in Taken.__dataclass_fields__]


def is_due(database: Database, now: datetime) -> bool:
    """True where there is something to send; takes no lock."""
    with database.reading() as connection:
        return connection.execute(select(Mail.id).where(_due(now)).limit(1)).first() is not None


def take(database: Database, now: datetime) -> Taken | None:
    """The mail that has waited longest, for this worker alone."""
    # PostgreSQL steps over what another worker is just taking; SQLite lets one writer in at a time anyway.
    first = select(Mail.id).where(_due(now)).order_by(Mail.next_at, Mail.id).limit(1).with_for_update(skip_locked=True)
    taking = (
        update(Mail)
        .where(Mail.id == first.scalar_subquery(), _due(now))
        .values(state=SENDING, attempts=Mail.attempts + 1, fence=Mail.fence + 1, leased_until=now + LEASE)
        .returning(*_COLUMNS)
    )
    with database.transaction() as connection:
        row = connection.execute(taking).one_or_none()
    return None if row is None else Taken(*row)


def sent(database: Database, mail: Taken, now: datetime) -> bool:
    """The server took it: wipe what it said. False where the lease went to another worker."""
    with database.transaction() as connection:
        done = _ours(mail).values(state=SENT, sent_at=now, sealed=None, next_at=None, leased_until=None, error="")
        return connection.execute(done).rowcount == 1


def failed(database: Database, mail: Taken, error: str) -> bool:
    """Give it up for good, wipe it, and let the clerk see that on its registration."""
    with database.transaction() as connection:
        given_up = _ours(mail).values(state=FAILED, sealed=None, next_at=None, leased_until=None, error=error)
        if connection.execute(given_up).rowcount != 1:
            return False
        _mark_registrations(connection, Registration.id == mail.registration_id)
        return True


def later(database: Database, mail: Taken, error: str, now: datetime) -> bool:
    """Try again after a while; or give it up where that has been so for three days."""
    if now - mail.created_at >= GIVE_UP:
        return failed(database, mail, error)
    with database.transaction() as connection:
        waits = _ours(mail).values(state=QUEUED, next_at=now + delay(mail.attempts), leased_until=None, error=error)
        return connection.execute(waits).rowcount == 1


def server_away(database: Database, error: str, now: datetime) -> None:
    """Let everything wait that is due; what has waited for three days is given up."""
    late = and_(_due(now), Mail.created_at <= now - GIVE_UP)
    spread = random_spread()
    first, second, third = (now + each * spread for each in AWAY_DELAYS)
    waits = case((Mail.attempts == 0, first), (Mail.attempts == 1, second), else_=third)
    with database.transaction() as connection:
        _mark_registrations(connection, Registration.id.in_(select(Mail.registration_id).where(late)))
        connection.execute(
            update(Mail)
            .where(late)
            .values(state=FAILED, sealed=None, next_at=None, leased_until=None, error=error, fence=Mail.fence + 1)
        )
        connection.execute(
            update(Mail)
            .where(_due(now), Mail.state == QUEUED)
            .values(attempts=Mail.attempts + 1, next_at=waits, error=error)
        )


def hurry(database: Database) -> int:
    """Make everything that waits for its next attempt due at once; the number of mails."""
    with database.transaction() as connection:
        return connection.execute(update(Mail).where(Mail.state == QUEUED).values(next_at=Mail.created_at)).rowcount


def counts(database: Database) -> dict[str, int]:
    """How many mails there are in each state."""
    with database.reading() as connection:
        rows = connection.execute(select(Mail.state, func.count()).group_by(Mail.state)).all()
    return {QUEUED: 0, SENDING: 0, SENT: 0, FAILED: 0} | {row[0]: row[1] for row in rows}


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Mail.state == QUEUED, Mail.next_at <= now),
        and_(Mail.state == SENDING, Mail.leased_until <= now),
    )


def _ours(mail: Taken) -> Update:
    return update(Mail).where(Mail.id == mail.id, Mail.fence == mail.fence, Mail.state == SENDING)


def _mark_registrations(connection: Connection, which: ColumnElement[bool]) -> None:
    connection.execute(update(Registration).where(which).values(mail_failed=True))
