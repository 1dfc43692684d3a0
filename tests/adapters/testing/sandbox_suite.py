"""The conformance suite over the sandbox, but for the way in which it is asked."""

from dataclasses import replace

import pytest

from adapters.testing import ConformanceSuite, Facts, ReadingSuite, WritingSuite
from schemas import SubmissionKind
from tests.adapters.testing.sandbox_world import SandboxWorld

KINDS = frozenset({SubmissionKind.READING, SubmissionKind.COMPLAINT, SubmissionKind.OUTAGE})


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
    """Nothing but sending, and of that what differs by the class's ``recognition``: the other kinds are tried above."""

    @pytest.fixture
    def facts(self, sandbox: SandboxWorld) -> Facts:
        assert sandbox.facts.writing is not None
        writing = replace(sandbox.facts.writing, kinds=KINDS)
        return replace(sandbox.facts, writing=writing)
