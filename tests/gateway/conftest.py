"""A running stack for a whole module of tests; each test clears what it changed."""

from collections.abc import Iterator

import pytest

from tests.stack import NOON, Stack, stack


@pytest.fixture(scope="module", params=["soap", "rest"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The portal over each face of the sandbox, with neither cache nor breaker."""
    folder = tmp_path_factory.mktemp("portal")
    with stack(folder, face=request.param, CACHE__SECONDS="0", GUARD__BREAKER_OPEN_SECONDS="0") as made:
        yield made


@pytest.fixture
def portal(whole: Stack) -> Iterator[Stack]:
    """The same, with its clock, faults and counters as new."""
    whole.set_now(NOON.isoformat())
    whole.control("DELETE", "faults")
    whole.control("DELETE", "calls")
    yield whole
    whole.control("DELETE", "faults")
    whole.set_now(NOON.isoformat())
