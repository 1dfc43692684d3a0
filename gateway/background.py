"""Does what no page waits for, such as sending mail: in a thread of ``ebok serve``, or in ``ebok worker``."""

import time
from collections.abc import Callable
from threading import Event, Thread

import structlog

from gateway.portal import Portal
from gateway.remote_clock import RemoteClock

Job = Callable[[Portal], int]
"""Does some of what is due, and tells how much it did; 0 when there was nothing."""

_PAUSE_SECONDS = 1.0
_STOP_SECONDS = 5.0
_log = structlog.get_logger("ebok.background")


def jobs() -> list[Job]:
    """Everything that is done in the background."""
    from gateway.mail.worker import deliver_some
    from gateway.outbox import worker
    from gateway.outbox.alarm import Alarm
    from gateway.payments.worker import follow_payments
    from gateway.registration.checking import check_some
    from gateway.retention import Retention

    return [check_some, worker.deliver_some, follow_payments, Alarm(), deliver_some, forget, Retention()]


def threads(job: Job, portal: Portal) -> int:
    """In how many threads a job runs: what customers send waits for the billing system, one customer's for nobody
    else's."""
    from gateway.outbox import worker

    return portal.settings.guard.submissions if job is worker.deliver_some else 1


def forget(portal: Portal) -> int:
    """Let the database overwrite what was wiped."""
    portal.database.forget()
    return 0


class Background:
    """Each job in a loop and a thread of its own, or several, so that none waits for another's server.

    As many processes as like may run one; the jobs share the work out in the database.
    """

    def __init__(self, portal: Portal, *, pause: float = _PAUSE_SECONDS) -> None:
        self.portal = portal
        self.jobs = jobs()
        self._pause = pause
        self._stopped = Event()
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Begin, and come back at once."""
        for job in self.jobs:
            for _ in range(threads(job, self.portal)):
                thread = Thread(target=self._repeat, args=[job], name=f"background {job.__name__}", daemon=True)
                thread.start()
                self._threads.append(thread)

    def stop(self) -> None:
        """Take nothing more up, and wait a little for what is being done. Harmless to repeat."""
        self._stopped.set()
        end = time.monotonic() + _STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def wait(self) -> None:
        """Come back when ``stop`` was called and what was being done is done."""
        while any(thread.is_alive() for thread in self._threads):
            self._stopped.wait(_STOP_SECONDS)
            for thread in self._threads:
                thread.join(_STOP_SECONDS if self._stopped.is_set() else 0)

    def _repeat(self, job: Job) -> None:
        while not self._stopped.is_set():
            if not self._do(job):
                self._stopped.wait(self._pause)

    def _do(self, job: Job) -> int:
        try:
            if isinstance(self.portal.clock, RemoteClock):
                self.portal.clock.refresh()
            return job(self.portal)
        except Exception as error:
            # The text of an error may hold personal data; its kind does not.
            _log.error("background_failed", job=job.__name__, error=type(error).__name__)
            return 0


def run_once(portal: Portal) -> int:
    """Do everything that is due now, and let errors out; for tests and commands."""
    done = 0
    while some := sum(job(portal) for job in jobs()):
        done += some
    return done
