"""A world of a fixed day for looking at, and a fresh server for each test that changes something."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from adapters.clock import SetClock
from adapters.sandbox.server import SandboxServer
from adapters.sandbox.world import World
from tests.adapters.sandbox.asking import Asking

BASE_DAY = date(2026, 3, 28)
NOON = datetime(2026, 3, 28, 11, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def world() -> World:
    """Not to be booked in."""
    return World(1, base_day=BASE_DAY, clock=SetClock(NOON))


@pytest.fixture(scope="session")
def still(world: World) -> Iterator[Asking]:
    """A client of a server over the shared world; nothing is to be changed through it."""
    with SandboxServer(world=world) as server:
        asking = Asking(server.url)
        yield asking
        asking.close()


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(clock=SetClock(NOON)) as server:
        yield server


@pytest.fixture
def ask(sandbox: SandboxServer) -> Iterator[Asking]:
    asking = Asking(sandbox.url)
    yield asking
    asking.close()
