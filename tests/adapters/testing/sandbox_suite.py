"""The conformance suite over the sandbox, but for the way in which it is asked."""

import pytest

from adapters.testing import ConformanceSuite, Facts, ReadingSuite, WritingSuite
from tests.adapters.testing.sandbox_world import SandboxWorld


class _OverTheSandbox:
    """Subclasses supply the adapter."""

    @pytest.fixture
    def world(self, sandbox: SandboxWorld) -> SandboxWorld:
        return sandbox

    @pytest.fixture
    def facts(self, sandbox: SandboxWorld) -> Facts:
        return sandbox.facts


class SandboxSuite(_OverTheSandbox, ConformanceSuite):
    """All of it."""


class SandboxReadingSuite(_OverTheSandbox, ReadingSuite):
    """Without sending anything."""


class SandboxWritingSuite(_OverTheSandbox, WritingSuite):
    """Nothing but sending; the sandbox recognises as the class's ``recognition`` says."""
