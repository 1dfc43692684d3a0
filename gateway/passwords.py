"""Hashes and checks passwords with argon2id, at most two at a time: sixteen at once would take 750 MB.

A few callers wait for their turn; more are told to come back, so that guessing cannot take every thread of a server.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's minimum for argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = BoundedSemaphore(2)
_in_line = BoundedSemaphore(2 + 16)
_NOBODY = _hasher.hash("nobody's password")


class Busy(Exception):
    """Too many passwords are being checked; come back in ``retry_after`` seconds."""

    retry_after = 2.0


def hash_password(password: str) -> str:
    """The argon2id hash, with its parameters and a random salt in it; raises ``Busy``."""
    with _turn():
        return _hasher.hash(password)


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether the password fits; without a hash it takes as long and is wrong, so that nobody learns who exists.

    Raises ``Busy``.
    """
    with _turn():
        try:
            return _hasher.verify(password_hash or _NOBODY, password) and bool(password_hash)
        except (VerificationError, InvalidHashError):
            return False


@contextmanager
def _turn() -> Iterator[None]:
    if not _in_line.acquire(blocking=False):
        raise Busy
    try:
        with _at_once:
            yield
    finally:
        _in_line.release()
