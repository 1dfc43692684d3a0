"""Ends the documents that nobody reads to their end or closes, so that their places are free for others."""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread

from adapters.guard.bulkhead import Permit

_PATIENCE_SECONDS = 0.5


class Forgotten:
    """What the garbage collector found, for another thread to close: a finalizer itself may take no lock."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._left = _Left()
        # The one queue that may be put into from a finalizer, also while this very thread is putting into it.
        self._found: SimpleQueue[bool] = SimpleQueue()
        self._starting = Lock()
        self._watched = False

    def watch(self) -> None:
        """From now on something may be forgotten. Without a thread to spare it is left to ``tidy``."""
        with self._starting, suppress(RuntimeError):
            if not self._watched:
                name = f"{self._name}-forgotten"
                Thread(target=_watch, args=[self._left, self._found], name=name, daemon=True).start()
                self._watched = True

    def add(self, close: Callable[[], None], permit: Permit) -> None:
        """For finalizers: ``close`` is called, and the permit released, a moment later."""
        self._left.found.append((close, permit))
        self._found.put(True)

    def tidy(self) -> None:
        """Come back when all that was forgotten until now is ended, or takes long."""
        self._left.end(patience=_PATIENCE_SECONDS)

    def __del__(self) -> None:
        self._found.put(False)


class _Left:
    """Apart from ``Forgotten``, which its thread must not keep alive."""

    def __init__(self) -> None:
        self.found: deque[tuple[Callable[[], None], Permit]] = deque()
        self._ending = Lock()

    def end(self, *, patience: float = -1) -> None:
        if self._ending.acquire(timeout=patience):  # also waits for what another thread is ending just now
            try:
                while self.found:
                    _end(*self.found.popleft())
            finally:
                self._ending.release()


def _watch(left: _Left, found: "SimpleQueue[bool]") -> None:
    while found.get():
        left.end()


def _end(close: Callable[[], None], permit: Permit) -> None:
    try:
        with suppress(Exception):
            close()
    finally:
        permit.release()
