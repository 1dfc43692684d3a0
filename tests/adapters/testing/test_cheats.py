"""An adapter that cheats fails the suite by the test that names its fault, and an honest one passes."""

from collections import defaultdict
from pathlib import Path

import pytest

from adapters.testing import run
from tests.adapters.testing import office_cheats
from tests.adapters.testing.cheats import CHEATS
from tests.adapters.testing.dict_adapter import DictAdapter
from tests.adapters.testing.dict_office import DictOffice
from tests.adapters.testing.dict_office_world import OFFICE_FACTS, DictOfficeWorld
from tests.adapters.testing.dict_world import FACTS, DictWorld
from tests.adapters.testing.outcomes import Outcomes

EXPECTED: dict[type[DictAdapter], list[str]] = defaultdict(list)
for _cheat, _name in CHEATS:
    EXPECTED[_cheat].append(_name)


@pytest.mark.parametrize("cheat", EXPECTED, ids=lambda cheat: cheat.__name__)
def test_a_cheat_is_caught_by_name(cheat: type[DictAdapter]) -> None:
    outcomes = Outcomes()
    world = DictWorld()
    chosen = " or ".join([*EXPECTED[cheat], "test_ping", "test_net_and_vat"])
    arguments = ["-q", "--tb=no", "-k", chosen]
    assert run(cheat(world.books), FACTS, world=world, arguments=arguments, plugins=[outcomes]) == 1
    assert outcomes.failed == set(EXPECTED[cheat])
    assert len(outcomes.passed) == 2


@pytest.mark.parametrize("cheat", office_cheats.CHEATS, ids=lambda cheat: cheat.__name__)
def test_an_office_that_cheats_is_caught_by_name(cheat: type[DictOffice]) -> None:
    expected = office_cheats.CHEATS[cheat]
    outcomes = Outcomes()
    world = DictOfficeWorld()
    arguments = ["-q", "--tb=no", "-k", " or ".join([*expected, "test_ping", "test_net_and_vat"])]
    adapter = cheat(world.books, world.post)
    assert run(adapter, OFFICE_FACTS, world=world, write=True, arguments=arguments, plugins=[outcomes]) == 1
    assert outcomes.failed == set(expected)
    assert len(outcomes.passed) == 2


@pytest.mark.parametrize("cheat", [office_cheats.Doubles, DictOffice])
def test_without_an_inbox_what_the_adapter_shows_is_counted(cheat: type[DictOffice]) -> None:
    outcomes = Outcomes()
    world = DictOfficeWorld()
    adapter = cheat(world.books, world.post)
    code = run(
        adapter, OFFICE_FACTS, write=True, arguments=["-q", "--tb=no", "-k", "submission_twice"], plugins=[outcomes]
    )
    twice = "test_the_same_submission_twice_is_one_in_the_back_end"
    if cheat is DictOffice:
        assert (code, outcomes.passed) == (0, {f"{twice}[reading]"})
    else:
        assert (code, outcomes.failed) == (1, {f"{twice}[complaint]"})


def test_run_says_0_for_an_adapter_that_passes_sends_nothing_unasked_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcomes = Outcomes()
    world = DictOfficeWorld()
    adapter = DictOffice(world.books, world.post)
    arguments = ["-q", "-k", "not midnight and not history"]  # which takes longest, and other tests run
    assert run(adapter, OFFICE_FACTS, world=world, arguments=arguments, plugins=[outcomes]) == 0
    assert outcomes.failed == set()
    assert world.post.taken == []
    assert list(tmp_path.iterdir()) == []
