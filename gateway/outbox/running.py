"""Idempotency keys whose request is being answered just now, so that its twin waits instead of doing it again."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, delete, or_, select
from sqlalchemy.dialects.postgresql import insert as insert_on_postgres
from sqlalchemy.dialects.sqlite import insert as insert_on_sqlite
from sqlalchemy.exc import SQLAlchemyError

from gateway.models import RunningKey, SubmissionRow
from gateway.outbox.database_clock import seconds
from gateway.outbox.records import StillRunning
from gateway.outbox.room import room_or_not
from gateway.portal import Portal
from gateway.sealing import Sealer

_LONGEST_SECONDS = 60.0
_PURPOSE, _VISIT = "submission key", "submission of a visitor"


@contextmanager
def running(portal: Portal, key: str, account_id: int | None, network: str = "") -> Iterator[None]:
    """Around taking a request in and answering it; raises ``StillRunning`` or ``NoRoom``.

    A key that has its receipt already passes: its owner asks again because the answer was lost. One whose process
    was ended is free again after a minute; two at once then still get one receipt, as keys are unique.
    """
    marks = key_marks(portal.sealer, key, account_id, network)
    with room_or_not():
        with portal.database.reading() as connection:
            known = or_(SubmissionRow.key_mark.in_(marks), SubmissionRow.sender_mark.in_(marks))
            done = connection.execute(select(SubmissionRow.id).where(known)).first()
        until = None
        if done is None:
            with portal.database.transaction() as connection:
                until = hold(connection, marks[0], _LONGEST_SECONDS)
            if until is None:
                raise StillRunning("the same request is being answered just now")
    try:
        yield
    finally:
        if until is not None:
            # Where this fails the key is free after a while, and what was accepted stays so.
            with suppress(SQLAlchemyError), portal.database.transaction() as connection:
                mine = (RunningKey.key_mark == marks[0]) & (RunningKey.until == until)
                connection.execute(delete(RunningKey).where(mine))


def hold(connection: Connection, mark: bytes, longest_seconds: float) -> float | None:
    """Keep a mark for ourselves for so long; until when, or None where somebody else has it."""
    insert = insert_on_postgres if connection.dialect.name == "postgresql" else insert_on_sqlite
    now = seconds(connection)
    free = RunningKey.until <= now
    new = insert(RunningKey).values(key_mark=mark, until=now + longest_seconds)
    taking = new.on_conflict_do_update(index_elements=["key_mark"], set_={"until": new.excluded.until}, where=free)
    row = connection.execute(taking.returning(RunningKey.until)).first()
    return None if row is None else float(row[0])


def key_marks(sealer: Sealer, key: str, account_id: int | None, network: str = "") -> list[bytes]:
    """By what a key is recognised under each accepted secret, the newest first.

    Keys of two accounts never meet, nor do those of two networks that people who are not logged in send from.
    """
    return sealer.marks(f"{network if account_id is None else account_id}\0{key}", _PURPOSE)


def visit_marks(sealer: Sealer, key: str, body: str) -> list[bytes]:
    """The same for one thing that somebody sends without logging in, whose network may change between two tries."""
    return sealer.marks(f"{key}\0{body}", _VISIT)
