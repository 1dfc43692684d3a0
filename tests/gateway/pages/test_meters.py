"""The customer's meters, what was read on them, and handing in what was read: over both faces of the sandbox."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.gateway.pages.forms import arrived, hidden, home, number_on, send
from tests.gateway.pages.reading import link, main_words, parsed, words
from tests.stack import Stack


@pytest.fixture
def anna(office: Stack) -> FlaskClient:
    return office.browser("anna")


def of_manager(client: FlaskClient, customer_no: str) -> str:
    """Where the pages of one of the manager's customers begin."""
    found = re.search(rf'href="(/o/[^"]+/)"[^>]*>(?:(?!</a>).)*{customer_no}', client.get("/klienci").text, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def form_of(client: FlaskClient, at: str, serial: str = "WS22") -> str:
    """Where the form of a meter is."""
    return next(
        href
        for text, href in parsed(client.get(at + "wodomierze")).links
        if href.endswith("/odczyt") and serial in text
    )


def previous_on(page: TestResponse) -> int:
    found = re.search(r"Poprzedni odczyt (\d[\d ]*?)(?:,\d+)? m³", words(page))
    assert found is not None, words(page)
    return int(found[1].replace(" ", ""))


def test_meters_stand_by_place_with_what_a_reader_needs(anna: FlaskClient) -> None:
    text = main_words(anna.get(home(anna) + "wodomierze"))
    assert "Wodomierz główny numer fabryczny WS22-0300-001 · nr wodomierza W1000010101" in text
    assert "Wodomierz ogrodowy" in text
    assert "Legalizacja ważna do 31 grudnia 2029." in text
    assert "Ostatni odczyt: 234 m³" in text


def test_the_stories_of_a_manager_are_told_plainly(office: Stack) -> None:
    manager = office.browser("zarzadca")
    ended = main_words(manager.get(of_manager(manager, "100106") + "wodomierze"))
    assert "Legalizacja skończyła się" in ended
    radio = manager.get(of_manager(manager, "100103") + "wodomierze")
    assert "Ten wodomierz odczytujemy sami, drogą radiową." in main_words(radio)


def test_a_history_is_a_table_and_a_drawing_that_says_what_it_shows(anna: FlaskClient) -> None:
    page = anna.get(link(anna.get(home(anna) + "wodomierze"), "Historia odczytów: Wodomierz główny"))
    assert "spisany przez naszego pracownika" in words(page)
    svg = page.text[
        page.text.index('<svg class="ebok-chart"') : page.text.index("</svg>", page.text.index("ebok-chart"))
    ]
    assert 'role="img" aria-labelledby="chart-title chart-about"' in svg
    assert '<title id="chart-title">Zużycie wody od' in svg
    assert svg.count("<rect") > 5
    assert "style=" not in svg


def test_a_meter_that_was_never_read_has_a_page(office: Stack) -> None:
    client = office.browser("nowa")
    page = client.get(of_manager(client, "100201") + "wodomierze")
    path = re.findall(r'href="(/o/[^"]+/wodomierze/[^"/]+)"', page.text)[0]
    answer = client.get(path)
    assert (answer.status_code, "Tego wodomierza jeszcze nie odczytano." in words(answer)) == (200, True)


def test_a_history_that_cannot_be_asked_for_is_said_so(office: Stack, anna: FlaskClient) -> None:
    path = form_of(anna, home(anna)).rpartition("/")[0]
    office.fault("readings", "html_500")
    answer = anna.get(path)
    assert answer.status_code == 200
    assert "Odczytów nie udało się teraz pobrać." in words(answer)
    assert "jeszcze nie odczytano" not in words(answer)


def test_an_exchanged_meter_is_marked_in_the_history_and_begins_anew(anna: FlaskClient) -> None:
    text = main_words(anna.get(link(anna.get(home(anna) + "wodomierze"), "Historia odczytów: Wodomierz ogrodowy")))
    assert text.count("wymiana wodomierza: od teraz JS25-0300-002") == 1
    began = "10.03.2025 0 m³ 0 m³ spisany przez naszego pracownika wymiana wodomierza: od teraz JS25-0300-002"
    assert began in text
    assert text.index(began) < text.index("10.03.2025 427 m³")


def test_a_reading_is_accepted_delivered_once_and_then_the_last_one(office: Stack, anna: FlaskClient) -> None:
    path = form_of(anna, home(anna))
    page = anna.get(path)
    value = previous_on(page) + 5
    receipt = send(anna, path, page=page, value=f" {value:05d} ", read_on="2026-03-10", files=["zdjęcie.pdf"])
    assert receipt.status_code == 200
    assert number_on(receipt)
    (sent,) = arrived(office)
    assert (sent["kind"], sent["customer_no"], sent["count"], len(sent["files"])) == ("reading", "100001", 1, 1)
    after = main_words(anna.get(home(anna) + "wodomierze"))
    assert f"Ostatni odczyt: {value} m³ , 10 marca 2026, podany przez Ciebie" in after


def test_the_same_form_twice_is_one_reading_even_after_it_was_delivered(office: Stack, anna: FlaskClient) -> None:
    path = form_of(anna, home(anna))
    page = anna.get(path)
    value = str(previous_on(page) + 400)
    asked = send(anna, path, page=page, value=value, read_on="2026-03-10")
    assert asked.status_code == 422
    typed = {"value": value, "read_on": "2026-03-10", "insisted_on": value}
    first = send(anna, path, page=asked, **typed)
    assert len(arrived(office)) == 1
    second = send(anna, path, page=asked, **typed)
    assert (first.status_code, second.status_code) == (200, 200)
    assert number_on(first) == number_on(second)
    assert arrived(office)[0]["count"] == 1


@pytest.mark.parametrize(
    ("value", "day", "sentence"),
    [
        ("", "2026-03-10", "Wpisz wskazanie wodomierza."),
        ("dwa", "2026-03-10", "Wpisz same cyfry"),
        ("123456", "2026-03-10", "tylko 5 cyfr"),
        ("1", "2026-03-10", "To mniej niż przy poprzednim odczycie"),
        ("99999", "2026-03-11", "Ten dzień jeszcze nie nadszedł."),
        ("99999", "2019-01-01", "odczyt"),
        ("99999", "31.02.2026", "Podaj datę, która istnieje"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(
    office: Stack, anna: FlaskClient, value: str, day: str, sentence: str
) -> None:
    path = form_of(anna, home(anna))
    answer = send(anna, path, value=value, read_on=day)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert f'value="{value}"' in answer.text
    assert "insisted_on" not in hidden(answer)
    assert arrived(office) == []


def test_an_unlikely_value_is_asked_about_and_taken_when_insisted_on(office: Stack, anna: FlaskClient) -> None:
    path = form_of(anna, home(anna), "JS25")
    page = anna.get(path)
    value = str(previous_on(page) + 700)
    asked = send(anna, path, page=page, value=value, read_on="2026-03-10")
    assert asked.status_code == 422
    assert "To więcej, niż się spodziewaliśmy" in words(asked)
    other = send(anna, path, page=asked, value=str(int(value) + 1), read_on="2026-03-10", insisted_on=value)
    assert other.status_code == 422  # one stands by one value, not by any
    taken = send(anna, path, page=asked, value=value, read_on="2026-03-10", insisted_on=value)
    assert taken.status_code == 200
    assert arrived(office)[0]["count"] == 1


def test_a_dial_that_went_round_is_understood(office: Stack) -> None:
    manager = office.browser("zarzadca")
    base = of_manager(manager, "100102")
    path = next(href for href in forms(manager, base) if previous_on(manager.get(href)) > 99_000)
    asked = send(manager, path, value="3", read_on="2026-03-10")
    assert "liczydło doszło do końca i zaczęło od zera" in words(asked)
    taken = send(manager, path, page=asked, value="3", read_on="2026-03-10", insisted_on="3")
    assert taken.status_code == 200
    assert arrived(office)[0]["customer_no"] == "100102"


def forms(client: FlaskClient, base: str) -> list[str]:
    return [
        href for _, href in parsed(client.get(base + "wodomierze")).links if re.search(r"wodomierze/.+/odczyt$", href)
    ]


def test_a_correction_supersedes_ones_own_last_reading(office: Stack, anna: FlaskClient) -> None:
    path = form_of(anna, home(anna))
    former = previous_on(anna.get(path))
    wrong = str(former + 300)
    first = send(anna, path, value=wrong, read_on="2026-03-10", insisted_on=wrong)
    assert first.status_code == 200, words(first)
    arrived(office)
    history = path.removesuffix("/odczyt")
    correcting = link(anna.get(history), "Popraw ostatni odczyt")
    page = anna.get(correcting)
    assert f"podano pod numerem {number_on(first)}" in words(page)
    assert previous_on(page) == former
    corrected = send(anna, path, page=page, value=str(former + 3), read_on="2026-03-10")
    assert corrected.status_code == 200, words(corrected)
    arrived(office)
    table = main_words(anna.get(history))
    assert f"10.03.2026 {former + 3} m³ 3 m³" in table
    assert f" {wrong} m³" not in table


def test_only_ones_own_reading_of_this_meter_can_be_corrected(office: Stack, anna: FlaskClient) -> None:
    path = form_of(anna, home(anna))
    for handle in ("Z-260310-AAAA-AAAA", "wymyślony", "A" * 60):
        assert anna.get(path, query_string={"poprawia": handle}).status_code == 404


def test_what_was_typed_is_accepted_while_the_billing_system_is_away(office: Stack, anna: FlaskClient) -> None:
    path = form_of(anna, home(anna), "JS25")
    page = anna.get(path)
    value = str(previous_on(page) + 1)
    office.fault("meters", "html_500")
    unlikely = send(anna, path, page=page, value="9000", read_on="2026-03-10")
    assert "System rozliczeniowy chwilowo nie odpowiada, ale formularz działa." in words(unlikely)
    taken = send(anna, path, page=page, value=value, read_on="2026-03-10")
    assert taken.status_code == 200, words(taken)
    office.control("DELETE", "faults")


def test_a_form_that_is_not_ours_is_not_taken_while_the_billing_system_is_away(
    office: Stack, anna: FlaskClient
) -> None:
    path = form_of(anna, home(anna))
    page = anna.get(path)
    office.fault("meters", "html_500")
    answer = send(anna, path, page=page, seen="wymyślone", value="300", read_on="2026-03-10")
    assert answer.status_code == 503


def test_a_form_of_another_meter_is_not_taken_for_this_one(office: Stack, anna: FlaskClient) -> None:
    path, other = form_of(anna, home(anna)), form_of(anna, home(anna), "JS25")
    page = anna.get(other)
    answer = send(anna, path, page=page, value="300", read_on="2026-03-10")
    assert answer.status_code == 422
    assert "W tym miejscu jest teraz inny wodomierz" in words(answer)
    office.fault("meters", "html_500")
    assert send(anna, path, page=page, value="300", read_on="2026-03-10").status_code == 503


@pytest.mark.parametrize("language", ["en", "uk"])
def test_no_polish_is_left_in_the_other_languages(anna: FlaskClient, language: str) -> None:
    anna.get(f"/jezyk/{language}")
    path = form_of(anna, home(anna))
    pages = [anna.get(home(anna) + "wodomierze"), anna.get(path), anna.get("/wodomierze/odczyt")]
    pages.append(send(anna, path, value="x", read_on="x"))
    for page in pages:
        text = re.sub(r'<(\w+)[^>]* lang="pl"[^>]*>.*?</\1>', "", page.text[page.text.index("<main") :])
        assert not re.search(r"[ąęłńśźż]", text.split("<footer")[0]), page.request.path
