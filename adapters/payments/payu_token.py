"""Keeps PayU's OAuth token until shortly before it ends; threads that need one at the same time ask for it once."""

from collections.abc import Callable
from threading import Lock
from time import monotonic
from urllib.parse import urlencode

from adapters.errors import AdapterError, BadData, Unavailable
from adapters.http import HttpClient
from adapters.payments.answers import told

_PATH = "pl/standard/user/oauth/authorize"
_EARLIER = 60.0
_LONGEST = 4_096


class Token:
    """The token of one point of sale; ``seconds`` is a clock that only goes forward."""

    def __init__(
        self, client: HttpClient, *, client_id: str, client_secret: str, seconds: Callable[[], float] = monotonic
    ) -> None:
        self._client = client
        self._asked = urlencode(
            {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        ).encode()
        self._seconds = seconds
        self._lock = Lock()
        self._token = ""
        self._until = 0.0
        self._failed_at: float | None = None

    def get(self) -> str:
        """A token that PayU should take now; raises ``Unavailable`` with ``sent`` False, since no order has left.

        Whoever waited while another asked in vain shares its failure, instead of asking a PayU that hangs once more.
        """
        came_at = self._seconds()
        with self._lock:
            if self._token and self._seconds() < self._until:
                return self._token
            if self._failed_at is not None and came_at <= self._failed_at:
                raise Unavailable("payu: token: could not be had just now", sent=False)
            try:
                self._token, self._until = self._fetched()
            except AdapterError as error:
                self._failed_at = self._seconds()
                raise Unavailable(error.detail, sent=False) from error
            return self._token

    def forget(self, refused: str) -> None:
        """PayU no longer takes this one; a newer one, which another thread may have got, is kept."""
        with self._lock:
            if self._token == refused:
                self._token = ""

    def _fetched(self) -> tuple[str, float]:
        asked_at = self._seconds()
        answer = self._client.send(
            "POST",
            _PATH,
            body=self._asked,
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
        )
        given = told(answer, "payu: token")
        token, lasts = given.get("access_token"), given.get("expires_in")
        if isinstance(lasts, str) and lasts.isascii() and lasts.isdecimal() and len(lasts) < 10:
            lasts = int(lasts)
        if (
            not isinstance(token, str)
            or not 0 < len(token) < _LONGEST
            or not token.isascii()
            or not token.isprintable()
        ):
            raise BadData("payu: token: an answer without a token")
        if type(lasts) is not int or not 0 < lasts < 10**9:
            raise BadData("payu: token: an answer that does not say how long it is good for")
        return token, asked_at + max(lasts - _EARLIER, lasts / 2)
