"""Runs a copy of the filled Tryton on the loopback, for one test run or for the demo."""

import argparse
import base64
import json
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

from tests.tryton import build

START_SECONDS = 60.0


class TrytonServer:
    """A Tryton server over its own copy of the database; also a context manager.

    ``url`` is the database's root, ``key`` the portal's key for the REST interface, ``login`` and ``password`` an
    administrator's for Tryton's own client interface.
    """

    def __init__(self, copy_to: Path, port: int = 0, cache: Path | None = None) -> None:
        self.port = _free_port(port)
        built = build.ensure(cache)
        self.folder = copy_to.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        # A run that was killed leaves a journal, which would be played into the new copy.
        for left_over in self.folder.glob(f"{build.DATABASE}.sqlite-*"):
            left_over.unlink()
        for name in (f"{build.DATABASE}.sqlite", "access.json"):
            shutil.copy(built.folder / name, self.folder / name)
        access = json.loads((self.folder / "access.json").read_text())
        self.key: str = access["rest_key"]
        self.login: str = access["login"]
        self.password: str = access["password"]
        self.documents: str = access["documents"]
        self.url = f"http://127.0.0.1:{self.port}/{build.DATABASE}"
        configuration = build.write_configuration(self.folder, f"127.0.0.1:{self.port}")
        self._log = (self.folder / "trytond.log").open("ab")
        self._process = subprocess.Popen(
            [str(built.python.with_name("trytond")), "-c", str(configuration), "-d", build.DATABASE],
            env=build.clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server; harmless to repeat."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._log.close()

    def warm_up(self) -> None:
        """Draw a document that nobody reads: the first one takes seconds, for what Tryton has to load."""
        with requests.Session() as session:
            session.trust_env = False
            session.headers["Authorization"] = f"Bearer {self.key}"
            posted = base64.urlsafe_b64encode(b'[["state","=","posted"]]').decode()
            rows = session.get(f"{self.url}/rest/model/account.invoice?s=1&d={posted}", timeout=START_SECONDS).json()
            session.get(f"{self.url}/rest/report/account.invoice/{rows[0]['id']}", timeout=START_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        with requests.Session() as session:
            session.trust_env = False
            session.headers["Authorization"] = f"Bearer {self.key}"
            while time.monotonic() < deadline:
                if self._process.poll() is not None:
                    raise RuntimeError(f"Tryton stopped at once, see {self.folder / 'trytond.log'}")
                try:
                    if session.get(f"{self.url}/rest/model/party.party?s=1", timeout=10).ok:
                        return
                except requests.ConnectionError:
                    time.sleep(0.1)
        raise RuntimeError(f"Tryton did not answer within {START_SECONDS:.0f} s")


def _free_port(wanted: int = 0) -> int:
    """``wanted`` if nobody has it, which is an error else; 0 for any."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as error:
            raise RuntimeError(f"cannot have port {wanted} on 127.0.0.1: {error.strerror}") from error
        return int(probe.getsockname()[1])


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Build if need be, serve until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(description="A real Tryton ERP with an invented water utility.")
    parser.add_argument("--port", type=int, default=8091)
    parser.add_argument("--folder", type=Path, default=build.ROOT / ".demo" / "tryton-run")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        build.ensure(say=lambda line: print(f"Tryton: {line}", flush=True))
        with TrytonServer(options.folder, options.port) as server:
            print(f"Tryton: {server.url} (key in {options.folder / 'access.json'})", flush=True)
            server.warm_up()
            threading.Event().wait()
    except RuntimeError as error:
        raise SystemExit(f"Tryton: {error}") from error
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
