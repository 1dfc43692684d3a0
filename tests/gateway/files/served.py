"""A portal in processes of its own, as ``ebok serve`` starts it, and a client that sends whatever bytes it is told."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import unescape
from itertools import count
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import func, select

from adapters.clock import SetClock
from adapters.sandbox.server import SandboxServer
from gateway.models import FileChunk, SubmissionFile, SubmissionRow
from gateway.portal import Portal
from tests.stack import NOON, PASSWORD, portal_app

_TIMES = count(1)
BOUNDARY = "a-line-between"
_FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Served:
    """The running server; ``portal`` is one of the test's own over the same database, to look with."""

    def __init__(self, portal: Portal, port: int, process: int, folder: Path, temp: Path) -> None:
        self.portal = portal
        self.port = port
        self.process = process
        self.folder = folder
        self.temp = temp
        self.url = f"http://127.0.0.1:{port}"

    def connected(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def logged(self) -> str:
        return (self.folder / "server.log").read_text()

    def rows(self) -> list[int]:
        """How many submissions, files and chunks there are."""
        with self.portal.database.reading() as connection:
            tables = (SubmissionRow, SubmissionFile, FileChunk)
            return [int(connection.execute(select(func.count()).select_from(each)).scalar_one()) for each in tables]

    def megabytes(self) -> float:
        """What the processes hold in memory."""
        page = os.sysconf("SC_PAGE_SIZE")
        sizes = (Path(f"/proc/{each}/statm").read_text().split()[1] for each in self._family())
        return sum(map(int, sizes)) * page / 1024 / 1024

    def spooled(self) -> list[str]:
        """Files in the temporary folder, those without a name too as long as somebody has them open."""
        found = [each.name for each in self.temp.iterdir()]
        for process in self._family():
            for each in Path(f"/proc/{process}/fd").iterdir():
                with suppress(OSError):
                    found += [target] if (target := os.readlink(each)).startswith(str(self.temp)) else []
        return found

    def _family(self) -> list[str]:
        children = Path(f"/proc/{self.process}/task/{self.process}/children").read_text().split()
        return [str(self.process), *children]


class Browser:
    """Anna's browser: logged in, or not where told so."""

    def __init__(self, served: Served, login: str = "anna") -> None:
        self.served = served
        self.session = requests.Session()
        self.start = ""
        if login:
            fields = {**self.hidden("/logowanie"), "login": login, "password": PASSWORD}
            answer = self.session.post(served.url + "/logowanie", data=fields, timeout=30)
            self.start = "/o/" + answer.url.split("/o/")[1].split("/")[0]

    @property
    def letter(self) -> str:
        return f"{self.start}/sprawy/nowa"

    def hidden(self, path: str) -> dict[str, str]:
        """The hidden fields of the page's own form."""
        page = self.session.get(self.served.url + path, timeout=30).text
        return {name: unescape(value) for name, value in _FIELD.findall(page[page.index("<main") :])}

    def fields(self) -> dict[str, str]:
        """What is filled in; each time another text, as the same would be taken for one that was sent before."""
        return {
            **self.hidden(self.letter),
            "kind": "complaint",
            "topic": "service",
            "text": f"Za małe ciśnienie, raz {next(_TIMES)}.",
        }

    def head(self, path: str, *lines: str, mime: str = f"multipart/form-data; boundary={BOUNDARY}") -> bytes:
        """The lines before a body; ``lines`` besides the usual ones."""
        cookies = "; ".join(f"{each.name}={each.value}" for each in self.session.cookies)
        usual = (f"Host: 127.0.0.1:{self.served.port}", f"Cookie: {cookies}", f"Content-Type: {mime}")
        return "\r\n".join((f"POST {path} HTTP/1.1", *usual, "Connection: close", *lines, "", "")).encode()

    def exchange(self, *pieces: bytes) -> tuple[int, str]:
        """Send the bytes, and read the whole answer; status 0 is none."""
        with self.served.connected() as client:
            with suppress(ConnectionError):
                for each in pieces:
                    client.sendall(each)
            return answer_on(client)


def part(name: str, value: bytes, filename: str | None = None) -> bytes:
    called = "" if filename is None else f'; filename="{filename}"'
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{called}\r\n\r\n'.encode() + value + b"\r\n"


def form(fields: dict[str, str], *files: tuple[str, bytes], end: bool = True) -> bytes:
    """A form with its fields first, as browsers send it."""
    parts = [part(name, value.encode()) for name, value in fields.items()]
    parts += [part("files", octets, name) for name, octets in files]
    return b"".join(parts) + (f"--{BOUNDARY}--\r\n".encode() if end else b"")


def answer_on(client: socket.socket) -> tuple[int, str]:
    read = b""
    with suppress(ConnectionError):
        while piece := client.recv(65_536):
            read += piece
    status = re.match(rb"HTTP/1\.[01] ([0-9]{3})", read)
    return (int(status[1]) if status else 0), read.decode(errors="replace")


@contextmanager
def served(folder: Path, temp: Path, **more: str) -> Iterator[Served]:
    """``ebok serve`` over the sandbox, its database in one folder and its temporary files in another."""
    with SandboxServer(clock=SetClock(NOON)) as sandbox:
        port = _free_port()
        settings = {"DATABASE__URL": f"sqlite:///{folder}/portal.sqlite", "WEB__PORT": str(port), **more}
        app = portal_app(folder, sandbox, **settings)
        portal: Portal = app.extensions["ebok"]
        log = folder / "server.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "gateway", "serve"],
                env=_environment(sandbox, settings) | {"TMPDIR": str(temp)},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            try:
                _wait(port, process, log)
                yield Served(portal, port, process.pid, folder, temp)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                portal.erp.close()
                portal.database.engine.dispose()


def _environment(sandbox: SandboxServer, settings: dict[str, str]) -> dict[str, Any]:
    """What ``tests.stack.portal_app`` gives its own portal, for another process, with the sandbox's clock."""
    given = {
        "UTILITY__NAME": "Wodociągi Przykładowo",
        "WEB__SECRET_KEY": "for tests only, for tests only, for tests only",
        "WEB__SECURE_COOKIES": "false",
        "ERP__ADAPTER": "soap",
        "ERP__SOAP__MAPPING": "sandbox_soap",
        "ERP__SOAP__URL": f"{sandbox.url}/soap",
        "CLOCK__URL": f"{sandbox.url}/control/clock",
        "WORKER__INSIDE": "false",
        **settings,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EBOK_")}
    return kept | {f"EBOK_{name}": value for name, value in given.items()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + 60
    while True:
        with suppress(requests.RequestException):
            if requests.get(f"http://127.0.0.1:{port}/healthz", timeout=1).ok:
                return
        assert process.poll() is None, log.read_text()[-3000:]
        assert time.monotonic() < end, log.read_text()[-3000:]
        time.sleep(0.1)
