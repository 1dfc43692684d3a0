"""Two processes of a portal over one Redis ask the billing system once, and leave nothing readable there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.clock import SetClock
from adapters.errors import Misconfigured
from adapters.guard.redis_cache import RedisCache
from adapters.sandbox.server import SandboxServer
from gateway.app import create_app
from gateway.erp import build_cache
from gateway.settings_file import load
from tests.gateway.test_privacy import marks, visit
from tests.redis_server import RedisServer
from tests.stack import NOON, Stack, portal_app

REQUIRED = {
    "EBOK_UTILITY__NAME": "W",
    "EBOK_WEB__SECRET_KEY": "x" * 40,
    "EBOK_DATABASE__URL": "sqlite:///never-opened.sqlite",
    "EBOK_ERP__ADAPTER": "soap",
    "EBOK_ERP__SOAP__MAPPING": "sandbox_soap",
    "EBOK_ERP__SOAP__URL": "http://127.0.0.1:1/soap",
}


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture
def processes(redis_server: RedisServer, tmp_path: Path) -> Iterator[tuple[Stack, Stack]]:
    with SandboxServer(clock=SetClock(NOON)) as sandbox:
        made = []
        for name in ("one", "other"):
            (tmp_path / name).mkdir()
            app = portal_app(tmp_path / name, sandbox, CACHE__REDIS_URL=redis_server.url, CACHE__SECONDS="600")
            made.append(Stack(sandbox, app))
        yield made[0], made[1]
        for each in made:
            each.portal.erp.close()
            each.portal.database.engine.dispose()


def test_they_share_their_answers(processes: tuple[Stack, Stack]) -> None:
    one, other = (each.api() for each in processes)
    told = {path: one.get(path).json for path in ("balance", "invoices", "contracts", "ledger")}
    before = processes[0].calls()
    for path, expected in told.items():
        answer = other.get(path)
        assert answer.status_code == 200
        if path in ("balance", "contracts"):  # the others have ids, which belong to each database's own links
            assert answer.json == expected
    assert processes[0].calls() == before
    processes[0].portal.erp.forget("100001")
    other.get("balance")
    assert sum(processes[0].calls().values()) > sum(before.values())


def test_a_full_visit_leaves_nothing_readable_in_redis(
    processes: tuple[Stack, Stack], redis_server: RedisServer
) -> None:
    wanted = marks(processes[0]) | {"100001", "100101"}
    visit(processes[0])
    with redis_server.client() as redis:
        keys = redis.keys()
        assert len(keys) > 20
        kept = b"\n".join([*keys, *(redis.get(key) or b"" for key in keys)])
    assert not [mark for mark in wanted if mark.encode() in kept]


def test_the_settings_choose_the_cache() -> None:
    clock = SetClock(NOON)
    assert build_cache(load(None, REQUIRED), clock) is None
    shared = {**REQUIRED, "EBOK_CACHE__REDIS_URL": "redis://127.0.0.1:1"}
    assert isinstance(build_cache(load(None, shared), clock), RedisCache)
    assert build_cache(load(None, {**shared, "EBOK_CACHE__SECONDS": "0"}), clock) is None


def test_a_wrong_url_is_named_along_with_the_other_mistakes() -> None:
    wrong = {**REQUIRED, "EBOK_CACHE__REDIS_URL": "http://:secret@host", "EBOK_ERP__ADAPTER": "soup"}
    with pytest.raises(Misconfigured) as raised:
        create_app(load(None, wrong))
    assert "cache.redis_url" in str(raised.value)
    assert "soup" in str(raised.value)
    assert "secret" not in str(raised.value)
