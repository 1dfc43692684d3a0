"""Runs the suite over an adapter that is at hand, for a command line or a script that has no test file."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.base import Adapter
from adapters.testing.facts import Facts
from adapters.testing.world import World

GIVEN = pytest.StashKey[tuple[Adapter, Facts, World | None]]()
WRITES = pytest.StashKey[bool]()


def run(
    adapter: Adapter,
    facts: Facts,
    *,
    world: World | None = None,
    write: bool = False,
    arguments: Sequence[str] = (),
    plugins: Sequence[object] = (),
) -> int:
    """Run every test and print how it went; 0 when the adapter passed, otherwise pytest's exit code.

    ``arguments`` are pytest's own, such as ``-v`` or ``-k balance``. The settings and plugins of a project around are
    not used, and no file is left behind. Submissions are sent only with ``write``, for then they stay in the back end.
    """
    here = Path(__file__).parent
    return int(
        pytest.main(
            [
                str(here / "checked.py"),
                f"--config-file={os.devnull}",
                f"--rootdir={here}",
                "--import-mode=importlib",
                "--collect-in-virtualenv",
                "--disable-plugin-autoload",
                "-p",
                "no:cacheprovider",
                *arguments,
            ],
            plugins=[_Hand(adapter, facts if write else replace(facts, writing=None), world, write), *plugins],
        )
    )


class _Hand:
    """Hands over to ``checked`` what is to be tested."""

    def __init__(self, adapter: Adapter, facts: Facts, world: World | None, writes: bool) -> None:
        self._given = (adapter, facts, world)
        self._writes = writes

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[GIVEN] = self._given
        config.stash[WRITES] = self._writes
