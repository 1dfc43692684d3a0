"""The staff's pages in a real browser: the whole login without scripts, accessibility by axe, narrow screens."""

import threading
from collections.abc import Iterator

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from gateway.staff import people
from tests.gateway.pages.test_browser import AXE, CHROMIUM, DESK, FLAGS, PHONE, overflowing
from tests.gateway.staff.conftest import PASSWORD
from tests.gateway.staff.test_queue import register
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium"),
]


@pytest.fixture
def address(whole: Stack) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, whole.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


def test_from_the_first_login_to_a_decision_without_scripts(chromium: Browser, address: str, whole: Stack) -> None:
    now = whole.portal.clock.now()
    people.add_staff(whole.portal.database, login="bok", role=people.CLERK, password=PASSWORD, now=now)
    register(whole)
    context = chromium.new_context(base_url=address, viewport=PHONE, java_script_enabled=False, locale="pl-PL")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/staff/")
    page.get_by_label("Login", exact=True).fill("bok")
    page.get_by_label("Hasło", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Zaloguj się").click()
    assert page.get_by_alt_text("Kod QR").is_visible()
    secret = "".join(page.locator(".ebok-secret").inner_text().split())
    page.get_by_label("Sześć cyfr z aplikacji").fill(pyotp.TOTP(secret).at(int(now.timestamp())))
    page.get_by_role("button", name="Ustaw").click()
    assert page.locator(".ebok-codes li").count() == 10
    page.get_by_role("link", name="Kody są zapisane, dalej").click()
    page.get_by_role("link", name="100001").click()
    page.get_by_role("button", name="Potwierdź i daj dostęp").click()
    assert page.get_by_text("Pierwsze hasło jest w drodze do klienta.").is_visible()
    page.get_by_role("button", name="Wyloguj się").click()
    assert page.get_by_role("heading", name="Logowanie pracownika").is_visible()
    context.close()


@pytest.mark.parametrize(("look", "language", "size"), [("dark", "en-GB", DESK), ("contrast", "uk-UA", PHONE)])
def test_axe_finds_nothing_and_nothing_overflows(
    chromium: Browser, address: str, whole: Stack, look: str, language: str, size: dict[str, int]
) -> None:
    now, database = whole.portal.clock.now(), whole.portal.database
    for login, role in (("bok", people.CLERK), ("szefowa", people.ADMINISTRATOR)):
        people.add_staff(database, login=login, role=role, password=PASSWORD, now=now)
    wrong = register(whole, agrees=False, email="bardzo.dlugi.adres.ktory.sie.nie.miesci@poczta.przykladowa.example")
    register(whole)
    whole.browser("anna")
    scheme = "dark" if look == "dark" else "light"
    context = chromium.new_context(base_url=address, viewport=size, locale=language, color_scheme=scheme)  # type: ignore[arg-type]
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    if look == "contrast":
        page.goto("/wyglad?motyw=contrast&czcionka=2")
    _log_in(page, int(now.timestamp()))
    for path in ("", "zgloszenia/" + wrong, "konta", "pracownicy", "dziennik", "regulamin", "ustawienia", "haslo"):
        page.goto(f"/staff/{path}")
        _check(page)
    page.goto("/staff/konta")
    page.fill("#sought", "100001")
    page.click("main button[type=submit]")
    _check(page)
    page.click(".ebok-choice__link")
    _check(page)
    page.goto("/staff/dziennik")
    page.fill("#customer_no", "100001")
    page.click("main button[type=submit]")
    _check(page)
    assert [each for each in complaints if "status of 4" not in each] == []
    context.close()


def _log_in(page: Page, at: int) -> None:
    page.goto("/staff/logowanie")
    _check(page)
    page.fill("#login", "szefowa")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    _check(page)
    secret = "".join(page.locator(".ebok-secret").inner_text().split())
    page.fill("#code", pyotp.TOTP(secret).at(at))
    page.click("main button[type=submit]")
    _check(page)


def _check(page: Page) -> None:
    found = Axe().run(page, options=AXE).response["violations"]
    assert {each["id"]: [node["html"][:200] for node in each["nodes"]] for each in found} == {}, page.url
    assert overflowing(page) <= 0, page.url
