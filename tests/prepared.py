"""What costs more than most tests is done once in a process: new databases, and templates turned into code."""

import sqlite3
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import ClassVar

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

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


class Templates(BytecodeCache):
    """The code of templates, for all portals of a process."""

    _kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()
