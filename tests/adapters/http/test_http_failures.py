"""Whatever the other side does wrong ends within the deadline, as one of our errors, and is sent once."""

import gzip
import socket

import pytest

from adapters.errors import BadData, Unavailable
from adapters.limits import Limits
from tests.adapters.http.calls import client, drip, hang, refusal, reset
from tests.adapters.http.servers import answer, peer


def test_a_hanging_erp_is_left_after_the_read_time_out() -> None:
    with peer(hang) as server:
        error = refusal(server.url, within=2)
    assert isinstance(error, Unavailable)
    assert error.sent
    assert "silent" in error.detail


@pytest.mark.parametrize(
    "at_once",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
    ids=["head", "body", "body without length", "chunked body"],
)
def test_a_dripping_erp_is_left_at_the_total_deadline(at_once: bytes) -> None:
    rest = b"1\r\nd\r\n" * 80 if b"chunked" in at_once else b"HTTP/1.1 200 OK\r\n" * 30
    with peer(drip(rest, at_once=at_once)) as server:
        error = refusal(server.url, within=2.5)
    assert isinstance(error, Unavailable)
    assert error.sent
    assert "no complete answer within 0.8 s" in error.detail


def test_a_body_without_length_that_drips_is_never_taken_for_whole() -> None:
    slow = drip(b"c" * 500, at_once=b"HTTP/1.1 200 OK\r\n\r\n")
    with peer(slow) as server, client(server.url) as http:
        download = http.stream("GET", "/", kind="read")
        assert next(download)
        with pytest.raises(Unavailable):
            download.read()


def test_a_reset_connection_is_unavailable_and_sent_once() -> None:
    with peer(reset) as server:
        error = refusal(server.url)
        assert isinstance(error, Unavailable)
        assert error.sent
        assert len(server.requests) == 1


def test_an_answer_that_is_cut_off_is_refused() -> None:
    def cut(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        connection.shutdown(socket.SHUT_RDWR)

    with peer(cut) as server:
        assert "cut off" in str(refusal(server.url))


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_refused_and_never_followed(status: str) -> None:
    with peer(answer(b"secret")) as other:
        moved = answer(b"x" * 5000, status=status, headers=(f"Location: {other.url}/",))
        with peer(moved) as server:
            assert isinstance(refusal(server.url), Unavailable)
        assert not other.requests


def test_a_small_gzip_that_unfolds_beyond_the_cap_is_stopped() -> None:
    bomb = gzip.compress(b"0" * 200_000_000, compresslevel=1)
    with peer(answer(bomb, headers=("Content-Encoding: gzip",))) as server:
        assert isinstance(refusal(server.url, limits=Limits(answer_bytes=1_000_000)), BadData)


def test_an_ordinary_gzip_is_read() -> None:
    with peer(answer(gzip.compress(b"tak"), headers=("Content-Encoding: gzip",))) as server, client(server.url) as http:
        assert http.send("GET", "/").body == b"tak"


@pytest.mark.parametrize("coding", ["br", "gzip, gzip", "zstd"])
def test_a_compression_that_was_not_asked_for_is_refused(coding: str) -> None:
    with peer(answer(b"x", headers=(f"Content-Encoding: {coding}",))) as server:
        assert isinstance(refusal(server.url), BadData)


def test_broken_gzip_is_refused() -> None:
    with peer(answer(b"not gzip", headers=("Content-Encoding: gzip",))) as server:
        assert isinstance(refusal(server.url), BadData)


def test_too_large_an_answer_is_refused_by_its_length_and_by_its_bytes() -> None:
    with peer(answer(b"x" * 1_000_001)) as server:
        assert isinstance(refusal(server.url), BadData)

    def endless(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    with peer(endless) as server:
        assert isinstance(refusal(server.url), BadData)
