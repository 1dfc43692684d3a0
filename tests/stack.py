"""A whole portal for a test: the sandbox billing system behind it, HTTP in front, nothing of ours replaced."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from adapters.clock import SetClock
from adapters.sandbox.server import SandboxServer
from gateway.accounts import add_account
from gateway.app import create_app
from gateway.models import Account
from gateway.portal import Portal
from gateway.settings_file import load
from tests.prepared import prepare

NOON = datetime(2026, 3, 10, 11, tzinfo=UTC)
"""12:00 in Warsaw on a Tuesday; the world's histories reach up to it."""

PASSWORD = "demo-ebok-2026"
_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""A hash says itself what checking it costs: with this one thousands of log-ins cost the tests nothing."""

LOGINS = {
    "anna": ["100001"],
    "zarzadca": [str(number) for number in range(100101, 100113)],
    "nowa": ["100201"],
    "wielka": ["100301"],
}


class Stack:
    """The parts that a test talks to: ``app`` through its clients, ``sandbox`` through ``control``."""

    def __init__(self, sandbox: SandboxServer, app: Flask) -> None:
        self.sandbox = sandbox
        self.app = app

    @property
    def portal(self) -> Portal:
        portal: Portal = self.app.extensions["ebok"]
        return portal

    def client(self) -> FlaskClient:
        """A browser that is not logged in."""
        return self.app.test_client()

    def browser(self, login: str = "anna") -> FlaskClient:
        """A browser that is logged in."""
        client = self.client()
        page = client.get("/logowanie").text
        token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
        answer = client.post("/logowanie", data={"login": login, "password": PASSWORD, "csrf_token": token})
        assert answer.status_code in (302, 303), answer.status
        return client

    def api(self, login: str = "anna") -> "Api":
        """A program with a token."""
        answer = self.client().post("/api/v1/tokens", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return Api(self.client(), answer.json["token"])

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A call to the sandbox's control interface."""
        answer = requests.request(method, f"{self.sandbox.url}/control/{path}", json=body, timeout=30)
        assert answer.ok, f"{answer.status_code} {answer.text[:300]}"
        return answer.json() if answer.content else None

    def set_now(self, now: str | None) -> None:
        """Put the one clock of the sandbox and the portal."""
        self.control("PUT", "clock", {"now": now})

    def fault(self, operation: str, fault: str, **more: Any) -> None:
        self.control("PUT", "faults", {"operation": operation, "fault": fault, **more})

    def calls(self) -> dict[str, int]:
        """How often the ERP was asked, by operation."""
        counted: dict[str, int] = self.control("GET", "calls")
        return counted


class Api:
    """The API as a program sees it, for the first customer of its account unless told otherwise."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client = client
        self.token = token
        self.headers = {"Authorization": f"Bearer {token}"}
        self.customers: list[dict[str, Any]] = self.get("/api/v1/customers").json
        self.at = f"/api/v1/customers/{self.customers[0]['id']}"

    def get(self, path: str, **query: Any) -> Any:
        """The answer to a path; one without a leading slash is below the first customer."""
        full = path if path.startswith("/") else f"{self.at}/{path}"
        return self.client.get(full, headers=self.headers, query_string=query or None)


@contextmanager
def stack(folder: Path, *, face: str = "soap", **environment: str) -> Iterator[Stack]:
    """A running stack over one face of the sandbox; settings by their environment names, without ``EBOK_``."""
    with SandboxServer(clock=SetClock(NOON)) as sandbox:
        app = portal_app(folder, sandbox, face=face, **environment)
        try:
            yield Stack(sandbox, app)
        finally:
            portal: Portal = app.extensions["ebok"]
            portal.erp.close()
            portal.database.engine.dispose()


def portal_app(folder: Path, sandbox: SandboxServer, *, face: str = "soap", **environment: str) -> Flask:
    """The portal over a running sandbox, with the demo's logins and the sandbox's clock."""
    settings = load(
        None,
        {
            "EBOK_UTILITY__NAME": "Wodociągi Przykładowo",
            "EBOK_WEB__SECRET_KEY": "for tests only, for tests only, for tests only",
            "EBOK_WEB__SECURE_COOKIES": "false",
            "EBOK_DATABASE__URL": f"sqlite:///{folder}/portal.sqlite",
            "EBOK_ERP__ADAPTER": face,
            f"EBOK_ERP__{face.upper()}__MAPPING": f"sandbox_{face}",
            f"EBOK_ERP__{face.upper()}__URL": sandbox.url + ("/soap" if face == "soap" else ""),
            "EBOK_SESSIONS__TOKEN_HOURS": "87600",  # the clock is moved by months here
            **{f"EBOK_{name}": value for name, value in environment.items()},
        },
    )
    app = create_app(settings, clock=sandbox.clock)
    seed(app, LOGINS)
    return app


def seed(app: Flask, logins: dict[str, list[str]]) -> None:
    """Accounts that have accepted the terms, in a new database."""
    portal: Portal = app.extensions["ebok"]
    now, terms = portal.clock.now(), portal.terms.terms

    def fill() -> None:
        portal.database.upgrade()
        for login, customers in logins.items():
            add_account(
                portal.database, login=login, password=PASSWORD, customer_nos=customers, now=now, accepted=terms
            )
        with portal.database.transaction() as connection:
            connection.execute(update(Account).values(password_hash=_QUICK))

    prepare(portal.database, fill, str(logins), now, terms.version, terms.text_hash)
