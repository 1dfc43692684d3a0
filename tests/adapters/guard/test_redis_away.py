"""A Redis that is down, hangs, drips or talks nonsense is as if there were no cache, and costs nearly nothing."""

import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from threading import Thread

import pytest

from adapters.clock import SetClock
from adapters.errors import Misconfigured
from adapters.guard.redis_cache import RedisCache
from adapters.guard.redis_link import QUIET_SECONDS
from tests.adapters.guard.back_end import BackEnd
from tests.adapters.guard.sharing import Share
from tests.redis_server import RedisServer


@pytest.fixture
def own_server() -> Iterator[RedisServer]:
    """A server that the test may stop."""
    with RedisServer() as server:
        yield server


@contextmanager
def sharing(url: str, clock: SetClock) -> Iterator[Share]:
    share = Share(url, clock)
    try:
        yield share
    finally:
        share.close()


def test_a_killed_server_is_missed_by_nobody_and_used_again_when_it_is_back(
    back_end: BackEnd, own_server: RedisServer, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "ebok.guard")
    with sharing(own_server.url, clock) as share:
        one, other = share.guard(back_end), share.guard(back_end)
        one.balance("C-1")
        other.balance("C-1")
        own_server.kill()
        for _ in range(3):
            assert one.balance("C-1").amount == Decimal("10.00")
            one.forget("C-1")
        assert back_end.calls["ledger"] == 4
        own_server.start()
        clock.advance(QUIET_SECONDS + 0.1)
        one.balance("C-1")
        other.balance("C-1")
        other.balance("C-1")
        assert back_end.calls["ledger"] == 5
    said = [record.getMessage() for record in caplog.records]
    assert [each.split(":")[0] for each in said] == [
        "the cache in Redis cannot be used",
        "the cache in Redis can be used again",
    ]
    assert "p4ss" not in "".join(said)


def silent(connection: socket.socket) -> None:
    time.sleep(30)


def dripping(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.sendall(b"$100000\r\n")
        for _ in range(1000):
            connection.sendall(b"x")
            time.sleep(0.02)


def http(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")


def odd(connection: socket.socket) -> None:
    connection.sendall(b"$many\r\n*-7\r\n:\r\n\xff\xff\r\n" * 20)
    time.sleep(0.3)


def hanging_up(connection: socket.socket) -> None:
    pass


@contextmanager
def listening(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """The URL of a server that behaves so, once for each connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                connection.recv(65536)
                behave(connection)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

        Thread(target=accept, daemon=True).start()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}"
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("behave", [silent, dripping, http, odd, hanging_up])
def test_a_sick_server_costs_one_short_wait_a_second(
    back_end: BackEnd, clock: SetClock, behave: Callable[[socket.socket], None]
) -> None:
    with listening(behave) as url, sharing(url, clock) as share:
        guarded = share.guard(back_end, cache=share.cache(timeout_seconds=0.1))
        started = time.monotonic()
        for _ in range(20):
            assert guarded.balance("C-1").amount == Decimal("10.00")
        assert time.monotonic() - started < 2.0  # each on its own would take that
        assert back_end.calls["ledger"] == 20


def test_a_server_that_wants_another_password_is_as_none(
    back_end: BackEnd, clock: SetClock, redis_server: RedisServer
) -> None:
    url = f"redis://:wrong@127.0.0.1:{redis_server.port}"
    with sharing(url, clock) as share, sharing(url.replace(":wrong@", ""), clock) as none:
        for each in (share, none):
            guarded = each.guard(back_end)
            guarded.contracts("C-1")
            guarded.contracts("C-1")
            guarded.forget("C-1")
    assert back_end.calls["contracts"] == 4


def test_what_could_not_be_forgotten_is_forgotten_when_redis_answers_again(
    back_end: BackEnd, own_server: RedisServer, clock: SetClock
) -> None:
    with sharing(own_server.url, clock) as share:
        one = share.guard(back_end, cache=share.cache(timeout_seconds=0.5))
        other = share.guard(back_end)
        one.balance("C-1")
        assert own_server.pid is not None
        os.kill(own_server.pid, signal.SIGSTOP)
        one.contracts("C-2")  # finds out, and drops its connection
        one.forget("C-1")
        back_end.opening = Decimal("99.00")
        assert one.balance("C-1").amount == Decimal("99.00")
        os.kill(own_server.pid, signal.SIGCONT)
        clock.advance(QUIET_SECONDS + 0.1)
        assert other.balance("C-1").amount == Decimal("10.00")  # nobody has been able to tell it
        one.contracts("C-3")
        assert other.balance("C-1").amount == Decimal("99.00")


@pytest.mark.parametrize(
    "url", ["nonsense", "http://secret@host", "redis://:secret@host:port", "redis://:secret@host?colour=blue"]
)
def test_a_wrong_url_stops_the_start_and_does_not_repeat_the_password(url: str, clock: SetClock) -> None:
    with pytest.raises(Misconfigured, match=r"cache\.redis_url: expected redis://") as raised:
        RedisCache(url, secret="x", clock=clock, seconds=15.0)
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch, clock: SetClock) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(Misconfigured, match=r"pip install 'ebok-gateway\[redis\]'"):
        RedisCache("redis://host", secret="x", clock=clock, seconds=15.0)
