"""Customers' accounts in the hands of clerks: found, looked at, locked, helped; and what the log says of it."""

from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from gateway.cli import main
from gateway.models import Account, Mail
from tests.gateway.pages.reading import link, words
from tests.gateway.staff.conftest import PASSWORD, Clerk, actions, events
from tests.stack import Stack

MAIL = "anna@poczta.example"


@pytest.fixture(autouse=True)
def _anna_has_an_address(whole: Stack) -> None:
    change(whole, email=MAIL)


def change(whole: Stack, **values: Any) -> None:
    with whole.portal.database.transaction() as connection:
        connection.execute(update(Account).where(Account.login == "anna").values(**values))


def anna(whole: Stack) -> Any:
    with whole.portal.database.reading() as connection:
        return connection.execute(select(Account.__table__).where(Account.login == "anna")).one()


def page_of(clerk: Clerk, sought: str = "anna") -> str:
    return link(clerk.post("/staff/konta", sought=sought), "anna")


@pytest.mark.parametrize("sought", ["anna", "ANN", MAIL, "anna@po", "100001"])
def test_an_account_is_found_by_login_address_or_customer(clerk: Clerk, sought: str) -> None:
    page = clerk.get(page_of(clerk, sought))
    assert page.status_code == 200
    assert "100001" in words(page)
    assert MAIL in words(page)


@pytest.mark.parametrize("sought", ["nie-ma", "%", "10000", "_nna", ""])
def test_what_fits_nobody_finds_nobody(clerk: Clerk, sought: str) -> None:
    answer = clerk.post("/staff/konta", sought=sought)
    assert answer.status_code == (200 if len(sought) > 1 else 400)
    assert "ebok-choice__link" not in answer.text


def test_nothing_that_names_a_customer_stands_in_an_address(clerk: Clerk) -> None:
    address = page_of(clerk)
    assert "anna" not in address
    assert "100001" not in address
    assert clerk.get("/staff/konta/1").status_code == 404
    assert clerk.get("/staff/konta/" + address.rpartition("/")[2][::-1]).status_code == 404


def test_a_lock_ends_every_session_at_once_and_tells_the_customer(clerk: Clerk, whole: Stack) -> None:
    browser, program = whole.browser("anna"), whole.api("anna")
    assert browser.get("/", follow_redirects=True).status_code == 200
    address = page_of(clerk)
    assert clerk.post(f"{address}/zablokuj", address).status_code == 400
    assert clerk.post(f"{address}/zablokuj", address, reason="suspicious").status_code == 303
    assert browser.get("/").location.startswith("/logowanie")
    assert program.get("/api/v1/customers").status_code == 401
    refused = whole.client().post("/api/v1/tokens", json={"login": "anna", "password": PASSWORD})
    assert refused.status_code == 401
    with whole.portal.database.reading() as connection:
        mail = connection.execute(select(Mail)).one()
        assert mail.template == "account_locked"
        said = whole.portal.sealer.open_json(mail.sealed, "mail", mail.message_id)
    assert said is not None
    assert said["values"] == {"reason": "Zauważyliśmy logowania, które mogły nie być Państwa."}
    again = clerk.post(f"{address}/zablokuj", address, reason="suspicious")
    assert again.status_code == 409
    assert "Ktoś zrobił to przed chwilą." in words(again)
    assert clerk.post(f"{address}/odblokuj", address, reason="cleared-up").status_code == 303
    assert browser.get("/").location.startswith("/logowanie")
    whole.browser("anna")
    details = {each.action: each.detail for each in events(whole, account="anna")}
    assert (details["account.locked"], details["account.unlocked"]) == ("suspicious", "cleared-up")


def test_sessions_are_seen_and_ended(clerk: Clerk, whole: Stack) -> None:
    browser = whole.browser("anna")
    address = page_of(clerk)
    assert "przeglądarka" in words(clerk.get(address))
    assert clerk.post(f"{address}/sesje", address).status_code == 303
    assert browser.get("/").location.startswith("/logowanie")
    assert "Nikt nie jest teraz zalogowany" in words(clerk.get(address))


def test_a_first_password_is_sent_again_and_never_shown(clerk: Clerk, whole: Stack) -> None:
    change(whole, password_until=whole.portal.clock.now())
    address, before = page_of(clerk), anna(whole).password_hash
    answer = clerk.post(f"{address}/haslo", address)
    assert answer.status_code == 303
    after = anna(whole)
    assert after.password_hash != before
    assert (after.password_until - whole.portal.clock.now()).days == 14
    with whole.portal.database.reading() as connection:
        row = connection.execute(select(Mail.__table__)).one()
    assert row.template == "first_password"
    sent = whole.portal.sealer.open_json(row.sealed, "mail", row.message_id)
    assert sent is not None
    assert sent["values"]["password"] not in clerk.get(answer.location).text


@pytest.mark.parametrize(
    ("values", "said"),
    [({"phone": ""}, "Klient ma już własne hasło."), ({"email": None, "password_hash": ""}, "nie ma adresu e-mail")],
)
def test_a_password_in_use_and_one_without_an_address_are_left_alone(
    clerk: Clerk, whole: Stack, values: dict[str, Any], said: str
) -> None:
    change(whole, **values)
    address, before = page_of(clerk), anna(whole).password_hash
    answer = clerk.post(f"{address}/haslo", address)
    assert answer.status_code == 409
    assert said in words(answer)
    assert anna(whole).password_hash == before


def test_the_log_answers_who_saw_or_changed_what_of_a_customer(clerk: Clerk, whole: Stack) -> None:
    address = page_of(clerk, "100001")
    clerk.get(address)
    clerk.post(f"{address}/sesje", address)
    seen = [(each.actor, each.action) for each in events(whole, customer_no="100001")]
    for action in ("account.found", "account.viewed", "account.sessions_ended"):
        assert ("staff:bok", action) in seen
    assert all(each.network == "127.0.0.1" for each in events(whole, customer_no="100001") if "staff" in each.actor)
    assert not [each for each in events(whole, customer_no="100101") if "staff" in each.actor]
    assert not events(whole, customer_no="100001", since=whole.portal.clock.now().replace(hour=23))


def test_the_command_line_does_the_same(whole: Stack, tmp_path: Any) -> None:
    environment = {
        "EBOK_CONFIG": "",
        "EBOK_UTILITY__NAME": "Wodociągi Przykładowo",
        "EBOK_WEB__SECRET_KEY": "for tests only, for tests only, for tests only",
        "EBOK_DATABASE__URL": str(whole.portal.settings.database.url),
        "EBOK_ERP__ADAPTER": "rest",
        "EBOK_ERP__REST__MAPPING": "sandbox_rest",
        "EBOK_ERP__REST__URL": whole.sandbox.url,
    }

    def ebok(*arguments: str, **more: str) -> Any:
        config = tmp_path / "none.toml"
        config.write_text("")
        return CliRunner().invoke(main, ["--config", str(config), *arguments], env={**environment, **more})

    assert ebok("staff", "add", "ola", "--role", "administrator", EBOK_PASSWORD=PASSWORD).exit_code == 1
    added = ebok("staff", "add", "Ola", "--role", "administrator", EBOK_PASSWORD="cztery zupełnie inne słowa")
    assert added.exit_code == 0, added.output
    assert "ola" in ebok("staff", "list").output
    assert "last administrator" in ebok("staff", "lock", "ola").output
    assert ebok("staff", "add", "jan", EBOK_PASSWORD="cztery zupełnie inne słowa").exit_code == 0
    assert ebok("staff", "lock", "jan").exit_code == 0
    assert "locked" in ebok("staff", "list").output
    assert ebok("staff", "unlock", "jan").exit_code == 0
    browser = whole.browser("anna")
    assert ebok("account", "lock", "anna", "--reason", "suspicious").exit_code == 0
    assert browser.get("/").location.startswith("/logowanie")
    assert "locked" in ebok("account", "list", "--locked").output
    assert ebok("account", "unlock", "anna").exit_code == 0
    assert "chosen a password" in ebok("account", "resend-password", "anna").output
    change(whole, password_until=whole.portal.clock.now())
    assert ebok("account", "resend-password", "anna").exit_code == 0
    assert "no such account" in ebok("account", "lock", "nikt").output
    change(whole, second_factor="totp", totp_secret=b"sealed")
    assert ebok("account", "reset-second-factor", "anna").exit_code == 0
    with whole.portal.database.reading() as connection:
        kept = select(Account.second_factor, Account.totp_secret).where(Account.login == "anna")
        assert tuple(connection.execute(kept).one()) in [("email", None), ("off", None)]
    said = ebok("audit", "--customer", "100001").output
    assert "account.locked" in said
    assert "suspicious" in said
    assert "staff.added" in ebok("audit", "--since", "2026-01-01").output
    assert actions(whole).count("audit.searched") == 2
