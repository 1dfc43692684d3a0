"""An outbox over SQLite and over PostgreSQL, and one whose stuck submissions are a clerk's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.capabilities import Recognition
from tests.gateway.outbox.office import Office, office
from tests.postgres import empty_database


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('outbox')}/portal.sqlite"
        return
    with empty_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def here(database_url: str) -> Iterator[Office]:
    with office(database_url) as made:
        made.empty()
        yield made


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    url = f"sqlite:///{tmp_path}/portal.sqlite"
    with office(url, SECURITY__STAFF_SECOND_FACTOR="false", OUTBOX__ALARM_EMAIL="szef@example.pl") as made:
        made.erp.recognition = Recognition.NONE
        yield made
