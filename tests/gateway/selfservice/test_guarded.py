"""What must not open an account: links to a former address, a replaced password, another's trail."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway import audit_query, passwords
from gateway.accounts import AccountProblem, add_account
from gateway.models import Account
from gateway.portal import Portal
from gateway.sealing import Sealer
from gateway.selfservice import passwords as changing
from gateway.selfservice.person import Who
from gateway.selfservice.second_factor import check
from gateway.session_store import Overtaken
from gateway.tokens import TokenService
from tests.gateway.selfservice.conftest import NEW_PASSWORD, Office, post
from tests.gateway.selfservice.test_second_factor import with_app
from tests.stack import NOON, PASSWORD

KEYS = ["another key for tests only, another key", "for tests only, for tests only, for tests only"]


@pytest.fixture
def rotated(office: Office) -> Portal:
    """The same portal with a new secret key, and the old one behind it."""
    life = timedelta(hours=office.portal.settings.security.link_hours)
    return replace(office.portal, sealer=Sealer(KEYS), tokens=TokenService(KEYS, office.portal.clock, life))


def change_address(office: Office, login: str, email: str) -> None:
    browser = office.browser(login)
    post(browser, "/konto/e-mail", {"email": email, "current_password": PASSWORD})
    link = office.link(email, "email_change_prove")
    assert post(browser, link, {}).status_code == 200


def test_a_link_mailed_to_the_old_address_ends_with_it(office: Office) -> None:
    login = office.with_email()
    post(office.stack.client(), "/haslo", {"login": login})
    old = office.link(f"{login}@poczta.example", "password_reset")
    change_address(office, login, f"nowy-{login}@poczta.example")
    assert office.stack.client().get(old).status_code == 410


def test_the_old_address_does_not_stay_behind_as_a_login(office: Office) -> None:
    first = office.with_email()
    old, new = f"{first}@poczta.example", f"_{first}'s@poczta.example"  # which is an address, and no login
    post(office.browser(first), "/konto/login", {"login": old, "current_password": PASSWORD})
    change_address(office, old, new)
    with office.portal.database.reading() as connection:
        login = connection.execute(select(Account.login).where(Account.email == new)).scalar_one()
    assert login.startswith("ebok-")
    assert office.can_log_in(new, PASSWORD)
    assert not office.can_log_in(old, PASSWORD)


def test_nobody_logs_in_by_what_is_anothers_name(office: Office) -> None:
    somebody = office.with_email()
    given = {"password": PASSWORD, "customer_nos": ["100001"], "now": NOON}
    with pytest.raises(AccountProblem, match="taken"):
        add_account(office.portal.database, login=f"{somebody}@poczta.example", **given)
    with pytest.raises(AccountProblem, match="taken"):
        add_account(office.portal.database, login=f"{somebody}2", email=somebody, **given)


def test_changing_the_address_does_not_fill_strangers_mailboxes(office: Office) -> None:
    login = office.with_email()
    browser = office.browser(login)
    for number in range(8):
        post(browser, "/konto/e-mail", {"email": f"obcy{number}.{login}@poczta.example", "current_password": PASSWORD})
    sent = [office.mails(f"obcy{number}.{login}@poczta.example") for number in range(8)]
    assert sum(map(len, sent)) == 3


def test_a_closed_accounts_number_and_trail_are_nobody_elses(office: Office) -> None:
    first = office.account()
    number = office.row(first).id
    post(office.browser(first), "/konto/zamkniecie", {"sure": "1", "current_password": PASSWORD})
    assert office.row(first) is None
    second = office.account()
    office.browser(second)
    assert office.row(second).id > number
    with office.portal.database.reading() as connection:
        trail = audit_query.find(connection, account=second)
    assert [(each.actor, each.action) for each in trail] == [(f"account:{second}", "login.done")]


def test_links_and_recovery_codes_outlive_a_change_of_keys(office: Office, rotated: Portal) -> None:
    login, _, codes = with_app(office)
    row = office.row(login)
    session, _ = office.portal.page_sessions.begin(office.portal.clock.now(), account_id=row.id)
    found = office.portal.page_sessions.find(session, office.portal.clock.now())
    assert found is not None
    check(rotated, Who(row.id, ""), found.session_id, codes[0])  # raises where it does not fit

    reader = office.with_email()
    post(office.stack.client(), "/haslo", {"login": reader})
    token = office.link(f"{reader}@poczta.example", "password_reset").rpartition("/")[2]
    changing.reset(rotated, token, NEW_PASSWORD, network="")
    assert office.can_log_in(reader, NEW_PASSWORD)


def test_no_session_begins_by_a_password_that_was_just_replaced(office: Office) -> None:
    login = office.account()
    sessions, now, row = office.portal.token_sessions, office.portal.clock.now(), office.row(login)
    key, _ = sessions.begin(now, account_id=row.id, password_hash=row.password_hash)
    post(
        office.browser(login),
        "/konto/haslo",
        dict.fromkeys(("new_password", "repeated"), NEW_PASSWORD) | {"current_password": PASSWORD},
    )
    with pytest.raises(Overtaken):
        sessions.begin(now, account_id=row.id, password_hash=row.password_hash)
    with pytest.raises(Overtaken):
        sessions.begin(now, account_id=row.id, instead_of=key)


def test_a_session_that_ended_by_idleness_is_not_listed(office: Office) -> None:
    login = office.account()
    office.browser(login)
    office.later(minutes=31)
    page = office.browser(login).get("/konto").text
    assert page.count("Przeglądarka") == 1


def test_a_first_password_is_told_once_and_to_nobody_who_prints_it() -> None:
    made = passwords.first_password()
    assert passwords.is_right(made.text, made.hash)
    assert made.text not in repr(made)


def test_no_page_says_that_a_code_was_sent_when_none_was(office: Office) -> None:
    login = office.account(email=True)
    pages = [office.browser(login).get("/logowanie/kod").text for _ in range(4)]
    assert ["wysłaliśmy kod" in page for page in pages] == [True, True, True, False]
    assert "poproś o nowy" in pages[3]
