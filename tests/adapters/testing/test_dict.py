"""The newcomer's adapters of docs/adapters.md pass the whole suite."""

import pytest

from adapters.testing import ConformanceSuite, Facts, World
from tests.adapters.testing.dict_adapter import DictAdapter
from tests.adapters.testing.dict_office import DictOffice
from tests.adapters.testing.dict_office_world import OFFICE_FACTS, DictOfficeWorld
from tests.adapters.testing.dict_world import FACTS, DictWorld


class TestDict(ConformanceSuite):
    @pytest.fixture
    def world(self) -> DictWorld:
        return DictWorld()

    @pytest.fixture
    def adapter(self, world: World) -> DictAdapter:
        return DictAdapter(world.books)

    @pytest.fixture
    def facts(self) -> Facts:
        return FACTS


class TestDictWithoutAWorld(ConformanceSuite):
    """As on a back end where nothing can be booked: the tests that need that are skipped, the others run."""

    @pytest.fixture
    def adapter(self) -> DictAdapter:
        return DictAdapter(DictWorld().books)

    @pytest.fixture
    def facts(self) -> Facts:
        return FACTS


class TestDictOffice(ConformanceSuite):
    @pytest.fixture
    def world(self) -> DictOfficeWorld:
        return DictOfficeWorld()

    @pytest.fixture
    def adapter(self, world: DictOfficeWorld) -> DictOffice:
        return DictOffice(world.books, world.post)

    @pytest.fixture
    def facts(self) -> Facts:
        return OFFICE_FACTS
