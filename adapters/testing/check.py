"""Runs the suite over an adapter that is at hand, for a command line or a script that has no test file."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from adapters.base import Adapter
from adapters.testing.facts import Facts
from adapters.testing.world import World

GIVEN = pytest.StashKey[tuple[Adapter, Facts, World | None]]()


def run(
    adapter: Adapter,
    facts: Facts,
    *,
    world: World | None = None,
    arguments: Sequence[str] = (),
    plugins: Sequence[object] = (),
) -> int:
    """Run every test and print how it went; 0 when the adapter passed, otherwise pytest's exit code.

    ``arguments`` are pytest's own, such as ``-v`` or ``-k balance``. The settings and plugins of a project around are
    not used, and no file is left behind.
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
            plugins=[_Hand(adapter, facts, world), *plugins],
        )
    )


class _Hand:
    """Hands over to ``checked`` what is to be tested."""

    def __init__(self, adapter: Adapter, facts: Facts, world: World | None) -> None:
        self._given = (adapter, facts, world)

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[GIVEN] = self._given
