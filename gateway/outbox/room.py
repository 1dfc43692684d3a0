"""When the portal's own memory cannot take anything: a full disk, a database that is locked or away."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

AWAY = (OperationalError, InterfaceError, PoolTimeout)
"""What the database's own trouble looks like; anything else is a mistake in what was asked of it."""
_DISK_FULL = "53100"  # PostgreSQL's


class NoRoom(Exception):
    """Nothing was accepted and nothing half-written: a 503 page that keeps the form, to be sent again."""

    def __init__(self, detail: str, *, no_place: bool = False) -> None:
        super().__init__(detail)
        self._no_place = no_place

    @property
    def disk_is_full(self) -> bool:
        """Whether a disk is full, the database's or of temporary files: unlike a lock, that does not pass by itself."""
        if self._no_place:
            return True
        reason = getattr(self.__cause__, "orig", None)
        found = getattr(reason, "sqlite_errorcode", None), getattr(reason, "sqlstate", None)
        return found[0] == sqlite3.SQLITE_FULL or found[1] == _DISK_FULL

    @property
    def retry_after(self) -> float:
        """Seconds until it is worth another try."""
        return 600.0 if self.disk_is_full else 30.0


@contextmanager
def room_or_not() -> Iterator[None]:
    """Turn the database's own trouble into ``NoRoom``."""
    try:
        yield
    except AWAY as error:
        raise NoRoom(type(error).__name__) from error
