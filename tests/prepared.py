"""A new SQLite database begins as a copy of one that was prepared before: that costs more than most tests."""

import sqlite3
from collections.abc import Callable, Hashable
from pathlib import Path

from gateway.database import Database

_kept: dict[Hashable, bytes] = {}


def prepare(database: Database, how: Callable[[], object], *key: Hashable) -> None:
    """Do ``how`` to a new database once in this process, and give the next ones with the same ``key`` what it made.

    Other databases than SQLite are prepared each time anew, and so is one that has something in it.
    """
    name = database.engine.url.database
    file = Path(name) if database.engine.dialect.name == "sqlite" and name else None
    is_new = file is not None and (not file.exists() or file.stat().st_size == 0)
    if file is None or not is_new:
        how()
        return
    if key not in _kept:
        how()
        with sqlite3.connect(file) as connection:
            _kept[key] = connection.serialize()
        connection.close()
        return
    database.engine.dispose()
    file.write_bytes(_kept[key])
    file.chmod(0o600)
