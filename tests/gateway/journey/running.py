"""The demo as a visitor and a clerk find it: its processes, its mailbox, and all that it leaves behind."""

import base64
import json
import os
import re
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import requests

PASSWORD = "demo-ebok-2026"
FIRST_PASSWORD = r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}"
CODE = r"(?m)^\d{6}\r?$"
_PATIENCE = 60
_T = TypeVar("_T")


class Demo:
    """A running demo; ``secret`` remembers what nothing of it may be found of, once it was used."""

    def __init__(self, folder: Path, log: Path, ports: dict[str, str]) -> None:
        self.folder = folder
        self.log = log
        self.url = f"http://127.0.0.1:{ports['EBOK_PORT']}"
        self.sandbox = f"http://127.0.0.1:{ports['EBOK_SANDBOX_PORT']}"
        self.secrets: dict[str, str] = {}
        self.looked_at: set[str] = set()
        self._read = 0

    def paper(self, customer_no: str) -> dict[str, str]:
        """The number and the amount of a customer's newest invoice, as they stand on paper."""
        ledger = self._control(f"customers/{customer_no}/ledger")
        newest = [each for each in ledger if each["kind"] == "invoice"][-1]
        return {"invoice_no": newest["document_no"], "gross": newest["amount"]}

    def in_a_month(self) -> date:
        """A day for a personal token to end on, by the demo's clock."""
        return datetime.fromisoformat(self._control("clock")["now"]).date() + timedelta(days=30)

    def secret(self, name: str, value: str) -> str:
        self.secrets[name] = value
        return value

    def mail(self, to: str, pattern: str) -> str:
        """What a mail that was not read yet says, as soon as it is there; it is a secret from then on."""

        def found() -> str | None:
            for letter in self._control("mail")[self._read :]:
                match = re.search(pattern, letter["text"])
                if letter["to"] == to and match:
                    self._read = letter["number"]
                    return match[0].strip()
            return None

        return self.secret(f"mail {len(self.secrets)}", until(found))

    def link(self, to: str, path: str) -> str:
        """The address of a link in such a mail."""
        return self.mail(to, rf"https?://\S*{path}\S*")

    def cookies(self, kept: Any) -> None:
        """Remember the cookies of a browser, and the keys in them."""
        for each in kept:
            name, value = each["name"], each["value"]
            self.secret(f"cookie {name} {len(self.secrets)}", value)
            if name == "ebok":
                key = _opened(value).get("_user_id")
                if key:
                    self.secret(f"session {len(self.secrets)}", key)

    def nothing_left(self) -> None:
        """Wait for the mail to be gone and the database to have overwritten it; then nothing is found anywhere."""
        assert len(self.secrets) > 10
        until(lambda: self.found() == {} or None, lambda: self.found())

    def found(self) -> dict[str, list[str]]:
        """Where which secrets are found: in the database and its log, beside it, or in what the processes wrote."""
        files = [each for each in self.folder.rglob("*") if each.is_file()]
        places = {each.name: each.read_bytes() for each in (*files, self.log)}
        assert b"registration.confirmed" in b"".join(places[name] for name in places if ".sqlite" in name)
        assert b'"event"' in places[self.log.name], "there was a log to leak into"
        told = {
            place: [name for name, value in self.secrets.items() if _is_in(value, octets)]
            for place, octets in places.items()
        }
        return {place: names for place, names in told.items() if names}

    def _control(self, path: str) -> Any:
        return requests.get(f"{self.sandbox}/control/{path}", timeout=30).json()


@contextmanager
def demo(folder: Path, **environment: str) -> Iterator[Demo]:
    """A demo that begins with an empty folder, and writes down all that it can."""
    ports = _free_ports()
    log = folder / "output.log"
    told = {**ports, "EBOK_DEMO_2FA": "1", "EBOK_LOG__LEVEL": "debug", "EBOK_LOG__FORMAT": "json", **environment}
    command = [sys.executable, "-m", "gateway", "demo", "--folder", str(folder / "demo")]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=os.environ | told, stdout=output, stderr=output)
        with process:
            try:
                until(lambda: True if b"Ctrl-C" in log.read_bytes() else None)
                yield Demo(folder / "demo", log, ports)
            finally:
                process.terminate()


def until(happened: Callable[[], _T | None], told: Callable[[], Any] = lambda: "it did not happen") -> _T:
    end = time.monotonic() + _PATIENCE
    while (found := happened()) is None:
        assert time.monotonic() < end, told()
        time.sleep(0.1)
    return found


def _is_in(value: str, octets: bytes) -> bool:
    if value.isdigit():  # a code; the same digits also stand in instants and numbers
        return re.search(rf"(?<![\d.]){value}(?!\d)".encode(), octets) is not None
    return any(each.encode() in octets for each in {value, quote(value), json.dumps(value)[1:-1]})


def _opened(cookie: str) -> dict[str, Any]:
    packed = cookie.startswith(".")
    octets = base64.urlsafe_b64decode(cookie.lstrip(".").split(".")[0] + "===")
    opened: dict[str, Any] = json.loads(zlib.decompress(octets) if packed else octets)
    return opened


def _free_ports() -> dict[str, str]:
    with socket.socket() as first, socket.socket() as second, socket.socket() as third:
        taken = {}
        for each, name in ((first, "EBOK_PORT"), (second, "EBOK_SANDBOX_PORT"), (third, "EBOK_SMTP_PORT")):
            each.bind(("127.0.0.1", 0))
            taken[name] = str(each.getsockname()[1])
        return taken
