"""A running stack for a whole module of tests; each test clears what it changed."""

from collections.abc import Iterator

import pytest

from tests.stack import Stack, stack


@pytest.fixture(scope="module", params=["soap", "rest"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The portal over each face of the sandbox, with neither cache nor breaker."""
    folder = tmp_path_factory.mktemp("portal")
    with stack(folder, face=request.param, CACHE__SECONDS="0", GUARD__BREAKER_OPEN_SECONDS="0") as made:
        yield made


@pytest.fixture
def portal(whole: Stack) -> Iterator[Stack]:
    """The same, with its clock, faults and counters as new."""
    whole.set_now("2026-03-10T12:00:00+01:00")
    whole.control("DELETE", "faults")
    whole.control("DELETE", "calls")
    yield whole
    whole.control("DELETE", "faults")
    whole.set_now(None)
