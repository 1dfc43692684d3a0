"""A day without the billing system: a reading is handed in by the serial number and finds its meter afterwards."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.staff import people
from tests.gateway.pages.forms import arrived, hidden, home, number_on, send
from tests.gateway.pages.reading import link, main_words, parsed, words
from tests.stack import NOON, PASSWORD, Stack, stack

AWAY = "refuse_connection"
SERIAL = "WS22-0300-001"
DAY = "2026-03-10"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    more = {"CACHE__SECONDS": "0", "GUARD__BREAKER_OPEN_SECONDS": "0", "SECURITY__STAFF_SECOND_FACTOR": "false"}
    with stack(tmp_path_factory.mktemp("away"), **more) as made:
        people.add_staff(made.portal.database, login="bok", role=people.CLERK, password=PASSWORD, now=NOON)
        yield made


@pytest.fixture
def office(running: Stack) -> Iterator[Stack]:
    running.set_now(NOON.isoformat())
    running.control("DELETE", "submissions")
    yield running
    running.control("DELETE", "faults")


@pytest.fixture
def anna(office: Stack) -> FlaskClient:
    return office.browser("anna")


def back(office: Stack, now: str = "2026-03-11T12:00:00+01:00") -> None:
    office.control("DELETE", "faults")
    office.set_now(now)


def last_of(client: FlaskClient, at: str, serial_no: str = SERIAL) -> int:
    """The value that the page of meters shows as this meter's last reading."""
    text = main_words(client.get(at + "wodomierze"))
    found = re.search(rf"{serial_no} .*?Ostatni odczyt: ([\d ]+)", text)
    assert found is not None, text
    return int(found[1].replace(" ", ""))


def on_form(client: FlaskClient, at: str, **typed: Any) -> Any:
    """Fill in the form in the place of the meters."""
    page = client.get(at + "wodomierze")
    return send(client, at + "odczyt", page=page, **{"serial_no": SERIAL, "read_on": DAY, **typed})


def clerk(office: Stack) -> FlaskClient:
    client = office.client()
    token = hidden(client.get("/staff/logowanie"))["csrf_token"]
    client.post("/staff/logowanie", data={"login": "bok", "password": PASSWORD, "csrf_token": token})
    return client


def test_a_reading_without_the_list_is_accepted_and_reaches_its_meter_once(office: Stack, anna: FlaskClient) -> None:
    at = home(anna)
    before = last_of(anna, at)
    form = next(href for _, href in parsed(anna.get(at + "wodomierze")).links if href.endswith("/odczyt"))
    office.fault("*", AWAY)
    page = anna.get(at + "wodomierze")
    assert page.status_code == 200
    assert "Wodomierzy nie udało się teraz pobrać." in words(page)
    assert "nie sprawdzimy, czy wskazanie do niego pasuje" in words(page)
    assert "Liczy się chwila przyjęcia." in words(page)
    assert hidden(anna.get(form)).keys() == hidden(page).keys(), "where the meter's own form would be"
    assert link(anna.get("/wodomierze/odczyt"), "Podaj odczyt bez listy wodomierzy") == at + "wodomierze"
    typed = {"serial_no": " ws22 0300–001", "value": f"{before + 5:05d}", "read_on": DAY, "files": ["licznik.pdf"]}
    receipt = send(anna, at + "odczyt", page=page, **typed)
    assert receipt.status_code == 200, words(receipt)
    assert "10.03.2026, 12:00" in words(receipt)
    assert number_on(send(anna, at + "odczyt", page=page, **typed)) == number_on(receipt)
    assert arrived(office) == []
    way = anna.get(f"{at}sprawy/{number_on(receipt)}")
    assert "w drodze" in words(way)

    back(office)
    (sent,) = arrived(office)
    assert (sent["kind"], sent["customer_no"], sent["count"], len(sent["files"])) == ("reading", "100001", 1, 1)
    anna = office.browser("anna")
    assert last_of(anna, at) == before + 5
    assert "10 marca 2026, podany przez Ciebie" in main_words(anna.get(at + "wodomierze"))
    later = {**typed, "key": hidden(page)["key"]}
    assert number_on(send(anna, at + "odczyt", page=anna.get(form), **later)) == number_on(receipt)
    assert len(arrived(office)) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"serial_no": " – ", "value": "5"}, "Przepisz numer fabryczny z wodomierza."),
        ({"value": ""}, "Wpisz wskazanie wodomierza."),
        ({"value": "dwa"}, "Wpisz same cyfry"),
        ({"value": "1234567890"}, "Tylu cyfr nie ma żaden wodomierz."),
        ({"value": "5", "read_on": "2026-03-11"}, "Ten dzień jeszcze nie nadszedł."),
    ],
)
def test_what_cannot_be_on_any_meter_is_said_at_once(
    office: Stack, anna: FlaskClient, typed: dict[str, str], sentence: str
) -> None:
    office.fault("*", AWAY)
    answer = on_form(anna, home(anna), **typed)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "nie sprawdzimy, czy wskazanie do niego pasuje" in words(answer)
    back(office)
    assert arrived(office) == []


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"serial_no": "NIE-MA-1", "value": "5"}, "żaden wodomierz tego odbiorcy nie ma takiego numeru fabrycznego"),
        ({"value": "123456"}, "wskazanie ma więcej cyfr niż liczydło tego wodomierza"),
        ({"value": "90000"}, "odczyt nie pasuje do tego wodomierza, a klienta nie dało się o to zapytać"),
    ],
)
def test_what_would_have_to_be_guessed_is_a_clerks(
    office: Stack, anna: FlaskClient, typed: dict[str, str], why: str
) -> None:
    office.fault("*", AWAY)
    number = number_on(on_form(anna, home(anna), **typed))
    back(office)
    assert arrived(office) == []
    staff = clerk(office)
    assert f"{number} odczyt wodomierza" in words(staff.get("/staff/przesylki"))
    one = f"/staff/przesylki/{number}"
    assert why in words(staff.get(one))
    content = words(staff.get(f"{one}/tresc"))
    assert typed.get("serial_no", SERIAL) in content
    settled = {**hidden(staff.get(one)), "reason": "in-erp", "case_no": ""}
    assert staff.post(f"{one}/rozlicz", data=settled).status_code == 303
    assert arrived(office) == []


def test_once_the_billing_system_is_back_the_form_asks_what_it_would_have_asked(
    office: Stack, anna: FlaskClient
) -> None:
    at = home(anna)
    value = str(last_of(anna, at) + 900)
    office.fault("*", AWAY)
    page = anna.get(at + "wodomierze")
    office.control("DELETE", "faults")
    path, typed = at + "odczyt", {"value": value, "read_on": DAY}
    unknown = send(anna, path, page=page, serial_no="NIE-MA-1", **typed)
    assert unknown.status_code == 422
    assert "nie ma tu wodomierza o takim numerze" in words(unknown)
    asked = send(anna, path, page=unknown, serial_no=SERIAL, **typed)
    assert asked.status_code == 422
    assert "To więcej, niż się spodziewaliśmy" in words(asked)
    assert "nie sprawdzimy" not in words(asked)
    taken = send(anna, path, page=asked, serial_no=SERIAL, insisted_on=value, **typed)
    assert taken.status_code == 200, words(taken)
    assert [each["count"] for each in arrived(office)] == [1]
    assert last_of(anna, at) == int(value)
    assert anna.get(path).location == at + "wodomierze"


@pytest.mark.parametrize("language", ["en", "uk"])
def test_no_polish_is_left_in_the_other_languages(office: Stack, anna: FlaskClient, language: str) -> None:
    anna.get(f"/jezyk/{language}")
    at = home(anna)
    office.fault("*", AWAY)
    for page in (anna.get(at + "wodomierze"), on_form(anna, at, serial_no="", value="x", read_on="x")):
        text = re.sub(r'<(\w+)[^>]* lang="pl"[^>]*>.*?</\1>', "", page.text[page.text.index("<main") :])
        assert not re.search(r"[ąęłńśźż]", text.split("<footer")[0])
