"""Says in plain words what went wrong on the wire, without the URL: it would put customer numbers into the log."""

import ssl
from collections.abc import Iterator
from http.client import IncompleteRead

import urllib3.exceptions as wire

from adapters.http_deadline import Deadline

_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (wire.NameResolutionError, "its name cannot be resolved"),
    (wire.EmptyPoolError, "all connections stayed busy"),
    (wire.NewConnectionError, "the connection was refused"),
    (wire.ConnectTimeoutError, "no connection in time"),
    (wire.ReadTimeoutError, "silent for too long"),
    (wire.ProxyError, "the proxy does not let us through"),
    (IncompleteRead, "the answer was cut off"),
    (wire.IncompleteRead, "the answer was cut off"),
    (ConnectionError, "the connection was closed without an answer"),
    (TimeoutError, "silent for too long"),
)


def explain(error: BaseException | None, host: str, deadline: Deadline) -> str:
    """One line for the log: the host, and what it did."""
    if deadline.expired:
        return f"{host}: no complete answer within {deadline.seconds:g} s"
    chain = list(_chain(error))
    for found in chain:
        if isinstance(found, ssl.SSLCertVerificationError):
            return f"{host}: its certificate is not trusted ({found.verify_message})"
    for found in chain:
        if isinstance(found, ssl.SSLError):
            return f"{host}: TLS failed ({found.reason or type(found).__name__})"
    for kind, words in _WORDS:
        if any(isinstance(found, kind) for found in chain):
            return f"{host}: {words}"
    return f"{host}: {type(error).__name__}"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and all that it was made of: requests and urllib3 keep causes in four different places."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        found = waiting.pop()
        if isinstance(found, BaseException) and id(found) not in seen:
            seen.add(id(found))
            yield found
            waiting += [found.__cause__, found.__context__, getattr(found, "reason", None), *found.args]
