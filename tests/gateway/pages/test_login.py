"""Logging in and out, and that nobody gets in without."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.gateway.pages.conftest import PASSWORD, Browser, log_in, token_on
from tests.gateway.pages.reading import words

Home = Callable[[FlaskClient], str]
OPEN = {"pages.login", "pages.language", "pages.appearance", "pages.terms_text", "pages.privacy_text"}
OPEN |= {f"pages.{name}" for name in ("register", "registered", "prove", "proved", "answer_question", "answered")}
OPEN |= {f"pages.{name}" for name in ("forgotten", "reset_password", "prove_email", "account_closed", "outage")}


def test_every_page_but_the_open_ones_asks_for_a_login(app: Flask, browser: Browser) -> None:
    stranger = browser("")
    token = token_on(stranger.get("/logowanie").text)
    seen = 0
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("pages.") or rule.endpoint in OPEN:
            continue
        path = rule.rule.replace("<cid>", "x").replace("<iid>", "y")
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        answer = stranger.open(path, method=method, data={"csrf_token": token} if method == "POST" else None)
        assert answer.status_code == 302, rule
        assert answer.location.startswith("/logowanie?next="), rule
        seen += 1
    assert seen >= 8


def test_a_form_that_was_not_taken_is_said_and_where_its_text_is(browser: Browser, home: Home) -> None:
    client = browser("anna")
    path = home(client) + "sprawy/nowa"
    token = token_on(client.get(path).text)
    client.post("/wylogowanie", data={"csrf_token": token})
    typed = {"csrf_token": token, "text": "Ciśnienie spadło."}
    sent = client.post(path, data=typed)
    assert sent.status_code == 302
    asked = client.get(sent.location)
    assert "Formularza nie wysłaliśmy" in words(asked)
    assert "Ciśnienie" not in asked.text + sent.location
    assert f'name="next" value="{path}"' in asked.text
    wrong = {
        "login": "anna",
        "password": "nie to",
        "next": path,
        "nie-wyslano": "1",
        "csrf_token": token_on(asked.text),
    }
    assert "Formularza nie wysłaliśmy" in words(client.post("/logowanie", data=wrong))
    for other in (client.get(path), client.post("/wylogowanie", data=typed)):
        assert "Formularza nie" not in words(client.get(other.location))


def test_asking_in_vain_leaves_nothing_in_the_cookie(browser: Browser) -> None:
    stranger = browser("")
    for _ in range(3):
        assert stranger.get("/klienci").status_code == 302
    assert stranger.get_cookie("ebok") is None


def test_after_logging_in_one_is_where_one_wanted_to_be(browser: Browser, home: Home) -> None:
    wanted = home(browser("anna")) + "faktury?status=paid"
    stranger = browser("")
    asked = stranger.get(wanted)
    form = stranger.get(asked.location)
    answer = stranger.post(
        "/logowanie",
        data={
            "login": "anna",
            "password": PASSWORD,
            "csrf_token": token_on(form.text),
            "next": form.text.split('name="next" value="')[1].split('"')[0],
        },
    )
    assert answer.location == wanted


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "/wylogowanie"])
def test_next_leads_nowhere_else(browser: Browser, elsewhere: str) -> None:
    client = browser("")
    token = token_on(client.get("/logowanie").text)
    data = {"login": "anna", "password": PASSWORD, "csrf_token": token, "next": elsewhere}
    assert client.post("/logowanie", data=data).location == "/"


@pytest.mark.parametrize(
    ("login", "password"), [("anna", "zle-haslo-2026"), ("nie-ma", PASSWORD), ("", ""), ("anna", "x" * 5000)]
)
def test_a_wrong_login_and_a_wrong_password_look_the_same(browser: Browser, login: str, password: str) -> None:
    client = browser("")
    token = token_on(client.get("/logowanie").text)
    answer = client.post("/logowanie", data={"login": login, "password": password, "csrf_token": token})
    assert answer.status_code == 401
    assert "Login i hasło nie pasują do siebie. Sprawdź jedno i drugie" in words(answer)
    assert 'href="#login"' in answer.text
    assert f'autocapitalize="none" spellcheck="false" value="{login}"' in answer.text
    assert not password or f'value="{password}"' not in answer.text


def test_a_form_without_its_token_is_refused_with_a_page(browser: Browser) -> None:
    answer = browser("").post("/logowanie", data={"login": "anna", "password": PASSWORD})
    assert answer.status_code == 400
    assert "Ta strona straciła ważność" in words(answer)


def test_logging_out_ends_the_session_on_the_server(app: Flask, browser: Browser, home: Home) -> None:
    client = browser("anna")
    address = home(client)
    copied = client.get_cookie("ebok")
    assert copied is not None
    assert client.get("/wylogowanie").status_code == 405
    token = token_on(client.get(address).text)
    assert client.post("/wylogowanie", data={"csrf_token": token}).location == "/logowanie"
    thief = app.test_client()
    thief.set_cookie("ebok", copied.value)
    assert thief.get(address).status_code == 302


def test_who_is_logged_in_needs_no_form(app: Flask) -> None:
    client = log_in(app.test_client(), "anna")
    assert client.get("/logowanie").location == "/"
