"""One running sandbox for each class of the suite; its clock only ever goes forward there."""

from collections.abc import Iterator

import pytest

from tests.adapters.testing.sandbox_world import SandboxWorld


@pytest.fixture(scope="class")
def sandbox() -> Iterator[SandboxWorld]:
    world = SandboxWorld()
    yield world
    world.close()
