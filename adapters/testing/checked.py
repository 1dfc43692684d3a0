"""The test file of ``run``: the suite over what was handed to it."""

import pytest

from adapters.base import Adapter
from adapters.testing.check import GIVEN, WRITES
from adapters.testing.facts import Facts
from adapters.testing.inbox import Inbox
from adapters.testing.suite import ConformanceSuite
from adapters.testing.world import World


class TestAdapter(ConformanceSuite):
    @pytest.fixture
    def adapter(self, pytestconfig: pytest.Config) -> Adapter:
        return pytestconfig.stash[GIVEN][0]

    @pytest.fixture
    def facts(self, pytestconfig: pytest.Config) -> Facts:
        return pytestconfig.stash[GIVEN][1]

    @pytest.fixture
    def world(self, pytestconfig: pytest.Config) -> World | None:
        return pytestconfig.stash[GIVEN][2]

    @pytest.fixture
    def inbox(self, world: World | None, pytestconfig: pytest.Config) -> Inbox | None:
        return world if pytestconfig.stash[WRITES] and isinstance(world, Inbox) else None
