"""What was copied before somebody logged out, changed their password or was locked: it opens nothing afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from gateway.accounts import add_account
from gateway.models import Account, Mail
from tests.gateway.pages.reading import link
from tests.gateway.selfservice.conftest import NEW_PASSWORD, post
from tests.gateway.staff.conftest import PASSWORD, Clerk, Hire
from tests.stack import Api, Stack

LOGIN, EMAIL = "okradziona", "okradziona@poczta.example"
CHANGE = {"current_password": PASSWORD, "new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
COOKIE, TOKEN, PERSONAL, CHALLENGE = "cookie", "token", "personal token", "challenge"
EVERYTHING = {COOKIE, TOKEN, PERSONAL, CHALLENGE}


@dataclass
class Robbed:
    """A customer, at a browser and with a program, and a thief who has copied every key that there is."""

    whole: Stack
    clerk: Clerk
    browser: FlaskClient
    program: Api
    copied: dict[str, str]
    personal_id: str

    def api(self, method: str, path: str, body: Any = None, *, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {key or self.program.token}"}
        return self.whole.client().open(f"/api/v1/{path}", method=method, json=body, headers=headers)

    def opens(self) -> set[str]:
        """Which of the copies open anything, on any page or path."""
        at, thief = self.program.at.removeprefix("/api/v1/"), self.whole.client()
        thief.set_cookie("ebok", self.copied[COOKIE])
        pages = ("/klienci", "/konto", "/konto/tokeny", f"/o/{at.rpartition('/')[2]}/")
        found = {COOKIE} if any(thief.get(page).status_code == 200 for page in pages) else set()
        for kind, paths in (
            (TOKEN, ("customers", "account", "account/sessions", f"{at}/invoices", f"{at}/balance")),
            (PERSONAL, (f"{at}/invoices",)),
        ):
            answers = [self.api("GET", path, key=self.copied[kind]).status_code for path in paths]
            assert set(answers) <= {200, 401}, answers
            if 200 in answers:
                found.add(kind)
        wrong = {"challenge": self.copied[CHALLENGE], "code": "000000"}
        if self.api("POST", "tokens/second-factor", wrong).status_code != 401:
            found.add(CHALLENGE)
        return found

    def page(self) -> str:
        """The account as the clerk sees it."""
        return link(self.clerk.post("/staff/konta", sought=LOGIN), LOGIN)

    def at_the_clerks(self, act: str, **data: str) -> None:
        page = self.page()
        assert self.clerk.post(f"{page}/{act}", page, **data).status_code == 303

    def set(self, **values: Any) -> None:
        with self.whole.portal.database.transaction() as connection:
            connection.execute(update(Account).where(Account.login == LOGIN).values(**values))


@pytest.fixture
def robbed(whole: Stack, clerk: Clerk) -> Robbed:
    portal = whole.portal
    add_account(
        portal.database,
        login=LOGIN,
        password=PASSWORD,
        customer_nos=["100001"],
        now=portal.clock.now(),
        accepted=portal.terms.terms,
    )
    browser, program = whole.browser(LOGIN), whole.api(LOGIN)
    cookie = browser.get_cookie("ebok")
    assert cookie is not None
    wish = {"name": "biuro", "customer": program.customers[0]["id"], "last_day": "2026-03-20"}
    made = Robbed(whole, clerk, browser, program, {COOKIE: cookie.value, TOKEN: program.token}, "")
    made.copied[PERSONAL] = made.api("POST", "account/personal-tokens", wish).json["token"]
    made.personal_id = made.api("GET", "account/personal-tokens").json[0]["id"]
    made.set(email=EMAIL, second_factor="email")
    asked = whole.client().post("/api/v1/tokens", json={"login": LOGIN, "password": PASSWORD})
    made.copied[CHALLENGE] = asked.json["challenge"]
    assert made.opens() == EVERYTHING
    return made


def log_out(robbed: Robbed) -> None:
    assert post(robbed.browser, "/wylogowanie", {}, form="/konto").status_code == 303


def log_the_program_out(robbed: Robbed) -> None:
    assert robbed.api("DELETE", "tokens").status_code == 204


def revoke(robbed: Robbed) -> None:
    assert robbed.api("DELETE", f"account/personal-tokens/{robbed.personal_id}").status_code == 204


def change_password(robbed: Robbed) -> None:
    assert post(robbed.browser, "/konto/haslo", CHANGE).status_code == 303
    assert robbed.browser.get("/konto").status_code == 200, "whoever changes it stays, with a new cookie"


def change_password_over_the_api(robbed: Robbed) -> None:
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert robbed.api("POST", "account/password", body).status_code == 200


def put_a_forgotten_password_anew(robbed: Robbed) -> None:
    stranger, portal = robbed.whole.client(), robbed.whole.portal
    assert post(stranger, "/haslo", {"login": LOGIN}).status_code == 200
    with portal.database.reading() as connection:
        row = connection.execute(select(Mail).where(Mail.template == "password_reset")).one()
    mail = portal.sealer.open_json(row.sealed, "mail", row.message_id)
    assert mail is not None
    address = "/" + mail["values"]["link"].split("/", 3)[3]
    assert post(stranger, address, {"new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}).status_code == 303


def lock(robbed: Robbed) -> None:
    robbed.at_the_clerks("zablokuj", reason="suspicious")


def lock_and_unlock(robbed: Robbed) -> None:
    lock(robbed)
    robbed.at_the_clerks("odblokuj", reason="cleared-up")


def end_sessions_at_the_clerks(robbed: Robbed) -> None:
    robbed.at_the_clerks("sesje")


def send_a_first_password_again(robbed: Robbed) -> None:
    robbed.set(password_until=robbed.whole.portal.clock.now())
    robbed.at_the_clerks("haslo")


def close(robbed: Robbed) -> None:
    answer = post(robbed.browser, "/konto/zamkniecie", {"current_password": PASSWORD, "sure": "1"})
    assert answer.location == "/konto/zamkniete"


@pytest.mark.parametrize(
    ("end", "ended"),
    [
        (log_out, {COOKIE}),
        (log_the_program_out, {TOKEN}),
        (revoke, {PERSONAL}),
        (change_password, EVERYTHING),
        (change_password_over_the_api, EVERYTHING),
        (put_a_forgotten_password_anew, EVERYTHING),
        (lock, EVERYTHING),
        (lock_and_unlock, EVERYTHING),
        (end_sessions_at_the_clerks, EVERYTHING),
        (send_a_first_password_again, EVERYTHING),
        (close, EVERYTHING),
    ],
)
def test_what_was_copied_before_opens_nothing_after(
    robbed: Robbed, end: Callable[[Robbed], None], ended: set[str]
) -> None:
    end(robbed)
    assert robbed.opens() == EVERYTHING - ended


STAFF_PAGES = ("/staff/", "/staff/konta", "/staff/haslo")


@pytest.mark.parametrize("act", ["wylogowanie", "haslo", "zablokuj", "odblokuj", "drugi-skladnik"])
def test_a_copied_cookie_of_the_staff_opens_nothing_after(act: str, clerk: Clerk, hire: Hire, whole: Stack) -> None:
    cookie, thief = clerk.client.get_cookie("ebok-staff"), whole.client()
    assert cookie is not None
    thief.set_cookie("ebok-staff", cookie.value)
    assert [thief.get(page).status_code for page in STAFF_PAGES] == [200] * 3
    if act == "wylogowanie":
        assert clerk.post("/staff/wylogowanie", "/staff/").status_code == 303
    elif act == "haslo":
        form = {"current": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
        assert clerk.post("/staff/haslo", **form).status_code == 303
        assert clerk.get("/staff/").status_code == 200, "whoever changes it stays, with a new cookie"
    else:
        chief, people = hire("szefowa", "administrator"), "/staff/pracownicy"
        way = next(each for each in chief.get(people).text.split('action="') if "/zablokuj" in each).split('"')[0]
        for each in ["zablokuj", "odblokuj"] if act == "odblokuj" else [act]:
            assert chief.post(way.replace("zablokuj", each), people).status_code == 303
    thief = whole.client()  # the answer may have taken the cookie from the first one
    thief.set_cookie("ebok-staff", cookie.value)
    assert [thief.get(page).status_code for page in STAFF_PAGES] == [303] * 3
