"""Bounds how many calls of one class are in the ERP together, so that a hanging one cannot take every thread."""

from collections import Counter
from threading import Condition
from types import TracebackType
from typing import Self

from adapters.clock import Clock


class Bulkhead:
    """``permits`` for a class of operations, of which one operation may hold half of what the others leave.

    So an operation that hangs leaves room for the others, and so does a second one. ``alone`` is for a class with
    one operation, which may hold them all.
    """

    def __init__(self, clock: Clock, *, permits: int, queue_seconds: float, queue_length: int, alone: bool) -> None:
        self._clock = clock
        self.permits = permits
        self._queue_seconds = queue_seconds
        self._queue_length = queue_length
        self._alone = alone
        self._changed = Condition()
        self._held: Counter[str] = Counter()
        self._queued: Counter[str] = Counter()

    def enter(self, operation: str) -> "Permit | None":
        """A permit, after a short wait in the queue where it must be; None when there is none to be had."""
        with self._changed:
            if not self._has_room(operation) and not self._waited_for_room(operation):
                return None
            self._held[operation] += 1
        return Permit(self, operation)

    def held(self, operation: str) -> int:
        with self._changed:
            return self._held[operation]

    def _has_room(self, operation: str) -> bool:
        own = self._held[operation]
        left = self.permits - (self._held.total() - own)
        return own < (left if self._alone else min(left, max(1, left // 2)))

    def _waited_for_room(self, operation: str) -> bool:
        # The queue is shared out as the permits are: those who wait for a hanging operation leave places in it.
        length = self._queue_length if self._alone else self._queue_length // 2
        if self._queued[operation] >= length or self._queued.total() >= self._queue_length:
            return False
        until = self._clock.monotonic() + self._queue_seconds
        self._queued[operation] += 1
        try:
            while not self._has_room(operation):
                left = until - self._clock.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(left)
            return True
        finally:
            self._queued[operation] -= 1

    def _leave(self, operation: str) -> None:
        with self._changed:
            self._held[operation] -= 1
            self._changed.notify_all()


class Permit:
    """The right to be in the ERP. Leaving the ``with`` gives it back, unless ``keep`` was said: then ``release``."""

    def __init__(self, bulkhead: Bulkhead, operation: str) -> None:
        self._bulkhead: Bulkhead | None = bulkhead
        self._operation = operation
        self._kept = False

    def keep(self) -> None:
        self._kept = True

    def release(self) -> None:
        """Give it back; harmless to repeat."""
        bulkhead, self._bulkhead = self._bulkhead, None
        if bulkhead is not None:
            bulkhead._leave(self._operation)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is not None or not self._kept:
            self.release()
