"""Tokens in links that go out by mail: for one purpose, for a time, for one use.

The purpose is in the salt, so a token for one does not open another; the time is the injected clock's; the signature
is HMAC-SHA-256 under keys that rotate. ``read`` shows a form, ``consume`` belongs into the transaction that acts.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from itsdangerous import BadData as BadToken
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer
from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from adapters.clock import Clock
from gateway.models import UsedToken


class Purpose(StrEnum):
    PROVE_EMAIL = "prove-email"
    RESET_PASSWORD = "reset-password"  # noqa: S105 (the name of a purpose)
    CHANGE_EMAIL = "change-email"
    ANSWER_REGISTRATION = "answer-registration"


class TokenProblem(Exception):
    """Why a token does not work: ``reason`` is ``wrong``, ``expired`` or ``used``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says: ``subject`` whose it is, ``bound`` what must still be so when it is used."""

    subject: str
    bound: str
    mark: bytes
    expires_at: datetime


class TokenService:
    """Makes and reads tokens; ``keys`` has the key that signs first, then former ones."""

    def __init__(self, keys: list[str], clock: Clock, life: timedelta) -> None:
        self._clock = clock
        self._life = life
        self._keys = list(reversed(keys))  # itsdangerous signs with the last

    def make(self, purpose: Purpose, subject: str, *, bound: str = "") -> str:
        """A new token; ``bound`` is for instance a fingerprint of the password that it will replace."""
        return str(self._serializer(purpose).dumps([secrets.token_urlsafe(12), subject, bound]))

    def read(self, purpose: Purpose, text: str, connection: Connection) -> Token:
        """What a token says, without using it up; raises ``TokenProblem``."""
        try:
            (nonce, subject, bound), made_at = self._serializer(purpose).loads(
                text, max_age=int(self._life.total_seconds()), return_timestamp=True
            )
        except SignatureExpired:
            raise TokenProblem("expired") from None
        except (BadToken, ValueError, TypeError):
            raise TokenProblem("wrong") from None
        # Not of the text: base64 has several spellings of one token, and each would work once.
        mark = hashlib.sha256(f"{purpose}\0{nonce}".encode()).digest()
        if connection.execute(select(UsedToken.mark).where(UsedToken.mark == mark)).first():
            raise TokenProblem("used")
        return Token(subject, bound, mark, made_at.replace(tzinfo=UTC) + self._life)

    def consume(self, purpose: Purpose, text: str, connection: Connection) -> Token:
        """The same, and never again; inside the transaction that does what the token is for."""
        token = self.read(purpose, text, connection)
        connection.execute(delete(UsedToken).where(UsedToken.expires_at < self._clock.now()))
        try:
            with connection.begin_nested():
                connection.execute(insert(UsedToken).values(mark=token.mark, expires_at=token.expires_at))
        except IntegrityError:
            raise TokenProblem("used") from None
        return token

    def _serializer(self, purpose: Purpose) -> URLSafeTimedSerializer:
        clock = self._clock

        class Signer(TimestampSigner):
            def get_timestamp(self) -> int:
                return int(clock.now().timestamp())

        return URLSafeTimedSerializer(
            self._keys,
            salt=f"ebok.{purpose}.1",
            signer=Signer,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
