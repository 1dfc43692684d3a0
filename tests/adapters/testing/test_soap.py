"""The conformance suite over the sandbox's SOAP face, through a mapping file and HTTP, at each level of recognition."""

from collections.abc import Iterator

import pytest

from adapters.capabilities import Recognition
from adapters.soap import SoapAdapter
from tests.adapters.mapping.sent import mapped, variant
from tests.adapters.testing.sandbox_suite import SandboxSuite, SandboxWritingSuite
from tests.adapters.testing.sandbox_world import SandboxWorld


@pytest.fixture(scope="class")
def soap(sandbox: SandboxWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoapAdapter]:
    """By the project's own mapping, but for the level that it declares."""
    level = sandbox.server.world.bureau.recognition
    mapping = variant("soap", tmp_path_factory.mktemp("soap"), recognition=f'"{level}"')
    with mapped("soap", sandbox.url, mapping=mapping) as adapter:
        assert isinstance(adapter, SoapAdapter)
        yield adapter


class TestSoap(SandboxSuite):
    @pytest.fixture
    def adapter(self, soap: SoapAdapter) -> SoapAdapter:
        return soap


class TestSoapFindable(SandboxWritingSuite):
    recognition = Recognition.FINDABLE

    @pytest.fixture
    def adapter(self, soap: SoapAdapter) -> SoapAdapter:
        return soap


class TestSoapUnrecognised(TestSoapFindable):
    recognition = Recognition.NONE
