"""Threads that make the ERP's calls, so that a caller can stop waiting for one that hangs."""

from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from threading import Condition, Thread


class Workers:
    """At most ``size`` threads, started as they are needed and kept, for adapters that hold connections per thread.

    They are daemons, unlike those of ``ThreadPoolExecutor``: a call that never ends must not keep the process from
    ending.
    """

    def __init__(self, name: str, size: int) -> None:
        self._name = name
        self._size = size
        self._changed = Condition()
        self._started = 0
        self._idle = 0
        self._jobs: deque[Callable[[], object]] = deque()

    def start(self, job: Callable[[], object]) -> None:
        """Run ``job``, which must not raise, in the caller's context variables; returns at once.

        Raises ``RuntimeError``, and forgets the job, where a thread is needed and the machine has none to give.
        """
        context = copy_context()
        with self._changed:
            if self._idle <= len(self._jobs) and self._started < self._size:
                Thread(target=self._work, name=f"{self._name}-{self._started + 1}", daemon=True).start()
                self._started += 1
            self._jobs.append(lambda: context.run(job))
            self._changed.notify()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._idle += 1
                while not self._jobs:
                    self._changed.wait()
                self._idle -= 1
                job = self._jobs.popleft()
            job()
            del job  # or an idle thread would keep the last answer alive
