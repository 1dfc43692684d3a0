"""Runs python-getpaid's PayU, an operator that others wrote, in an environment of its own beside the portal's.

pip puts it below the cache once. It asks for a later Python than it needs, hence ``--ignore-requires-python``.
"""

import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

ROOT = Path(__file__).parents[3]
# Exactly these, since a later one might really need the later Python that pip is told not to look at.
REQUIREMENTS = (
    "python-getpaid-simulator==3.2.0",
    "python-getpaid-payu==3.2.0",
    "python-getpaid-core==3.2.0",
    "litestar==2.25.0",
    "uvicorn==0.54.0",
    "httpx==0.28.1",
    "msgspec==0.22.0",
    "polyfactory==3.5.0",
)
START_SECONDS = 60.0


class CannotInstall(RuntimeError):
    """pip could not bring it, most likely because there is no network."""


def python() -> Path:
    """The Python of its environment, made where it is not there yet; whoever comes second waits for the first."""
    cache = Path(os.environ.get("EBOK_PAYU_CACHE") or ROOT / ".demo" / "payu").resolve()
    cache.mkdir(parents=True, exist_ok=True)
    environment = cache / f"env-{hashlib.sha256(' '.join((*REQUIREMENTS, sys.version)).encode()).hexdigest()[:12]}"
    with (cache / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not (environment / "complete").exists():
            shutil.rmtree(environment, ignore_errors=True)
            _run(sys.executable, "-m", "venv", str(environment))
            pip = (str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-compile")
            _run(*pip, "--disable-pip-version-check", "--retries", "2", "--ignore-requires-python", *REQUIREMENTS)
            (environment / "complete").touch()
    return environment / "bin" / "python"


@contextmanager
def running(second_key: str, log: Path) -> Iterator[str]:
    """The simulator on the loopback; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(python()), "-m", "getpaid_simulator", "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as written:
        process = subprocess.Popen(
            [*command, "--plugin-failure-mode", "strict"],
            env=_environment() | {"SIMULATOR_PAYU_SECOND_KEY": second_key},
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
        )
        try:
            _wait(process, f"http://127.0.0.1:{port}/", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)


def ask(script: str, *arguments: str) -> str:
    """What a script in its environment prints."""
    done = subprocess.run(
        [str(python()), "-c", script, *arguments],
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            if requests.get(url, timeout=1).ok:
                return
        except requests.RequestException:
            time.sleep(0.05)
    raise RuntimeError(f"the simulator did not start:\n{log.read_text()[-2000:]}")


def _environment() -> dict[str, str]:
    """Without what would lead its Python astray; its banner is not ASCII."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SIMULATOR"))}
    return inherited | {"PYTHONIOENCODING": "utf-8"}


def _run(*command: str) -> None:
    done = subprocess.run(command, env=_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise CannotInstall(f"{' '.join(command[:5])} … failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
