"""A running stack for a whole module of tests; each test clears what it changed."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import pytest

from tests.postgres import empty_database, postgres_url
from tests.stack import NOON, Stack, stack

ON_POSTGRES_TOO = {"test_the_way", "test_queue", "test_account", "test_first_login"}
"""The modules that run on both databases: what is decided there hangs on transactions, locks and types."""

FreshDatabase = Callable[[], AbstractContextManager[dict[str, str]]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run those on PostgreSQL too, but for the tests that look into SQLite's file."""
    module = metafunc.module.__name__.rpartition(".")[2]
    looks_into_the_file = "tmp_path" in inspect.signature(metafunc.function).parameters
    if "fresh_database" in metafunc.fixturenames and module in ON_POSTGRES_TOO and not looks_into_the_file:
        kinds = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
        metafunc.parametrize("fresh_database", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres_url() as url:
        yield url


@pytest.fixture(scope="session")
def fresh_database(request: pytest.FixtureRequest) -> FreshDatabase:
    """Begins an empty database and gives the settings that lead to it; SQLite unless parametrized."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return lambda: nullcontext({})
    server: str = request.getfixturevalue("postgres_server")

    @contextmanager
    def fresh() -> Iterator[dict[str, str]]:
        with empty_database(server) as url:
            yield {"DATABASE__URL": url}

    return fresh


@pytest.fixture(scope="module", params=["soap", "rest"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The portal over each face of the sandbox, with neither cache nor breaker."""
    folder = tmp_path_factory.mktemp("portal")
    with stack(folder, face=request.param, CACHE__SECONDS="0", GUARD__BREAKER_OPEN_SECONDS="0") as made:
        yield made


@pytest.fixture
def portal(whole: Stack) -> Iterator[Stack]:
    """The same, with its clock, faults and counters as new."""
    whole.set_now(NOON.isoformat())
    whole.control("DELETE", "faults")
    whole.control("DELETE", "calls")
    yield whole
    whole.control("DELETE", "faults")
    whole.set_now(NOON.isoformat())
