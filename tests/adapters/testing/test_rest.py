"""The conformance suite over the sandbox's REST face, through a mapping file and HTTP."""

from collections.abc import Iterator

import pytest

from adapters.limits import Limits
from adapters.rest import RestAdapter
from tests.adapters.testing.sandbox_suite import SandboxSuite
from tests.adapters.testing.sandbox_world import SandboxWorld


@pytest.fixture(scope="class")
def rest(sandbox: SandboxWorld) -> Iterator[RestAdapter]:
    adapter = RestAdapter.from_settings({"url": sandbox.url, "mapping": "sandbox_rest"}, limits=Limits())
    yield adapter
    adapter.close()


class TestRest(SandboxSuite):
    @pytest.fixture
    def adapter(self, rest: RestAdapter) -> RestAdapter:
        return rest
