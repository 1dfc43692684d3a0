"""What the guard's tests start from."""

from collections.abc import Iterator

import pytest

from adapters.clock import SetClock
from tests.adapters.guard.back_end import NOON, BackEnd, Gate
from tests.adapters.guard.sharing import Share
from tests.redis_server import RedisServer


@pytest.fixture
def back_end() -> BackEnd:
    return BackEnd()


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture
def share(redis_server: RedisServer, clock: SetClock) -> Iterator[Share]:
    share = Share(redis_server.url, clock)
    yield share
    share.close()
