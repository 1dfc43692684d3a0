"""A running portal with staff: a clerk and an administrator, and their apps for codes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from gateway.audit_query import Event, find
from gateway.models import Account, AuditEvent, Mail, OneTimeCode, Registration, SessionRow, Staff, Throttle
from gateway.staff import people
from tests.gateway.conftest import FreshDatabase
from tests.gateway.pages.conftest import token_on
from tests.stack import NOON, PASSWORD, Stack, stack

__all__ = ["PASSWORD"]


@dataclass
class Clerk:
    """One of the staff at a browser, with an app that knows the secret once it was enrolled."""

    whole: Stack
    login: str
    client: FlaskClient
    secret: str = ""
    recovery_codes: list[str] = field(default_factory=list)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def post(self, path: str, form: str = "", **data: str) -> TestResponse:
        """Send a form, with the CSRF token of the page that it stands on, and the mark of what it shows."""
        page = self.client.get(form or path, follow_redirects=True)
        seen = re.findall(r'name="seen" value="(\w+)"', page.text)
        return self.client.post(path, data={"seen": "".join(seen), **data, "csrf_token": token_on(page.text)})

    def give_password(self, password: str = PASSWORD) -> TestResponse:
        return self.post("/staff/logowanie", login=self.login, password=password)

    def code(self, later: int = 0) -> str:
        """What the app shows now, or in so many seconds, by the portal's clock."""
        return pyotp.TOTP(self.secret).at(int(self.whole.portal.clock.now().timestamp()) + later)

    def enrol(self) -> TestResponse:
        page = self.get("/staff/drugi-skladnik/nowy")
        sealed = page.text.split('name="sealed" value="')[1].split('"')[0]
        self.secret = "".join(page.text.split('<code class="ebok-secret">')[1].split("</code>")[0].split())
        data = {"sealed": sealed, "code": self.code(), "csrf_token": token_on(page.text)}
        answer = self.client.post("/staff/drugi-skladnik/nowy", data=data)
        self.recovery_codes = [each.split("</code>")[0] for each in answer.text.split("<li><code>")[1:]]
        return answer

    def give_code(self, code: str) -> TestResponse:
        return self.post("/staff/drugi-skladnik", code=code)

    def log_in(self) -> "Clerk":
        assert self.give_password().location == "/staff/drugi-skladnik/nowy"
        assert self.enrol().status_code == 200
        return self

    def elsewhere(self) -> "Clerk":
        """The same person at another browser, not signed in."""
        return Clerk(self.whole, self.login, self.whole.client(), self.secret, self.recovery_codes)


Hire = Callable[..., Clerk]


_LEFT_BY_TESTS = (AuditEvent, Mail, Registration, OneTimeCode, SessionRow, Throttle, Staff)


@pytest.fixture(scope="module")
def _stack(fresh_database: FreshDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("staff")
    with fresh_database() as where, stack(folder, face="rest", CACHE__SECONDS="0", **where) as made:
        yield made


@pytest.fixture
def whole(_stack: Stack) -> Iterator[Stack]:
    """The portal without any staff; what a test leaves behind is cleared away after it."""
    database = _stack.portal.database
    with database.reading() as connection:
        accounts = connection.execute(select(Account.__table__)).mappings().all()
    yield _stack
    _stack.set_now(NOON.isoformat())
    with database.transaction() as connection:
        for table in _LEFT_BY_TESTS:
            connection.execute(delete(table))
        connection.execute(delete(Account).where(Account.id.not_in([each["id"] for each in accounts])))
        for each in accounts:
            connection.execute(update(Account).where(Account.id == each["id"]).values(**each))


@pytest.fixture
def hire(whole: Stack) -> Hire:
    """A new person of the staff at a browser, signed in unless told otherwise."""

    def hired(login: str = "bok", role: str = people.CLERK, *, signed_in: bool = True) -> Clerk:
        now = whole.portal.clock.now()
        people.add_staff(whole.portal.database, login=login, role=role, password=PASSWORD, now=now)
        clerk = Clerk(whole, login, whole.client())
        return clerk.log_in() if signed_in else clerk

    return hired


@pytest.fixture
def clerk(hire: Hire) -> Clerk:
    return hire()


@pytest.fixture
def administrator(hire: Hire) -> Clerk:
    return hire("szefowa", people.ADMINISTRATOR)


def actions(whole: Stack) -> list[str]:
    """Everything in the audit log, the oldest first."""
    with whole.portal.database.reading() as connection:
        return list(connection.execute(select(AuditEvent.action).order_by(AuditEvent.id)).scalars())


def events(whole: Stack, **asked: Any) -> list[Event]:
    with whole.portal.database.reading() as connection:
        return list(find(connection, **asked))
