"""Bodies as they arrive: whole or not at all, and never so many slow ones that no thread is left for the pages."""

import io
from collections import Counter
from collections.abc import Callable, Iterable
from threading import Condition
from typing import Any

from werkzeug.exceptions import ClientDisconnected, LengthRequired

from gateway.outbox import NoRoom
from gateway.throttle import network_of

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Any], Iterable[bytes]]

_WAIT_SECONDS = 1.0


class Crowded(NoRoom):
    """So many bodies arrive slowly that this one is not waited for; whoever sends it may try again."""


class Incoming:
    """Wraps an application: no server says by itself that a body broke off, and some end it as if it were whole.

    A body that arrives slowly holds a thread, so at most three in four threads read one, and half for one network.
    """

    def __init__(self, app: Wsgi, *, threads: int) -> None:
        self._app = app
        self._places = _Places(threads * 3 // 4, threads // 2)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        body = _Body(environ, self._places)
        environ["wsgi.input"] = body
        environ["wsgi.input_terminated"] = True
        try:
            return self._app(environ, start_response)
        finally:
            body.leave()


class _Places:
    """Who reads a body just now, by network."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most, self._most_of_one = most, most_of_one
        self._reading: Counter[str] = Counter()
        self._changed = Condition()

    def enter(self, network: str) -> None:
        """Take a place; raises ``Crowded`` where none gets free, which bodies that are already here soon make."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._is_free(network), _WAIT_SECONDS):
                raise Crowded("too many bodies arrive slowly")
            self._reading[network] += 1

    def leave(self, network: str) -> None:
        with self._changed:
            self._reading[network] -= 1
            self._reading += Counter()  # forgets those at nought
            self._changed.notify()

    def _is_free(self, network: str) -> bool:
        return self._reading.total() < self._most and self._reading[network] < self._most_of_one


class _Body(io.RawIOBase):
    """A body of the length that was declared; raises ``ClientDisconnected`` where it ends before.

    Without a declared length nobody can tell one that broke off from a whole one: ``LengthRequired``.
    """

    def __init__(self, environ: Environ, places: _Places) -> None:
        declared = environ.get("CONTENT_LENGTH") or ""
        self._stream = environ["wsgi.input"]
        self._left = int(declared) if declared.isascii() and declared.isdigit() else 0
        self._unknown = "HTTP_TRANSFER_ENCODING" in environ
        self._may_ask = not declared and bool(environ.get("wsgi.input_terminated"))
        self._network = network_of(environ.get("REMOTE_ADDR"))
        self._places = places
        self._inside = False

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        if self._unknown or (self._may_ask and self._stream.read(1)):
            raise LengthRequired
        size = min(len(into), self._left)
        if not size:
            return 0
        if not self._inside:
            self._places.enter(self._network)
            self._inside = True
        piece = self._stream.read(size)
        into[: len(piece)] = piece
        self._left -= len(piece)
        if not piece:
            raise ClientDisconnected
        if not self._left:
            self.leave()
        return len(piece)

    def leave(self) -> None:
        """Give the place back, once."""
        if self._inside:
            self._inside = False
            self._places.leave(self._network)
