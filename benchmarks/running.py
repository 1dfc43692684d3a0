"""A sandbox and a portal in processes of their own, as they run in production, for benchmarks to ask from outside."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from adapters.clock import SystemClock
from gateway.accounts import add_account
from gateway.database import Database
from gateway.terms import Document

PASSWORD = "demo-ebok-2026"
CUSTOMERS = ["100001", "100301", *(str(number) for number in range(100101, 100113))]


@dataclass
class Running:
    """Where both answer; ``worker`` is the process that serves the portal's requests."""

    portal: str
    sandbox: str
    worker: int
    face: str

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(method, f"{self.sandbox}/control/{path}", json=body, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def token(self) -> dict[str, str]:
        """The headers of a program that is logged in."""
        answer = requests.post(
            f"{self.portal}/api/v1/tokens", json={"login": "bench", "password": PASSWORD}, timeout=30
        )
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    def customers(self, headers: dict[str, str]) -> dict[str, str]:
        """The opaque id of each customer number."""
        answer = requests.get(f"{self.portal}/api/v1/customers", headers=headers, timeout=30)
        return {each["customer_no"]: each["id"] for each in answer.json()}

    def browser(self) -> requests.Session:
        """A browser that is logged in."""
        session = requests.Session()
        page = session.get(f"{self.portal}/logowanie", timeout=30).text
        token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
        data = {"login": "bench", "password": PASSWORD, "csrf_token": token}
        session.post(f"{self.portal}/logowanie", data=data, timeout=30)
        return session

    def memory_peak(self) -> float:
        """The worker's highest resident memory since ``forget_peak``, in MiB."""
        status = Path(f"/proc/{self.worker}/status").read_text()
        return int(status.split("VmHWM:", 1)[1].split()[0]) / 1024

    def forget_peak(self) -> float:
        """Start a new peak at what is resident now, and say how much that is, in MiB."""
        Path(f"/proc/{self.worker}/clear_refs").write_text("5")
        return self.memory_peak()


@contextmanager
def running(face: str = "soap", **environment: str) -> Iterator[Running]:
    """Both processes over one face; settings by their environment names, without ``EBOK_``."""
    sandbox_port, port = _free_port(), _free_port()
    sandbox, portal = f"http://127.0.0.1:{sandbox_port}", f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "UTILITY__NAME": "Bench",
            "WEB__PORT": str(port),
            "WEB__SECRET_KEY": "for benchmarks only, for benchmarks only",
            "WEB__SECURE_COOKIES": "false",
            "DATABASE__URL": f"sqlite:///{folder}/portal.sqlite",
            "LOG__LEVEL": "error",
            "ERP__ADAPTER": face,
            f"ERP__{face.upper()}__MAPPING": f"sandbox_{face}",
            f"ERP__{face.upper()}__URL": sandbox + ("/soap" if face == "soap" else ""),
            **environment,
        }
        database = Database(settings["DATABASE__URL"], base=Path(folder))
        database.upgrade()
        add_account(
            database,
            login="bench",
            password=PASSWORD,
            customer_nos=CUSTOMERS,
            now=SystemClock().now(),
            accepted=Document("1", "", ""),
        )
        database.engine.dispose()
        variables = {**os.environ, **{f"EBOK_{name}": value for name, value in settings.items()}}
        variables.pop("EBOK_CONFIG", None)
        commands = [
            [sys.executable, "-m", "adapters.sandbox", "--port", str(sandbox_port)],
            [sys.executable, "-m", "gateway.cli", "serve"],
        ]
        processes = [
            subprocess.Popen(each, env=variables, cwd=folder, stdout=subprocess.DEVNULL, start_new_session=True)
            for each in commands
        ]
        try:
            _wait(f"{sandbox}/control/clock")
            _wait(f"{portal}/healthz")
            yield Running(portal, sandbox, _worker(processes[1].pid), face)
        finally:
            for each in processes:
                each.send_signal(signal.SIGTERM)
            for each in processes:
                each.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            requests.get(url, timeout=1)
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{url} does not answer")


def _worker(parent: int) -> int:
    """The child with most memory: granian's other children only keep accounts."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()

    def resident(pid: str) -> int:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])

    return int(max(children, key=resident))
