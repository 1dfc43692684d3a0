"""The conformance suite over the sandbox, but for the way in which it is asked."""

import pytest

from adapters.testing import ConformanceSuite, Facts
from tests.adapters.testing.sandbox_world import SandboxWorld


class SandboxSuite(ConformanceSuite):
    """Subclasses supply the adapter."""

    @pytest.fixture
    def world(self, sandbox: SandboxWorld) -> SandboxWorld:
        return sandbox

    @pytest.fixture
    def facts(self, sandbox: SandboxWorld) -> Facts:
        return sandbox.facts
