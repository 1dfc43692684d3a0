"""Notices when far more logins fail than people mistype: somebody tries names and passwords from many places."""

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

import structlog
from prometheus_client import Counter

log = structlog.get_logger()
LOGINS = Counter("ebok_login_total", "Tries to log in, by their result", ["result"])
_WINDOW = timedelta(minutes=10)


class FailureWatch:
    """Raises the alarm while more than ``limit`` logins fail within ten minutes in this process."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._failures: deque[datetime] = deque(maxlen=limit + 1)
        self._lock = Lock()
        self._raised = False

    def failed(self, now: datetime) -> None:
        """Count a failure; the alarm is logged once, when it begins."""
        LOGINS.labels("wrong").inc()
        with self._lock:
            self._failures.append(now)
            begins = self._look(now) and not self._raised
            self._raised = self._raised or begins
        if begins:
            log.critical("login_alarm", alarm=True, detail="far more logins fail than people mistype")

    def is_raised(self, now: datetime) -> bool:
        """Whether the alarm is on at ``now``; it ends by itself."""
        with self._lock:
            self._raised = self._look(now)
            return self._raised

    def _look(self, now: datetime) -> bool:
        full = len(self._failures) > self._limit
        return full and now - self._failures[0] < _WINDOW
