"""A PostgreSQL server of the test's own, from the system's packages, over a socket in a folder of its own."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text


@contextmanager
def postgres_url() -> Iterator[str]:
    """The URL of an empty database; skips where no PostgreSQL is installed, and says so."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="ebok-pg-", dir="/tmp"))
    data = folder / "data"
    run_as: dict[str, str] = {}
    if os.geteuid() == 0:  # initdb refuses root
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        run_as = {"user": "postgres"}
    binaries = found[-1].parent
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run(
        [binaries / "initdb", "--no-sync", "-A", "trust", "-U", "ebok", "-E", "UTF8", "-D", data],
        **quiet,
        **run_as,  # type: ignore[call-overload]
    )
    options = f"-c fsync=off -c listen_addresses='' -c unix_socket_directories={folder}"
    control = [binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    subprocess.run([*control, "-o", options, "start"], **quiet, **run_as)  # type: ignore[call-overload]
    try:
        yield f"postgresql+psycopg://ebok@/postgres?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **quiet, **run_as)  # type: ignore[call-overload]
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """The URL of an empty database of its own on a running server."""
    name = f"test_{secrets.token_hex(6)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.execute(text(f"create database {name}"))
        yield server.replace("/postgres?", f"/{name}?")
        with admin.connect() as connection:
            connection.execute(text(f"drop database {name} with (force)"))
    finally:
        admin.dispose()
