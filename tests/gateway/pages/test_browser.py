"""The pages in a real browser: accessibility by axe, narrow screens, large letters, without JavaScript and with it."""

import re
import threading
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright
from werkzeug.serving import make_server

from adapters.errors import AdapterError, Rejected, Unavailable
from gateway import error_pages
from gateway.problems import KINDS
from tests.chromium import CHROMIUM, FLAGS
from tests.gateway.pages.books import Books
from tests.gateway.pages.conftest import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium"),
]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
AXE = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
EXPECTED = re.compile("status of (4|502|503)")
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, address: str, books: Books) -> Iterator[Visit]:
    """Opens a browser, logged in unless without a login; every complaint of the console fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(login: str = "anna", **options: object) -> Page:
        context = chromium.new_context(base_url=address, **{"viewport": DESK, "locale": "pl-PL", **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type in ("error", "warning") and not EXPECTED.search(message.text)
                else None
            ),
        )
        page.goto("/logowanie")
        if login:
            page.fill("#login", login)
            page.fill("#password", PASSWORD)
            page.click("main button[type=submit]")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def every_address(page: Page) -> list[str]:
    """The pages of the customer whose start page is open, well used and badly used."""
    start = page.url
    page.goto(start + "faktury")
    correction = page.get_by_role("link", name="KOR/2026/00003", exact=True).get_attribute("href")
    assert correction
    pages = [
        "",
        "faktury",
        "faktury?status=unpaid",
        "faktury?od=x&do=y",
        "faktury?od=2026-03-30",
        "rozliczenia",
        "umowy",
    ]
    return [*(start + each for each in [*pages, "nie-ma"]), correction, "/klienci", "/wyglad"]


def overflowing(page: Page) -> int:
    found: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found


@pytest.mark.parametrize(("look", "language"), [("light", "pl-PL"), ("dark", "en-GB"), ("contrast", "uk-UA")])
def test_axe_finds_nothing(visit: Visit, language: str, look: str) -> None:
    page = visit(locale=language, color_scheme="dark" if look == "dark" else "light")
    start = page.url
    if look == "contrast":
        page.goto("/wyglad?motyw=contrast")
        page.goto(start)
    stranger = visit("", locale=language, color_scheme="dark" if look == "dark" else "light")
    assert _violations(stranger) == {}
    for address in every_address(page):
        page.goto(address)
        assert _violations(page) == {}, address


def _violations(page: Page) -> dict[str, list[str]]:
    found = Axe().run(page, options=AXE).response["violations"]
    return {each["id"]: [node["html"][:200] for node in each["nodes"]] for each in found}


@pytest.mark.parametrize(
    ("login", "look", "language", "size", "turn"),
    [
        ("anna", "light", "pl-PL", PHONE, 0),
        ("zarzadca", "dark", "en-GB", DESK, 1),
        ("anna", "contrast", "uk-UA", PHONE, 2),
    ],
)
def test_axe_finds_nothing_on_pages_of_errors(
    app: Flask, visit: Visit, books: Books, login: str, look: str, language: str, size: dict[str, int], turn: int
) -> None:
    """Each page in one look: they all have the same frame."""
    page = visit(login, viewport=size, locale=language, color_scheme="dark" if look == "dark" else "light")
    if look == "contrast":
        page.goto("/wyglad?motyw=contrast")
    cookies = "; ".join(f"{each['name']}={each['value']}" for each in page.context.cookies())
    written = {}
    for kind, problem in KINDS.items():
        with app.test_request_context("/x", headers={"Cookie": cookies, "Accept-Language": language}):
            written[kind] = error_pages.render(problem, Rejected("no", code="ODB-423"), str(problem.detail))

    def answer(route: Route) -> None:
        route.fulfill(body=written[route.request.url.rpartition("/")[2]], content_type="text/html")

    page.route("**/errors/*", answer)
    for kind in sorted(KINDS)[turn::3]:
        page.goto(f"/errors/{kind}")
        assert page.locator("h1").count() == 1, kind
        # A mistake of ours asks nobody, so here it does not know who reads it.
        assert page.locator("form.ebok-logout").is_visible() == (kind not in ("internal", "memory-unavailable")), kind
        assert _violations(page) == {}, kind
        assert overflowing(page) <= 0, kind


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/problems/rejected"])
def test_the_apis_own_pages_fit_and_are_accessible(visit: Visit, path: str, size: dict[str, int]) -> None:
    page = visit("", viewport=size)
    page.goto(path)
    assert overflowing(page) <= 0
    if size is PHONE:  # the same page, and a large one
        assert _violations(page) == {}


@pytest.mark.parametrize("error", [Unavailable("away"), Rejected("no", code="ODB-423")])
def test_a_start_page_without_any_part_is_accessible(visit: Visit, books: Books, error: AdapterError) -> None:
    page = visit("anna", viewport=PHONE)
    books.broken = dict.fromkeys(("customer", "ledger", "invoices", "contracts"), error)
    for each in ("", "rozliczenia"):
        page.goto(page.url + each)
        assert _violations(page) == {}
        assert overflowing(page) <= 0


@pytest.mark.parametrize(("login", "size"), [("anna", "0"), ("nowy", "1"), ("firma", "2")])
def test_a_phone_never_scrolls_sideways(visit: Visit, login: str, size: str) -> None:
    page = visit(login, viewport=PHONE, locale="uk-UA")
    start = page.url
    page.goto(f"/wyglad?czcionka={size}")
    for each in ("", "faktury", "faktury?od=x&do=y", "rozliczenia", "umowy", "nie-ma"):
        page.goto(start + each)
        assert overflowing(page) <= 0, each
        small = page.evaluate(
            "[...document.querySelectorAll('header a, .ebok-bar a, button:not([hidden])')]"
            ".map(each => each.getBoundingClientRect()).filter(box => box.height && box.height < 24).length"
        )
        assert small == 0, each


def test_letters_twice_as_large_still_fit(visit: Visit) -> None:
    """What a reader's own setting of 200 % does: half the room, as WCAG 1.4.4 and 1.4.10 ask."""
    page = visit("firma", viewport={"width": 640, "height": 512}, device_scale_factor=2)
    start = page.url
    for each in ("", "faktury", "rozliczenia", "umowy"):
        page.goto(start + each)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert overflowing(page) <= 0, each


def test_everything_works_without_javascript(visit: Visit) -> None:
    page = visit("zarzadca", java_script_enabled=False)
    page.get_by_label("Nazwa, adres albo numer odbiorcy").fill("źródło")
    page.get_by_role("button", name="Szukaj").click()
    page.get_by_role("link", name="Anna Źródło-Kowalczyk").click()
    assert page.get_by_role("button", name="Kopiuj").count() == 0
    page.get_by_role("link", name="Faktury", exact=True).click()
    page.get_by_label("Które faktury").select_option("Wszystkie niezapłacone")
    page.get_by_role("button", name="Pokaż").click()
    assert page.get_by_text("Znaleźliśmy 2 faktury.").is_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Pobierz FV/2026/00041").click()
    assert download.value.suggested_filename == "faktura-FV-2026-00041.pdf"
    page.get_by_role("link", name="Kontrast").click()
    assert page.locator("html").get_attribute("data-theme") == "contrast"
    assert page.get_by_text("Znaleźliśmy 2 faktury.").is_visible()
    page.get_by_role("button", name="Wyloguj się").click()
    assert page.get_by_role("heading", name="Zaloguj się").is_visible()


def test_the_keyboard_alone_reaches_the_content_and_the_pages(visit: Visit) -> None:
    page = visit()
    page.bring_to_front()
    skip = page.get_by_role("link", name="Przejdź do treści")
    page.locator("body").press("Tab")
    expect(skip).to_be_focused()
    assert skip.bounding_box()["height"] > 20  # type: ignore[index]
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.get_by_role("link", name="Umowy", exact=True).focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == "Umowy"


def test_a_mistake_takes_the_focus_and_leads_to_its_field(visit: Visit) -> None:
    page = visit()
    page.goto(page.url + "faktury?od=2026-02-31")
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    page.get_by_role("link", name="Podaj datę").click()
    assert page.evaluate("document.activeElement.id") == "od"
    assert page.locator("#od").input_value() == "2026-02-31"


def test_the_account_number_is_copied_without_spaces_and_it_is_said(visit: Visit) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Kopiuj numer konta").click()
    assert page.get_by_role("status").inner_text() == "Skopiowano numer konta"
    assert page.evaluate("navigator.clipboard.readText()") == "02109010140000000000100001"


def test_the_password_can_be_shown(visit: Visit) -> None:
    page = visit("")
    page.fill("#password", "tajne")
    page.get_by_role("button", name="Pokaż hasło").click()
    assert page.locator("#password").get_attribute("type") == "text"
    assert page.get_by_role("button", name="Ukryj hasło").is_visible()


def test_print_leaves_out_what_is_of_no_use_on_paper(visit: Visit) -> None:
    page = visit()
    page.goto(page.url + "faktury")
    page.emulate_media(media="print")
    assert page.get_by_text("wydruk z dnia 29 marca 2026").is_visible()
    for gone in (".ebok-nav", ".ebok-filter", ".govuk-pagination", ".ebok-header__tools", ".ebok-noprint"):
        assert not page.locator(gone).first.is_visible(), gone
