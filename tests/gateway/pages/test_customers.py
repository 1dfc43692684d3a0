"""One account with several customers: choosing, searching, switching, and never reaching anybody else."""

from collections.abc import Callable

from flask.testing import FlaskClient

from adapters.errors import Unavailable
from tests.gateway.pages.books import Books
from tests.gateway.pages.conftest import Browser, token_on
from tests.gateway.pages.reading import link, words

Home = Callable[[FlaskClient], str]


def test_one_customer_is_shown_at_once_and_has_nothing_to_switch(browser: Browser) -> None:
    answer = browser("anna").get("/", follow_redirects=True)
    assert answer.request.path.startswith("/o/")
    assert "Zmień odbiorcę" not in words(answer)


def test_several_are_chosen_from_by_name_and_address(browser: Browser) -> None:
    client = browser("zarzadca")
    answer = client.get("/", follow_redirects=True)
    assert answer.request.path == "/klienci"
    page = words(answer)
    assert "Jan Nowy ul. Świeża 1, 00-003 Przykładowo numer odbiorcy 100003" in page
    chosen = client.get(link(answer, "Jan Nowy"))
    assert "Jan Nowy" in words(chosen)
    assert link(chosen, "Zmień odbiorcę") == "/klienci"


def test_the_list_is_searched_by_typing_without_minding_capitals(browser: Browser) -> None:
    client = browser("zarzadca")
    for typed in ("NOWY", "świeża", "100003", " Jan "):
        page = words(client.get("/klienci", query_string={"szukaj": typed}))
        assert "Jan Nowy" in page
        assert "Źródło-Kowalczyk" not in page
    assert "Nikogo takiego nie ma" in words(client.get("/klienci?szukaj=nikt"))


def test_the_list_is_paged_and_the_search_goes_with_it(browser: Browser) -> None:
    client = browser("zarzadca")
    first = client.get("/klienci")
    second = client.get(link(first, "Następna"))
    assert words(second).count("numer odbiorcy 100") == 1
    assert words(client.get("/klienci?szukaj=100&strona=2")).count("numer odbiorcy 100") == 1


def test_without_names_the_numbers_still_lead_on(browser: Browser, books: Books) -> None:
    books.broken = {"customer": Unavailable("away")}
    client = browser("zarzadca")
    answer = client.get("/klienci")
    assert answer.status_code == 200
    assert client.get(link(answer, "100002")).status_code == 200


def test_names_that_cannot_be_searched_now_are_said_to_be_so(browser: Browser, books: Books) -> None:
    books.broken = {"customer": Unavailable("away")}
    client = browser("zarzadca")
    by_name = words(client.get("/klienci?szukaj=Nowy"))
    assert "Nazw i adresów nie da się teraz sprawdzić." in by_name
    assert "wyszukiwanie działa tylko po numerze odbiorcy" in by_name
    assert "Nikogo takiego nie ma" not in by_name
    assert "Takiego numeru odbiorcy nie ma na Twojej liście, a nazw i adresów nie mogliśmy przeszukać." in by_name
    by_number = words(client.get("/klienci?szukaj=100003"))
    assert "numer odbiorcy 100003" in by_number
    assert "numer odbiorcy 100002" not in by_number
    assert "numer odbiorcy wystarczy" in words(client.get("/klienci"))


def test_one_name_that_is_missing_does_not_stop_the_others(browser: Browser, books: Books) -> None:
    books.nameless = {"100002"}
    client = browser("zarzadca")
    found = words(client.get("/klienci?szukaj=Nowy"))
    assert "Jan Nowy" in found
    assert "Nie wszystkie nazwy i adresy da się teraz sprawdzić." in found
    nobody = words(client.get("/klienci?szukaj=nikt"))
    assert "a części nazw i adresów nie mogliśmy przeszukać" in nobody
    books.nameless = set()
    assert "nie da się teraz sprawdzić" not in words(client.get("/klienci?szukaj=Nowy"))


def test_an_account_without_customers_is_told_what_to_do(browser: Browser) -> None:
    assert "nie przypisaliśmy jeszcze żadnego odbiorcy" in words(browser("nikt").get("/", follow_redirects=True))


def test_a_strangers_customer_an_invented_one_and_no_customer_are_the_same(browser: Browser, home: Home) -> None:
    anna, company = browser("anna"), browser("firma")
    own, strangers = home(anna), home(company)
    invoice = link(company.get(strangers + "faktury"), "FV/2026/00041").removeprefix(strangers)
    answers = set()
    for start in (strangers, "/o/nie-ma/", "/o/100002/", own[:-2] + "x/"):
        for page in ("", "umowy", "faktury", "rozliczenia", invoice, f"{invoice}/dokument"):
            answer = anna.get(start + page)
            assert answer.status_code == 404
            token = token_on(answer.text)  # of the form for logging out; it holds the time
            told = answer.text.replace(token, "…")
            answers.add(told.replace(start + page, "…").replace(_quoted(start + page), "…"))
    for page in (invoice, f"{invoice}/dokument", "faktury/nie-ma", "faktury/FV%2F2026%2F00041"):
        assert anna.get(own + page).status_code == 404
    assert len(answers) == 1


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path)
