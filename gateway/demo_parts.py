"""The demo's processes: started one by one, waited for, and ended together, whatever happens to the demo itself."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

import click

_READY_SECONDS = 60
_LAST_SECONDS = 10


class Parts:
    """Modules that run as processes of their own until the ``with`` ends, or this process."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = {**os.environ, **environment}
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self, *module: str) -> None:
        """Run a module with its arguments, as after ``python -m``."""
        command = [sys.executable, "-m", "gateway.orphan", str(os.getpid()), *module]
        # A session of its own, so that Ctrl-C reaches this process alone, which ends all in order.
        process = subprocess.Popen(command, env=self._environment, start_new_session=True)  # noqa: S603
        self._processes.append(process)

    def wait(self, *urls: str) -> None:
        """Come back when every url answers; raises ``ClickException`` when that will not be."""
        opener = build_opener(ProxyHandler({}))
        deadline = time.monotonic() + _READY_SECONDS
        waiting = list(urls)
        while waiting:
            if not self._all_run():
                raise click.ClickException("a part of the demo ended before it was ready; see its message above")
            if time.monotonic() > deadline:
                raise click.ClickException(f"not ready after {_READY_SECONDS} seconds: {', '.join(waiting)}")
            try:
                with opener.open(waiting[0], timeout=5):
                    waiting.pop(0)
            except HTTPError as refused:
                refused.close()
                if refused.code in (401, 403):  # a billing system that lets nobody look is there all the same
                    waiting.pop(0)
                else:
                    time.sleep(0.05)
            except (URLError, OSError):
                time.sleep(0.05)

    def watch(self) -> None:
        """Stay for as long as all of them run; raises ``ClickException`` when one does not."""
        while self._all_run():
            time.sleep(0.3)
        raise click.ClickException("a part of the demo ended by itself; see its message above")

    def __enter__(self) -> Self:
        for each in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, _stop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for told in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(told, signal.SIG_IGN)  # a second one must not leave a process behind
        for each in reversed(self._processes):
            each.terminate()
        for each in self._processes:
            try:
                each.wait(_LAST_SECONDS)
            except subprocess.TimeoutExpired:
                each.kill()

    def _all_run(self) -> bool:
        return all(each.poll() is None for each in self._processes)


def _stop(*_: object) -> None:
    raise KeyboardInterrupt
