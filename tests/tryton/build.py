"""Sets up a real Tryton once, in an environment of its own, and keeps the filled database for the next time.

Tryton is GPL software and stays out of the portal's environment: pip puts it into a folder below the cache, its own
tools make the database there, and from then on everything is asked over HTTP. About three minutes from nothing.
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes.util import find_library
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERIES = "~=8.0.0"
MODULES = ("account_invoice", "sale_subscription", "bank")
REQUIREMENTS = (f"trytond{SERIES}", *(f"trytond-{name.replace('_', '-')}{SERIES}" for name in MODULES))
PDF_REQUIREMENTS = ("weasyprint>=66",)
DATABASE = "ebok"
SOURCES = ("quick.py", "world.py", "masterdata.py", "customers.py", "fill.py", "invoice.html")


class CannotInstall(RuntimeError):
    """pip could not bring Tryton, most likely because there is no network."""


@dataclass(frozen=True)
class Built:
    """Where a filled database is kept: ``folder`` holds ``ebok.sqlite`` and ``access.json``."""

    python: Path
    folder: Path


def default_cache() -> Path:
    """``EBOK_TRYTON_CACHE`` if set, else a folder below ``.demo``."""
    return Path(os.environ.get("EBOK_TRYTON_CACHE") or ROOT / ".demo" / "tryton")


def ensure(cache: Path | None = None, say: Callable[[str], None] = lambda line: None) -> Built:
    """Build what is missing, or find it; whoever comes second waits for the first."""
    cache = (cache or default_cache()).resolve()
    cache.mkdir(parents=True, exist_ok=True)
    requirements = (*REQUIREMENTS, *(PDF_REQUIREMENTS if _can_draw_pdf() else ()))
    environment = cache / f"env-{_digest(*requirements, sys.version)}"
    folder = cache / f"data-{_digest(environment.name, *(_source(name) for name in SOURCES))}"
    empty = cache / f"empty-{_digest(environment.name, *MODULES, _source('quick.py'))}"
    built = Built(environment / "bin" / "python", folder)
    with _alone(cache / "lock"):
        if not (environment / "complete").exists():
            _step(say, "installing Tryton", lambda: _install(environment, requirements))
        if not empty.exists():
            _step(say, "making the database", lambda: _in_workshop(empty, partial(_activate, built.python)))
        if not folder.exists():
            fill = partial(_fill, built.python, empty)
            _step(say, "booking two years of invoices and payments", lambda: _in_workshop(folder, fill))
    if not _can_draw_pdf():
        say("libpango is not there: the documents are .odt files instead of PDF")
    return built


def write_configuration(folder: Path, listen: str = "127.0.0.1:0", *, queue_only: bool = False) -> Path:
    """A configuration for the database in ``folder``; with ``queue_only`` nothing queued is run."""
    path = folder / "trytond.conf"
    # The charts of accounts exist in a few languages only, Polish not among them.
    path.write_text(
        f"[web]\nlisten = {listen}\n"
        f"[database]\nuri = sqlite://\npath = {folder}\nlanguage = en\n"
        f"[queue]\nworker = {queue_only}\n"
    )
    return path


def clean_environment() -> dict[str, str]:
    """The process's environment without what would lead Tryton's Python astray."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TRYTOND"))}


def _install(environment: Path, requirements: tuple[str, ...]) -> None:
    shutil.rmtree(environment, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(environment)])
    pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-compile"]
    try:
        _run([*pip, "--disable-pip-version-check", "--retries", "2", *requirements])
    except RuntimeError as error:
        raise CannotInstall(str(error)) from error
    (environment / "complete").touch()


def _in_workshop(finished: Path, work: Callable[[Path], None]) -> None:
    """Make a folder whole or not at all."""
    workshop = finished.with_name("workshop")
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir()
    work(workshop)
    workshop.rename(finished)


def _activate(python: Path, folder: Path) -> None:
    (folder / f"{DATABASE}.sqlite").touch()
    password = secrets.token_urlsafe(18)
    password_file = folder / "password"
    password_file.write_text(password)
    configuration = write_configuration(folder)
    admin = [str(python), "-O", "-m", "tests.tryton.quick", "-c", str(configuration), "-d", DATABASE]
    _run(
        [*admin, "-u", *MODULES, "--activate-dependencies", "--email", "admin@wodociagi.example"],
        {"TRYTONPASSFILE": str(password_file)},
    )
    password_file.unlink()
    configuration.unlink()
    _write_access(folder, {"login": "admin", "password": password})


def _fill(python: Path, empty: Path, folder: Path) -> None:
    for name in (f"{DATABASE}.sqlite", "access.json"):
        shutil.copy(empty / name, folder / name)
    configuration = write_configuration(folder, queue_only=True)
    key_file = folder / "key.json"
    _run([str(python), "-O", "-m", "tests.tryton.fill", str(configuration), DATABASE, str(key_file)])
    access = json.loads((folder / "access.json").read_text())
    _write_access(folder, {**access, **json.loads(key_file.read_text())})
    key_file.unlink()
    configuration.unlink()


def _write_access(folder: Path, access: dict[str, str]) -> None:
    path = folder / "access.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(access))


def _run(command: list[str], extra: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        env=clean_environment() | (extra or {}),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} … failed:\n{done.stdout[-4000:]}")


def _step(say: Callable[[str], None], name: str, work: Callable[[], None]) -> None:
    started = time.monotonic()
    say(f"{name} …")
    work()
    say(f"{name}: {time.monotonic() - started:.0f} s")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _can_draw_pdf() -> bool:
    return bool(find_library("pango-1.0") and find_library("pangoft2-1.0"))


def _source(name: str) -> str:
    return Path(__file__).with_name(name).read_text()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


if __name__ == "__main__":
    print(ensure(say=print).folder)
