"""The list of invoices that can be narrowed down, and one invoice."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from adapters.errors import BadData, NotFound, Unavailable
from tests.gateway.pages.books import Books
from tests.gateway.pages.conftest import Browser
from tests.gateway.pages.reading import link, words

Home = Callable[[FlaskClient], str]


@pytest.fixture
def anna(browser: Browser) -> FlaskClient:
    return browser("anna")


@pytest.fixture
def listed(anna: FlaskClient, home: Home) -> str:
    return home(anna) + "faktury"


def test_the_list_shows_the_newest_first_with_its_figures_and_states(anna: FlaskClient, listed: str) -> None:
    page = words(anna.get(listed))
    assert "Znaleźliśmy 65 faktur. Strona 1 z 3." in page
    assert "FV/2026/00090 29.03.2026 12.04.2026 1 234,50 zł 1 234,50 zł do zapłaty Pobierz" in page
    assert "FV/2026/00041 27.02.2026 13.03.2026 87,31 zł 87,31 zł po terminie od 16 dni" in page
    assert "KOR/2026/00003 Korekta 10.02.2026 24.02.2026 −20,00 zł 0,00 zł rozliczona" in page
    assert "NO/2026/00001 Nota odsetkowa" in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", "65 faktur"),
        ("?status=open", "1 fakturę"),
        ("?status=overdue", "1 fakturę"),
        ("?status=unpaid", "2 faktury"),
        ("?status=paid", "63 faktury"),
        ("?od=2026-01-30", "5 faktur"),
        ("?od=30.01.2026&do=31.1.2026", "2 faktury"),
        ("?od=&do=", "65 faktur"),
        ("?do=2021-01-28", "1 fakturę"),
        ("?status=paid&od=2026-02-10&do=2026-02-10", "1 fakturę"),
    ],
)
def test_it_is_narrowed_by_state_and_days(anna: FlaskClient, listed: str, query: str, count: str) -> None:
    assert f"Znaleźliśmy {count}." in words(anna.get(listed + query))


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("?od=2026-02-31", "od", "Wystawione od: Podaj datę, która istnieje"),
        ("?do=jutro", "do", "Wystawione do: Podaj datę, która istnieje"),
        ("?od=0001-01-01", "od", "Podaj datę, która istnieje"),
        ("?do=9999-12-31", "do", "Podaj datę, która istnieje"),
        ("?od=%D9%A2%D9%A0%D9%A2%D9%A6-01-01", "od", "Podaj datę, która istnieje"),
        ("?od=2026-03-01&do=2026-02-01", "do", "Ta data jest wcześniejsza niż początek okresu"),
        ("?status=zaległe", "status", "Wybierz jedną z możliwości na liście"),
    ],
)
def test_a_mistake_is_named_linked_and_kept_as_typed(
    anna: FlaskClient, listed: str, books: Books, query: str, field: str, said: str
) -> None:
    books.start_anew()
    answer = anna.get(listed + query)
    assert answer.status_code == 400
    assert "Błąd: Faktury – eBOK" in answer.text
    assert "Coś trzeba poprawić" in words(answer)
    assert said in words(answer)
    assert link(answer, said.rpartition(": ")[2][:20]) == f"#{field}"
    assert f'aria-describedby="{field}-error"' in answer.text
    assert books.calls == []
    if field != "status":
        typed = answer.request.args[field]
        assert f'id="{field}" name="{field}" type="text" value="{typed}"' in answer.text


def test_what_was_typed_cannot_become_markup(anna: FlaskClient, listed: str) -> None:
    answer = anna.get(listed, query_string={"od": '"><script>alert(1)</script>', "status": "<b>"})
    assert "<script>alert" not in answer.text
    assert "<b>" not in answer.text


def test_pages_keep_the_choice_and_only_our_own_fields(anna: FlaskClient, listed: str) -> None:
    first = anna.get(listed + "?status=paid&_external=1&_scheme=javascript&_anchor=x&cid=y")
    following = link(first, "Następna")
    assert following == f"{listed}?status=paid&strona=2"
    second = words(anna.get(following))
    assert "Strona 2 z 3." in second


@pytest.mark.parametrize(("typed", "shown"), [("99", 3), ("0", 1), ("-1", 1), ("x", 1), ("١", 1), ("9" * 30, 1)])
def test_a_page_that_is_not_there_is_the_nearest_or_the_first(
    anna: FlaskClient, listed: str, typed: str, shown: int
) -> None:
    assert f"Strona {shown} z 3." in words(anna.get(listed, query_string={"strona": typed}))


def test_a_choice_that_nothing_fits_offers_the_way_back(anna: FlaskClient, listed: str) -> None:
    answer = anna.get(listed + "?od=2026-03-30")
    assert "Żadna faktura nie pasuje do tego wyboru." in words(answer)
    assert link(answer, "Pokaż wszystkie faktury") == listed


def test_a_new_customer_is_told_when_the_first_will_come(browser: Browser, home: Home) -> None:
    client = browser("nowy")
    assert "Nie ma jeszcze żadnej faktury." in words(client.get(home(client) + "faktury"))


def test_one_invoice_shows_all_its_particulars(anna: FlaskClient, listed: str) -> None:
    page = words(anna.get(link(anna.get(listed), "FV/2026/00041")))
    for particular in (
        "Faktura FV/2026/00041 po terminie od 16 dni",
        "Pozostało do zapłaty 87,31 zł termin płatności 13 marca 2026",
        "Data wystawienia 27 lutego 2026",
        "Netto 80,84 zł VAT 6,47 zł Brutto 87,31 zł Pozostało 87,31 zł",
        "Numer KSeF 5265877635-20260210-0100001AF629-AF",
        "Konto do wpłaty 02 1090 1014 0000 0000 0010 0001",
        "Kwota 87,31 zł Kopiuj kwotę Tytuł przelewu FV/2026/00041 Kopiuj",
    ):
        assert particular in page


def test_a_correction_leads_to_what_it_corrects(anna: FlaskClient, listed: str) -> None:
    correction = anna.get(link(anna.get(listed), "KOR/2026/00003"))
    assert "Koryguje FV/2026/00012" in words(correction)
    assert "Numer KSeF" not in words(correction)
    corrected = anna.get(link(correction, "FV/2026/00012"))
    assert "Faktura FV/2026/00012 rozliczona" in words(corrected)
    assert "Pobierz dokument" not in words(corrected)


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (Unavailable("away", retry_after=7), 503, "System rozliczeniowy chwilowo nie odpowiada"),
        (BadData("odd"), 502, "Tych danych nie możemy teraz pokazać"),
        (NotFound("gone"), 404, "Nie ma tu takiej strony"),
    ],
)
def test_when_the_erp_fails_the_page_says_so_and_the_other_pages_are_in_reach(
    anna: FlaskClient, listed: str, books: Books, error: Exception, status: int, title: str
) -> None:
    books.broken = {"invoices": error}  # type: ignore[dict-item]
    answer = anna.get(listed)
    assert answer.status_code == status
    assert title in words(answer)
    assert answer.headers.get("Retry-After") == ("7" if status == 503 else None)
    assert anna.get(link(answer, "Umowy")).status_code == 200
