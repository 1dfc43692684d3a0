"""Sessions kept on the server: whoever holds the random key is signed in, and the database holds only its hash.

A session ends at logout, after idle time, at its hour by the injected clock, and with the account's lock; a copied
cookie or token does not outlive it.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_login import UserMixin
from sqlalchemy import Connection, Row, delete, insert, select, update

from gateway.database import Database
from gateway.models import Account, Consent, SessionRow, Staff

_SEEN_EVERY, _SECOND = timedelta(minutes=1), timedelta(seconds=1)
PAGE, TOKEN, STAFF, PERSONAL = "page", "token", "staff", "personal"
SECOND_FACTOR = "second_factor"
BY_THE_HOLDER = ("page", "api", "seed")
"""The channels by which somebody who was signed in accepted terms."""


@dataclass(frozen=True, slots=True)
class SignedIn(UserMixin):
    """Who is signed in, for flask-login; its id is the session's key, not the account's.

    Exactly one of ``account_id`` and ``staff_id`` is set. ``waits_for`` is what must be done before anything else;
    ``first_password`` says that the password must be changed, ``terms_version`` which terms were accepted last.
    ``link_id`` is the one link of a personal token.
    """

    key: str
    session_id: int
    login: str
    account_id: int | None = None
    staff_id: int | None = None
    role: str = ""
    link_id: int | None = None
    waits_for: str = ""
    first_password: bool = False
    terms_version: str | None = None

    def get_id(self) -> str:
        return self.key


class Overtaken(Exception):
    """What was checked is no more, such as a password that was changed at the same moment: nobody is signed in."""


class Sessions:
    """Begins, finds and ends sessions of one kind, with an idle time or without."""

    def __init__(self, database: Database, *, kind: str, life: timedelta, idle: timedelta | None) -> None:
        self._database = database
        self._kind = kind
        self._life = life
        self._idle = idle

    def begin(
        self,
        now: datetime,
        *,
        account_id: int | None = None,
        staff_id: int | None = None,
        expires_at: datetime | None = None,
        password_hash: str | None = None,
        instead_of: str | None = None,
        **more: Any,
    ) -> tuple[str, datetime]:
        """A new session: its key, which is kept nowhere else, and when it ends at the latest.

        ``password_hash`` is the one that a password was just found to fit, ``instead_of`` the key of a session that
        this one replaces; raises ``Overtaken`` where either is no more.

        ``more`` are other columns of ``SessionRow``: ``device``, ``label``, ``link_id``, ``waits_for``.
        """
        key = secrets.token_urlsafe(32)
        expires_at = expires_at or now + self._life
        with self._database.transaction() as connection:
            connection.execute(delete(SessionRow).where(SessionRow.expires_at < now))
            _hold(connection, account_id, password_hash, instead_of)
            values = {"label": "", "device": "", "waits_for": "", **more}
            connection.execute(
                insert(SessionRow).values(
                    public_id=secrets.token_urlsafe(12),
                    key_hash=key_hash(key),
                    kind=self._kind,
                    account_id=account_id,
                    staff_id=staff_id,
                    created_at=now,
                    seen_at=now,
                    expires_at=expires_at,
                    **values,
                )
            )
        return key, expires_at

    def find(self, key: str, now: datetime) -> SignedIn | None:
        """Who the key belongs to, or None once the session has ended or its owner is locked."""
        with self._database.reading() as connection:
            row = connection.execute(self._query(key)).first()
        if row is None or row.locked_at is not None or row.expires_at <= now:
            return None
        if self._idle and row.seen_at + self._idle <= now:
            return None
        if abs(now - row.seen_at) >= self._seen_every(row):
            with self._database.transaction() as connection:
                connection.execute(update(SessionRow).where(SessionRow.id == row.id).values(seen_at=now))
        return _signed_in(key, row)

    def end(self, key: str) -> None:
        """End one session; harmless to repeat."""
        with self._database.transaction() as connection:
            connection.execute(
                delete(SessionRow).where(SessionRow.key_hash == key_hash(key), SessionRow.kind == self._kind)
            )

    def _seen_every(self, row: Row[Any]) -> timedelta:
        """The use of a personal token is told to its owner: the last to a second, the first at once."""
        if self._kind != PERSONAL:
            return _SEEN_EVERY
        return timedelta() if row.seen_at == row.created_at else _SECOND

    def _query(self, key: str) -> Any:
        # A Core select: loading a user through the ORM would add 400 µs to each request.
        columns = (
            SessionRow.id,
            SessionRow.account_id,
            SessionRow.staff_id,
            SessionRow.link_id,
            SessionRow.waits_for,
            SessionRow.created_at,
            SessionRow.seen_at,
            SessionRow.expires_at,
        )
        if self._kind == STAFF:
            owner: Any = select(*columns, Staff.login, Staff.locked_at, Staff.role).join(Staff)
        else:
            accepted = (
                select(Consent.terms_version)
                .where(
                    Consent.account_id == Account.id,
                    Consent.channel.in_(BY_THE_HOLDER),
                )
                .order_by(Consent.id.desc())
                .limit(1)
                .scalar_subquery()
                .label("terms_version")
            )
            owner = select(*columns, Account.login, Account.locked_at, Account.password_until, accepted).join(
                Account, Account.id == SessionRow.account_id
            )
        return owner.where(SessionRow.key_hash == key_hash(key), SessionRow.kind == self._kind)


def _hold(connection: Connection, account_id: int | None, password_hash: str | None, instead_of: str | None) -> None:
    """Whoever changes the password ends all sessions after it: they wait for ours, or we see that they were first."""
    if password_hash is not None:
        held = select(Account.password_hash).where(Account.id == account_id).with_for_update(read=True)
        if connection.execute(held).scalar() != password_hash:
            raise Overtaken
    if instead_of is not None:
        connection.execute(select(Account.id).where(Account.id == account_id).with_for_update(read=True))
        if connection.execute(delete(SessionRow).where(SessionRow.key_hash == key_hash(instead_of))).rowcount != 1:
            raise Overtaken


def key_hash(key: str) -> bytes:
    """How a session's key is kept."""
    return hashlib.sha256(key.encode()).digest()


def _signed_in(key: str, row: Row[Any]) -> SignedIn:
    found = row._mapping
    return SignedIn(
        key=key,
        session_id=row.id,
        login=row.login,
        account_id=row.account_id,
        staff_id=row.staff_id,
        role=found.get("role", ""),
        link_id=row.link_id,
        waits_for=row.waits_for,
        first_password=found.get("password_until") is not None,
        terms_version=found.get("terms_version"),
    )
