"""The client against real servers that misbehave: what is refused, how long it takes, what is never sent."""

import gzip
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import http_deadline
from adapters.errors import BadData, Unavailable
from adapters.http import HttpClient
from adapters.limits import Limits
from tests.adapters.http.servers import Peer, answer, peer

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


def test_an_answer_has_its_status_headers_and_bytes() -> None:
    with peer(answer(b"tak", headers=("Content-Type: text/XML; charset=utf-8",))) as server, client(server.url) as http:
        got = http.send("POST", "/soap", body=b"<a/>", headers={"SOAPAction": '"x"'}, query={"a": "ż"})
    assert (got.status, got.body, got.media_type) == (200, b"tak", "text/xml")
    assert got.headers["content-type"] == "text/XML; charset=utf-8"
    assert server.requests[0].startswith(b"POST /soap?a=%C5%BC HTTP/1.1\r\n")
    assert b'SOAPAction: "x"\r\n' in server.requests[0]


@pytest.mark.parametrize("status", ["400 Bad Request", "401 No", "404 Not Found", "500 Oops", "503 Busy"])
def test_any_other_status_is_an_answer_for_the_caller_to_judge(status: str) -> None:
    with peer(answer(b"{}", status=status, headers=("Retry-After: 3600",))) as server, client(server.url) as http:
        started = time.monotonic()
        assert http.send("GET", "/").status == int(status[:3])
        assert time.monotonic() - started < 2
    assert len(server.requests) == 1


def test_a_refused_connection_was_certainly_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = refusal(f"http://127.0.0.1:{port}")
    assert isinstance(error, Unavailable)
    assert not error.sent
    assert error.detail == f"127.0.0.1:{port}: the connection was refused"


def test_a_name_that_does_not_exist_was_certainly_not_sent() -> None:
    error = refusal("http://no-such-host.invalid", within=10)
    assert isinstance(error, Unavailable)
    assert not error.sent


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


def test_cookies_are_never_sent_back() -> None:
    with peer(answer(headers=("Set-Cookie: session=of-anna; Path=/",))) as server, client(server.url) as http:
        for _ in range(3):
            http.send("GET", "/")
    assert len(server.requests) == 3
    assert not any(b"cookie" in head.lower() for head in server.requests)


def test_the_environment_decides_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    with peer(answer(b"from the proxy")) as proxy, peer(answer(b"from the ERP")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        netrc = f"{tmp_path}/netrc"
        with open(netrc, "w") as file:
            file.write("machine localhost login thief password thief\n")
        monkeypatch.setenv("NETRC", netrc)
        with client(server.url) as http:
            assert http.send("GET", "/").body == b"from the ERP"
        assert not proxy.requests
        assert b"uthorization" not in server.requests[0]


def test_a_proxy_that_is_named_is_used_and_watched() -> None:
    with peer(answer(b"from the proxy")) as proxy, client("http://erp.invalid/api", proxy=proxy.url) as http:
        assert http.send("GET", "/x").body == b"from the proxy"
    assert proxy.requests[0].startswith(b"GET http://erp.invalid/api/x HTTP/1.1")
    with peer(drip(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200)) as proxy:
        assert "0.8 s" in str(refusal("http://erp.invalid", proxy=proxy.url))


def test_a_polish_password_is_sent_as_utf_8() -> None:
    with peer(answer()) as server, client(server.url, auth=("ebok", "zażółć")) as http:
        http.send("GET", "/")
    assert b"Authorization: Basic ZWJvazp6YcW8w7PFgsSH\r\n" in server.requests[0]


def test_a_link_is_followed_to_the_same_host_only() -> None:
    with peer(answer()) as server, peer(answer()) as other, client(f"{server.url}/api", auth=("u", "p")) as http:
        http.send("GET", f"{server.url}/api/next?page=2")
        with pytest.raises(BadData):
            http.send("GET", f"{other.url}/api/next")
        with pytest.raises(BadData):
            http.send("GET", server.url.replace("http", "https") + "/next")
    assert server.requests[0].startswith(b"GET /api/next?page=2 ")
    assert not other.requests


@pytest.mark.parametrize(
    "link",
    [
        "http://localhost:{other}\\@localhost:{ours}/x",
        "http://localhost:{other}\\\\@localhost:{ours}/x",
        "http://localhost:{other}/\\@localhost:{ours}/x",
        "http://localhost:{ours}\\x",
        "http://u:p@localhost:{ours}/x",
        "http://@localhost:{ours}/x",
        "http://localhost:{other}@localhost:{ours}/x",
        "http://localhost:{ours}@localhost:{other}/x",
        "http://localhost:{other}#@localhost:{ours}/x",
        "http://localhost:{other}?@localhost:{ours}/x",
        "http://localhost:{ours}/x\r\nX-Evil: 1",
        "http://local\thost:{ours}/x",
        "http://localhost:{ours}/\x00",
        "http://[bad/",
        "http://localhost:99999999/",
        "http://localhost:port/",
        "http:///x",
        "http://",
        "://localhost:{ours}/",
        "ftp://localhost:{ours}/",
        "http://\u2100.localhost:{ours}/",
        "http://.localhost:{ours}/",
        "http://localhost.:{ours}/",
    ],
)
def test_a_link_that_leads_elsewhere_by_any_reading_goes_nowhere(link: str) -> None:
    with peer(answer()) as server, peer(answer()) as other, client(server.url, auth=("u", "p")) as http:
        ours, others = (each.url.rpartition(":")[2] for each in (server, other))
        with pytest.raises(BadData):
            http.send("GET", link.format(ours=ours, other=others))
    assert not other.requests
    assert not server.requests


@pytest.fixture(scope="module")
def two_peers() -> Iterator[tuple[Peer, Peer]]:
    with peer(answer()) as ours, peer(answer()) as other:
        yield ours, other


PIECES = ["http://", "localhost", ":", "OURS", "OTHER", "\\", "@", "/", "?", "#", "[", "]", "%40", "%5C", "a", " "]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
@settings(max_examples=300, deadline=None)
def test_no_link_of_any_shape_takes_the_password_to_another_host(
    two_peers: tuple[Peer, Peer], pieces: list[str]
) -> None:
    ports = [each.url.rpartition(":")[2] for each in two_peers]
    link = f"http://localhost:{''.join(pieces)}".replace("OURS", ports[0]).replace("OTHER", ports[1])
    with client(two_peers[0].url, auth=("u", "p")) as http, suppress(BadData):
        http.send("GET", link)
    assert not two_peers[1].requests


def test_an_address_is_asked_exactly_as_it_was_given() -> None:
    with peer(answer()) as server:
        for base, target, asked in (("/soap/", "", b"/soap/"), ("/soap", "", b"/soap"), ("/api/", "/x", b"/api/x")):
            with client(server.url + base) as http:
                http.send("GET", target)
            assert server.requests[-1].startswith(b"GET " + asked + b" ")


def test_connections_are_kept_and_used_again() -> None:
    with peer(answer()) as server, client(server.url) as http:
        for _ in range(20):
            http.send("GET", "/")
    assert server.connections == 1


def test_a_connection_that_idled_is_replaced() -> None:
    with peer(answer()) as server, client(server.url) as http:
        http.send("GET", "/")
        time.sleep(1.1)
        http.send("GET", "/")
    assert server.connections == 2


def test_a_connection_closed_meanwhile_is_not_used() -> None:
    def once(connection: socket.socket, head: bytes) -> None:
        connection.sendall(answer())
        connection.shutdown(socket.SHUT_RDWR)

    with peer(once) as server, client(server.url) as http:
        for _ in range(3):
            http.send("GET", "/")
            time.sleep(0.05)
    assert len(server.requests) == 3


def test_64_threads_share_the_pool_and_get_their_own_answers() -> None:
    def echo(connection: socket.socket, head: bytes) -> None:
        connection.sendall(answer(head.split(b" ")[1]))

    with (
        peer(echo) as server,
        client(server.url, Limits(read_connections=8)) as http,
        ThreadPoolExecutor(64) as threads,
    ):
        paths = [f"/{number}" for number in range(1000)]
        bodies = list(threads.map(lambda path: http.send("GET", path).body.decode(), paths))
    assert bodies == paths
    assert server.connections <= 8


def test_waiting_for_a_free_connection_ends_at_the_deadline_and_was_not_sent() -> None:
    few = Limits(connect_seconds=0.5, read_seconds=2, total_seconds=0.5, document_seconds=2, document_connections=1)

    def trickle(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx")
        time.sleep(2)

    with peer(trickle) as server, client(server.url, few) as http, http.stream("GET", "/first") as first:
        first.take_time()
        started = time.monotonic()
        with pytest.raises(Unavailable) as caught:
            http.stream("GET", "/second")
        assert time.monotonic() - started < 1.6
        assert not caught.value.sent
        assert len(server.requests) == 1


def test_slow_downloads_never_hold_up_other_calls() -> None:
    def behave(connection: socket.socket, head: bytes) -> None:
        if b"/slow" in head:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nstart")
            time.sleep(2)
        else:
            connection.sendall(answer())

    with (
        peer(behave) as server,
        client(server.url, Limits(read_connections=2, document_connections=1)) as http,
        http.stream("GET", "/slow"),
    ):
        started = time.monotonic()
        assert [http.send("GET", "/").status for _ in range(5)] == [200] * 5
        assert time.monotonic() - started < 1.8


def test_documents_and_reads_each_get_all_the_connections_they_were_given() -> None:
    def behave(connection: socket.socket, head: bytes) -> None:
        if b"/slow" in head:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nstart")
            time.sleep(1)
        else:
            connection.sendall(answer())

    limits = Limits(read_seconds=2, total_seconds=2, read_connections=1, document_connections=6)
    with peer(behave) as server, client(server.url, limits) as http, ExitStack() as opened:
        started = time.monotonic()
        for _ in range(6):
            assert next(opened.enter_context(http.stream("GET", "/slow"))) == b"start"
        assert http.send("GET", "/").status == 200
        assert time.monotonic() - started < 0.9


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


def test_a_deadline_never_cuts_the_call_that_came_after_on_the_same_connection() -> None:
    def behave(connection: socket.socket, head: bytes) -> None:
        time.sleep(0.25)
        connection.sendall(answer())

    short = Limits(connect_seconds=0.5, read_seconds=0.5, total_seconds=0.6, read_connections=1)
    with peer(behave) as server, client(server.url, short) as http:
        assert [http.send("GET", "/").status for _ in range(6)] == [200] * 6
    assert server.connections == 1


def test_without_a_thread_for_the_watchdog_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with peer(answer()) as server, client(server.url) as http:
        with monkeypatch.context() as starved:
            watchdog = http_deadline._Watchdog()
            starved.setattr(http_deadline, "_watchdog", watchdog)
            starved.setattr(threading.Thread, "start", refuse)
            for _ in range(2):  # the second would hang unwatched if the first were taken for started
                with pytest.raises(Unavailable, match="no thread") as refused:
                    http.send("GET", "/")
                assert not refused.value.sent
        assert not watchdog._heap
        assert not server.requests
        assert http.send("GET", "/").status == 200


def test_calls_leave_no_thread_behind_but_the_watchdog() -> None:
    before = threading.active_count()
    with peer(answer()) as server, client(server.url) as http:
        for _ in range(10):
            http.send("GET", "/")
    assert sum(thread.name == "http-deadlines" for thread in threading.enumerate()) == 1
    assert threading.active_count() <= before + 3


FORKED = """
import os, sys
from adapters.errors import Unavailable
from adapters.http import HttpClient
from adapters.limits import Limits
limits = Limits(read_seconds=5, total_seconds=0.5)
def call():
    http = HttpClient(sys.argv[1], limits=limits)
    try:
        http.send("GET", "/")
    except Unavailable as error:
        return "0.5 s" in error.detail
    finally:
        http.close()
assert call()
child = os.fork()
if child == 0:
    os._exit(0 if call() else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_deadlines_hold_in_a_forked_worker() -> None:
    with peer(drip(b"x" * 100, at_once=b"HTTP/1.1 200 OK\r\n\r\n")) as server:
        done = subprocess.run([sys.executable, "-c", FORKED, server.url], timeout=20, cwd=Path(__file__).parents[3])
    assert done.returncode == 0
