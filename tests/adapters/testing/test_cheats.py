"""An adapter that cheats fails the suite by the test that names its fault, and an honest one passes."""

from collections import defaultdict
from pathlib import Path

import pytest

from adapters.testing import run
from tests.adapters.testing.cheats import CHEATS
from tests.adapters.testing.dict_adapter import DictAdapter
from tests.adapters.testing.dict_world import FACTS, DictWorld

EXPECTED: dict[type[DictAdapter], list[str]] = defaultdict(list)
for _cheat, _name in CHEATS:
    EXPECTED[_cheat].append(_name)


class Outcomes:
    """Remembers how each test went."""

    def __init__(self) -> None:
        self.failed: set[str] = set()
        self.passed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.rpartition("::")[2]
        if report.failed:
            self.failed.add(name)
        elif report.when == "call" and report.passed:
            self.passed.add(name)


@pytest.mark.parametrize("cheat", EXPECTED, ids=lambda cheat: cheat.__name__)
def test_a_cheat_is_caught_by_name(cheat: type[DictAdapter]) -> None:
    outcomes = Outcomes()
    world = DictWorld()
    chosen = " or ".join([*EXPECTED[cheat], "test_ping", "test_net_and_vat"])
    arguments = ["-q", "--tb=no", "-k", chosen]
    assert run(cheat(world.books), FACTS, world=world, arguments=arguments, plugins=[outcomes]) == 1
    assert outcomes.failed == set(EXPECTED[cheat])
    assert len(outcomes.passed) == 2


def test_run_says_0_for_an_adapter_that_passes_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcomes = Outcomes()
    world = DictWorld()
    assert run(DictAdapter(world.books), FACTS, world=world, arguments=["-q"], plugins=[outcomes]) == 0
    assert outcomes.failed == set()
    assert list(tmp_path.iterdir()) == []
