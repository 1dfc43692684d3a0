"""A post office and a portal, over SQLite and over PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.gateway.mail.office import Office, office
from tests.gateway.mail.post_office import PostOffice
from tests.postgres import empty_database


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('mail')}/portal.sqlite"
        return
    with empty_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def server() -> Iterator[PostOffice]:
    made = PostOffice().start()
    yield made
    made.stop()


@pytest.fixture
def here(database_url: str, server: PostOffice) -> Iterator[Office]:
    """A portal whose mail goes to ``server``, with an empty queue."""
    with office(database_url, server.port) as made:
        made.empty()
        yield made
