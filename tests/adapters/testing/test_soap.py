"""The conformance suite over the sandbox's SOAP face, through a mapping file and HTTP."""

from collections.abc import Iterator

import pytest

from adapters.limits import Limits
from adapters.soap import SoapAdapter
from tests.adapters.testing.sandbox_suite import SandboxSuite
from tests.adapters.testing.sandbox_world import SandboxWorld


@pytest.fixture(scope="class")
def soap(sandbox: SandboxWorld) -> Iterator[SoapAdapter]:
    adapter = SoapAdapter.from_settings({"url": f"{sandbox.url}/soap", "mapping": "sandbox_soap"}, limits=Limits())
    yield adapter
    adapter.close()


class TestSoap(SandboxSuite):
    @pytest.fixture
    def adapter(self, soap: SoapAdapter) -> SoapAdapter:
        return soap
