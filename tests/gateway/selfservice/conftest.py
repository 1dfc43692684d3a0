"""A portal with accounts at every stage, and the mail that it wants to send."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from gateway.accounts import add_account
from gateway.models import Account, AuditEvent, Mail, Throttle
from tests.gateway.conftest import FreshDatabase
from tests.stack import NOON, PASSWORD, Stack, stack

NEW_PASSWORD = "zielony parasol nad Wisłą"


@pytest.fixture(scope="session")
def whole(fresh_database: FreshDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("self")
    with fresh_database() as where, stack(folder, GUARD__BREAKER_OPEN_SECONDS="0", **where) as made:
        yield made


@pytest.fixture
def office(whole: Stack) -> Iterator["Office"]:
    whole.set_now(NOON.isoformat())
    with whole.portal.database.transaction() as connection:
        connection.execute(delete(Throttle))  # all of these tests call from one network
    yield Office(whole)
    whole.set_now(NOON.isoformat())


class Office:
    """The stack, with a new account of its own for each test."""

    made = 0

    def __init__(self, whole: Stack) -> None:
        self.stack = whole
        self.portal = whole.portal

    def account(
        self,
        *,
        first: bool = False,
        accepted: bool = True,
        email: bool = False,
        customers: tuple[str, ...] = ("100001",),
    ) -> str:
        """Makes an account and gives its login; ``email`` turns its second factor on."""
        Office.made += 1
        login = f"osoba{Office.made}"
        now = self.portal.clock.now()
        add_account(
            self.portal.database,
            login=login,
            password=PASSWORD,
            customer_nos=list(customers),
            now=now,
            email=f"{login}@poczta.example" if email else None,
            accepted=self.portal.terms.terms if accepted else None,
            first_password_until=now + timedelta(days=14) if first else None,
        )
        return login

    def with_email(self, **more: Any) -> str:
        """An account with an address and no second factor."""
        login = self.account(**more)
        with self.portal.database.transaction() as connection:
            query = update(Account).where(Account.login == login)
            connection.execute(query.values(email=f"{login}@poczta.example"))
        return login

    def later(self, **by: float) -> None:
        self.stack.set_now((self.portal.clock.now() + timedelta(**by)).isoformat())

    def browser(self, login: str, password: str = PASSWORD) -> FlaskClient:
        """A browser after its login, wherever that led."""
        client = self.stack.client()
        answer = post(client, "/logowanie", {"login": login, "password": password})
        assert answer.status_code == 303, answer.status
        return client

    def can_log_in(self, login: str, password: str) -> bool:
        return post(self.stack.client(), "/logowanie", {"login": login, "password": password}).status_code == 303

    def api(self, login: str, password: str = PASSWORD) -> "Program":
        answer = self.stack.client().post("/api/v1/tokens", json={"login": login, "password": password})
        assert answer.status_code == 201, answer.text
        return Program(self.stack.client(), answer.json["token"])

    def mails(self, to: str) -> list[tuple[str, dict[str, str]]]:
        """What waits in the queue for an address: template and values, in order."""
        with self.portal.database.reading() as connection:
            rows = connection.execute(select(Mail).order_by(Mail.id)).all()
        opened = [(row.template, self.portal.sealer.open_json(row.sealed, "mail", row.message_id)) for row in rows]
        return [(template, values["values"]) for template, values in opened if values and values["to"] == to]

    def link(self, to: str, template: str) -> str:
        """The path of the last link of that kind that was mailed."""
        found = [values["link"] for name, values in self.mails(to) if name == template]
        return re.sub(r"^https?://[^/]+", "", found[-1])

    def row(self, login: str) -> Any:
        with self.portal.database.reading() as connection:
            return connection.execute(select(Account.__table__).where(Account.login == login)).first()

    def audited(self, login: str) -> list[str]:
        with self.portal.database.reading() as connection:
            its_id = select(Account.id).where(Account.login == login).scalar_subquery()
            query = select(AuditEvent.action).where(AuditEvent.account_id == its_id).order_by(AuditEvent.id)
            return list(connection.execute(query).scalars())


class Program:
    """A program with a token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client = client
        self.token = token

    def __call__(self, method: str, path: str, body: Any = None) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.open(f"/api/v1/{path}", method=method, json=body, headers=headers)


def post(client: FlaskClient, path: str, data: dict[str, str], *, form: str = "") -> TestResponse:
    """Fills in the form on a page and sends it; ``form`` is the page where it stands, if another."""
    page = client.get(form or path, follow_redirects=True).text
    token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    return client.post(path, data={**data, "csrf_token": token})


def copy_of(client: FlaskClient, whole: Stack) -> FlaskClient:
    """Another browser with the same session cookie."""
    cookie = client.get_cookie("ebok")
    assert cookie is not None
    thief = whole.client()
    thief.set_cookie("ebok", cookie.value)
    return thief


def is_in(client: FlaskClient) -> bool:
    """Whether this browser sees its customers."""
    return client.get("/klienci").status_code == 200
