"""The utility's own people who sign in at /staff: who they are, their role, their password, and locking them out."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.codes import OF_STAFF
from gateway.database import Database
from gateway.models import OneTimeCode, SessionRow, Staff
from gateway.passwords import hash_password, is_right
from gateway.sealing import Sealer
from gateway.totp import step_of

CLERK, ADMINISTRATOR = "clerk", "administrator"
ROLES = (CLERK, ADMINISTRATOR)
PASSWORD_LENGTH = range(12, 129)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+\-]{1,63}")


class StaffProblem(ValueError):
    """Why it cannot be done so: ``field`` is ``login``, ``password``, ``role``, ``last``; the text is safe to show."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff; ``enrolled`` says that a second factor is set up."""

    id: int
    login: str
    role: str
    enrolled: bool
    locked_at: datetime | None
    created_at: datetime
    password_until: datetime | None


def add_staff(
    database: Database, *, login: str, role: str, password: str, now: datetime, password_until: datetime | None = None
) -> int:
    """A new person; ``password_until`` where somebody else chose the password. Raises ``StaffProblem``."""
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise StaffProblem("login", "login: expected 2 to 64 letters, digits or . _ @ + -")
    if role not in ROLES:
        raise StaffProblem("role", f"role: expected one of {', '.join(ROLES)}")
    password_hash = hashed(password)
    values = {"login": login, "role": role, "password_hash": password_hash, "password_until": password_until}
    try:
        with database.transaction() as connection:
            made = connection.execute(insert(Staff).values(**values, totp_step=0, created_at=now))
            return int(made.inserted_primary_key[0])  # type: ignore[index]  # there is one row
    except IntegrityError:
        raise StaffProblem("login", "login: this one is taken") from None


def everybody(database: Database) -> list[Person]:
    """All of the staff by login, locked ones too."""
    with database.reading() as connection:
        rows = connection.execute(select(Staff.__table__).order_by(Staff.login))
        return [_person(row) for row in rows]


def by_login(database: Database, login: str) -> Person:
    """The person; raises ``StaffProblem`` where there is none."""
    for each in everybody(database):
        if each.login == login.strip().lower():
            return each
    raise StaffProblem("login", "login: there is nobody of this name")


def by_id(database: Database, staff_id: int) -> Person | None:
    return next((each for each in everybody(database) if each.id == staff_id), None)


def who_is(database: Database, login: str, password: str, now: datetime) -> Person | None:
    """Whom login and password open; takes as long for a name that does not exist, a locked one, an expired password."""
    with database.reading() as connection:
        row = connection.execute(select(Staff.__table__).where(Staff.login == login.strip().lower())).first()
    right = is_right(password[: PASSWORD_LENGTH.stop], row.password_hash if row else None)
    if row is None or not right or row.locked_at is not None:
        return None
    return None if row.password_until is not None and row.password_until <= now else _person(row)


def lock(connection: Connection, staff_id: int, now: datetime) -> None:
    """Lock a person out and end their sessions at once; raises ``StaffProblem`` for the last administrator."""
    administrators = select(Staff.id).where(Staff.role == ADMINISTRATOR).order_by(Staff.id).with_for_update()
    connection.execute(administrators).all()  # so that two do not lock each other out in one moment
    connection.execute(update(Staff).where(Staff.id == staff_id, Staff.locked_at.is_(None)).values(locked_at=now))
    _somebody_administers(connection)
    end_sessions(connection, staff_id)


def unlock(connection: Connection, staff_id: int) -> None:
    connection.execute(update(Staff).where(Staff.id == staff_id).values(locked_at=None))


def hashed(password: str) -> str:
    """What is kept of a password; raises ``StaffProblem``. To be made before the transaction: it takes long."""
    if len(password) not in PASSWORD_LENGTH:
        raise StaffProblem("password", "password: expected 12 to 128 characters")
    return hash_password(password)


def set_password(connection: Connection, staff_id: int, password_hash: str, *, until: datetime | None) -> None:
    """A new password, its hash alone, and an end to every session."""
    values = {"password_hash": password_hash, "password_until": until}
    connection.execute(update(Staff).where(Staff.id == staff_id).values(**values))
    end_sessions(connection, staff_id)


def enrol(connection: Connection, sealer: Sealer, staff_id: int, secret: str, code: str, now: datetime) -> bool:
    """Keep the secret once a code shows that the app has it; False for a wrong code, or where there is one already."""
    step = step_of(secret, code, now)
    if step is None:
        return False
    query = update(Staff).where(Staff.id == staff_id, Staff.totp_secret.is_(None))
    kept = OF_STAFF.sealed(sealer, staff_id, secret)
    return connection.execute(query.values(totp_secret=kept, totp_step=step)).rowcount == 1


def forget_second_factor(connection: Connection, staff_id: int) -> None:
    """The next login sets one up anew; sessions end and the recovery codes are gone."""
    connection.execute(update(Staff).where(Staff.id == staff_id).values(totp_secret=None))
    connection.execute(delete(OneTimeCode).where(OneTimeCode.staff_id == staff_id))
    end_sessions(connection, staff_id)


def end_sessions(connection: Connection, staff_id: int) -> None:
    connection.execute(delete(SessionRow).where(SessionRow.staff_id == staff_id))


def first_password_end(now: datetime, days: int) -> datetime:
    """When a password that somebody else chose stops working."""
    return now + timedelta(days=days)


def _somebody_administers(connection: Connection) -> None:
    open_ones = select(Staff.id).where(Staff.role == ADMINISTRATOR, Staff.locked_at.is_(None))
    had_one = select(Staff.id).where(Staff.role == ADMINISTRATOR)
    if connection.execute(had_one).first() and not connection.execute(open_ones).first():
        raise StaffProblem("last", "this is the last administrator who is not locked")


def _person(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        login=row.login,
        role=row.role,
        enrolled=row.totp_secret is not None,
        locked_at=row.locked_at,
        created_at=row.created_at,
        password_until=row.password_until,
    )
