"""Forms for what customers send, in a real browser: by keyboard, without scripts, on a phone, and by axe."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway import background
from tests.chromium import IN_A_BROWSER, arriving, chromium, log_in, look, new_page, served
from tests.gateway.pages.forms import PDF
from tests.stack import PASSWORD, Stack, stack

pytestmark = IN_A_BROWSER
SEND = "main button[type=submit]"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack(tmp_path_factory.mktemp("portal"), face="rest", CACHE__SECONDS="0") as made:
        yield made


@pytest.fixture(scope="module")
def address(office: Stack) -> Iterator[str]:
    with served(office.app) as address:
        yield address


@pytest.fixture(scope="module")
def real_browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def anna(real_browser: Browser, address: str, *, scripts: bool = True) -> Page:
    page = new_page(real_browser, address, java_script_enabled=scripts)
    log_in(page)
    return page


def send(page: Page, by: str = SEND) -> None:
    with arriving(page):
        page.click(by)


def test_a_letter_is_sent_by_keyboard_with_scripts_off(real_browser: Browser, address: str, tmp_path: Path) -> None:
    file = tmp_path / "licznik.pdf"
    file.write_bytes(PDF)
    page = anna(real_browser, address, scripts=False)
    page.goto(page.url + "sprawy/nowa")
    page.focus("#kind")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.focus("#text")
    page.keyboard.type("Bez skryptów też się da.")
    page.set_input_files("#files", [file])
    page.focus(SEND)
    with arriving(page):
        page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Przyjęliśmy Twoje zgłoszenie")
    number = re.search(r"Z-[0-9]{6}-\w{4}-\w{4}", page.content())
    assert number
    page.reload()  # sends the same form once more
    expect(page.locator("main")).to_contain_text(number[0])
    expect(page.get_by_text("Bez skryptów też się da.")).to_be_visible()
    page.click("text=Sprawdzaj, co się z nim dzieje")
    expect(page).to_have_url(re.compile(f"/{number[0]}$"))
    page.context.close()


def test_mistakes_are_focused_and_lead_to_their_fields(real_browser: Browser, address: str) -> None:
    page = anna(real_browser, address)
    page.goto(page.url + "sprawy/nowa")
    send(page)
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#kind")).to_be_focused()
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_typed_outlives_a_logout_in_another_tab(real_browser: Browser, address: str, scripts: bool) -> None:
    page = anna(real_browser, address, scripts=scripts)
    home = page.url
    page.goto(home + "sprawy/nowa")
    page.check("input[value=remark]")
    page.check("input[name=topic] >> nth=0")
    page.fill("#text", "Tego nie chcę pisać drugi raz.")
    other = page.context.new_page()
    other.goto(home)
    send(other, "text=Wyloguj się")
    expect(other).to_have_url(re.compile("/logowanie"))
    send(page)
    expect(page.locator("main")).to_contain_text("Formularza nie wysłaliśmy")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Zaloguj się w nowej karcie").click()
    opened.value.fill("#login", "anna")
    opened.value.fill("#password", PASSWORD)
    opened.value.keyboard.press("Enter")
    opened.value.wait_for_url("**/o/*/")
    _back(page, scripts)
    expect(page.locator("#text")).to_have_value("Tego nie chcę pisać drugi raz.")
    send(page)
    expect(page.locator("main")).to_contain_text("Przyjęliśmy Twoje zgłoszenie")
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_typed_outlives_an_expired_form_and_files_too_large(
    real_browser: Browser, address: str, tmp_path: Path, scripts: bool
) -> None:
    page = anna(real_browser, address, scripts=scripts)
    page.goto(page.url + "sprawy/nowa")
    page.check("input[value=remark]")
    page.check("input[name=topic] >> nth=0")
    page.fill("#text", "Tego też nie.")
    large = tmp_path / "duzy.pdf"
    large.write_bytes(b"x" * (27 * 1024 * 1024))
    page.set_input_files("#files", [large])
    send(page)
    expect(page.locator("main")).to_contain_text("To za dużo naraz")
    _back(page, scripts)
    expect(page.locator("#text")).to_have_value("Tego też nie.")
    page.set_input_files("#files", [])
    page.context.clear_cookies()
    send(page)
    expect(page.locator("main")).to_contain_text("Ta strona straciła ważność")
    expect(page.get_by_role("button", name="Wróć do formularza")).to_be_visible(visible=scripts)
    page.context.close()


def _back(page: Page, scripts: bool) -> None:
    if scripts:
        with arriving(page):
            page.get_by_role("button", name="Wróć do formularza").click()
    else:
        page.go_back()


def test_every_page_fits_a_phone_and_pleases_axe(office: Stack, real_browser: Browser, address: str) -> None:
    page = anna(real_browser, address)
    home = page.url
    for path in (home + "sprawy/nowa", home + "dane", home + "e-faktura", "/awaria"):
        page.goto(path)
        look(page)
    page.fill("#description", "Nie ma wody.")
    send(page)
    expect(page.locator("main")).to_contain_text("Przyjęliśmy")
    look(page)
    for path in ("sprawy/nowa", "dane"):  # the same pages, with mistakes
        page.goto(home + path)
        send(page)
        expect(page.locator(".govuk-error-summary")).to_be_visible()
        look(page)
    page.goto(home + "sprawy")
    look(page)
    send(page, ".ebok-ways a")
    look(page)
    background.run_once(office.portal)
    page.context.close()
