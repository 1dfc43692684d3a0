"""Data, consent and outages: sent from a form each, taken by the billing system, and shown as it has them then."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from gateway import background
from gateway.models import Consent
from tests.gateway.pages.forms import arrived, hidden, home, number_on, rows, send
from tests.gateway.pages.reading import link, main_words, words
from tests.stack import Stack

OUTAGE = {"place": "ul. Nad Potokiem 7", "description": "Woda wypływa na jezdnię.", "phone": "+48 99 555 11 22"}


@pytest.fixture
def wielka(office: Stack) -> FlaskClient:
    return office.browser("wielka")


def test_data_are_shown_as_the_erp_has_them_and_a_change_is_asked_for(office: Stack, wielka: FlaskClient) -> None:
    path = home(wielka) + "dane"
    before = rows(office)
    receipt = send(wielka, path, phone="+48 600 700 800", postal_address="skr. poczt. 12, 00-001 Przykładowo")
    assert receipt.status_code == 200
    assert "Telefon +48600700800" in words(receipt)
    assert "Odpowiemy najpóźniej 24 marca 2026" in words(receipt)
    number = number_on(receipt)
    asked = main_words(wielka.get(path))
    assert "Zmiany, o które prosisz " + number in asked
    assert "Telefon: +48600700800" in asked
    assert "Adres do korespondencji: skr. poczt. 12, 00-001 Przykładowo" in asked
    assert "Telefon +48600700800" in main_words(wielka.get(home(wielka) + "sprawy/" + number))
    [got] = arrived(office)
    delivered = main_words(wielka.get(path))
    assert "Telefon: +48600700800" not in delivered
    assert "Treść prośby jest już w systemie rozliczeniowym" in delivered
    assert (got["kind"], got["customer_no"]) == ("data_change", "100301")
    assert 'href="#postal_address"' in (empty := send(wielka, path)).text
    assert "Adres do korespondencji: Wpisz przynajmniej" not in words(empty)
    assert empty.text.count('aria-invalid="true"') == 0
    assert rows(office) == before + 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Wpisz przynajmniej jedną nową daną"),
        ({"note": "cokolwiek"}, "Wpisz przynajmniej jedną nową daną"),
        ({"phone": "abc"}, "Wpisz od 7 do 15 cyfr"),
        ({"email": "a@b"}, "Wpisz pełny adres e-mail"),
        ({"name": "Wielka i Synowie"}, "Dołącz dokument"),
        ({"name": "123"}, "brakuje liter"),
        ({"postal_address": "x" * 501}, "najwięcej 500 znaków"),
    ],
)
def test_a_change_that_cannot_be_is_said_beside_its_field(
    office: Stack, wielka: FlaskClient, typed: dict[str, str], sentence: str
) -> None:
    before = rows(office)
    answer = send(wielka, home(wielka) + "dane", **typed)
    assert answer.status_code == 422
    assert words(answer).count(sentence) == 2
    for value in typed.values():
        assert value in answer.text
    assert rows(office) == before


def test_a_new_name_goes_with_its_document(office: Stack, wielka: FlaskClient) -> None:
    answer = send(wielka, home(wielka) + "dane", files=["odpis.pdf"], name="Wielka i Synowie")
    assert answer.status_code == 200
    [got] = arrived(office)
    assert [each["name"] for each in got["files"]] == ["odpis.pdf"]
    bad = send(wielka, home(wielka) + "dane", files=[("odpis.pdf", b"nic")], name="Wielka i Synowie")
    assert bad.status_code == 422
    assert "Dołącz dokument" not in words(bad)
    assert "Ten plik trzeba wybrać jeszcze raz: odpis.pdf." in words(bad)


def test_consent_to_e_invoices_is_given_and_withdrawn_with_the_version_of_its_text(
    office: Stack, wielka: FlaskClient
) -> None:
    path = home(wielka) + "e-faktura"
    page = wielka.get(path)
    assert "Zgadzam się, żeby wodociągi wysyłały mi faktury" in words(page)
    assert hidden(page)["text_version"] == "1"
    receipt = send(wielka, path, page=page, given="yes", email="ksiegowosc@wielka.example")
    assert "Zgoda udzielona" in words(receipt)
    assert arrived(office)[0]["kind"] == "consent"
    assert "Teraz faktury przychodzą e-mailem." in words(wielka.get(path))
    assert "Zgoda wycofana" in words(send(wielka, path, given="no", email=""))
    arrived(office)
    assert "Teraz faktury przychodzą na papierze." in words(wielka.get(path))
    assert "Zgoda wycofana" in words(send(wielka, path, given="no", email="", text_version="former"))
    with office.portal.database.reading() as connection:
        kept = connection.execute(select(Consent.__table__).where(Consent.channel.like("einv%"))).all()
    assert [(each.channel, each.terms_version, len(each.text_hash)) for each in kept] == [
        ("einv-yes", "1", 64),
        ("einv-no", "1", 64),
        ("einv-no", "former", 0),
    ]
    assert wielka.get(home(wielka)).status_code == 200, "the terms are still accepted"


def test_consent_to_another_text_or_to_nothing_is_none(office: Stack, wielka: FlaskClient) -> None:
    path, before = home(wielka) + "e-faktura", rows(office)
    old = send(wielka, path, given="yes", email="a@poczta.example", text_version="0")
    assert old.status_code == 422
    assert "Treść zgody właśnie się zmieniła." in words(old)
    none = send(wielka, path, email="nie adres")
    assert "Wybierz, czy zgadzasz się na e-faktury." in words(none)
    assert "Wpisz pełny adres e-mail" in words(none)
    assert "Wpisz adres e-mail, na który mamy wysyłać faktury." in words(send(wielka, path, given="yes", email=""))
    assert rows(office) == before


def test_anybody_reports_an_outage(office: Stack) -> None:
    passer_by = office.client()
    assert link(passer_by.get("/logowanie"), "Zgłoś awarię") == "/awaria"
    receipt = send(passer_by, "/awaria", files=["jezdnia.pdf"], **OUTAGE)
    assert receipt.status_code == 200
    assert "Zapisz numer potwierdzenia" in words(receipt)
    assert "Odpowiemy najpóźniej 24 marca 2026" in words(receipt)
    assert "Woda wypływa na jezdnię." in words(receipt)
    [got] = arrived(office)
    assert (got["kind"], got["customer_no"], len(got["files"])) == ("outage", None, 1)
    wrong = send(passer_by, "/awaria", place="", description="", phone="1")
    assert wrong.status_code == 422
    for sentence in ("Napisz, gdzie to jest", "Napisz, co się dzieje.", "Wpisz od 7 do 15 cyfr"):
        assert sentence in words(wrong)


def test_a_customer_finds_the_outage_form_filled_in_and_the_report_among_their_cases(
    office: Stack, wielka: FlaskClient
) -> None:
    own = home(wielka)
    page = wielka.get("/awaria")
    assert "99-9" in page.text.split('id="place"', 1)[1].split(">", 1)[0]
    number = number_on(send(wielka, "/awaria", page=page, **OUTAGE))
    assert "Zgłoszenie awarii" in main_words(wielka.get(own + "sprawy/" + number))
    assert arrived(office)[0]["customer_no"] == "100301"


def test_a_manager_says_which_customer_the_outage_belongs_to(office: Stack) -> None:
    manager, anna = office.browser("zarzadca"), office.browser("anna")
    page = manager.get("/awaria")
    assert "Którego odbiorcy to dotyczy?" in words(page)
    cid = page.text.split('<option value="', 3)[3].split('"', 1)[0]
    assert send(manager, "/awaria", page=page, **OUTAGE, o=cid).status_code == 200
    assert send(manager, "/awaria", **OUTAGE, o="").status_code == 200
    assert {each["customer_no"] for each in arrived(office)} == {"100102", None}
    assert send(anna, "/awaria", **{**OUTAGE, "o": cid}).status_code == 404
    assert anna.get("/awaria?o=" + cid).status_code == 404


def test_many_reports_from_one_network_wait(office: Stack) -> None:
    passer_by, before = office.client(), rows(office)
    page = passer_by.get("/awaria")
    for at in range(20):
        answer = send(passer_by, "/awaria", page=page, **{**OUTAGE, "key": f"key {at}"})
        if answer.status_code != 200:
            break
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert "Wyślij formularz trochę później" in words(answer)
    assert "Woda wypływa na jezdnię." in answer.text
    assert rows(office) - before == 10


def test_a_wrong_answer_is_not_called_none(office: Stack, wielka: FlaskClient) -> None:
    office.fault("customer", "missing_field")
    page = words(wielka.get(home(wielka) + "dane"))
    assert "System rozliczeniowy podał coś, co się nie zgadza" in page
    assert "Poproś o zmianę" in page
    assert "nie odpowiada" not in page


def test_every_form_accepts_while_the_erp_is_away(office: Stack, wielka: FlaskClient) -> None:
    own = home(wielka)
    office.fault("*", "refuse_connection")
    page = wielka.get(own + "dane")
    assert page.status_code == 200
    assert "ale formularz działa" in words(page)
    assert send(wielka, own + "dane", page=page, phone="600700800").status_code == 200
    assert send(wielka, own + "e-faktura", given="no").status_code == 200
    assert send(wielka, "/awaria", **OUTAGE).status_code == 200
    background.run_once(office.portal)
    office.control("DELETE", "faults")
    assert office.control("GET", "submissions") == []
    office.set_now("2026-03-12T11:00:00+00:00")
    assert sorted(each["kind"] for each in arrived(office)) == ["consent", "data_change", "outage"]
