"""Paying in Chromium, from ticking invoices to the balance of the next day; axe looks at every page on a phone."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from gateway import background
from tests.chromium import CHROMIUM, FLAGS
from tests.gateway.payments.counter import Counter, counter
from tests.stack import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium"),
]
PHONE = {"width": 360, "height": 740}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_PATIENCE = 15_000


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with counter(tmp_path_factory.mktemp("counter")) as made:
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def logged_in(chromium: Browser, here: Counter, login: str, **options: Any) -> Page:
    page = chromium.new_context(base_url=here.url, viewport=PHONE, locale="pl-PL", **options).new_page()
    page.set_default_timeout(_PATIENCE)
    page.goto("/logowanie")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/o/[^/]+/$|/klienci$"))
    return page


def look(page: Page) -> None:
    """It fits a phone and pleases axe."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, page.url
    found = Axe().run(page, options=AXE).response["violations"]
    assert {each["id"]: [node["html"][:200] for node in each["nodes"]] for each in found} == {}, page.url


def test_pick_pay_come_back_wait_and_see_it_booked(here: Counter, chromium: Browser) -> None:
    page = logged_in(chromium, here, "anna")
    home = page.url
    expect(page.locator("main")).to_contain_text("478,76")
    page.get_by_role("link", name="Płatności", exact=True).click()
    look(page)
    page.get_by_role("link", name="Zapłać", exact=True).click()
    page.get_by_role("button", name="Dalej: sprawdź kwotę").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Zaznacz fakturę albo wpisz kwotę.")
    look(page)
    for box in page.locator("input[name=faktura]").all():
        box.check()
    page.get_by_role("button", name="Dalej: sprawdź kwotę").click()
    expect(page.get_by_role("heading", name="Sprawdź i zapłać")).to_be_visible()
    expect(page.locator(".ebok-balance__amount")).to_have_text(re.compile("428,76"))
    look(page)
    page.get_by_role("button", name=re.compile("Zapłać 428,76")).click()
    page.wait_for_url(f"{here.sandbox.url}/p24/**")
    page.get_by_role("button", name="Zapłać").click()
    page.wait_for_url("**/platnosci/powrot")
    expect(page.locator("main")).to_contain_text(re.compile("Zapłacona, czeka na zaksięgowanie"))
    look(page)
    background.run_once(here.portal)  # takes the payment to the billing system
    page.get_by_role("link", name=re.compile("^Płatność P-")).click()
    expect(page.locator("main")).to_contain_text("Potwierdzenie zapłaty")
    look(page)
    number = page.url.rpartition("/")[2]
    page.goto(home)
    expect(page.locator("#balance + .ebok-balance")).to_contain_text("478,76")
    expect(page.get_by_role("heading", name="Wpłaty w drodze")).to_be_visible()
    expect(page.locator("main")).to_contain_text(re.compile(r"w saldzie od 11\smarca 2026"))
    look(page)
    here.set_now("2026-03-11T08:00:00+01:00")
    background.run_once(here.portal)
    page.goto(home)
    expect(page.locator("#balance + .ebok-balance")).to_contain_text("Nic do zapłaty")
    for _ in range(20):  # asked once in some seconds by the machine's clock
        page.goto(f"/platnosci/{number}")
        if page.get_by_text("Płatność jest zaksięgowana.").count():
            break
        page.wait_for_timeout(500)
    expect(page.get_by_text("Płatność jest zaksięgowana.")).to_be_visible()
    look(page)
    page.goto(home)
    assert page.get_by_role("heading", name="Wpłaty w drodze").count() == 0
    page.context.close()


def test_without_scripts_a_payment_is_refused_and_begun_again(here: Counter, chromium: Browser) -> None:
    page = logged_in(chromium, here, "nowa", java_script_enabled=False)
    page.goto(page.url + "platnosci/nowa")
    page.get_by_text("Wpłać dowolną kwotę na poczet przyszłych faktur").click()
    page.get_by_label("Kwota w złotych").fill("33,30")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("Zapłać 33,30")).click()
    page.wait_for_url(f"{here.sandbox.url}/p24/**")
    page.get_by_role("button", name="Wróć bez płacenia").click()
    page.wait_for_url("**/platnosci/powrot")
    page.get_by_role("link", name="Przejdź do płatności").click()
    page.wait_for_url(f"{here.sandbox.url}/p24/**")
    page.get_by_role("button", name="Zapłać").click()
    page.wait_for_url("**/platnosci/powrot")
    expect(page.locator("main")).to_contain_text("33,30")
    page.context.close()


def test_a_manager_pays_for_two_customers(here: Counter, chromium: Browser) -> None:
    page = logged_in(chromium, here, "zarzadca")
    page.goto("/platnosci/nowa")
    look(page)
    details = page.locator("details:has(input[name^=kwota])")
    for place in (0, 1):
        details.nth(place).locator("summary").click()
        details.nth(place).get_by_label("Kwota w złotych").fill("20")
    page.get_by_role("button", name="Dalej: sprawdź kwotę").click()
    expect(page.locator(".ebok-balance__amount")).to_have_text(re.compile("40,00"))
    look(page)
    page.context.close()
