"""From a paper invoice to a closed account in Chromium, every page looked at with axe on a phone; nothing is left."""

import re
from pathlib import Path

import requests
from playwright.sync_api import Browser, expect

from tests.chromium import IN_A_BROWSER, arriving, chromium, new_page, overflowing, violations
from tests.gateway.journey.clerk import Clerk
from tests.gateway.journey.running import CODE, FIRST_PASSWORD, Demo, demo

pytestmark = IN_A_BROWSER
EMAIL, NEW_EMAIL = "zenobia.marker@poczta.example", "zenobia.druga@poczta.example"
OWN, LATER, LAST = "zielony parasol nad Wisłą", "czerwony rower w Gdyni", "niebieski dzban pod oknem"


class Visitor:
    """Somebody at a phone; each page is right for everybody when they first come to it."""

    def __init__(self, running: Demo, browser: Browser, *, scripts: bool = True) -> None:
        self._demo = running
        self._scripts = scripts
        self.page = new_page(browser, running.url, java_script_enabled=scripts)

    def at(self, path: str) -> "Visitor":
        self.page.goto(path)
        return self._looked()

    def fill(self, **typed: str) -> "Visitor":
        for name, value in typed.items():
            self.page.fill(f"#{name}", value)
        return self

    def press(self, name: str, *, role: str = "button") -> "Visitor":
        with arriving(self.page):
            self.page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]
        return self._looked()

    def reads(self, words: str) -> "Visitor":
        expect(self.page.locator("body")).to_contain_text(words, use_inner_text=True)
        return self

    def is_at(self, path: str) -> "Visitor":
        expect(self.page).to_have_url(re.compile(re.escape(self._demo.url + path) + r"(\?|$)"))
        return self

    def _looked(self) -> "Visitor":
        self._demo.cookies(self.page.context.cookies())
        title = self.page.title()
        if title not in self._demo.looked_at and self._scripts:  # axe is one
            self._demo.looked_at.add(title)
            assert violations(self.page) == {}, self.page.url
        assert overflowing(self.page) <= 0, self.page.url
        return self


def registers(running: Demo, visitor: Visitor) -> None:
    """By keyboard alone, from the first field to the button."""
    page, paper = visitor.at("/rejestracja").page, running.paper("200005")
    page.bring_to_front()
    page.focus("#customer_no")
    for typed in ("200005", paper["invoice_no"], paper["gross"].replace(".", ","), "", "Zenobia Przykładna-Marker"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    for _ in range(2):  # past the telephone to the first box, and past a link to the second
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with arriving(page):
        page.keyboard.press("Enter")
    visitor.is_at("/rejestracja/przyjeta")
    visitor.at(running.link(EMAIL, "/rejestracja/potwierdz")).press("Potwierdzam adres")
    visitor.reads("Adres jest potwierdzony")


def comes_in(running: Demo, visitor: Visitor, first: str) -> None:
    visitor.at("/logowanie").fill(login=EMAIL, password=first).press("Zaloguj się").is_at("/konto/pierwsze-haslo")
    for path in ("/", "/konto", "/klienci", "/konto/regulamin"):
        visitor.at(path).is_at("/konto/pierwsze-haslo")
    weak = "wodociagi123"
    visitor.fill(new_password=weak, repeated=weak).press("Zapisz hasło").reads("Coś trzeba poprawić")
    own = running.secret("own password", OWN)
    visitor.fill(new_password=own, repeated=own).press("Zapisz hasło").is_at("/konto/regulamin")
    for path in ("/", "/konto", "/klienci"):
        visitor.at(path).is_at("/konto/regulamin")
    visitor.press("Dalej").reads("Zaznacz, że akceptujesz regulamin").page.check("#accepted")
    visitor.press("Dalej").reads("Twój numer konta do wpłat").press("Faktury", role="link").reads("Faktury")


def changes_everything(running: Demo, visitor: Visitor) -> None:
    visitor.at("/konto/login").fill(login="zenobia", current_password=OWN).press("Zapisz login")
    visitor.reads("Login jest zmieniony.")
    visitor.at("/konto/e-mail").fill(email=NEW_EMAIL, current_password=OWN).press("Wyślij link")
    link = running.link(NEW_EMAIL, "/konto/e-mail/")
    visitor.at(link).reads(NEW_EMAIL).press("Potwierdzam ten adres").reads("Adres e-mail jest zmieniony")
    visitor.at(link).reads("Ten link został już użyty")
    later = running.secret("later password", LATER)
    visitor.at("/konto/haslo").fill(current_password=OWN, new_password=later, repeated=later).press("Zapisz hasło")
    visitor.reads("Hasło jest zmienione.")


def lets_a_program_read(running: Demo, visitor: Visitor) -> None:
    last_day = f"{running.in_a_month():%d.%m.%Y}"
    visitor.at("/konto/tokeny").fill(name="Biuro rachunkowe", last_day=last_day).press("Utwórz token")
    token = running.secret("personal token", visitor.page.locator("main code").first.inner_text())
    headers = {"Authorization": f"Bearer {token}"}
    address = visitor.page.locator("main .ebok-long").last.inner_text()
    assert requests.get(address, headers=headers, timeout=30).json()["items"]
    visitor.at("/konto/tokeny").press("Odwołaj Biuro rachunkowe")
    assert requests.get(address, headers=headers, timeout=30).status_code == 401


def links_one_more(running: Demo, visitor: Visitor, clerk: Clerk) -> None:
    visitor.at("/konto/odbiorcy").fill(customer_no="200006", **running.paper("200006")).press("Wyślij zgłoszenie")
    visitor.reads("Przyjęliśmy zgłoszenie")
    clerk.decide("200006", "potwierdz")
    linked = visitor.at("/konto/odbiorcy").page.get_by_role("link", name="Odbiorca 200006")
    expect(linked).to_have_count(1)
    visitor.press("Odłącz odbiorcę 200006", role="link").press("Odłącz odbiorcę")
    expect(linked).to_have_count(0)


def forgets_the_password(running: Demo, visitor: Visitor) -> None:
    visitor.at("/haslo").fill(login="zenobia").press("Wyślij link").reads("Sprawdź pocztę")
    last = running.secret("last password", LAST)
    visitor.at(running.link(NEW_EMAIL, "/haslo/nowe/")).fill(new_password=last, repeated=last).press("Zapisz hasło")
    visitor.is_at("/logowanie").fill(login=NEW_EMAIL, password=last).press("Zaloguj się").is_at("/logowanie/kod")
    visitor.fill(code=running.mail(NEW_EMAIL, CODE)).page.check("#remember")
    visitor.press("Dalej").reads("Twój numer konta do wpłat")


def closes(running: Demo, visitor: Visitor) -> None:
    with visitor.page.expect_download() as download:
        visitor.at("/konto").page.get_by_role("link", name="Pobierz moje dane (JSON)").click()
    told = Path(download.value.path()).read_text(encoding="utf-8")
    assert "Zenobia Przykładna-Marker" in told
    assert told.count('"text_hash"') == 2, "the terms were accepted when registering and at the first login"
    visitor.at("/konto/zamkniecie").fill(current_password=LAST).page.check("#sure")
    visitor.press("Zamknij konto").reads("Konto jest zamknięte")
    visitor.at("/logowanie").fill(login="zenobia", password=LAST).press("Zaloguj się").reads("nie pasują do siebie")
    running.mail(NEW_EMAIL, "konto w eBOK zostało zamknięte")


def test_from_a_paper_invoice_to_an_account_one_can_trust(tmp_path: Path) -> None:
    with demo(tmp_path) as running, chromium() as browser:
        visitor, clerk, elsewhere = Visitor(running, browser), Clerk(running), Visitor(running, browser, scripts=False)
        running.secret("holder", "Przykładna-Marker")
        running.secret("telephone", "600000123")
        registers(running, visitor)
        clerk.log_in()
        clerk.decide("200005", "potwierdz")
        comes_in(running, visitor, running.mail(EMAIL, FIRST_PASSWORD))
        changes_everything(running, visitor)
        lets_a_program_read(running, visitor)
        links_one_more(running, visitor, clerk)
        for path in ("/konto/aplikacja", "/konto/zamkniecie", "/haslo"):
            visitor.at(path).is_at(path)
        forgets_the_password(running, elsewhere)
        visitor.at("/konto").is_at("/logowanie")
        closes(running, elsewhere)
        running.nothing_left()
