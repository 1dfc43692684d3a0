"""The conformance suite over the sandbox in the same process, for each thing that an ERP can offer."""

import pytest

from adapters.capabilities import Capability
from adapters.sandbox.direct import SandboxAdapter
from schemas import Basis
from tests.adapters.testing.sandbox_suite import SandboxSuite
from tests.adapters.testing.sandbox_world import SandboxWorld


class WithoutLedger(SandboxAdapter):
    """As an ERP that can say a balance at the end of a day and lists no entries."""

    capabilities = frozenset({Capability.DOCUMENT})


class TestLedger(SandboxSuite):
    basis = Basis.LEDGER

    @pytest.fixture
    def adapter(self, sandbox: SandboxWorld) -> SandboxAdapter:
        return SandboxAdapter(sandbox.server.world, basis=self.basis)


class TestAsOf(TestLedger):
    basis = Basis.AS_OF


class TestLiveLessToday(TestLedger):
    basis = Basis.LIVE_LESS_TODAY


class TestLive(TestLedger):
    basis = Basis.LIVE


class TestAsOfWithoutLedger(SandboxSuite):
    @pytest.fixture
    def adapter(self, sandbox: SandboxWorld) -> SandboxAdapter:
        return WithoutLedger(sandbox.server.world, basis=Basis.AS_OF)
