"""Many readings on one sheet: a manager's twelve customers, each row taken for itself, none lost."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway import background
from tests.gateway.pages.forms import hidden
from tests.gateway.pages.reading import words
from tests.stack import Stack

SHEET = "/wodomierze/odczyt"
DAY = {"read_on": "2026-03-10"}


@pytest.fixture
def office(portal: Stack) -> Iterator[Stack]:
    portal.control("DELETE", "submissions")
    yield portal
    portal.control("DELETE", "faults")
    background.run_once(portal.portal)


@pytest.fixture
def manager(office: Stack) -> FlaskClient:
    return office.browser("zarzadca")


def arrived(office: Stack) -> list[dict[str, Any]]:
    background.run_once(office.portal)
    found: list[dict[str, Any]] = office.control("GET", "submissions")
    return found


def expected(page: TestResponse) -> dict[str, int]:
    """For each field whose range the sheet tells, a value that is expected there."""
    found = {}
    for name, hint in re.findall(r'id="(value-\d+)-hint">(.*?)</div>', page.text, re.DOTALL):
        least = re.search(r"spodziewamy się: od ([\d\s\u00a0]+)", unescape(hint))
        if least:
            found[name] = int("".join(least[1].split())) + 1
    return found


def post(client: FlaskClient, page: TestResponse, **typed: Any) -> TestResponse:
    return client.post(SHEET, data={**hidden(page), **DAY, **typed})


def numbers(page: TestResponse) -> list[str]:
    return sorted(set(re.findall(r"Z-[0-9]{6}-[0-9A-Z]{4}-[0-9A-Z]{4}", page.text)))


def test_twelve_customers_stand_on_one_sheet_and_each_row_has_its_receipt(office: Stack, manager: FlaskClient) -> None:
    page = manager.get(SHEET)
    assert all(str(number) in page.text for number in range(100101, 100113))
    assert "odczytujemy sami, drogą radiową" in words(page)
    values = expected(page)
    assert len(values) >= 12
    receipts = post(manager, page, **{name: str(value) for name, value in values.items()})
    assert receipts.status_code == 200, words(receipts)
    assert len(numbers(receipts)) == len(values)
    came = arrived(office)
    assert len(came) == len(values)
    assert {each["count"] for each in came} == {1}
    assert "Dzień odczytu: 10 marca 2026" in words(receipts)
    again = post(manager, page, **{name: str(value) for name, value in values.items()})
    assert numbers(again) == numbers(receipts)
    assert "nie wysyłamy tego drugi raz" not in words(again)
    back = post(manager, manager.get(SHEET), **{name: str(value) for name, value in values.items()})
    assert numbers(back) == numbers(receipts)
    assert words(back).count("To samo przyjęliśmy już o 12:00; nie wysyłamy tego drugi raz.") == len(values)
    assert len(arrived(office)) == len(values)


def test_one_wrong_row_holds_all_back_and_loses_nothing(office: Stack, manager: FlaskClient) -> None:
    page = manager.get(SHEET)
    (right, value), (wrong, other), *_ = expected(page).items()
    answer = post(manager, page, **{right: str(value), wrong: "dużo"})
    assert answer.status_code == 422
    assert "Wpisz same cyfry" in words(answer)
    assert f'value="{value}"' in answer.text
    assert 'value="dużo"' in answer.text
    assert "odczytujemy sami, drogą radiową" in words(answer)
    assert "Nie widzimy tu żadnego wodomierza." not in words(answer)
    assert arrived(office) == []
    mended = post(manager, answer, **{right: str(value), wrong: str(other)})
    assert len(numbers(mended)) == 2
    assert len(arrived(office)) == 2


def test_an_unlikely_row_is_asked_about_and_can_be_insisted_on(office: Stack, manager: FlaskClient) -> None:
    page = manager.get(SHEET)
    name, value = list(expected(page).items())[-1]
    much = str(value + 900)
    asked = post(manager, page, **{name: much})
    assert asked.status_code == 422
    assert "Tak, na wodomierzu jest" in words(asked)
    taken = post(manager, asked, **{name: much, name.replace("value", "insisted"): much})
    assert taken.status_code == 200, words(taken)
    assert len(arrived(office)) == 1


def test_another_value_from_the_same_sheet_is_not_taken_silently(office: Stack, manager: FlaskClient) -> None:
    page = manager.get(SHEET)
    name, value = list(expected(page).items())[3]
    assert post(manager, page, **{name: str(value)}).status_code == 200
    answer = post(manager, page, **{name: str(value + 1)})
    assert answer.status_code == 422
    assert "Z tego arkusza przyjęliśmy już inny odczyt tego wodomierza." in words(answer)
    assert len(arrived(office)) == 1


def test_an_empty_sheet_and_a_wrong_day_are_said(office: Stack, manager: FlaskClient) -> None:
    page = manager.get(SHEET)
    assert "Wpisz wskazanie choć jednego wodomierza." in words(post(manager, page))
    name, value = next(iter(expected(page).items()))
    late = manager.post(SHEET, data={**hidden(page), name: str(value), "read_on": "2026-03-11"})
    assert late.status_code == 422
    assert "Ten dzień jeszcze nie nadszedł." in words(late)
    assert arrived(office) == []


def test_a_sheet_is_taken_while_the_billing_system_is_away(office: Stack, manager: FlaskClient) -> None:
    page = manager.get(SHEET)
    name, value = list(expected(page).items())[5]
    office.fault("meters", "html_500")
    taken = post(manager, page, **{name: str(value)})
    assert taken.status_code == 200, words(taken)
    assert len(numbers(taken)) == 1
    office.control("DELETE", "faults")
    assert len(arrived(office)) == 1


def test_what_was_read_on_a_device_that_is_not_there_any_more_is_not_taken_for_the_new_ones(
    office: Stack, manager: FlaskClient
) -> None:
    page = manager.get(SHEET)
    name, value = list(expected(page).items())[2]
    row = hidden(page)[name.replace("value", "meter")]
    public_id, _, seen = row.partition(".")
    sealer, whose = office.portal.sealer, (public_id, "meter as seen")
    then = {**json.loads(sealer.open(seen, *whose) or ""), "serial_no": "OLD-1"}
    old = f"{public_id}.{sealer.seal(json.dumps(then), *whose)}"
    answer = post(manager, page, **{name.replace("value", "meter"): old, name: str(value)})
    assert answer.status_code == 422
    assert arrived(office) == []
    mended = post(manager, answer, **{name: str(value)})
    assert mended.status_code == 200, words(mended)
    assert len(arrived(office)) == 1


def test_rows_of_a_stranger_are_not_there(office: Stack, manager: FlaskClient) -> None:
    page = manager.get(SHEET)
    anna = office.browser("anna")
    own = anna.get(SHEET)
    foreign = {name: value for name, value in hidden(page).items() if name.startswith("meter-")}
    answer = anna.post(SHEET, data={**hidden(own), **foreign, **DAY, "value-0": "5"})
    assert answer.status_code == 404
    assert arrived(office) == []
