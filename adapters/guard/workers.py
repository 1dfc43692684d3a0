"""Threads that make the ERP's calls, so that a caller can stop waiting for one that hangs."""

from collections.abc import Callable
from contextvars import copy_context
from queue import Empty, SimpleQueue
from threading import Lock, Semaphore, Thread


class Workers:
    """At most ``size`` threads, started as they are needed and kept, for adapters that hold connections per thread.

    They are daemons, unlike those of ``ThreadPoolExecutor``: a call that never ends must not keep the process from
    ending.
    """

    def __init__(self, name: str, size: int) -> None:
        self._name = name
        self._size = size
        self._lock = Lock()
        self._started = 0
        self._idle = Semaphore(0)
        self._jobs: SimpleQueue[Callable[[], object]] = SimpleQueue()

    def start(self, job: Callable[[], object]) -> None:
        """Run ``job``, which must not raise, in the caller's context variables; returns at once."""
        context = copy_context()
        self._jobs.put(lambda: context.run(job))
        if self._idle.acquire(blocking=False):
            return
        with self._lock:
            if self._started == self._size:
                return
            self._started += 1
            thread = Thread(target=self._work, name=f"{self._name}-{self._started}", daemon=True)
        thread.start()

    def _work(self) -> None:
        while True:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                self._idle.release()
                job = self._jobs.get()
            job()
            del job  # or an idle thread would keep the last answer alive
