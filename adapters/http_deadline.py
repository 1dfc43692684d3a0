"""Ends a call at its deadline whatever drips in: socket time-outs start anew with each byte, so one thread watches.

A single daemon thread keeps the deadlines of all calls in a heap and shuts a call's socket down when its time has
come; the reader then wakes with an error. Sockets live in real time, so this follows the machine's clock.
"""

import heapq
import itertools
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from adapters.clock import SystemClock

_clock = SystemClock()
_here = threading.local()
monotonic = _clock.monotonic


class Line:
    """A connection's socket as the watchdog sees it: a duplicate, so that TLS on the original is left alone."""

    __slots__ = ("_closing", "_socket", "holder", "used_at")

    def __init__(self, original: socket.socket) -> None:
        self._socket = original.dup()
        self._closing = False
        self.holder: Deadline | None = None
        self.used_at = _clock.monotonic()

    def idle_seconds(self) -> float:
        """How long ago a call was on it."""
        return _clock.monotonic() - self.used_at

    def cut(self) -> None:
        """Shut the connection down for whoever reads from it."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """The connection is closed; a call that still reads the rest of its answer stays watched to its end."""
        with _watchdog.lock:
            self._closing = True
            if self.holder is None:
                self._socket.close()

    def leave(self) -> None:
        """The call on it is over; called with the watchdog's lock held."""
        self.holder = None
        self.used_at = _clock.monotonic()
        if self._closing:
            self._socket.close()


class Deadline:
    """The end of one call; ``sent`` turns true when its first byte may have left."""

    __slots__ = ("_line", "_over", "at", "expired", "seconds", "sent")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.at = _clock.monotonic() + seconds
        self.expired = False
        self.sent = False
        self._line: Line | None = None
        self._over = False
        _watchdog.watch(self)

    def remaining(self) -> float:
        """Seconds that are left; raises ``TimeoutError`` when none are."""
        left = self.at - _clock.monotonic()
        if left <= 0:
            self.expired = True
            raise TimeoutError("deadline")
        return left

    def hold(self, line: Line) -> None:
        """From now on the call runs over ``line``, which is cut at the deadline."""
        with _watchdog.lock:
            if self.expired:
                raise TimeoutError("deadline")
            self._line = line
            line.holder = self

    def extend(self, seconds: float) -> None:
        """Let the call run until ``seconds`` from now; what is already cut stays cut."""
        with _watchdog.lock:
            self.seconds = seconds
            self.at = _clock.monotonic() + seconds

    def end(self) -> None:
        """The call is over; its connection may already carry another one and is left alone."""
        with _watchdog.lock:
            self._over = True
            self._release()

    def strike(self) -> None:
        """Cut the call off if it is still running; the watchdog calls this with its lock held."""
        if not self._over:
            self.expired = True
            if self._line is not None and self._line.holder is self:
                self._line.cut()
            self._release()

    def _release(self) -> None:
        if self._line is not None:
            if self._line.holder is self:
                self._line.leave()
            self._line = None

    @contextmanager
    def active(self) -> Iterator[None]:
        """Connections that this thread opens or uses inside belong to this call."""
        before = current()
        _here.deadline = self
        try:
            yield
        finally:
            _here.deadline = before


def current() -> Deadline | None:
    """The deadline of the call that this thread is making."""
    found: Deadline | None = getattr(_here, "deadline", None)
    return found


class _Watchdog:
    """The heap and its thread, which starts with the first call of a process."""

    def __init__(self) -> None:
        # Re-entrant: the garbage collector may close a forgotten download while this thread holds it.
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)
        self._heap: list[tuple[float, int, Deadline]] = []
        self._order = itertools.count()
        self._thread: threading.Thread | None = None

    def watch(self, deadline: Deadline) -> None:
        with self.lock:
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="http-deadlines", daemon=True)
                thread.start()  # raises where the machine has none to give; the next call tries again
                self._thread = thread
            sooner = not self._heap or deadline.at < self._heap[0][0]
            heapq.heappush(self._heap, (deadline.at, next(self._order), deadline))
            if sooner:
                self._changed.notify()

    def _run(self) -> None:
        with self.lock:
            while True:
                if not self._heap:
                    self._changed.wait()
                    continue
                wait = self._heap[0][0] - _clock.monotonic()
                if wait > 0:
                    self._changed.wait(wait)
                    continue
                at, order, deadline = heapq.heappop(self._heap)
                if deadline.at > at:
                    heapq.heappush(self._heap, (deadline.at, order, deadline))
                else:
                    deadline.strike()


_watchdog = _Watchdog()


def _forget_after_fork() -> None:
    # A forked worker has neither the thread nor, perhaps, a free lock.
    global _watchdog
    _watchdog = _Watchdog()


os.register_at_fork(after_in_child=_forget_after_fork)
