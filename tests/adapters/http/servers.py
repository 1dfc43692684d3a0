"""Small real servers on loopback that misbehave in one chosen way each."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket, bytes], None]


class Peer:
    """Accepts connections and hands each request's head to ``behave``; keeps what it saw."""

    def __init__(self, behave: Behaviour, *, context: ssl.SSLContext | None = None) -> None:
        self._behave = behave
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._open: list[socket.socket] = []
        self.connections = 0
        self.requests: list[bytes] = []
        self.bodies: list[bytes] = []
        self.closed_by_client = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{'https' if self._context else 'http'}://localhost:{self._listener.getsockname()[1]}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            while received := _head(connection):
                head, _, body = received.partition(b"\r\n\r\n")
                length = re.search(rb"(?i)\ncontent-length: *([0-9]+)", head)
                while length and len(body) < int(length[1]):
                    body += connection.recv(65536)
                self.requests.append(head + b"\r\n\r\n")
                self.bodies.append(body)
                self._behave(connection, head)
        except OSError:
            pass
        finally:
            self.closed_by_client.set()
            connection.close()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self._thread.join(2)


def _head(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            return b""
        received += piece
    return received


def answer(body: bytes = b"ok", *, status: str = "200 OK", headers: tuple[str, ...] = ()) -> bytes:
    """A whole HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@contextmanager
def peer(behave: Behaviour | bytes, *, context: ssl.SSLContext | None = None) -> Iterator[Peer]:
    """A server for the length of a ``with``; bytes are what it always answers."""
    if isinstance(behave, bytes):
        fixed = behave
        server = Peer(lambda connection, _: connection.sendall(fixed), context=context)
    else:
        server = Peer(behave, context=context)
    try:
        yield server
    finally:
        server.close()
