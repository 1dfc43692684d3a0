"""Sessions kept on the server: whoever holds the random key is signed in, and the database holds only its hash.

A session ends at logout, after idle time, and at its hour, by the injected clock; a copied cookie or token does
not outlive it.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_login import UserMixin
from sqlalchemy import delete, insert, select, update

from gateway.database import Database
from gateway.models import Account, SessionRow

_SEEN_EVERY = timedelta(minutes=1)
PAGE, TOKEN = "page", "token"


@dataclass(frozen=True, slots=True)
class SignedIn(UserMixin):
    """Who is signed in, for flask-login; its id is the session's key, not the account's."""

    key: str
    account_id: int
    login: str

    def get_id(self) -> str:
        return self.key


class Sessions:
    """Begins, finds and ends sessions of one kind: ``page`` with an idle time, ``token`` without."""

    def __init__(self, database: Database, *, kind: str, life: timedelta, idle: timedelta | None) -> None:
        self._database = database
        self._kind = kind
        self._life = life
        self._idle = idle

    def begin(self, account_id: int, now: datetime) -> tuple[str, datetime]:
        """A new session: its key, which is kept nowhere else, and when it ends at the latest."""
        key = secrets.token_urlsafe(32)
        expires_at = now + self._life
        with self._database.transaction() as connection:
            connection.execute(delete(SessionRow).where(SessionRow.expires_at < now))
            connection.execute(
                insert(SessionRow).values(
                    key_hash=_hash(key),
                    kind=self._kind,
                    account_id=account_id,
                    created_at=now,
                    seen_at=now,
                    expires_at=expires_at,
                )
            )
        return key, expires_at

    def find(self, key: str, now: datetime) -> SignedIn | None:
        """Who the key belongs to, or None once the session has ended."""
        # A Core select: loading a user through the ORM would add 400 µs to each request.
        query = (
            select(SessionRow.id, SessionRow.seen_at, SessionRow.expires_at, Account.id.label("account"), Account.login)
            .join(Account, Account.id == SessionRow.account_id)
            .where(SessionRow.key_hash == _hash(key), SessionRow.kind == self._kind)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None or row.expires_at <= now or (self._idle and row.seen_at + self._idle <= now):
            return None
        if abs(now - row.seen_at) >= _SEEN_EVERY:
            with self._database.transaction() as connection:
                connection.execute(update(SessionRow).where(SessionRow.id == row.id).values(seen_at=now))
        return SignedIn(key, row.account, row.login)

    def end(self, key: str) -> None:
        """End one session; harmless to repeat."""
        with self._database.transaction() as connection:
            connection.execute(
                delete(SessionRow).where(SessionRow.key_hash == _hash(key), SessionRow.kind == self._kind)
            )


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
