"""Connections are kept, shared out and watched, for many threads and in a forked process."""

import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from adapters import http_deadline
from adapters.errors import Unavailable
from adapters.limits import Limits
from tests.adapters.http.calls import client, drip
from tests.adapters.http.servers import answer, peer


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
