"""Opens the portal's own database: SQLite by default, PostgreSQL by its URL, the same migrations for both."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from adapters.errors import Misconfigured
from adapters.shown import shown

_BUSY_SECONDS = 5
_SQLITE = b"SQLite format 3\0"
_FORGET_MILLISECONDS = 100
# A request holds a connection for a moment only; as many as there could ever be threads.
_POOL: dict[str, Any] = {"pool_size": 20, "max_overflow": 200}


class Database:
    """The engine, and transactions over it. Importing or building this opens nothing."""

    def __init__(self, url: str, *, base: Path) -> None:
        try:
            parsed = make_url(url)
            if parsed.get_backend_name() == "sqlite":
                if not parsed.database or parsed.database == ":memory:":
                    raise ValueError("a database in memory forgets everybody")
                parsed = parsed.set(database=str(base / parsed.database))
                _check_place(Path(parsed.database or ""))
            elif parsed.get_backend_name() != "postgresql":
                raise ValueError("another database, on which nothing was tried")
            self.engine = _engine(parsed)
            self._writing = self.engine.execution_options(ebok_writes=True)
        except (ArgumentError, NoSuchModuleError, ImportError, ValueError, TypeError):
            raise Misconfigured(
                "database.url: expected sqlite:///file.sqlite or postgresql+psycopg://user:password@host/name "
                "(the latter with the extra ebok-gateway[postgres] installed), "
                f"but found {_sort(url)}"
            ) from None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection whose work is committed at the end, or undone by an exception."""
        with self._writing.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for looking only; on SQLite it waits for nobody and nobody waits for it."""
        with self.engine.connect() as connection:
            yield connection

    def forget(self) -> None:
        """Empty SQLite's log, in which what was wiped stands until then; later, where somebody is reading just now."""
        file = self.engine.url.database
        if self.engine.dialect.name != "sqlite" or not file or not _size(Path(f"{file}-wal")):
            return
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout={_FORGET_MILLISECONDS}")  # who writes would wait as long
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            cursor.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
            cursor.close()
        finally:
            connection.close()

    def upgrade(self) -> None:
        """Bring the tables to the newest migration; harmless to repeat."""
        with self.transaction() as connection:
            config = _alembic()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def is_current(self) -> bool:
        """True when the tables are those of this version of the portal."""
        with self.engine.connect() as connection:
            at = MigrationContext.configure(connection).get_current_revision()
        return at == ScriptDirectory.from_config(_alembic()).get_current_head()


def _check_place(file: Path) -> None:
    """Raises ``Misconfigured`` where SQLite could neither open nor make this file; opens no database."""
    folder = file.parent
    trouble = None
    if not folder.is_dir():
        trouble = f"no folder {shown(str(folder))}"
    elif not os.access(folder, os.W_OK | os.X_OK):  # SQLite writes its log beside the file
        trouble = f"the folder {shown(str(folder))}, which this user cannot write to"
    elif file.exists() and not (file.is_file() and os.access(file, os.R_OK | os.W_OK)):
        trouble = f"{shown(str(file))}, which is no file that this user can write to"
    elif not _begins_as_sqlite(file):
        trouble = f"{shown(str(file))}, which is no SQLite database"
    if trouble is not None:
        raise Misconfigured(f"database.url: expected a file in a folder that can be written to, but found {trouble}")


def _begins_as_sqlite(file: Path) -> bool:
    if not file.exists():
        return True
    with file.open("rb") as opened:
        return opened.read(len(_SQLITE)) in (b"", _SQLITE)


def _sort(url: str) -> str:
    """Which database the URL asks for, without its password."""
    scheme = url.partition("://")[0]
    return shown(f"{scheme}://…") if "://" in url else shown(url, secret=True)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _engine(url: Any) -> Engine:
    if url.get_backend_name() != "sqlite":
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, **_POOL)
        event.listen(engine, "connect", _set_up_postgresql)
        return engine
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True, **_POOL)
    event.listen(engine, "do_connect", _keep_private)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_postgresql(connection: Any, _record: Any) -> None:
    # Left to itself it waits for a lock as long as that is held, and so would every thread of ours.
    connection.execute(f"SET lock_timeout = '{_BUSY_SECONDS}s'")
    connection.commit()


def _keep_private(_dialect: Any, _record: Any, places: Any, _options: Any) -> None:
    """A file that is not there yet is made for its owner alone; SQLite's log beside it takes after it."""
    file = Path(places[0])
    if not file.exists():
        file.touch(mode=0o600)


def _begin_sqlite(connection: Connection) -> None:
    # A read that turns into a write fails at once in SQLite; BEGIN IMMEDIATE waits its turn instead.
    writes = connection.get_execution_options().get("ebok_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver is not to begin transactions of its own
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what was wiped is overwritten, not only unlinked
        f"busy_timeout={_BUSY_SECONDS * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
