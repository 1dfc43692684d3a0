"""A campaign's places over both databases and both faces."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.campaign.ground import Ground, ground
from tests.postgres import empty_database

Place = Callable[[str, str, str], AbstractContextManager[Ground]]


def places(each: Sequence[tuple[str, ...]]) -> list[Any]:
    """Parameters that begin with a database, marked by it."""
    return [
        pytest.param(*one, id="-".join(one), marks=[pytest.mark.postgres] if one[0] == "postgres" else [])
        for one in each
    ]


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Opens a place for a database (sqlite, postgres), a face (soap, rest) and a level of recognition."""

    @contextmanager
    def opened(database: str, face: str, level: str) -> Iterator[Ground]:
        folder = tmp_path / f"{database}-{face}-{level}"
        folder.mkdir()
        if database == "sqlite":
            with ground(folder, f"sqlite:///{folder}/portal.sqlite", face, level) as made:
                yield made
            return
        with (
            empty_database(request.getfixturevalue("postgres_server")) as url,
            ground(folder, url, face, level) as made,
        ):
            yield made

    return opened
