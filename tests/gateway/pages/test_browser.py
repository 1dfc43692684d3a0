"""The pages in a real browser: accessibility by axe, narrow screens, large letters, without JavaScript and with it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from adapters.errors import AdapterError, Rejected, Unavailable
from gateway import error_pages
from gateway.problem_kinds import KINDS
from tests.chromium import DESK, IN_A_BROWSER, PHONE, arriving, chromium, log_in, look, new_page, overflowing, served
from tests.gateway.pages.books import Books

pytestmark = IN_A_BROWSER
EXPECTED = re.compile("status of (4|502|503)")
LIGHT = {"locale": "pl-PL"}
DARK = {"locale": "en-GB", "color_scheme": "dark"}
CONTRAST = {"locale": "uk-UA"}
COLOURFUL = ("", "faktury?status=unpaid", "faktury?od=x&do=y")
MORE_THAN_A_SENTENCE = {
    "busy",
    "form-expired",
    "internal",
    "memory-unavailable",
    "rejected",
    "too-large",
    "unavailable",
}
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def real_browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(real_browser: Browser, address: str, books: Books) -> Iterator[Visit]:
    """Opens a page, logged in unless without a login; every complaint of the console fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(login: str = "anna", **options: Any) -> Page:
        page = new_page(real_browser, address, **{"viewport": DESK, **options})
        contexts.append(page.context)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type in ("error", "warning") and not EXPECTED.search(message.text)
                else None
            ),
        )
        if login:
            log_in(page, login)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize(("turn", "reader"), [(0, LIGHT), (1, DARK), (2, CONTRAST)])
def test_axe_finds_nothing(visit: Visit, turn: int, reader: dict[str, Any]) -> None:
    """Each page in one of the looks, and in all of them those which together have every colour."""
    page = visit(**reader)
    start = page.url
    page.goto(start + "faktury")
    correction = page.get_by_role("link", name="KOR/2026/00003", exact=True).get_attribute("href")
    assert correction
    if reader is CONTRAST:
        page.goto("/wyglad?motyw=contrast")
    in_one = ["faktury", "faktury?od=2026-03-30", "rozliczenia", "umowy", "nie-ma", correction, "/klienci", "/wyglad"]
    for each in (*COLOURFUL, *in_one[turn::3]):
        page.goto(each if each.startswith("/") else start + each)
        look(page)
    if reader is CONTRAST:
        page.context.clear_cookies(name="ebok")
        page.goto("/logowanie")
        look(page)


@pytest.mark.parametrize(
    ("turn", "login", "reader"),
    [
        (0, "anna", {**LIGHT, "viewport": PHONE}),
        (1, "zarzadca", {**DARK, "viewport": DESK}),
        (2, "anna", {**CONTRAST, "viewport": PHONE}),
    ],
)
def test_pages_of_errors_are_right_for_everybody(
    app: Flask, visit: Visit, turn: int, login: str, reader: dict[str, Any]
) -> None:
    """Each page in one look: they all have the same frame. Axe sees those that have more in it than a sentence."""
    page = visit(login, **reader)
    if turn == 2:
        page.goto("/wyglad?motyw=contrast")
    cookies = "; ".join(f"{each['name']}={each['value']}" for each in page.context.cookies())
    written = {}
    for kind, problem in KINDS.items():
        with app.test_request_context("/x", headers={"Cookie": cookies, "Accept-Language": reader["locale"]}):
            written[kind] = error_pages.render(problem, Rejected("no", code="ODB-423"), str(problem.detail))

    def answer(route: Route) -> None:
        route.fulfill(body=written[route.request.url.rpartition("/")[2]], content_type="text/html")

    page.route("**/errors/*", answer)
    assert set(KINDS) > MORE_THAN_A_SENTENCE
    for kind in sorted(KINDS)[turn::3]:
        page.goto(f"/errors/{kind}")
        expect(page.locator("h1")).to_have_count(1)
        # A mistake of ours asks nobody, so here it does not know who reads it.
        asks = kind not in ("internal", "memory-unavailable")
        expect(page.locator("form.ebok-logout")).to_be_visible(visible=asks)
        assert overflowing(page) <= 0, kind
        if kind in MORE_THAN_A_SENTENCE:
            look(page)


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/problems/rejected"])
def test_the_apis_own_pages_fit_and_are_accessible(visit: Visit, path: str) -> None:
    page = visit("", viewport=DESK)
    page.goto(path)
    assert overflowing(page) <= 0
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    look(page)


@pytest.mark.parametrize("error", [Unavailable("away"), Rejected("no", code="ODB-423")])
def test_a_start_page_without_any_part_is_accessible(visit: Visit, books: Books, error: AdapterError) -> None:
    page = visit("anna", viewport=PHONE)
    books.broken = dict.fromkeys(("customer", "ledger", "invoices", "contracts"), error)
    for each in ("", "rozliczenia"):
        page.goto(page.url + each)
        look(page)


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
    with arriving(page):
        page.get_by_role("button", name="Szukaj").click()
    with arriving(page):
        page.get_by_role("link", name="Anna Źródło-Kowalczyk").click()
    expect(page.get_by_role("link", name="Faktury", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Kopiuj")).to_have_count(0)
    with arriving(page):
        page.get_by_role("link", name="Faktury", exact=True).click()
    page.get_by_label("Które faktury").select_option("Wszystkie niezapłacone")
    with arriving(page):
        page.get_by_role("button", name="Pokaż").click()
    expect(page.get_by_text("Znaleźliśmy 2 faktury.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Pobierz FV/2026/00041").click()
    assert download.value.suggested_filename == "faktura-FV-2026-00041.pdf"
    page.get_by_role("link", name="Kontrast").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "contrast")
    expect(page.get_by_text("Znaleźliśmy 2 faktury.")).to_be_visible()
    page.get_by_role("button", name="Wyloguj się").click()
    expect(page.get_by_role("heading", name="Zaloguj się")).to_be_visible()


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
    expect(page.get_by_role("heading", level=1)).to_have_text("Umowy")


def test_a_mistake_takes_the_focus_and_leads_to_its_field(visit: Visit) -> None:
    page = visit()
    page.goto(page.url + "faktury?od=2026-02-31")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Podaj datę").click()
    expect(page.locator("#od")).to_be_focused()
    expect(page.locator("#od")).to_have_value("2026-02-31")


def test_the_account_number_is_copied_without_spaces_and_it_is_said(visit: Visit) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Kopiuj numer konta").click()
    expect(page.get_by_role("status")).to_have_text("Skopiowano numer konta")
    assert page.evaluate("navigator.clipboard.readText()") == "02109010140000000000100001"


def test_the_password_can_be_shown(visit: Visit) -> None:
    page = visit("")
    page.goto("/logowanie")
    page.fill("#password", "tajne")
    page.get_by_role("button", name="Pokaż hasło").click()
    expect(page.locator("#password")).to_have_attribute("type", "text")
    expect(page.get_by_role("button", name="Ukryj hasło")).to_be_visible()


def test_print_leaves_out_what_is_of_no_use_on_paper(visit: Visit) -> None:
    page = visit()
    page.goto(page.url + "faktury")
    left_out = [page.locator(each).first for each in (".ebok-nav", ".ebok-filter", ".ebok-header__tools")]
    for each in left_out:
        expect(each).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text("wydruk z dnia 29 marca 2026")).to_be_visible()
    for each in left_out:
        expect(each).to_be_hidden()
