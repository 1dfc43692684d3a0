"""The portal's own memory: small, listed, the same on SQLite and PostgreSQL, and holding nothing to bill with."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, insert, select, text

from adapters.errors import Misconfigured
from gateway.accounts import AccountProblem, add_account, end_sessions, links_of, opened_by
from gateway.database import Database
from gateway.models import Account, Base, SessionRow
from gateway.session_store import PAGE, TOKEN, Sessions
from tests.postgres import postgres_url

NOW = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
PASSWORD = "twelve or more"
TABLES = {
    "account",
    "audit_event",
    "consent",
    "customer_link",
    "file_chunk",
    "mail",
    "one_time_code",
    "payment",
    "payment_part",
    "registration",
    "running_key",
    "session",
    "staff",
    "submission",
    "submission_file",
    "throttle",
    "trusted_device",
    "used_token",
}
_SMELLS = ("amount", "gross", "net", "vat", "balance", "invoice", "nrb", "iban", "account_no", "value", "reading")
_SMELLS += ("meter", "address", "name", "price", "paid", "due", "pesel", "nip", "saldo", "ledger")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/portal.sqlite"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres")
    made = Database(url, base=tmp_path)
    made.upgrade()
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_url() as url:
        yield url


@pytest.fixture
def postgres(server: str) -> str:
    """An empty database on the module's one server."""
    name = f"test_{secrets.token_hex(6)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create database {name}"))
    admin.dispose()
    return server.replace("/postgres?", f"/{name}?")


def test_no_column_smells_of_billing() -> None:
    listed = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns}
    instants = {"payment.paid_at"}  # when, and never how much
    assert not [each for each in listed - instants if set(each.partition(".")[2].split("_")) & set(_SMELLS)]
    assert {each.partition(".")[0] for each in listed} == TABLES


def test_the_migrations_make_exactly_the_models(database: Database) -> None:
    assert database.is_current()
    database.upgrade()
    with database.transaction() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_an_empty_database_is_not_current(tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path}/empty.sqlite", base=tmp_path)
    assert not empty.is_current()
    empty.engine.dispose()


def test_sqlite_is_set_up_to_lose_nothing(tmp_path: Path) -> None:
    database = Database("sqlite:///portal.sqlite", base=tmp_path)
    with database.transaction() as connection:
        said = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")}
    assert said == {"journal_mode": "wal", "synchronous": 2}
    assert (tmp_path / "portal.sqlite").exists()
    database.engine.dispose()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://x", "postgresql+nothing://x/y"])
def test_a_wrong_url_is_explained(url: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"database\.url"):
        Database(url, base=tmp_path)


def test_an_account_opens_with_its_password_and_sees_its_links(database: Database) -> None:
    add_account(database, login="Anna@X.example", password=PASSWORD, customer_nos=["2", "1", "2"], now=NOW)
    opened = opened_by(database, "anna@x.EXAMPLE", PASSWORD)
    assert opened is not None
    assert [link.customer_no for link in links_of(database, opened.id)] == ["1", "2"]
    assert opened_by(database, "anna@x.example", PASSWORD + "!") is None
    assert opened_by(database, "nobody", PASSWORD) is None


@pytest.mark.parametrize(
    ("login", "password", "customer", "said"),
    [
        ("an", PASSWORD, "1", "login"),
        ("anna maria", PASSWORD, "1", "login"),
        ("anna", "short", "1", "12 to 128"),
        ("anna", "x" * 129, "1", "12 to 128"),
        ("anna", PASSWORD, "", "customer number"),
        ("taken", PASSWORD, "1", "taken"),
    ],
)
def test_what_cannot_be_an_account_is_refused(
    database: Database, login: str, password: str, customer: str, said: str
) -> None:
    add_account(database, login="taken", password=PASSWORD, customer_nos=["1"], now=NOW)
    with pytest.raises(AccountProblem, match=said):
        add_account(database, login=login, password=password, customer_nos=[customer], now=NOW)


@pytest.fixture
def account_id(database: Database) -> int:
    add_account(database, login="anna", password=PASSWORD, customer_nos=["1"], now=NOW)
    found = opened_by(database, "anna", PASSWORD)
    assert found is not None
    return found.id


def test_a_session_lives_by_the_clock(database: Database, account_id: int) -> None:
    pages = Sessions(database, kind=PAGE, life=timedelta(hours=12), idle=timedelta(minutes=30))
    key, expires_at = pages.begin(NOW, account_id=account_id)
    assert expires_at == NOW + timedelta(hours=12)
    moment = NOW
    while moment < expires_at - timedelta(minutes=29):
        moment += timedelta(minutes=29)
        found = pages.find(key, moment)
        assert found is not None
        assert found.login == "anna"
    assert pages.find(key, expires_at) is None
    other, _ = pages.begin(NOW, account_id=account_id)
    assert pages.find(other, NOW + timedelta(minutes=30)) is None


def test_a_copied_key_does_not_outlive_its_session(database: Database, account_id: int) -> None:
    pages = Sessions(database, kind=PAGE, life=timedelta(hours=12), idle=None)
    tokens = Sessions(database, kind=TOKEN, life=timedelta(hours=12), idle=None)
    key, _ = pages.begin(NOW, account_id=account_id)
    other, _ = pages.begin(NOW, account_id=account_id)
    token, _ = tokens.begin(NOW, account_id=account_id)
    assert tokens.find(key, NOW) is None  # a cookie is not a token
    assert pages.find(token, NOW) is None
    pages.end(key)
    pages.end(key)
    assert pages.find(key, NOW) is None
    assert pages.find(other, NOW) is not None
    end_sessions(database, account_id)
    assert pages.find(other, NOW) is None
    assert tokens.find(token, NOW) is None
    assert pages.find(secrets.token_urlsafe(32), NOW) is None


def test_the_database_holds_no_key_and_no_password(database: Database, account_id: int) -> None:
    key, _ = Sessions(database, kind=PAGE, life=timedelta(hours=1), idle=None).begin(NOW, account_id=account_id)
    with database.reading() as connection:
        rows = [*connection.execute(select(SessionRow.__table__)), *connection.execute(select(Account.__table__))]
    assert rows
    assert key not in str(rows)
    assert PASSWORD not in str(rows)


def test_what_fails_is_undone(database: Database) -> None:
    def half_done(connection: Connection) -> None:
        connection.execute(insert(Account).values(login="half", password_hash="x", created_at=NOW))
        raise RuntimeError

    with pytest.raises(RuntimeError), database.transaction() as connection:
        half_done(connection)
    with database.reading() as connection:
        assert connection.execute(select(Account.login)).all() == []


def test_an_instant_needs_its_zone_and_keeps_it(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(insert(Account).values(login="anna", password_hash="x", created_at=NOW))
        assert connection.execute(select(Account.created_at)).scalar() == NOW
    with pytest.raises(Exception, match="aware"), database.transaction() as connection:
        connection.execute(insert(Account).values(login="b", password_hash="x", created_at=NOW.replace(tzinfo=None)))
