"""A document streams, holds its place no longer than it must, and has a deadline of its own."""

import socket
import time

import pytest

from adapters.errors import Unavailable
from adapters.limits import Limits
from tests.adapters.http.calls import client, drip
from tests.adapters.http.servers import answer, peer


def test_a_document_comes_in_small_chunks_and_is_whole() -> None:
    whole = bytes(range(256)) * 8000
    with peer(answer(whole)) as server, client(server.url) as http, http.stream("GET", "/pdf") as download:
        assert download.size == len(whole)
        chunks = list(download)
    assert max(map(len, chunks)) <= 64 * 1024
    assert b"".join(chunks) == whole


def test_closing_a_document_frees_its_socket_and_its_place_at_once() -> None:
    def endless(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    with peer(endless) as server, client(server.url, Limits(read_connections=2, document_connections=1)) as http:
        for _ in range(5):
            server.closed_by_client.clear()
            download = http.stream("GET", "/pdf")
            assert next(download)
            download.close()
            download.close()
            assert server.closed_by_client.wait(1)
            assert list(download) == []


def test_a_forgotten_document_gives_its_place_back() -> None:
    with (
        peer(answer(b"x" * 500_000)) as server,
        client(server.url, Limits(read_connections=2, document_connections=1)) as http,
    ):
        for _ in range(5):
            next(http.stream("GET", "/pdf"))


def slow_document(connection: socket.socket, head: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    for _ in range(30):
        connection.sendall(b"x" * 1000)
        time.sleep(0.1)


def test_a_document_must_begin_in_time_and_then_ends_at_its_own_deadline() -> None:
    with peer(slow_document) as server, client(server.url) as http:
        with pytest.raises(Unavailable, match=r"within 0\.8 s"):
            http.stream("GET", "/pdf").read()
        started = time.monotonic()
        download = http.stream("GET", "/pdf")
        download.take_time()
        with pytest.raises(Unavailable, match=r"within 1\.2 s"):
            download.read()
    assert 1.1 < time.monotonic() - started < 2.8


def test_a_document_that_drips_is_given_up_although_its_deadline_is_far() -> None:
    patient = Limits(read_seconds=0.4, total_seconds=0.5, document_seconds=60)
    slow = drip(b"x" * 100, at_once=b"HTTP/1.1 200 OK\r\n\r\n")
    with peer(slow) as server, client(server.url, patient) as http:
        download = http.stream("GET", "/pdf")
        download.take_time()
        with pytest.raises(Unavailable, match="too slowly"):
            download.read()
