"""One's own account: password, login, e-mail and sessions, and that what was copied before does not work after."""

import pytest
from sqlalchemy import update

from gateway.accounts import opened_by
from gateway.models import Account
from tests.gateway.pages.reading import words
from tests.gateway.selfservice.conftest import NEW_PASSWORD, Office, copy_of, is_in, post
from tests.stack import PASSWORD

CHANGE = {"current_password": PASSWORD, "new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}


def test_changing_the_password_ends_everything_else(office: Office) -> None:
    login = office.with_email()
    client, other, program = office.browser(login), office.browser(login), office.api(login)
    copied = copy_of(client, office.stack)
    assert post(client, "/konto/haslo", CHANGE).location == "/konto?zmienione=haslo"
    assert is_in(client)
    assert not is_in(other)
    assert not is_in(copied)
    assert program("GET", "customers").status_code == 401
    assert not office.can_log_in(login, PASSWORD)
    assert office.can_log_in(login, NEW_PASSWORD)
    assert [name for name, _ in office.mails(f"{login}@poczta.example")] == ["password_changed"]
    assert "password.changed" in office.audited(login)


def test_changing_it_over_the_api_gives_a_new_token(office: Office) -> None:
    login = office.account()
    program, browser = office.api(login), office.browser(login)
    wrong = program("POST", "account/password", {"current_password": "x", "new_password": NEW_PASSWORD})
    assert (wrong.status_code, list(wrong.json["errors"]["json"])) == (422, ["current_password"])
    answer = program("POST", "account/password", {"current_password": PASSWORD, "new_password": NEW_PASSWORD})
    assert answer.status_code == 200
    assert program("GET", "account").status_code == 401
    assert not is_in(browser)
    program.token = answer.json["token"]
    assert program("GET", "account").json["login"] == login


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({**CHANGE, "current_password": "nie to hasło"}, "current_password"),
        ({**CHANGE, "current_password": ""}, "current_password"),
        ({**CHANGE, "new_password": PASSWORD, "repeated": PASSWORD}, "new_password"),
        ({**CHANGE, "repeated": "inne niż tamto hasło"}, "repeated"),
    ],
)
def test_a_mistake_is_pointed_at_and_nothing_changes(office: Office, typed: dict[str, str], field: str) -> None:
    login = office.account()
    client = office.browser(login)
    answer = post(client, "/konto/haslo", typed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert not any(f'value="{each}"' in answer.text for each in typed.values() if each)
    assert office.can_log_in(login, PASSWORD)


def test_guessing_the_current_password_slows_down(office: Office) -> None:
    client = office.browser(office.account())
    for _ in range(6):
        answer = post(client, "/konto/haslo", {**CHANGE, "current_password": "zgaduję"})
    assert "Za dużo prób" in words(answer)
    assert "Za dużo prób" in words(post(client, "/konto/haslo", CHANGE))
    office.later(seconds=60)
    assert post(client, "/konto/haslo", CHANGE).status_code == 303


def test_a_cookie_and_a_token_end_with_logging_out_and_locking(office: Office) -> None:
    login = office.account()
    client, program = office.browser(login), office.api(login)
    copied = copy_of(client, office.stack)
    post(client, "/wylogowanie", {}, form="/konto")
    assert not is_in(copied)
    token = program.token
    assert program("DELETE", "tokens").status_code == 204
    program.token = token
    assert program("GET", "customers").status_code == 401
    client, program = office.browser(login), office.api(login)
    with office.portal.database.transaction() as connection:
        connection.execute(update(Account).where(Account.login == login).values(locked_at=office.portal.clock.now()))
    assert not is_in(client)
    assert program("GET", "customers").status_code == 401
    assert not office.can_log_in(login, PASSWORD)


def test_the_login_can_be_changed(office: Office) -> None:
    login, taken = office.with_email(), office.account()
    client = office.browser(login)
    for wrong in ("x", "dwa słowa", taken, "ktos@poczta.example"):
        answer = post(client, "/konto/login", {"login": wrong, "current_password": PASSWORD})
        assert answer.status_code == 422, wrong
        assert f'value="{wrong}"' in answer.text
    assert post(client, "/konto/login", {"login": f"Nowy.{login}", "current_password": PASSWORD}).status_code == 303
    assert is_in(client)
    assert not office.can_log_in(login, PASSWORD)
    assert office.can_log_in(f"nowy.{login}", PASSWORD)
    assert office.can_log_in(f"{login}@poczta.example", PASSWORD)
    assert [name for name, _ in office.mails(f"{login}@poczta.example")] == ["login_changed"]


def test_a_new_address_proves_itself_and_the_old_one_is_told(office: Office) -> None:
    login = office.with_email()
    client, new = office.browser(login), f"nowa.{login}@poczta.example"
    answer = post(client, "/konto/e-mail", {"email": new, "current_password": PASSWORD})
    assert answer.location == "/konto?zmienione=e-mail"
    assert office.row(login).email == f"{login}@poczta.example"
    assert [name for name, _ in office.mails(f"{login}@poczta.example")] == ["email_change_notice"]
    link = office.link(new, "email_change_prove")
    assert new not in link
    stranger = office.stack.client()
    assert new in stranger.get(link).text
    assert office.row(login).email == f"{login}@poczta.example"
    assert post(stranger, link, {}).status_code == 200
    assert office.row(login).email == new
    again = stranger.get(link)
    assert again.status_code == 410
    assert "został już użyty" in words(again)


@pytest.mark.parametrize("change", ["login", "e-mail"])
def test_a_new_login_or_address_ends_whatever_else_is_signed_in(office: Office, change: str) -> None:
    login = office.with_email()
    client, other, program = office.browser(login), office.browser(login), office.api(login)
    copied, new = copy_of(client, office.stack), f"nowy.{login}@poczta.example"
    if change == "login":
        post(client, "/konto/login", {"login": f"nowy.{login}", "current_password": PASSWORD})
    else:
        post(client, "/konto/e-mail", {"email": new, "current_password": PASSWORD})
        assert is_in(other), "nothing has changed yet"
        assert "wylogowane" in words(post(client, office.link(new, "email_change_prove"), {}))
    assert is_in(client)
    assert not is_in(copied)
    assert not is_in(other)
    assert program("GET", "customers").status_code == 401


def test_an_address_that_somebody_has_looks_the_same_and_gets_no_link(office: Office) -> None:
    login, other = office.with_email(), office.with_email()
    client = office.browser(login)
    answer = post(client, "/konto/e-mail", {"email": f"{other}@poczta.example", "current_password": PASSWORD})
    assert answer.location == "/konto?zmienione=e-mail"
    assert not office.mails(f"{other}@poczta.example")
    for wrong in ("bez małpy", "a@b", f"{login}@poczta.example", "a@b.pl\nBcc: x@y.pl"):
        assert post(client, "/konto/e-mail", {"email": wrong, "current_password": PASSWORD}).status_code == 422, wrong


def test_a_link_ends_by_the_clock_and_opens_nothing_else(office: Office) -> None:
    login = office.with_email()
    new = f"inna.{login}@poczta.example"
    post(office.browser(login), "/konto/e-mail", {"email": new, "current_password": PASSWORD})
    link = office.link(new, "email_change_prove")
    stranger = office.stack.client()
    assert stranger.get(link.replace("/konto/e-mail/", "/haslo/nowe/")).status_code == 404
    said, _, signature = link.rpartition(".")  # not its last letter, of which two bits mean nothing
    assert stranger.get(f"{said}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}").status_code == 404
    office.later(hours=48, seconds=1)
    answer = stranger.get(link)
    assert answer.status_code == 410
    assert "stracił ważność" in words(answer)


def test_a_forgotten_password_is_replaced_by_a_link(office: Office) -> None:
    login = office.with_email()
    address = f"{login}@poczta.example"
    browser = office.browser(login)
    stranger = office.stack.client()
    known = post(stranger, "/haslo", {"login": address})
    unknown = post(stranger, "/haslo", {"login": f"nie.ma.{login}"})
    assert known.status_code == unknown.status_code == 200
    assert words(known) == words(unknown)
    link = office.link(address, "password_reset")
    assert post(stranger, link, {"new_password": "haslo", "repeated": "haslo"}).status_code == 422
    wanted = {"new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    assert post(stranger, link, wanted).location == "/logowanie?nowe=haslo"
    assert not is_in(browser)
    assert opened_by(office.portal.database, login, NEW_PASSWORD)
    again = stranger.get(link)
    assert again.status_code == 410
    assert "Ten link został już użyty" in words(again)


def test_a_link_for_a_new_password_ends_with_the_password(office: Office) -> None:
    login = office.with_email()
    post(office.stack.client(), "/haslo", {"login": login})
    link = office.link(f"{login}@poczta.example", "password_reset")
    post(office.browser(login), "/konto/haslo", CHANGE)
    assert office.stack.client().get(link).status_code == 410


def test_asking_again_and_again_does_not_fill_a_mailbox(office: Office) -> None:
    login = office.with_email()
    for _ in range(8):
        assert post(office.stack.client(), "/haslo", {"login": login}).status_code == 200
    assert len(office.mails(f"{login}@poczta.example")) == 3


def test_ones_own_sessions_are_listed_and_ended(office: Office) -> None:
    login = office.account()
    client, other, program = office.browser(login), office.browser(login), office.api(login)
    page = client.get("/konto")
    assert words(page).count("Zakończ sesję") == 2
    listed = program("GET", "account/sessions").json
    assert sorted(each["kind"] for each in listed) == ["page", "page", "token"]
    assert [each["current"] for each in listed].count(True) == 1
    stranger = office.api(office.account())
    assert stranger("DELETE", f"account/sessions/{listed[0]['id']}").status_code == 404
    post(client, "/konto/sesje", {}, form="/konto")
    assert is_in(client)
    assert not is_in(other)
    assert program("GET", "customers").status_code == 401
    program = office.api(login)
    page_session = next(each for each in program("GET", "account/sessions").json if each["kind"] == "page")
    assert program("DELETE", f"account/sessions/{page_session['id']}").status_code == 204
    assert not is_in(client)
