"""A running stack for a whole module of tests; each test clears what it changed."""

import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from zlib import crc32

import pytest
from sqlalchemy import delete

from gateway import background
from gateway.models import SubmissionRow
from schemas import SubmissionKind
from tests.postgres import empty_database, postgres_url
from tests.stack import NOON, Stack, stack

ON_POSTGRES_TOO = {"test_the_way", "test_queue", "test_account", "test_first_login"}
"""The modules that run on both databases: what is decided there hangs on transactions, locks and types."""

OVER_BOTH_FACES = {"test_api", "test_faults", "test_rule_through_the_door", "test_privacy", "test_api_description"}
"""The modules whose tests all run over SOAP and over REST; of the others each test takes one, some this and some that.
EBOK_FACES=both lets all run over both."""

FreshDatabase = Callable[[], AbstractContextManager[dict[str, str]]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run those on PostgreSQL too, but for the tests that look into SQLite's file."""
    module = metafunc.module.__name__.rpartition(".")[2]
    looks_into_the_file = "tmp_path" in inspect.signature(metafunc.function).parameters
    if "fresh_database" in metafunc.fixturenames and module in ON_POSTGRES_TOO and not looks_into_the_file:
        kinds = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
        metafunc.parametrize("fresh_database", kinds, indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let most tests run over one face, the same in every run: what they look at lies above the adapters."""
    if os.environ.get("EBOK_FACES") == "both":
        return
    spared = [each for each in items if _is_spared(each)]
    config.hook.pytest_deselected(items=spared)
    items[:] = [each for each in items if each not in set(spared)]


def _is_spared(item: pytest.Item) -> bool:
    given = item.callspec.params if hasattr(item, "callspec") else {}
    face = given.get("whole") or given.get("office")
    if face not in ("soap", "rest") or item.nodeid.partition("::")[0].rpartition("/")[2][:-3] in OVER_BOTH_FACES:
        return False
    name = item.nodeid.replace(f"[{face}", "[", 1)
    return ("soap", "rest")[crc32(name.encode()) % 2] != face


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
    """The same, with its clock, faults and counters as new, and with nothing sent: the same sent twice would be one."""
    with whole.portal.database.transaction() as connection:
        connection.execute(delete(SubmissionRow).where(SubmissionRow.kind != SubmissionKind.PAYMENT))
    whole.set_now(NOON.isoformat())
    whole.control("DELETE", "faults")
    whole.control("DELETE", "calls")
    yield whole
    whole.control("DELETE", "faults")
    whole.set_now(NOON.isoformat())


@pytest.fixture
def nothing_sent_yet(portal: Stack) -> None:
    """What customers sent is delivered, and the billing system has forgotten it."""
    background.run_once(portal.portal)
    portal.control("DELETE", "submissions")
