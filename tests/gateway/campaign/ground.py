"""Where a campaign takes place: a sandbox, a database, settings for both faces and each level, and the processes."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import requests
from flask import Flask
from sqlalchemy import select, update

from adapters.clock import SetClock
from adapters.sandbox.server import SandboxServer
from gateway.models import PaymentRow, RunningKey, SubmissionRow
from gateway.outbox.room import AWAY
from gateway.portal import Portal
from tests.adapters.mapping.sent import variant
from tests.stack import portal_app, seed

LAG_SECONDS = 10
SUBMISSION_SECONDS = 2
ACCOUNTS, CUSTOMERS_EACH = 4, 12


class Nursery:
    """``tests.gateway.campaign.nursery``, and what it has started."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("EBOK_")}
        self._environment |= environment
        self._folder = folder
        self._lock = Lock()
        self._groups: set[int] = set()
        with (folder / "nursery.log").open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.gateway.campaign.nursery"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=self._environment,
            )

    def start(self, *arguments: str, **environment: str) -> int:
        """Start ``ebok`` with these arguments; its process group."""
        log = str(self._folder / f"{arguments[0]}.log")
        group: int = self._order({"do": "start", "arguments": arguments, "environment": environment, "log": log})
        self._groups.add(group)
        return group

    def once(self, what: str, now: datetime, die_at: int = 0, **more: Any) -> dict[str, Any]:
        order = {"do": "once", "what": what, "now": now.isoformat(), "die_at": die_at, **more}
        done: dict[str, Any] = self._order(order)
        return done

    def kill(self, group: int) -> None:
        self._groups.discard(group)
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
        self._order({"do": "bury", "group": group})

    def lives(self, group: int) -> bool:
        return bool(self._order({"do": "lives", "group": group}))

    def end(self) -> None:
        for group in list(self._groups):
            self.kill(group)
        self._process.communicate()  # it ends with its orders

    def _order(self, order: dict[str, Any]) -> Any:
        with self._lock:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())


@dataclass
class Ground:
    """A campaign's place; ``app`` is a portal of the test's own over the same database, to look with and for clerks."""

    app: Flask
    sandbox: SandboxServer
    nursery: Nursery
    level: str
    folder: Path
    logins: dict[str, list[str]]
    port: int

    @property
    def portal(self) -> Portal:
        portal: Portal = self.app.extensions["ebok"]
        return portal

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def now(self) -> datetime:
        return self.sandbox.clock.now()

    def advance(self, **time: float) -> None:
        self.sandbox.clock.advance(timedelta(**time).total_seconds())

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(method, f"{self.sandbox.url}/control/{path}", json=body, timeout=60)
        assert answer.ok, answer.text[:300]
        return answer.json()

    def rows(self) -> list[Any]:
        with self.portal.database.reading() as connection:
            return list(connection.execute(select(SubmissionRow.__table__).order_by(SubmissionRow.id)))

    def let_keys_go(self) -> None:
        """As if the database's clock, which nobody can set, had gone on by a minute; the web process is dead."""
        with suppress(AWAY), self.portal.database.transaction() as connection:  # else it is a minute indeed
            connection.execute(update(RunningKey).values(until=1.0))

    def let_leases_end(self) -> None:
        """The same for workers."""
        self.let_keys_go()
        with self.portal.database.transaction() as connection:
            for table in (SubmissionRow, PaymentRow):
                leased = table.leased_until.is_not(None)
                connection.execute(update(table).where(leased).values(leased_until=1.0))


def until(ready: Callable[[], bool], patience: float, what: str) -> None:
    end = time.monotonic() + patience
    while not ready():
        assert time.monotonic() < end, f"it took too long: {what}"
        time.sleep(0.1)


def free_port() -> int:
    """One that nobody's outgoing connection takes while its server is down."""
    while True:
        port = random.randrange(20_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@contextmanager
def ground(folder: Path, url: str, face: str, level: str) -> Iterator[Ground]:
    """Everything but the portal's processes, which ``nursery`` starts; the clock stands where it is put."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    with SandboxServer(clock=SetClock(datetime.now(UTC))) as sandbox:
        sandbox.world.bureau.recognition = type(sandbox.world.bureau.recognition)(level)
        mapping = variant(face, folder, recognition=f'"{level}"\nlag_seconds = {LAG_SECONDS}')
        settings = {
            "DATABASE__URL": url,
            f"ERP__{face.upper()}__MAPPING": mapping,
            "WORKER__INSIDE": "false",
            "SESSIONS__IDLE_MINUTES": "5256000",
            "SESSIONS__HOURS": "87600",
            "GUARD__SUBMISSION_SECONDS": str(SUBMISSION_SECONDS),
            "GUARD__BREAKER_OPEN_SECONDS": "1",
            "GUARD__DOCUMENTS": "4",
            "OUTBOX__LEASE_SECONDS": "1",
            "WEB__PORT": str(port),
            "PAYMENTS__P24__URL": f"{sandbox.url}/p24",
            "PAYMENTS__P24__MERCHANT_ID": "100001",
            "PAYMENTS__P24__API_KEY": "sandbox-p24-key",
            "PAYMENTS__P24__CRC": "sandbox-p24-crc",
            "WEB__THREADS": "12",
            "LOG__LEVEL": "warning",
        }
        app = portal_app(folder, sandbox, face=face, **settings)
        numbers = [number for number in sandbox.world.parties if number > "200000"][: ACCOUNTS * CUSTOMERS_EACH]
        logins = {
            f"konto{number}": numbers[number * CUSTOMERS_EACH : (number + 1) * CUSTOMERS_EACH]
            for number in range(ACCOUNTS)
        }
        seed(app, logins)
        environment = _environment(folder, sandbox, face) | {f"EBOK_{name}": value for name, value in settings.items()}
        nursery = Nursery(environment, folder)
        try:
            yield Ground(app, sandbox, nursery, level, folder, logins, port)
        finally:
            nursery.end()
            portal: Portal = app.extensions["ebok"]
            portal.erp.close()
            portal.database.engine.dispose()


def _environment(folder: Path, sandbox: SandboxServer, face: str) -> dict[str, str]:
    """What ``tests.stack.portal_app`` gives its own portal, for other processes, with the sandbox's clock."""
    return {
        "EBOK_UTILITY__NAME": "Wodociągi Przykładowo",
        "EBOK_WEB__SECRET_KEY": "for tests only, for tests only, for tests only",
        "EBOK_WEB__SECURE_COOKIES": "false",
        "EBOK_ERP__ADAPTER": face,
        f"EBOK_ERP__{face.upper()}__URL": sandbox.url + ("/soap" if face == "soap" else ""),
        "EBOK_SESSIONS__TOKEN_HOURS": "87600",
        "EBOK_CLOCK__URL": f"{sandbox.url}/control/clock",
    }
