"""The conformance suite over the sandbox in the same process, for each thing that an ERP can offer."""

import pytest

from adapters.capabilities import Capability, Recognition
from adapters.errors import Unavailable
from adapters.sandbox.direct import SandboxAdapter
from adapters.sandbox.sending import operation_of
from schemas import Basis, Delivery, Submission
from tests.adapters.testing.sandbox_suite import SandboxReadingSuite, SandboxSuite, SandboxWritingSuite
from tests.adapters.testing.sandbox_world import SandboxWorld


class OverAWire(SandboxAdapter):
    """As if there were a connection: it is refused and cut when that of the faces would be."""

    def __init__(self, sandbox: SandboxWorld, *, basis: Basis = Basis.LEDGER) -> None:
        super().__init__(sandbox.server.world, basis=basis)
        self._sandbox = sandbox

    def _submit(self, submission: Submission) -> Delivery:
        if self._sandbox.is_off:
            raise Unavailable("refused", sent=False)
        delivery = super()._submit(submission)
        if self._sandbox.server.faults.take(operation_of(submission.kind)) is not None:
            raise Unavailable("cut")
        return delivery


class WithoutLedger(SandboxAdapter):
    """As an ERP that can say a balance at the end of a day and lists no entries, and has no office."""

    capabilities = frozenset({Capability.DOCUMENT})


class TestLedger(SandboxSuite):
    @pytest.fixture
    def adapter(self, sandbox: SandboxWorld) -> SandboxAdapter:
        return OverAWire(sandbox)


class TestAsOf(SandboxReadingSuite):
    basis = Basis.AS_OF

    @pytest.fixture
    def adapter(self, sandbox: SandboxWorld) -> SandboxAdapter:
        return SandboxAdapter(sandbox.server.world, basis=self.basis)


class TestLiveLessToday(TestAsOf):
    basis = Basis.LIVE_LESS_TODAY


class TestLive(TestAsOf):
    basis = Basis.LIVE


class TestAsOfWithoutLedger(SandboxReadingSuite):
    @pytest.fixture
    def adapter(self, sandbox: SandboxWorld) -> SandboxAdapter:
        return WithoutLedger(sandbox.server.world, basis=Basis.AS_OF)


class TestFindable(SandboxWritingSuite):
    recognition = Recognition.FINDABLE

    @pytest.fixture
    def adapter(self, sandbox: SandboxWorld) -> SandboxAdapter:
        return OverAWire(sandbox)


class TestUnrecognised(TestFindable):
    recognition = Recognition.NONE
