"""Paying in Chromium, from ticking invoices to the balance of the next day; axe looks at every page on a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from gateway import background
from tests.chromium import IN_A_BROWSER, arriving, chromium, log_in, look, new_page
from tests.gateway.payments.counter import Counter, counter

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with counter(tmp_path_factory.mktemp("counter")) as made:
        yield made


@pytest.fixture(scope="module")
def real_browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def test_pick_pay_come_back_wait_and_see_it_booked(here: Counter, real_browser: Browser) -> None:
    page = new_page(real_browser, here.url)
    home = log_in(page)
    expect(page.locator("main")).to_contain_text("478,76")
    with arriving(page):
        page.get_by_role("link", name="Płatności", exact=True).click()
    look(page)
    with arriving(page):
        page.get_by_role("link", name="Zapłać", exact=True).click()
    with arriving(page):
        page.get_by_role("button", name="Dalej: sprawdź kwotę").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Zaznacz fakturę albo wpisz kwotę.")
    look(page)
    for box in page.locator("input[name=faktura]").all():
        box.check()
    with arriving(page):
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
    with arriving(page):
        page.get_by_role("link", name=re.compile("^Płatność P-")).click()
    expect(page.locator("main")).to_contain_text("Potwierdzenie zapłaty")
    look(page)
    number = page.url.rpartition("/")[2]
    page.goto(home)
    expect(page.locator("#balance + .ebok-balance")).to_contain_text("478,76")
    expect(page.get_by_role("heading", name="Wpłaty w drodze")).to_have_count(0)
    expect(page.locator(".ebok-pending")).to_contain_text(
        re.compile(rf"{number}.*wejdzie do salda 11\smarca 2026", re.S)
    )
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
    expect(page.get_by_role("heading", name="Wpłaty w drodze")).to_have_count(0)
    page.context.close()


def test_without_scripts_a_payment_is_refused_and_begun_again(here: Counter, real_browser: Browser) -> None:
    page = new_page(real_browser, here.url, java_script_enabled=False)
    page.goto(log_in(page, "nowa") + "platnosci/nowa")
    page.get_by_text("Wpłać dowolną kwotę na poczet przyszłych faktur").click()
    page.get_by_label("Kwota w złotych").fill("33,30")
    with arriving(page):
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


def test_a_manager_pays_for_two_customers(here: Counter, real_browser: Browser) -> None:
    page = new_page(real_browser, here.url)
    log_in(page, "zarzadca")
    page.goto("/platnosci/nowa")
    look(page)
    details = page.locator("details:has(input[name^=kwota])")
    for place in (0, 1):
        details.nth(place).locator("summary").click()
        details.nth(place).get_by_label("Kwota w złotych").fill("20")
    with arriving(page):
        page.get_by_role("button", name="Dalej: sprawdź kwotę").click()
    expect(page.locator(".ebok-balance__amount")).to_have_text(re.compile("40,00"))
    look(page)
    page.context.close()
