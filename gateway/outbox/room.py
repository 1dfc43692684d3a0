"""When the portal's own memory cannot take anything: a full disk, a database that is locked or away."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

AWAY = (OperationalError, InterfaceError, PoolTimeout)
"""What the database's own trouble looks like; anything else is a mistake in what was asked of it."""


class NoRoom(Exception):
    """Nothing was accepted and nothing half-written: a 503 page that keeps the form, to be sent again."""

    retry_after = 30.0


@contextmanager
def room_or_not() -> Iterator[None]:
    """Turn the database's own trouble into ``NoRoom``."""
    try:
        yield
    except AWAY as error:
        raise NoRoom(type(error).__name__) from error
