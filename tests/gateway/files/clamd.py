"""A clamd of the test's own, with one signature of our own and nothing fetched from anywhere."""

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

SIGNED = b"ebok-signature-of-our-own-7f3a"
"""What the scanner finds; harmless."""


class Clamd:
    """Runs on a TCP port and on a socket of its own; can be stopped and started again."""

    def __init__(self) -> None:
        self._binary = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
        if self._binary is None:
            pytest.skip("clamd is not installed")
        self._folder = Path(tempfile.mkdtemp(prefix="ebok-clamd-", dir="/tmp"))
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.path = self._folder / "clamd.sock"
        (self._folder / "own.ndb").write_text(f"Test.Ebok:0:*:{SIGNED.hex()}\n")
        (self._folder / "clamd.conf").write_text(
            f"DatabaseDirectory {self._folder}\nTCPSocket {self.port}\nTCPAddr 127.0.0.1\nLocalSocket {self.path}\n"
            "Foreground yes\nStreamMaxLength 30M\nConcurrentDatabaseReload no\n"
        )
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [str(self._binary), "-c", str(self._folder / "clamd.conf")]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    return
            except OSError:
                assert time.monotonic() < end
                assert self._process.poll() is None
                time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
