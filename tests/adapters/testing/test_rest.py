"""The conformance suite over the sandbox's REST face, through a mapping file and HTTP, at each level of recognition."""

from collections.abc import Iterator

import pytest

from adapters.capabilities import Recognition
from adapters.rest import RestAdapter
from tests.adapters.mapping.sent import mapped, variant
from tests.adapters.testing.sandbox_suite import SandboxSuite, SandboxWritingSuite
from tests.adapters.testing.sandbox_world import SandboxWorld


@pytest.fixture(scope="class")
def rest(sandbox: SandboxWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RestAdapter]:
    """By the project's own mapping, but for the level that it declares."""
    level = sandbox.server.world.bureau.recognition
    mapping = variant("rest", tmp_path_factory.mktemp("rest"), recognition=f'"{level}"')
    with mapped("rest", sandbox.url, mapping=mapping) as adapter:
        assert isinstance(adapter, RestAdapter)
        yield adapter


class TestRest(SandboxSuite):
    @pytest.fixture
    def adapter(self, rest: RestAdapter) -> RestAdapter:
        return rest


class TestRestFindable(SandboxWritingSuite):
    recognition = Recognition.FINDABLE

    @pytest.fixture
    def adapter(self, rest: RestAdapter) -> RestAdapter:
        return rest


class TestRestUnrecognised(TestRestFindable):
    recognition = Recognition.NONE
