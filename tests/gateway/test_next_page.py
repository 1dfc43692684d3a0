"""After logging in, or choosing a language, one stays at home, whatever the address says."""

import html
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gateway.staff import people
from tests.gateway.pages.conftest import token_on
from tests.stack import PASSWORD, Stack, stack

_HOSTS = ["evil.example", "evil.example/", "evil.example%2f", "evil.example:443/", "a@evil.example", "2130706433"]
_STARTS = ["//", "///", "////", "/\\", "\\/", "\\\\", "/\\/", "http://", "https://", "http:", "https:", "HTTP://"]
_STARTS += ["ftp://", "javascript:", "data:text/html,", "/\t/", "/\n/", "/\r/", "\t//", " //", "\x01//", "/%09/"]
HOSTILE = [start + host for start, host in itertools.product(_STARTS, _HOSTS)]
HOSTILE += ["", " ", "?", "#", ".", "..", "javascript:alert(1)", "//", "/\\", "faktury", "о/faktury", "/ą", "/x\u202e"]
HOSTILE += [
    "/wylogowanie",
    "/logowanie",
    "/api/v1/customers",
    "/static/ebok.css",
    "/healthz",
    "/nothing",
    "/" + "a" * 600,
]
HOSTILE += [f"/klienci{more}" for more in ("@evil.example", "/..//evil.example", "//evil.example", ".evil.example")]
HOSTILE += ["/.//evil.example", "/..//evil.example", "/%2e%2e//evil.example", "/%5cevil.example", "/%2f%2fevil.example"]
HOSTILE += [
    "/;//evil.example",
    "/\uff0f/evil.example",
    "/\u2215evil.example",
    "\ufeff//evil.example",
    "/\x85/evil.example",
]
LOOKS = {"/jezyk/pl": {}, "/wyglad": {"motyw": "normal"}}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder: Path = tmp_path_factory.mktemp("next")
    with stack(folder, face="rest", SECURITY__STAFF_SECOND_FACTOR="false") as made:
        yield made


def logged_in_with(client: FlaskClient, path: str, wanted: str, login: str = "anna") -> tuple[str, str]:
    """Opens the form with ``next`` in its address; what the form keeps of it, and where sending that value leads."""
    page = client.get(path, query_string={"next": wanted})
    kept = html.unescape(page.text.split('name="next" value="', 1)[1].split('"', 1)[0])
    data = {"login": login, "password": PASSWORD, "csrf_token": token_on(page.text), "next": wanted}
    return kept, client.post(path, data=data).location


def test_there_are_enough_of_them() -> None:
    assert len(set(HOSTILE)) >= 120


def test_hostile_values_lead_to_the_start_page_after_logging_in(home: Stack) -> None:
    for value in HOSTILE[::2]:
        assert logged_in_with(home.client(), "/logowanie", value) == ("/", "/"), value


def test_hostile_values_lead_who_is_logged_in_to_the_start_page(home: Stack) -> None:
    client = home.browser("anna")
    for value in HOSTILE:
        assert client.get("/logowanie", query_string={"next": value}).location == "/", value


@pytest.mark.parametrize("path", LOOKS)
def test_hostile_values_lead_nowhere_from_a_choice_of_looks(home: Stack, path: str) -> None:
    client = home.client()
    for value in set(HOSTILE) - {"/logowanie"}:
        assert client.get(path, query_string={**LOOKS[path], "next": value}).location == "/", value


def test_hostile_values_lead_the_staff_to_their_own_start_page(home: Stack) -> None:
    people.add_staff(
        home.portal.database, login="bok", role=people.CLERK, password=PASSWORD, now=home.portal.clock.now()
    )
    for value in HOSTILE[1::2]:  # the same code reads them, and a password takes its time
        assert logged_in_with(home.client(), "/staff/logowanie", value, "bok") == ("/staff/", "/staff/"), value


@pytest.mark.parametrize("path", ["/logowanie", "/staff/logowanie", *LOOKS])
def test_a_nul_is_refused_at_the_door(home: Stack, path: str) -> None:
    answer = home.client().get(path, query_string={"next": "\x00//evil.example"})
    assert (answer.status_code, answer.location) == (400, None)


@pytest.mark.parametrize("path", ["/", "/klienci", "/o/abc/faktury?status=paid&strona=2", "/o/abc/faktury/xyz"])
def test_our_own_pages_are_kept(home: Stack, path: str) -> None:
    assert logged_in_with(home.client(), "/logowanie", path) == (path, path)
