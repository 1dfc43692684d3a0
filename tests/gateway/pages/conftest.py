"""The portal over a small billing system in memory, seen by a browser of Flask's."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from adapters.clock import SetClock
from gateway import background
from gateway.app import create_app
from gateway.models import Throttle
from gateway.portal import Portal
from gateway.settings_file import load
from tests.gateway.pages.books import ANNA, COMPANY, EVEN, NEW, Books
from tests.stack import PASSWORD, Stack, seed

LOGINS = {
    "anna": [ANNA],
    "firma": [COMPANY],
    "nowy": [NEW],
    "rowny": [EVEN],
    "zarzadca": [ANNA, COMPANY, NEW, *(str(number) for number in range(100101, 100111))],
    "nikt": [],
}
Browser = Callable[..., FlaskClient]


def portal_over(adapter: Books, folder: Path) -> Flask:
    """The whole portal at noon of the books' day; it asks them every time."""
    settings = load(
        None,
        {
            "EBOK_UTILITY__NAME": "Wodociągi Przykładowo",
            "EBOK_UTILITY__PHONE": "00 000 00 00",
            "EBOK_UTILITY__EMAIL": "bok@wodociagi.example",
            "EBOK_WEB__SECRET_KEY": "for tests only, for tests only, for tests only",
            "EBOK_WEB__SECURE_COOKIES": "false",
            "EBOK_DATABASE__URL": f"sqlite:///{folder}/portal.sqlite",
            "EBOK_ERP__ADAPTER": "books",
            "EBOK_ERP__ALLOW_LIVE_BALANCE": "true",
            "EBOK_CACHE__SECONDS": "0",
            "EBOK_GUARD__BREAKER_OPEN_SECONDS": "0",
        },
    )
    app = create_app(settings, clock=SetClock(datetime(2026, 3, 29, 10, tzinfo=UTC)), adapter=adapter)
    seed(app, LOGINS)
    return app


def end(app: Flask) -> None:
    portal: Portal = app.extensions["ebok"]
    portal.erp.close()
    portal.database.engine.dispose()


def token_on(page: str) -> str:
    return page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


def log_in(client: FlaskClient, login: str) -> FlaskClient:
    token = token_on(client.get("/logowanie").text)
    answer = client.post("/logowanie", data={"login": login, "password": PASSWORD, "csrf_token": token})
    assert answer.status_code == 303, answer.status
    return client


@pytest.fixture(scope="session")
def _books() -> Books:
    return Books()


@pytest.fixture(scope="session")
def app(_books: Books, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = portal_over(_books, tmp_path_factory.mktemp("pages"))
    yield app
    end(app)


@pytest.fixture
def books(app: Flask, _books: Books) -> Books:
    _books.start_anew()
    return _books


@pytest.fixture
def browser(app: Flask, books: Books) -> Browser:
    """Logs in and gives a browser; without a login it is a stranger's."""

    def made(login: str = "anna", language: str = "pl") -> FlaskClient:
        client = app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        return log_in(client, login) if login else client

    return made


@pytest.fixture
def home(browser: Browser) -> Callable[[FlaskClient], str]:
    """Where the customer's own pages begin, with a slash at its end."""

    def address(client: FlaskClient) -> str:
        return client.get("/", follow_redirects=True).request.path

    return address


@pytest.fixture
def office(portal: Stack) -> Iterator[Stack]:
    """The whole portal over the sandbox, where nothing was sent yet and nobody waits."""
    portal.control("DELETE", "submissions")
    with portal.portal.database.transaction() as connection:
        connection.execute(Throttle.__table__.delete())  # type: ignore[attr-defined]
    yield portal
    portal.control("DELETE", "faults")
    background.run_once(portal.portal)
