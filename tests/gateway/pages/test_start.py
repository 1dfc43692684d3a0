"""The start page: the dated balance in words, what is not in it yet, and the parts that came."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from adapters.errors import BadData, Unavailable
from tests.gateway.pages.books import Books, LiveBooks
from tests.gateway.pages.conftest import Browser, end, log_in, portal_over
from tests.gateway.pages.reading import link, words

Home = Callable[[FlaskClient], str]


def test_the_balance_says_what_is_owed_and_as_of_which_day(browser: Browser) -> None:
    page = words(browser("anna").get("/", follow_redirects=True))
    assert "Do zapłaty 87,31 zł Stan na 28 marca 2026 następna aktualizacja 30 marca 2026" in page


def test_what_is_booked_today_stands_beside_the_balance_with_the_day_it_will_count(browser: Browser) -> None:
    page = words(browser("anna").get("/", follow_redirects=True))
    assert "Jeszcze nie w saldzie Wpłata −50,00 zł z dnia 29 marca 2026, wejdzie do salda 30 marca 2026" in page
    assert "Faktura FV/2026/00090 +1 234,50 zł z dnia 29 marca 2026" in page
    assert "Razem z nimi do zapłaty: 1 271,81 zł" in page


def test_an_overpayment_is_called_one_and_shown_without_a_minus(browser: Browser) -> None:
    page = words(browser("firma").get("/", follow_redirects=True))
    assert "Nadpłata 250,00 zł Stan na" in page
    assert "Wszystko, co już zaksięgowaliśmy, jest w saldzie" in page


def test_nothing_to_pay_is_said_in_words(browser: Browser) -> None:
    assert "Nic do zapłaty 0,00 zł" in words(browser("rowny").get("/", follow_redirects=True))


def test_many_operations_not_yet_in_the_balance_are_folded_and_none_is_left_out(browser: Browser) -> None:
    page = words(browser("rowny").get("/", follow_redirects=True))
    assert page.count("Wpłata −1,00 zł z dnia 29 marca 2026") == 7
    assert "Pokaż jeszcze 2 operacje" in page
    assert "Razem z nimi nadpłata: 7,00 zł" in page


def test_a_balance_of_the_moment_is_never_dressed_up_as_yesterdays(tmp_path: Path) -> None:
    app = portal_over(LiveBooks(), tmp_path)
    client = log_in(app.test_client(), "anna")
    page = words(client.get("/", follow_redirects=True))
    statement = client.get(link(client.get("/", follow_redirects=True), "Rozliczenia"))
    end(app)
    assert "Stan w chwili zapytania, 29 marca 2026" in page
    assert "następna aktualizacja" not in page
    assert "Jeszcze nie w saldzie" not in page
    assert statement.status_code == 200
    assert "Operacje" not in words(statement)


def test_the_account_number_stands_in_groups_that_a_person_can_copy(browser: Browser) -> None:
    answer = browser("anna").get("/", follow_redirects=True)
    assert "02 1090 1014 0000 0000 0010 0001" in words(answer)
    assert 'data-copy="02109010140000000000100001"' in answer.text


def test_unpaid_invoices_come_first_the_most_urgent_on_top(browser: Browser) -> None:
    page = words(browser("anna").get("/", follow_redirects=True))
    assert "Faktury do zapłaty Faktura FV/2026/00041 termin płatności 13 marca 2026 87,31 zł po terminie" in page
    assert page.index("FV/2026/00041") < page.rindex("FV/2026/00090")
    assert "od 16 dni" in page
    assert "Wszystkie faktury (65)" in page


def test_when_all_is_paid_the_latest_invoices_are_shown(browser: Browser) -> None:
    assert "Ostatnie faktury Faktura FV/2025/00012 wystawiona 28 grudnia 2025" in words(
        browser("rowny").get("/", follow_redirects=True)
    )


def test_a_new_customer_is_told_what_will_come(browser: Browser) -> None:
    page = words(browser("nowy").get("/", follow_redirects=True))
    assert "Nic do zapłaty" in page
    assert "Nie ma jeszcze żadnej faktury. Pierwsza pojawi się tutaj w dniu, w którym ją wystawimy." in page
    assert "Nie widzimy jeszcze żadnej umowy." in page


@pytest.mark.parametrize(
    ("operation", "gone", "said"),
    [
        ("ledger", "Stan na 28 marca", "Salda nie udało się teraz sprawdzić."),
        ("invoices", "FV/2026/00041", "Faktur nie udało się teraz pobrać."),
        ("contracts", "U/2019/00071", "Umów nie udało się teraz pobrać."),
        ("customer", "Źródło-Kowalczyk", "Odbiorca 100001"),
    ],
)
@pytest.mark.parametrize("error", [Unavailable("away"), BadData("odd")])
def test_a_part_that_fails_says_so_in_its_place_and_the_others_are_there(
    browser: Browser, home: Home, books: Books, operation: str, gone: str, said: str, error: Unavailable | BadData
) -> None:
    client = browser("anna")
    whole = {"Stan na 28 marca", "FV/2026/00041", "U/2019/00071", "Źródło-Kowalczyk"}
    books.broken = {operation: error}
    answer = client.get(home(client))
    assert answer.status_code == 200
    page = words(answer)
    assert gone not in page
    assert said in page
    for part in whole - {gone}:
        assert part in page


def test_when_no_part_comes_the_page_still_stands_and_its_status_says_so(
    browser: Browser, home: Home, books: Books
) -> None:
    client = browser("anna")
    address = home(client)
    books.broken = dict.fromkeys(("customer", "ledger", "invoices", "contracts"), Unavailable("away"))
    answer = client.get(address)
    assert answer.status_code == 503
    assert "Rozliczenia" in words(answer)
    assert "zł" not in words(answer)
