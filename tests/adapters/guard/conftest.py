"""What the guard's tests start from."""

from collections.abc import Iterator

import pytest

from adapters.clock import SetClock
from tests.adapters.guard.back_end import NOON, BackEnd, Gate


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
