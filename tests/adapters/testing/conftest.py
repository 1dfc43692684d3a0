"""One running sandbox for each class of the suite; its clock only ever goes forward there."""

from collections.abc import Iterator

import pytest

from adapters.capabilities import Recognition
from tests.adapters.testing.sandbox_world import SandboxWorld


@pytest.fixture(scope="class")
def sandbox(request: pytest.FixtureRequest) -> Iterator[SandboxWorld]:
    """It recognises what it is sent as the class's ``recognition`` says."""
    world = SandboxWorld(getattr(request.cls, "recognition", Recognition.DEDUPLICATES))
    yield world
    world.close()
