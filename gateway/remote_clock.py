"""The demo's clock: the sandbox's own, asked once at the start of each request."""

import json
from datetime import UTC, datetime

import requests

from adapters.clock import SystemClock


class RemoteClock(SystemClock):
    """Follows ``GET /control/clock`` of a sandbox: standing where it was set, else the machine's time.

    When the sandbox cannot be asked, the last answer holds.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self._standing: datetime | None = None

    def now(self) -> datetime:
        return self._standing or super().now()

    def refresh(self) -> None:
        """Ask again; called at the start of each request."""
        try:
            answer = self._session.get(self._url, timeout=(0.3, 0.5), allow_redirects=False)
            told = json.loads(answer.content)
            now = datetime.fromisoformat(told["now"]).astimezone(UTC)
        except (requests.RequestException, ValueError, KeyError, TypeError):
            return
        self._standing = now if told.get("set") else None
