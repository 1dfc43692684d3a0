"""Writing to the utility: accepted at once with a receipt, delivered once, followed to its answer."""

import sqlite3
from contextlib import closing
from hashlib import sha256
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select, text, update

from gateway import background
from gateway.models import Account, FileChunk, Mail, SubmissionRow
from tests.gateway.pages.forms import PDF, arrived, hidden, home, number_on, rows, send
from tests.gateway.pages.reading import link, main_words, parsed, words
from tests.stack import Stack

TEXT = "Licznik stoi w miejscu, a rachunek urósł o połowę.\nProszę to sprawdzić."
LETTER = {"kind": "complaint", "topic": "reading", "about": "W-1", "text": TEXT}


@pytest.fixture(autouse=True)
def answered_by_hand(office: Stack) -> None:
    office.control("PUT", "cases", {"answer_after_seconds": 10_000_000})


@pytest.fixture
def anna(office: Stack) -> FlaskClient:
    return office.browser("anna")


def test_a_complaint_is_accepted_with_a_receipt_and_delivered_once(office: Stack, anna: FlaskClient) -> None:
    receipt = send(anna, home(anna) + "sprawy/nowa", files=["zdjęcie licznika.pdf"], **LETTER)
    assert receipt.status_code == 200
    told = words(receipt)
    number = number_on(receipt)
    assert "Przyjęliśmy Twoje zgłoszenie" in told
    assert "Przyjęto 10.03.2026, 12:00" in told
    assert "Odpowiemy najpóźniej 24 marca 2026" in told
    assert "Licznik stoi w miejscu, a rachunek urósł o połowę." in told
    assert "zdjęcie licznika.pdf" in told
    assert f'data-address="{home(anna)}sprawy/{number}"' in receipt.text, "where going back leads with scripts on"
    [got] = arrived(office)
    assert (got["kind"], got["customer_no"], got["count"]) == ("complaint", "100001", 1)
    assert got["files"] == [{"name": "zdjęcie licznika.pdf", "size": len(PDF), "sha256": sha256(PDF).hexdigest()}]
    page = main_words(anna.get(home(anna) + "sprawy/" + number))
    assert "Numer sprawy" in page
    assert "Zgłoszenie jest w systemie rozliczeniowym i ma swój numer sprawy." in page


def test_the_way_is_told_from_acceptance_to_the_answer_with_its_document(office: Stack, anna: FlaskClient) -> None:
    number = number_on(send(anna, home(anna) + "sprawy/nowa", **LETTER))
    before = main_words(anna.get(home(anna) + "sprawy"))
    assert f"Reklamacja {number} przyjęte 10 marca 2026, odpowiemy najpóźniej 24 marca 2026 przyjęte" in before
    arrived(office)
    listed = anna.get(home(anna) + "sprawy")
    assert number not in main_words(listed)
    case_no = next(each for each in link_names(listed) if "Reklamacja" in each).split()[-1]
    office.control("POST", f"cases/{case_no}/answer", {"text": "Wymienimy wodomierz.", "document": True})
    page = anna.get(home(anna) + "sprawy/" + number)
    told = main_words(page)
    assert "Odpowiedź z 10 marca 2026" in told
    assert "Wymienimy wodomierz." in told
    document = anna.get(link(page, "Pobierz:"))
    assert document.status_code == 200
    assert document.headers["Content-Disposition"].startswith('attachment; filename="pismo-')
    assert document.headers["X-Content-Type-Options"] == "nosniff"
    assert document.data.startswith(b"%PDF-")
    assert main_words(anna.get(home(anna) + "sprawy")).count(case_no) == 1


def link_names(answer: Any) -> list[str]:
    return [" ".join(name.split()) for name, _ in parsed(answer).links]


def test_each_thing_that_is_wrong_is_said_and_what_was_typed_stays(office: Stack, anna: FlaskClient) -> None:
    before = rows(office)
    path = home(anna) + "sprawy/nowa"
    answer = send(anna, path, kind="", topic="", about="FV/1", text=" ")
    assert answer.status_code == 422
    told = words(answer)
    for sentence in ("Wybierz, co chcesz wysłać.", "Wybierz, czego to dotyczy.", "Napisz, o co chodzi."):
        assert told.count(sentence) == 2, sentence
    assert 'value="FV/1"' in answer.text
    answer = send(anna, path, kind="complaint", topic="invoice", text=TEXT)
    assert "Wybierz fakturę z listy albo wpisz jej numer." in words(answer)
    assert "rachunek urósł o połowę." in answer.text
    assert "najwięcej 10000 znaków" in words(send(anna, path, **{**LETTER, "text": "ą" * 10_001}))
    assert rows(office) == before


def test_files_that_came_with_mistakes_are_named_to_be_chosen_again(office: Stack, anna: FlaskClient) -> None:
    path = home(anna) + "sprawy/nowa"
    answer = send(anna, path, files=["a.pdf", "b.pdf"], **{**LETTER, "text": ""})
    assert "Te pliki trzeba wybrać jeszcze raz: a.pdf, b.pdf." in words(answer)
    answer = send(anna, path, files=["a.pdf", ("b.exe", b"MZ")], **LETTER)
    assert answer.status_code == 422
    assert "Pliku „b.exe” nie możemy przyjąć." in words(answer)
    assert "Te pliki trzeba wybrać jeszcze raz: a.pdf, b.exe." in words(answer)
    answer = send(anna, path, files=[f"{each}.pdf" for each in range(6)], **LETTER)
    assert "Można dołączyć najwyżej 5." in words(answer)


def test_files_that_are_too_large_lead_back_to_the_form(anna: FlaskClient) -> None:
    path = home(anna) + "sprawy/nowa"
    large = PDF[:-7] + b"%" * (11 * 1024 * 1024) + b"\n%%EOF\n"
    answer = send(anna, path, files=[("duży.pdf", large)], **LETTER)
    assert answer.status_code == 422
    assert "Plik „duży.pdf” jest za duży. Może mieć najwyżej 10 MB." in words(answer)
    answer = send(anna, path, files=[("a.pdf", large), ("b.pdf", large), ("c.pdf", large)], **LETTER)
    assert answer.status_code == 413
    assert "Pliki razem są za duże, więc formularza nie przyjęliśmy." in words(answer)
    assert "wróć do formularza jej przyciskiem „Wstecz”" in words(answer)
    assert link(answer, "Otwórz pusty formularz") == path


def test_a_full_disk_is_not_said_to_pass_in_half_a_minute(office: Stack, anna: FlaskClient) -> None:
    engine, path, before = office.portal.database.engine, home(anna) + "sprawy/nowa", rows(office)
    with office.portal.database.reading() as connection:
        pages = int(connection.execute(text("PRAGMA page_count")).scalar_one())

    def small(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages + 20}")

    event.listen(engine, "checkout", small)
    try:
        large = PDF.replace(b"trailer", b"%" + b"x" * 2_000_000 + b"\ntrailer")
        answer = send(anna, path, files=[("a.pdf", large)], **LETTER)
    finally:
        event.remove(engine, "checkout", small)
        engine.dispose()
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 60
    assert "Nie możemy teraz przyjąć zgłoszenia, bo nie mamy go gdzie zapisać." in words(answer)
    assert "minut" not in words(answer)
    assert "rachunek urósł o połowę." in answer.text
    assert rows(office) == before
    assert send(anna, path, **LETTER).status_code == 200


def test_a_form_of_too_many_parts_is_not_told_that_its_files_are_large(anna: FlaskClient) -> None:
    many = {f"field {number}": "x" for number in range(1_001)}
    answer = send(anna, home(anna) + "sprawy/nowa", files=["a.pdf"], **LETTER, **many)
    assert answer.status_code == 413
    assert "Przesłany formularz ma za dużo pól i plików, więc go nie przyjęliśmy." in words(answer)
    assert "najwyżej 64" in words(answer)
    assert "za duże" not in words(answer)
    assert "Otwórz pusty formularz" in words(answer)


def test_a_double_click_is_one_letter_and_going_back_asks_first(office: Stack, anna: FlaskClient) -> None:
    path = home(anna) + "sprawy/nowa"
    page = anna.get(path)
    first, again = (send(anna, path, page=page, files=["a.pdf"], **LETTER) for _ in range(2))
    assert number_on(first) == number_on(again)
    assert "rachunek urósł" in words(again)
    changed = send(anna, path, page=page, **{**LETTER, "text": "Jeszcze jedno."})
    assert changed.status_code == 422
    assert "Ten formularz już przyjęliśmy, z inną treścią." in words(changed)
    assert "Jeszcze jedno." in changed.text
    assert hidden(changed)["key"] != hidden(page)["key"]
    other = send(anna, path, page=changed, **{**LETTER, "text": "Jeszcze jedno."})
    assert number_on(other) != number_on(first)
    assert len(arrived(office)) == 2


def test_an_invoice_leads_to_the_form_with_its_number(office: Stack, anna: FlaskClient) -> None:
    listed = anna.get(home(anna) + "faktury")
    invoice = anna.get(link(listed, "FV/"))
    page = anna.get(link(invoice, "Złóż reklamację"))
    selected = page.text.split(" selected>", 1)[1].split(",", 1)[0]
    assert selected in words(invoice)
    assert selected not in page.request.url
    handle = page.text.split(" selected>", 1)[0].rsplit('value="', 1)[1].rstrip('"')
    typed = {"kind": "complaint", "topic": "invoice", "text": TEXT}
    receipt = send(anna, home(anna) + "sprawy/nowa", page=page, invoice=handle, about="", **typed)
    assert selected in words(receipt)
    both = send(anna, home(anna) + "sprawy/nowa", invoice=handle, about="FV/inna", **typed)
    assert "Wybierz fakturę z listy albo wpisz numer, nie jedno i drugie." in words(both)
    invented = send(anna, home(anna) + "sprawy/nowa", invoice="wymyślone", about="", **typed)
    assert invented.status_code == 422


def test_while_the_erp_is_away_all_is_accepted_and_delivered_afterwards(office: Stack, anna: FlaskClient) -> None:
    path = home(anna)
    office.fault("*", "refuse_connection")
    page = anna.get(path + "sprawy/nowa")
    assert "System rozliczeniowy chwilowo nie odpowiada, ale formularz działa." in words(page)
    number = number_on(send(anna, path + "sprawy/nowa", page=page, **LETTER))
    background.run_once(office.portal)
    listed = anna.get(path + "sprawy")
    assert listed.status_code == 200
    assert "Poniżej są tylko potwierdzenia z tego biura." in words(listed)
    assert "w drodze" in main_words(anna.get(path + "sprawy/" + number))
    assert "Nie wysyłaj go drugi raz" in main_words(anna.get(path + "sprawy/" + number))
    office.control("DELETE", "faults")
    office.set_now("2026-03-12T11:00:00+00:00")
    [got] = arrived(office)
    assert got["count"] == 1
    told = main_words(office.browser("anna").get(path + "sprawy/" + number))
    assert "Przyjęto 10.03.2026, 12:00" in told
    assert "Odpowiemy najpóźniej 24 marca 2026" in told
    assert "w systemie" in told


def test_a_late_answer_is_said_to_be_late(office: Stack, anna: FlaskClient) -> None:
    number = number_on(send(anna, home(anna) + "sprawy/nowa", **LETTER))
    arrived(office)
    office.set_now("2026-03-26T11:00:00+00:00")
    client = office.browser("anna")
    told = main_words(client.get(home(client) + "sprawy/" + number))
    assert "Spóźniamy się z odpowiedzią o 2 dni. Przepraszamy." in told
    assert "termin minął" in main_words(client.get(home(client) + "sprawy"))


def test_strangers_find_nothing_under_numbers_and_handles(office: Stack, anna: FlaskClient) -> None:
    number = number_on(send(anna, home(anna) + "sprawy/nowa", **LETTER))
    arrived(office)
    own = anna.get(home(anna) + "sprawy/" + number)
    assert own.status_code == 200
    other = office.browser("wielka")
    assert other.get(home(other) + "sprawy/" + number).status_code == 404
    assert other.get(home(anna) + "sprawy/" + number).status_code == 404
    for invented in ("Z-260310-0000-0000", "Z-1", "nie-ma", "100001", number.lower()):
        assert anna.get(home(anna) + "sprawy/" + invented).status_code == 404, invented
        assert anna.get(home(anna) + f"sprawy/{number}/pisma/{invented}").status_code == 404
    manager = office.browser("zarzadca")
    assert manager.get("/", follow_redirects=True).status_code == 200


def test_the_copy_goes_by_mail_and_nothing_of_it_stays(
    office: Stack, anna: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    before = send(anna, home(anna) + "sprawy/nowa", **LETTER)
    assert "Kopii nie wysyłamy e-mailem, bo na tym koncie nie ma adresu e-mail." in words(before)
    assert link(before, "Podaj adres e-mail") == "/konto/e-mail"
    with office.portal.database.transaction() as connection:
        connection.execute(update(Account).where(Account.login == "anna").values(email="anna@poczta.example"))
    receipt = send(anna, home(anna) + "sprawy/nowa", files=["a.pdf"], **{**LETTER, "text": "Zażółć gęślą jaźń 4711"})
    assert "Kopię wysyłamy na adres anna@poczta.example" in words(receipt)
    assert "4711" not in receipt.request.url
    arrived(office)
    with office.portal.database.reading() as connection:
        mail = connection.execute(select(Mail.template, Mail.language).order_by(Mail.id.desc())).first()
        assert mail is not None
        assert tuple(mail) == ("submission_received", "pl")
        assert connection.execute(select(FileChunk.file_id)).all() == []
        assert {each.payload for each in connection.execute(select(SubmissionRow.payload))} == {None}
    told = capsys.readouterr()
    assert "4711" not in told.out + told.err


def test_where_nothing_can_be_written_the_form_is_kept_and_nothing_is_accepted(
    office: Stack, anna: FlaskClient
) -> None:
    path, before = home(anna) + "sprawy/nowa", rows(office)
    page = anna.get(path)
    with closing(sqlite3.connect(str(office.portal.database.engine.url.database), isolation_level=None)) as held:
        held.execute("BEGIN IMMEDIATE")
        answer = send(anna, path, page=page, files=["a.pdf"], **LETTER)
        held.execute("ROLLBACK")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    told = words(answer)
    assert "Nie mogliśmy teraz zapisać zgłoszenia, więc go nie przyjęliśmy." in told
    assert "Ten plik trzeba wybrać jeszcze raz: a.pdf." in told
    assert "rachunek urósł o połowę." in answer.text
    assert hidden(answer)["key"] == hidden(page)["key"]
    assert rows(office) == before
    assert send(anna, path, page=answer, files=["a.pdf"], **LETTER).status_code == 200
    assert rows(office) == before + 1


def test_a_handle_of_one_customer_opens_nothing_at_another_of_the_same_account(office: Stack) -> None:
    manager = office.browser("zarzadca")
    first, second = (manager.get(link(manager.get("/klienci"), number)).request.path for number in ("100101", "100102"))
    number = number_on(send(manager, first + "sprawy/nowa", **LETTER))
    assert manager.get(first + "sprawy/" + number).status_code == 200
    assert manager.get(second + "sprawy/" + number).status_code == 404
    [got] = arrived(office)
    assert got["customer_no"] == "100101"


def test_a_refusal_is_told_with_its_code_and_what_to_do(office: Stack, anna: FlaskClient) -> None:
    office.control("PUT", "customers/100001/blocked", {"blocked": True})
    try:
        number = number_on(send(anna, home(anna) + "sprawy/nowa", **LETTER))
        background.run_once(office.portal)
    finally:
        office.control("PUT", "customers/100001/blocked", {"blocked": False})
    told = main_words(anna.get(home(anna) + "sprawy/" + number))
    assert "odmowa" in told
    assert "Dane tego odbiorcy są chwilowo zablokowane." in told
    assert "Popraw zgłoszenie i wyślij je jeszcze raz albo zadzwoń do nas." in told
    assert "Odpowiemy najpóźniej" not in told
