"""The account statement: balance, operations that count, their days and pages."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from adapters.errors import Unavailable
from tests.gateway.pages.books import Books
from tests.gateway.pages.conftest import Browser
from tests.gateway.pages.reading import link, words

Home = Callable[[FlaskClient], str]


@pytest.fixture
def anna(browser: Browser) -> FlaskClient:
    return browser("anna")


@pytest.fixture
def statement(anna: FlaskClient, home: Home) -> str:
    return home(anna) + "rozliczenia"


def test_it_opens_with_the_balance_and_shows_what_counts_since_last_year(anna: FlaskClient, statement: str) -> None:
    answer = anna.get(statement)
    page = words(answer)
    assert "Do zapłaty 87,31 zł Stan na 28 marca 2026" in page
    assert "26 operacji , strona 1 z 2" in page or "26 operacji, strona 1 z 2" in page
    assert "27.02.2026 Faktura FV/2026/00041 +87,31 zł 87,31 zł" in page
    assert "11.01.2026 Wpłata −98,76 zł 0,00 zł" in page
    assert 'value="2025-01-01"' in answer.text


def test_what_does_not_count_yet_is_not_among_what_counts(anna: FlaskClient, statement: str) -> None:
    operations = words(anna.get(statement)).partition("Operacje, które są w saldzie")[2]
    assert "FV/2026/00090" not in operations
    assert "29.03.2026" not in operations


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?od=", "121 operacji"),
        ("?od=2026-01-01", "2 operacje"),
        ("?od=2026-02-01", "1 operacja"),
        ("?od=01.01.2025&do=31.01.2025", "2 operacje"),
        ("?od=&do=2021-02-28", "3 operacje"),
    ],
)
def test_days_narrow_it_and_an_emptied_field_asks_for_all(
    anna: FlaskClient, statement: str, query: str, count: str
) -> None:
    assert count in words(anna.get(statement + query))


def test_the_beginning_is_one_link_away(anna: FlaskClient, statement: str) -> None:
    everything = link(anna.get(statement), "Od początku")
    second = link(anna.get(everything), "Następna")
    assert second == f"{statement}?od=&strona=2"
    assert "121 operacji" in words(anna.get(second))


def test_an_overpaid_moment_is_called_one(browser: Browser, home: Home) -> None:
    client = browser("firma")
    page = words(client.get(home(client) + "rozliczenia"))
    assert "20.03.2026 Wpłata −250,00 zł −250,00 zł nadpłata" in page


def test_a_period_without_operations_says_so(browser: Browser, home: Home) -> None:
    client = browser("nowy")
    assert "W tym okresie nie ma żadnej operacji." in words(client.get(home(client) + "rozliczenia"))


def test_a_mistake_asks_nothing_of_the_erp(anna: FlaskClient, statement: str, books: Books) -> None:
    books.start_anew()
    answer = anna.get(statement + "?od=2026-13-01")
    assert answer.status_code == 400
    assert "Zaksięgowane od: Podaj datę, która istnieje" in words(answer)
    assert books.calls == []


def test_when_the_ledger_fails_both_parts_say_so(anna: FlaskClient, statement: str, books: Books) -> None:
    books.broken = {"ledger": Unavailable("away")}
    answer = anna.get(statement)
    assert answer.status_code == 503
    assert "Salda nie udało się teraz sprawdzić." in words(answer)
    assert "Operacji nie udało się teraz pobrać." in words(answer)
