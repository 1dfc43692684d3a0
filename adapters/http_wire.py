"""requests' own adapter over connections that know their call's deadline, wait for a free one, and never go stale.

A connection that has been idle for more than ``IDLE_SECONDS`` is replaced instead of used again: the other side may
be closing it this very moment, and a request lost to that cannot be told from one that was carried out. So nothing
here is ever sent twice.

The one thing that no deadline ends is the look-up of the ERP's name: ``getaddrinfo`` takes as long as the machine's
resolver is set to take. The guard's caller does not wait for it, but its thread does.
"""

import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from adapters.http_deadline import Line, current

IDLE_SECONDS = 1.0


class _Watched(HTTPConnection):
    """A connection whose socket the current call's deadline can cut."""

    line: Line | None = None

    def _new_conn(self) -> socket.socket:
        connected = self._connected()
        self.line = Line(connected)
        self._hold()
        return connected

    def _connected(self) -> socket.socket:
        """The first address that answers; all of them together get the connect time-out, not each."""
        host = self._dns_host.strip("[]")
        try:
            addresses = socket.getaddrinfo(host, self.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise NameResolutionError(self.host, self, socket.gaierror(str(error))) from error
        deadline = current()
        failure: OSError = OSError("no address")
        for family, kind, protocol, _, address in addresses:
            opened = socket.socket(family, kind, protocol)
            try:
                for option in self.socket_options or ():
                    opened.setsockopt(*option)
                seconds = float(self.timeout) if isinstance(self.timeout, int | float) else None
                if deadline is not None:
                    seconds = min(seconds or deadline.seconds, deadline.remaining())
                opened.settimeout(seconds)
                opened.connect(address)
            except OSError as error:
                opened.close()
                failure = error
                if isinstance(error, TimeoutError):
                    break
            else:
                return opened
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, "connect time-out") from failure
        raise NewConnectionError(self, "could not connect") from failure

    def _hold(self) -> None:
        deadline = current()
        if deadline is not None and self.line is not None:
            deadline.hold(self.line)

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is None:
            self.connect()
        else:
            self._hold()
        deadline = current()
        if deadline is not None:
            deadline.sent = True
        super().request(*args, **kwargs)

    def close(self) -> None:
        line, self.line = self.line, None
        super().close()
        if line is not None:
            line.close()


class _WatchedTls(_Watched, HTTPSConnection):
    """The same over TLS; the handshake is watched too."""


class _Pool(HTTPConnectionPool):
    """Waits for a free connection until the call's deadline, and drops those that idled."""

    ConnectionCls = _Watched

    def _get_conn(self, timeout: float | None = None) -> Any:
        deadline = current()
        if deadline is not None:
            timeout = deadline.remaining()
        connection = super()._get_conn(timeout)
        line = getattr(connection, "line", None)
        if line is not None and line.idle_seconds() > IDLE_SECONDS:
            connection.close()
        return connection


class _TlsPool(_Pool, HTTPSConnectionPool):
    ConnectionCls = _WatchedTls


_POOLS: dict[str, Any] = {"http": _Pool, "https": _TlsPool}


class WatchedAdapter(HTTPAdapter):
    """Sends a prepared request once; at most ``connections`` at a time to each host, the others wait."""

    def __init__(self, connections: int) -> None:
        super().__init__(pool_connections=2, pool_maxsize=connections, max_retries=0, pool_block=True)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        _take_our_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        _take_our_pools(manager)
        return manager


def _take_our_pools(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = _POOLS
