"""First login: a password that works once, one's own instead, the terms; and nothing else is seen before."""

from dataclasses import replace

import pytest
from sqlalchemy import insert, select

from gateway.models import Consent
from gateway.terms import Document
from tests.gateway.pages.reading import words
from tests.gateway.selfservice.conftest import NEW_PASSWORD, Office, copy_of, is_in, post
from tests.stack import PASSWORD

CHANGED = "Zmieniliśmy regulamin. Przeczytaj nową wersję"


def fields(new: str = NEW_PASSWORD, repeated: str | None = None) -> dict[str, str]:
    return {"new_password": new, "repeated": new if repeated is None else repeated}


def test_the_whole_way_through_the_pages(office: Office) -> None:
    login = office.with_email(first=True, accepted=False)
    client = office.browser(login)
    for path in ("/", "/klienci", "/konto/regulamin", "/o/x/"):
        assert client.get(path).location == "/konto/pierwsze-haslo", path
    copied = copy_of(client, office.stack)
    assert post(client, "/konto/pierwsze-haslo", fields()).status_code == 303
    assert copied.get("/konto/pierwsze-haslo").location.startswith("/logowanie")
    assert client.get("/klienci").location == "/konto/regulamin"
    assert CHANGED not in words(client.get("/konto/regulamin"))
    version = {"version": office.portal.terms.terms.version}
    refused = post(client, "/konto/regulamin", version)
    assert refused.status_code == 422
    assert 'href="#accepted"' in refused.text
    assert post(client, "/konto/regulamin", {**version, "accepted": "1"}).status_code == 303
    assert is_in(client)
    assert office.audited(login) == ["login.done", "password.first_changed", "terms.accepted"]
    assert [name for name, _ in office.mails(f"{login}@poczta.example")] == ["password_changed"]
    with office.portal.database.reading() as connection:
        row = connection.execute(select(Consent).where(Consent.account_id == office.row(login).id)).one()
    terms = office.portal.terms.terms
    assert (row.terms_version, row.text_hash, row.channel) == (terms.version, terms.text_hash, "page")
    assert not office.can_log_in(login, PASSWORD)
    assert is_in(office.browser(login, NEW_PASSWORD))


def test_the_whole_way_over_the_api(office: Office) -> None:
    login = office.account(first=True, accepted=False)
    program = office.api(login)
    answer = program("GET", "customers")
    assert (answer.status_code, answer.json["type"]) == (403, "/api/v1/problems/password-change-needed")
    assert program("POST", "account/terms", {"version": "1"}).status_code == 403
    weak = program("POST", "account/password", {"new_password": "haslo"})
    assert weak.status_code == 422
    assert list(weak.json["errors"]["json"]) == ["new_password"]
    changed = program("POST", "account/password", {"new_password": NEW_PASSWORD})
    assert changed.status_code == 200
    assert program("GET", "customers").status_code == 401
    program.token = changed.json["token"]
    assert program("GET", "customers").json["type"] == "/api/v1/problems/terms-needed"
    terms = program("GET", "account/terms").json
    assert terms["text"] == office.portal.terms.terms.markdown
    assert program("POST", "account/terms", {"version": "of yesterday"}).status_code == 422
    assert program("POST", "account/terms", {"version": terms["version"]}).status_code == 204
    assert program("GET", "customers").status_code == 200


def test_the_mailed_password_cannot_be_kept(office: Office) -> None:
    login = office.account(first=True)
    program, client = office.api(login), office.browser(other := office.account(first=True))
    kept = program("POST", "account/password", {"new_password": PASSWORD})
    assert kept.status_code == 422
    assert "hasło z wiadomości" in str(kept.json["errors"]["json"]["new_password"])
    page = post(client, "/konto/pierwsze-haslo", fields(PASSWORD))
    assert page.status_code == 422
    assert "Wymyśl własne." in words(page)
    assert post(client, "/konto/pierwsze-haslo", fields()).status_code == 303
    assert is_in(office.browser(other, NEW_PASSWORD))


def test_terms_that_are_accepted_count_whatever_the_clock_said_when_the_account_was_made(office: Office) -> None:
    login = office.account(accepted=False)
    office.later(days=-1)
    program = office.api(login)
    version = program("GET", "account/terms").json["version"]
    assert program("POST", "account/terms", {"version": version}).status_code == 204
    assert program("GET", "customers").status_code == 200


def test_a_first_password_works_once_and_until_its_day(office: Office) -> None:
    login, other = office.account(first=True), office.account(first=True)
    office.browser(login)
    assert not office.can_log_in(login, PASSWORD)
    office.later(days=14)
    assert not office.can_log_in(other, PASSWORD)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("krótkie", "Hasło jest za krótkie"),
        ("x" * 129, "Hasło jest za długie"),
        ("Haslo1234567!", "na liście często używanych"),
        ("qwertyuiopasdf", "na liście często używanych"),
        ("Wodociągi-Przykładowo-2026", "nazwy przedsiębiorstwa"),
        ("osoba-ebok-2026", "składa się ze słowa „hasło”, z Twojego loginu"),
        ("haslohaslo12", "składa się ze słowa „hasło”"),
    ],
)
def test_a_weak_password_is_refused_with_a_reason(office: Office, new: str, said: str) -> None:
    client = office.browser(office.account(first=True))
    answer = post(client, "/konto/pierwsze-haslo", fields(new))
    assert answer.status_code == 422
    assert any(each in words(answer) for each in said.split("|"))
    assert 'href="#new_password"' in answer.text
    assert f'value="{new}"' not in answer.text


def test_the_two_new_passwords_must_agree(office: Office) -> None:
    client = office.browser(office.account(first=True))
    answer = post(client, "/konto/pierwsze-haslo", fields(NEW_PASSWORD, NEW_PASSWORD + "!"))
    assert answer.status_code == 422
    assert 'href="#repeated"' in answer.text


def test_whoever_has_nothing_to_do_is_sent_on(office: Office) -> None:
    client = office.browser(office.account())
    for path in ("/konto/pierwsze-haslo", "/konto/regulamin", "/logowanie/kod"):
        assert client.get(path).location == "/"


def test_terms_accepted_on_the_form_may_have_changed_before_the_first_login(office: Office) -> None:
    login = office.account(accepted=False)
    with office.portal.database.transaction() as connection:
        former = {"account_id": office.row(login).id, "terms_version": "0", "text_hash": "0" * 64}
        connection.execute(insert(Consent).values(**former, channel="register", accepted_at=office.portal.clock.now()))
    assert CHANGED in words(office.browser(login).get("/konto/regulamin"))


def test_a_new_version_of_the_terms_is_asked_for_again(office: Office) -> None:
    client, shown = office.browser(office.account()), office.portal.terms
    assert is_in(client)
    # The file is read at the start; this is the portal after a start with a newer one.
    newer = replace(shown, terms=Document("2", "Nowy regulamin", "0" * 64))
    office.stack.app.extensions["ebok"] = replace(office.portal, terms=newer)
    try:
        assert client.get("/klienci").location == "/konto/regulamin"
        assert CHANGED in words(client.get("/konto/regulamin"))
        assert post(client, "/konto/regulamin", {"version": "1", "accepted": "1"}).status_code == 422
        assert post(client, "/konto/regulamin", {"version": "2", "accepted": "1"}).status_code == 303
        assert is_in(client)
    finally:
        office.stack.app.extensions["ebok"] = replace(office.portal, terms=shown)
