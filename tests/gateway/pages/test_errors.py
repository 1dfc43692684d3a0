"""Pages of what went wrong: they say it truly, and whoever is signed in keeps the menu and the way out."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from adapters.errors import AdapterError, BadData, NotFound, Rejected, Unavailable
from tests.gateway.pages.books import Books
from tests.gateway.pages.conftest import Browser, token_on
from tests.gateway.pages.reading import link, words

Home = Callable[[FlaskClient], str]
EVERYTHING = ("customer", "ledger", "invoices", "contracts")
AWAY = {"customer": Unavailable("away", retry_after=40), "ledger": Unavailable("away", retry_after=7)}
LOCKED = Rejected(
    "detail of the log",
    code="ODB-423",
    message="Konto u nas jest zablokowane.",
    translations={"en": "The account with us is locked.", "pl": "To konto jest zablokowane."},
)


@pytest.mark.parametrize(
    ("causes", "status", "wait"),
    [
        ([Unavailable("a", retry_after=7), Unavailable("a", retry_after=39.2)], 503, "40"),
        ([BadData("x"), Unavailable("a", retry_after=9)], 503, "9"),
        ([BadData("x"), Rejected("x")], 502, None),
        ([Rejected("x"), Rejected("x")], 422, None),
        ([NotFound("x"), BadData("x")], 502, None),
        ([NotFound("x"), NotFound("x")], 404, None),
    ],
)
@pytest.mark.parametrize("page", ["", "rozliczenia"])
def test_a_page_without_any_part_has_the_status_of_its_causes(
    browser: Browser, home: Home, books: Books, page: str, causes: list[AdapterError], status: int, wait: str | None
) -> None:
    client = browser("anna")
    address = home(client) + page
    first, second = causes
    # The balance and the statement are one question to these books, so each cause is met on the start page alone.
    books.broken = dict.fromkeys(EVERYTHING, first) | ({"contracts": second} if not page else {"ledger": second})
    if page:
        status, wait = {Unavailable: 503, BadData: 502, Rejected: 422, NotFound: 404}[type(second)], wait
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == (wait if status == 503 else None)
    page_words = words(answer)
    assert "Żadnych danych z systemu rozliczeniowego nie możemy tu teraz pokazać." in page_words
    assert "Pozostałe" not in page_words
    assert "Rozliczenia" in page_words


def test_one_part_that_came_is_a_page_like_any_other(browser: Browser, home: Home, books: Books) -> None:
    client = browser("anna")
    address = home(client)
    books.broken = AWAY
    answer = client.get(address)
    assert (answer.status_code, "Retry-After" in answer.headers) == (200, False)
    assert "Żadnych danych" not in words(answer)


@pytest.mark.parametrize(
    ("language", "told"),
    [("pl", "To konto jest zablokowane."), ("en", "The account with us is locked."), ("uk", "Konto u nas jest zab")],
)
def test_a_refusal_is_told_in_the_adapters_words_with_its_code(
    browser: Browser, home: Home, books: Books, language: str, told: str
) -> None:
    client = browser("anna", language=language)
    address = home(client)
    books.broken = {"contracts": LOCKED}
    for page, status in (("", 200), ("umowy", 422)):
        answer = client.get(address + page)
        assert answer.status_code == status
        assert told in words(answer)
        assert "ODB-423" in words(answer)
        assert "detail of the log" not in answer.text


def test_a_refusal_without_words_is_told_in_ours(browser: Browser, home: Home, books: Books) -> None:
    client = browser("anna")
    address = home(client)
    books.broken = {"contracts": Rejected("detail of the log")}
    for page in ("", "umowy"):
        text = words(client.get(address + page))
        assert "System rozliczeniowy odmówił wykonania tej operacji." in text
        assert "refused" not in text
        assert "Kod odmowy" not in text


@pytest.mark.parametrize(
    ("language", "told"),
    [("pl", "To konto jest zablokowane."), ("en", "The account with us is locked."), ("uk", "Konto u nas jest")],
)
def test_programs_are_told_the_same(app: Flask, books: Books, language: str, told: str) -> None:
    client = app.test_client()
    given = {"login": "anna", "password": "demo-ebok-2026"}
    headers = {"Authorization": f"Bearer {client.post('/api/v1/tokens', json=given).json['token']}"}
    customer = client.get("/api/v1/customers", headers=headers).json[0]["id"]
    books.broken = {"contracts": LOCKED, "invoices": Rejected("detail of the log")}
    headers["Accept-Language"] = language
    answer = client.get(f"/api/v1/customers/{customer}/contracts", headers=headers)
    assert (answer.status_code, answer.json["type"]) == (422, "/api/v1/problems/rejected")
    assert told in answer.json["detail"] == answer.json["refusal"]
    assert answer.json["code"] == "ODB-423"
    wordless = client.get(f"/api/v1/customers/{customer}/invoices", headers=headers).json
    assert wordless["detail"] == wordless["refusal"]
    assert wordless["detail"] != Rejected.message
    assert "code" not in wordless


def test_no_problem_claims_that_the_rest_works(browser: Browser, app: Flask, books: Books) -> None:
    client = app.test_client()
    given = {"login": "anna", "password": "demo-ebok-2026"}
    headers = {"Authorization": f"Bearer {client.post('/api/v1/tokens', json=given).json['token']}"}
    customer = client.get("/api/v1/customers", headers=headers).json[0]["id"]
    headers["Accept-Language"] = "en"
    for error, status in ((Unavailable("away"), 503), (BadData("odd"), 502)):
        books.broken = dict.fromkeys(EVERYTHING, error)
        answer = client.get(f"/api/v1/customers/{customer}/contracts", headers=headers)
        assert answer.status_code == status
        assert "Your eBOK account works, and other data may be available." in answer.json["detail"]


def wrong_turns(client: FlaskClient, start: str, books: Books) -> dict[int, str]:
    """Pages of errors by status, each got as a reader gets it."""
    token = token_on(client.get(start).text)
    pages = {
        404: client.get("/nie-ma"),
        405: client.get("/wylogowanie"),
        400: client.post("/wylogowanie"),
        413: client.post("/konto/haslo", data={"csrf_token": token, "new_password": "x" * 70_000}),
    }
    for status, error in ((503, Unavailable("away")), (502, BadData("odd")), (422, Rejected("no"))):
        books.broken = {"contracts": error}
        pages[status] = client.get(start + "umowy")
    books.broken = {}
    for status, answer in pages.items():
        assert answer.status_code == status
    return {status: answer.text for status, answer in pages.items()}


@pytest.mark.parametrize("login", ["anna", "zarzadca", "nikt"])
def test_whoever_is_signed_in_keeps_the_menu_and_the_way_out(
    browser: Browser, home: Home, books: Books, login: str
) -> None:
    client = browser(login)
    start = home(client) if login == "anna" else link(client.get("/klienci"), "numer") if login == "zarzadca" else "/"
    books.calls.clear()
    unknown = client.get("/nie-ma")
    assert books.calls == []  # the billing system is not asked for an error's page
    assert "Moje konto" in words(unknown)
    assert ("Wybierz odbiorcę" in words(unknown)) == (login == "zarzadca")
    assert ("Rozliczenia" in words(unknown)) == (login == "anna")
    if login != "nikt":
        for status, page in wrong_turns(client, start, books).items():
            assert 'action="/wylogowanie"' in page, status
            assert 'href="/konto"' in page, status
    token = token_on(client.get("/nie-ma").text)
    assert client.post("/wylogowanie", data={"csrf_token": token}).status_code == 303
    assert client.get("/konto").status_code == 302


def test_a_mistake_of_ours_keeps_them_too(app: Flask, browser: Browser, home: Home) -> None:
    client = browser("anna")
    address = home(client)
    engine = app.extensions["ebok"].database.engine
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE consent RENAME TO away")
    try:
        without_memory = client.get(address)
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO consent")
    assert without_memory.status_code == 503
    assert "Moje konto" not in words(without_memory)  # nobody could say who this is


def test_a_stranger_has_neither(browser: Browser) -> None:
    client = browser("")
    for path in ("/nie-ma", "/wylogowanie", "/staff/nie-ma"):
        page = client.get(path)
        assert page.status_code in (404, 405)
        assert "Moje konto" not in words(page)
        assert "Wyloguj" not in words(page)
