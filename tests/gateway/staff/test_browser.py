"""The staff's pages in a real browser: the whole login without scripts, accessibility by axe, narrow screens."""

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.staff import people
from tests.chromium import DESK, IN_A_BROWSER, PHONE, arriving, chromium, look, new_page, overflowing, served
from tests.gateway.staff.conftest import PASSWORD
from tests.gateway.staff.test_queue import register
from tests.stack import Stack

pytestmark = IN_A_BROWSER
DARK = {"viewport": DESK, "locale": "en-GB", "color_scheme": "dark"}
CONTRAST = {"viewport": PHONE, "locale": "uk-UA"}


@pytest.fixture
def address(whole: Stack) -> Iterator[str]:
    with served(whole.app) as address:
        yield address


@pytest.fixture(scope="module")
def real_browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def test_from_the_first_login_to_a_decision_without_scripts(real_browser: Browser, address: str, whole: Stack) -> None:
    now = whole.portal.clock.now()
    people.add_staff(whole.portal.database, login="bok", role=people.CLERK, password=PASSWORD, now=now)
    register(whole)
    page = new_page(real_browser, address, java_script_enabled=False)
    page.goto("/staff/")
    page.get_by_label("Login", exact=True).fill("bok")
    page.get_by_label("Hasło", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Zaloguj się").click()
    expect(page.get_by_alt_text("Kod QR")).to_be_visible()
    secret = "".join(page.locator(".ebok-secret").inner_text().split())
    page.get_by_label("Sześć cyfr z aplikacji").fill(pyotp.TOTP(secret).at(int(now.timestamp())))
    page.get_by_role("button", name="Ustaw").click()
    expect(page.locator(".ebok-codes li")).to_have_count(10)
    page.get_by_role("link", name="Kody są zapisane, dalej").click()
    page.get_by_role("link", name="100001").click()
    page.get_by_role("button", name="Potwierdź i daj dostęp").click()
    expect(page.get_by_text("Pierwsze hasło jest w drodze do klienta.")).to_be_visible()
    page.get_by_role("button", name="Wyloguj się").click()
    expect(page.get_by_role("heading", name="Logowanie pracownika")).to_be_visible()
    page.context.close()


class Walk:
    """Somebody who goes through the pages; axe looks at every second one, and all must fit."""

    def __init__(self, page: Page, turn: int) -> None:
        self.page = page
        self._turns = cycle((turn == 0, turn == 1))

    def at(self, path: str) -> "Walk":
        answer = self.page.goto(f"/staff/{path}")
        assert answer is not None
        assert answer.ok, path
        return self._seen()

    def fill(self, field: str, typed: str) -> "Walk":
        self.page.fill(field, typed)
        return self

    def click(self, what: str = "main button[type=submit]") -> "Walk":
        with arriving(self.page):
            self.page.click(what)
        return self._seen()

    def _seen(self) -> "Walk":
        if next(self._turns):
            look(self.page)
        assert overflowing(self.page) <= 0, self.page.url
        return self


@pytest.mark.parametrize(("turn", "reader"), [(0, DARK), (1, CONTRAST)])
def test_axe_finds_nothing_and_nothing_overflows(
    real_browser: Browser, address: str, whole: Stack, turn: int, reader: dict[str, Any]
) -> None:
    """Each page is looked at in one of the looks, and what is to be decided, which has the most on it, in both."""
    now, database = whole.portal.clock.now(), whole.portal.database
    for login, role in (("bok", people.CLERK), ("szefowa", people.ADMINISTRATOR)):
        people.add_staff(database, login=login, role=role, password=PASSWORD, now=now)
    wrong = register(whole, agrees=False, email="bardzo.dlugi.adres.ktory.sie.nie.miesci@poczta.przykladowa.example")
    register(whole)
    whole.browser("anna")
    page = new_page(real_browser, address, **reader)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    if reader is CONTRAST:
        page.goto("/wyglad?motyw=contrast&czcionka=2")
    walk = Walk(page, turn)
    walk.at("logowanie").fill("#login", "szefowa").fill("#password", PASSWORD).click()
    secret = "".join(page.locator(".ebok-secret").inner_text().split())
    walk.fill("#code", pyotp.TOTP(secret).at(int(now.timestamp()))).click()
    for path in ("", "konta", "pracownicy", "dziennik", "regulamin", "ustawienia", "haslo"):
        walk.at(path)
    walk.at("konta").fill("#sought", "100001").click().click(".ebok-choice__link")
    walk.at("dziennik").fill("#customer_no", "100001").click().at("zgloszenia/" + wrong)
    look(page)
    assert [each for each in complaints if "status of 4" not in each] == []
    page.context.close()
