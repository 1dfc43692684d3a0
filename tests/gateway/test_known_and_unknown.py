"""Nobody learns from an answer who has an account: all states of an account and none at all read the same.

That the times are the same too is measured from outside: ``python -m benchmarks.known_and_unknown``.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from gateway.accounts import add_account
from gateway.models import Account, Throttle
from tests.gateway.pages.conftest import token_on
from tests.stack import NOON, PASSWORD, Stack, stack

STATES: dict[str, dict[str, Any]] = {
    "plain": {},
    "addr1": {"email": "addr1@poczta.example", "second_factor": "email"},
    "appco": {"second_factor": "totp"},
    "locke": {"email": "locke@poczta.example", "locked_at": NOON},
    "first": {"email": "first@poczta.example", "password_until": NOON + timedelta(days=1)},
    "lates": {"email": "lates@poczta.example", "password_until": NOON - timedelta(days=1)},
    "burnt": {"email": "burnt@poczta.example", "password_hash": ""},
}
NAMES = [*STATES, "nikt1", "nikt2"]
ADDRESSES = [f"{name}@poczta.example" for name in NAMES]
_CHANGING = re.compile(r'(?<=name="csrf_token" value=")[^"]*|(?<=name="once" value=")[^"]*')


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack(tmp_path_factory.mktemp("names"), face="rest", SECURITY__REGISTRATIONS_FREE="1000") as made:
        for login, values in STATES.items():
            add_account(made.portal.database, login=login, password=PASSWORD, customer_nos=["100001"], now=NOON)
            with made.portal.database.transaction() as connection:
                connection.execute(update(Account).where(Account.login == login).values(**values, language="pl"))
        yield made


@pytest.fixture
def visitor(home: Stack) -> FlaskClient:
    with home.portal.database.transaction() as connection:
        connection.execute(delete(Throttle))
    return home.client()


def looks(answer: Any, *typed: str) -> tuple[Any, ...]:
    """All that can be seen of an answer but for tokens and what was typed; the names are of one length."""
    headers = sorted((name, value.partition("=")[0]) for name, value in answer.headers)
    body = _CHANGING.sub("", answer.text)
    for text in typed:
        body = body.replace(f'value="{text}"', "")
    return answer.status_code, headers, body


@pytest.mark.parametrize("tries", [1, 7], ids=["at once", "slowed down"])
@pytest.mark.parametrize("way", ["/logowanie", "/haslo", "/api/v1/tokens"])
def test_every_name_gets_the_same_answer(home: Stack, visitor: FlaskClient, way: str, tries: int) -> None:
    answers, csrf = {}, token_on(visitor.get("/logowanie").text)
    for number, typed in enumerate(ADDRESSES if tries == 1 else NAMES):
        sent = {"login": typed, "password": "to nie jest to hasło"}
        at = {"REMOTE_ADDR": f"10.0.{number}.1"}
        for _ in range(tries):
            if way.startswith("/api"):
                answer = visitor.post(way, json=sent, environ_base=at)
            else:
                answer = visitor.post(way, data={**sent, "csrf_token": csrf}, environ_base=at)
        answers[typed] = looks(answer, typed)
    stranger = answers[typed]
    assert {typed: each for typed, each in answers.items() if each != stranger} == {}
    slowed = 200 if way == "/haslo" else 429
    assert {answer[0] for answer in answers.values()} == {slowed if tries > 1 or way == "/haslo" else 401}


def test_tries_with_a_login_do_not_tell_whose_address_is_the_same_accounts(visitor: FlaskClient) -> None:
    answers, way = {}, "/api/v1/tokens"
    for number, name in enumerate(("addr1", "nikt1")):
        sent, at = {"login": name, "password": "to nie jest to hasło"}, {"REMOTE_ADDR": f"10.0.{number}.1"}
        assert [visitor.post(way, json=sent, environ_base=at).status_code for _ in range(7)][-1] == 429
        answers[name] = looks(visitor.post(way, json={**sent, "login": f"{name}@poczta.example"}, environ_base=at))
    assert answers["addr1"] == answers["nikt1"]


@pytest.mark.parametrize("way", ["/rejestracja", "/api/v1/registrations"])
def test_every_address_and_number_registers_alike(home: Stack, visitor: FlaskClient, way: str) -> None:
    seen, calls = set(), home.calls()
    csrf = token_on(visitor.get("/rejestracja").text)
    for customer_no in ("100001", "100201", "999999"):
        for name in NAMES:
            sent = {"customer_no": customer_no, "invoice_no": "FV/1/2026", "gross": "1,00", "name": "Jan Przykładny"}
            sent["email"] = f"{name}@poczta.example"
            if way.startswith("/api"):
                answer = visitor.post(way, json={**sent, "accept_terms": True, "know_privacy": True})
            else:
                answer = visitor.post(way, data={**sent, "terms": "1", "privacy": "1", "csrf_token": csrf})
            seen.add(str(looks(answer)))
            assert answer.status_code in (202, 303)
    assert len(seen) == 1
    assert home.calls() == calls, "the ERP is not asked while somebody waits"
