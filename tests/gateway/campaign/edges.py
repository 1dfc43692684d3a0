"""Ends a process with SIGKILL at the n-th moment just before or after a commit, or around the bytes of a send.

It is laid around SQLAlchemy's dialect and the HTTP client from outside: the portal knows nothing of it.
"""

import http.client
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

from adapters.http_wire import WatchedAdapter

_sending = threading.local()


class Edges:
    """Counts the edges as they are passed; ``die_at`` is the one that nobody passes, 0 for none."""

    def __init__(self, die_at: int, tell: Callable[[str], None]) -> None:
        self.passed: list[str] = []
        self._die_at = die_at
        self._tell = tell
        self._lock = threading.Lock()

    def pass_by(self, edge: str) -> None:
        with self._lock:
            self.passed.append(edge)
            if len(self.passed) == self._die_at:
                self._tell(edge)
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, edge: str, done: Callable[..., Any], when: Callable[[], bool] = lambda: True) -> Any:
        """The same as ``done``, with an edge before it and one behind it."""

        def passing(*args: Any, **kwargs: Any) -> Any:
            if not when():
                return done(*args, **kwargs)
            self.pass_by(f"before {edge}")
            result = done(*args, **kwargs)
            self.pass_by(f"after {edge}")
            return result

        return passing

    def lay(self, engine: Engine) -> None:
        """Around the commits of this engine, and around what is sent to the billing system in this process."""
        engine.dialect.do_commit = self.around("commit", engine.dialect.do_commit)  # type: ignore[method-assign]
        piece: Any = self.around("a piece", http.client.HTTPConnection.send, lambda: getattr(_sending, "now", False))
        http.client.HTTPConnection.send = piece  # type: ignore[method-assign]
        call = self.around("a call", WatchedAdapter.send)

        def send(*args: Any, **kwargs: Any) -> Any:
            _sending.now = True
            try:
                return call(*args, **kwargs)
            finally:
                _sending.now = False

        WatchedAdapter.send = send  # type: ignore[method-assign]
