"""Going back and sending once more: the browser has the old text and the page a new key, and yet it is one thing."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from gateway.models import SubmissionRow
from tests.gateway.pages.forms import arrived, home, number_on, send
from tests.gateway.pages.reading import words
from tests.stack import Stack

AGAIN = "To samo przyjęliśmy już o 12:00; nie wysyłamy tego drugi raz."
LETTER = {"kind": "remark", "topic": "other", "text": "Hydrant przy szkole cieknie."}
OUTAGE = {"place": "ul. Nad Potokiem 9", "description": "Woda stoi w piwnicy."}


@pytest.fixture
def wielka(office: Stack) -> FlaskClient:
    return office.browser("wielka")


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("sprawy/nowa", LETTER),
        ("dane", {"phone": "600700801"}),
        ("e-faktura", {"given": "yes", "email": "biuro@wielka.example"}),
        ("/awaria", OUTAGE),
    ],
)
def test_the_same_form_within_the_hour_gives_its_receipt_again(
    office: Stack, wielka: FlaskClient, page: str, typed: dict[str, str]
) -> None:
    path = page if page.startswith("/") else home(wielka) + page
    first = send(wielka, path, **typed)
    assert AGAIN not in words(first)
    for _ in range(2):  # before it is delivered, and after
        back = send(wielka, path, **typed)
        assert (back.status_code, number_on(back)) == (200, number_on(first))
        assert AGAIN in words(back)
        assert len(arrived(office)) == 1


def test_another_text_another_hour_or_another_account_is_new(office: Stack, wielka: FlaskClient) -> None:
    path = home(wielka) + "sprawy/nowa"
    found = {number_on(send(wielka, path, **LETTER))}
    found.add(number_on(send(wielka, path, **{**LETTER, "text": "Hydrant przy szkole dalej cieknie."})))
    anna = office.browser("anna")
    found.add(number_on(send(anna, home(anna) + "sprawy/nowa", **LETTER)))
    office.set_now("2026-03-10T12:00:00+00:00")
    found.add(number_on(send(office.browser("wielka"), path, **LETTER)))  # the session has ended, too
    assert len(found) == 4
    assert len(arrived(office)) == 4


@pytest.mark.parametrize("state", ["rejected", "settled"])
def test_what_was_refused_or_settled_may_be_sent_again(office: Stack, wielka: FlaskClient, state: str) -> None:
    path = home(wielka) + "sprawy/nowa"
    first = number_on(send(wielka, path, **LETTER))
    with office.portal.database.transaction() as connection:
        connection.execute(update(SubmissionRow).values(state=state))
    assert number_on(send(wielka, path, **LETTER)) != first


def test_consent_that_was_withdrawn_meanwhile_is_given_anew(office: Stack, wielka: FlaskClient) -> None:
    path, given = home(wielka) + "e-faktura", {"given": "yes", "email": "biuro@wielka.example"}
    first = number_on(send(wielka, path, **given))
    send(wielka, path, given="no", email="")
    assert number_on(send(wielka, path, **given)) != first
    assert len(arrived(office)) == 3


def test_passers_by_who_report_the_same_are_two(office: Stack) -> None:
    passer_by = office.client()
    first = number_on(send(passer_by, "/awaria", **OUTAGE))
    assert number_on(send(passer_by, "/awaria", **OUTAGE)) != first
    assert len(arrived(office)) == 2
