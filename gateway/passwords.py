"""Hashes and checks passwords with argon2id, at most two at a time: sixteen at once would take 750 MB.

A few callers wait for their turn; more are told to come back, so that guessing cannot take every thread of a server.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's minimum for argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = BoundedSemaphore(2)
_in_line = BoundedSemaphore(2 + 16)
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Those that nobody reads for another, on paper or a screen; five bits each, nearly."""
_USED_UP = "used:"
_NOBODY = _hasher.hash("nobody's password")


class Busy(Exception):
    """Too many passwords are being checked; come back in ``retry_after`` seconds."""

    retry_after = 2.0


def hash_password(password: str) -> str:
    """The argon2id hash, with its parameters and a random salt in it; raises ``Busy``."""
    with _turn():
        return _hasher.hash(password)


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether the password fits; without a hash, or with one that is used up, it takes as long and is wrong.

    So nobody learns who exists. Raises ``Busy``.
    """
    opens = password_hash if password_hash and not password_hash.startswith(_USED_UP) else None
    with _turn():
        try:
            return _hasher.verify(opens or _NOBODY, password) and opens is not None
        except (VerificationError, InvalidHashError):
            return False


def used_up(password_hash: str) -> str:
    """The same hash, which opens nothing any more and is only compared with by ``was_used_up``."""
    return _USED_UP + password_hash


def was_used_up(password: str, password_hash: str) -> bool:
    """Whether this is the very password that was used up; raises ``Busy``."""
    return password_hash.startswith(_USED_UP) and is_right(password, password_hash.removeprefix(_USED_UP))


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """A password that nobody chose, for one mail, and its hash, which is kept."""

    text: str = field(repr=False)
    hash: str


def first_password() -> FirstPassword:
    """Sixteen random letters and digits, which are 79 bits, in groups; raises ``Busy``.

    To be made before the transaction that keeps it: hashing takes long, and SQLite has one writer.
    """
    text = "-".join(some_letters(4) for _ in range(4))
    return FirstPassword(text, hash_password(text))


def some_letters(count: int) -> str:
    """So many random letters and digits."""
    return "".join(secrets.choice(LETTERS) for _ in range(count))


@contextmanager
def _turn() -> Iterator[None]:
    if not _in_line.acquire(blocking=False):
        raise Busy
    try:
        with _at_once:
            yield
    finally:
        _in_line.release()
