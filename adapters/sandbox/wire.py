"""Sends answers over a socket, well or as badly as a fault asks for."""

import select
import socket
import struct
from collections.abc import Iterator
from http import HTTPStatus
from threading import Event

from adapters.clock import Clock
from adapters.sandbox.calls import Answer

DRIP_SECONDS = 0.3
_LOOK_SECONDS = 0.05


def head(answer: Answer, *, keep_alive: bool) -> bytes:
    """The status line and headers; without a length the body is sent in chunks."""
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}", f"Content-Type: {answer.media_type}"]
    length = _length(answer)
    lines.append("Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}")
    lines.append(f"Connection: {'keep-alive' if keep_alive else 'close'}")
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def body(answer: Answer) -> Iterator[bytes]:
    """The body as it goes over the wire."""
    if answer.pieces is None:
        yield answer.body
        return
    for piece in answer.pieces:
        if answer.length is not None:
            yield piece
        elif piece:
            yield b"%x\r\n%b\r\n" % (len(piece), piece)
    if answer.length is None:
        yield b"0\r\n\r\n"


def send(to: socket.socket, answer: Answer, *, keep_alive: bool) -> None:
    """The answer as it should be; a small one in one packet."""
    start = head(answer, keep_alive=keep_alive)
    for piece in body(answer):
        to.sendall(start + piece if start else piece)
        start = b""


def truncate(to: socket.socket, answer: Answer) -> None:
    """Announce all of the body and send half of it."""
    to.sendall(head(answer, keep_alive=False))
    left = (_length(answer) or 0) // 2
    for piece in body(answer):
        to.sendall(piece[:left])
        left -= len(piece)
        if left <= 0:
            return


def drip(to: socket.socket, answer: Answer, *, headers: bool, clock: Clock, lifted: Event) -> None:
    """Send a byte now and then, of the headers too if asked; never finishes in time, but always moves."""
    start = head(answer, keep_alive=False)
    if not headers:
        to.sendall(start)
        start = b""
    for piece in (start, *body(answer)):
        for place in range(len(piece)):
            to.sendall(piece[place : place + 1])
            if not still_there(to, DRIP_SECONDS, clock, lifted):
                return


def still_there(to: socket.socket, seconds: float, clock: Clock, lifted: Event) -> bool:
    """Wait; False as soon as the client has left. Ends early when the fault is lifted."""
    until = clock.monotonic() + seconds
    watch = select.poll()  # select() ends at 1024 connections
    watch.register(to, select.POLLIN)
    while (left := until - clock.monotonic()) > 0 and not lifted.is_set():
        moment = min(left, _LOOK_SECONDS)
        heard = watch.poll(moment * 1000)
        if heard and _has_left(to):
            return False
        if heard:  # the next request is waiting already: nothing to learn from the socket
            lifted.wait(moment)
    return True


def reset(to: socket.socket) -> None:
    """Close with RST instead of a farewell."""
    to.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    socket.close(to.detach())


def _has_left(to: socket.socket) -> bool:
    try:
        return to.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True


def _length(answer: Answer) -> int | None:
    return len(answer.body) if answer.pieces is None else answer.length
