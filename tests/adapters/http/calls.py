"""Calls that are impatient, and the ways in which a peer can let them down."""

import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from adapters.errors import BadData, Unavailable
from adapters.http import HttpClient
from adapters.limits import Limits

QUICK = Limits(
    connect_seconds=0.5,
    read_seconds=0.4,
    total_seconds=0.8,
    document_seconds=1.2,
    answer_bytes=1_000_000,
    document_bytes=3_000_000,
    read_connections=4,
    document_connections=2,
)


@contextmanager
def client(url: str, limits: Limits = QUICK, **options: object) -> Iterator[HttpClient]:
    opened = HttpClient(url, limits=limits, **options)  # type: ignore[arg-type]
    try:
        yield opened
    finally:
        opened.close()


def refusal(url: str, *, limits: Limits = QUICK, within: float = 2.5, **options: object) -> Exception:
    """The error of one call, which must come in time."""
    started = time.monotonic()
    with client(url, limits, **options) as http, pytest.raises((Unavailable, BadData)) as caught:
        http.send("GET", "/x", query={"nr": "SECRET-7"})
    assert time.monotonic() - started < within
    assert "SECRET-7" not in str(caught.value)
    return caught.value


def hang(connection: socket.socket, head: bytes) -> None:
    time.sleep(3)


def reset(connection: socket.socket, head: bytes) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def drip(whole: bytes, *, at_once: bytes = b"") -> Callable[[socket.socket, bytes], None]:
    def behave(connection: socket.socket, head: bytes) -> None:
        connection.sendall(at_once)
        for number in range(len(whole)):
            connection.sendall(whole[number : number + 1])
            time.sleep(0.1)

    return behave
