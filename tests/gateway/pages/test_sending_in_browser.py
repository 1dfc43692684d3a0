"""Forms for what customers send, in a real browser: by keyboard, without scripts, on a phone, and by axe."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from gateway import background
from tests.chromium import CHROMIUM, FLAGS
from tests.gateway.pages.forms import PDF
from tests.stack import PASSWORD, Stack, stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium"),
]
PHONE = {"width": 360, "height": 740}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack(tmp_path_factory.mktemp("portal"), face="rest", CACHE__SECONDS="0") as made:
        yield made


@pytest.fixture(scope="module")
def address(office: Stack) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, office.app, threaded=True)
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


def anna(chromium: Browser, address: str, **options: Any) -> Page:
    page = chromium.new_context(base_url=address, viewport=PHONE, locale="pl-PL", **options).new_page()
    page.goto("/logowanie")
    page.fill("#login", "anna")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/*/")
    return page


def test_a_letter_is_sent_by_keyboard_with_scripts_off(
    office: Stack, chromium: Browser, address: str, tmp_path: Path
) -> None:
    file = tmp_path / "licznik.pdf"
    file.write_bytes(PDF)
    page = anna(chromium, address, java_script_enabled=False)
    page.goto(page.url + "sprawy/nowa")
    page.focus("#kind")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.focus("#text")
    page.keyboard.type("Bez skryptów też się da.")
    page.set_input_files("#files", [file])
    page.focus("main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Przyjęliśmy Twoje zgłoszenie")
    number = re.search(r"Z-[0-9]{6}-\w{4}-\w{4}", page.content())
    assert number
    page.reload()  # sends the same form once more
    assert number[0] in page.content()
    assert page.get_by_text("Bez skryptów też się da.").is_visible()
    page.click("text=Sprawdzaj, co się z nim dzieje")
    assert page.url.endswith(number[0])
    page.context.close()


def test_mistakes_are_focused_and_lead_to_their_fields(office: Stack, chromium: Browser, address: str) -> None:
    page = anna(chromium, address)
    page.goto(page.url + "sprawy/nowa")
    page.click("main button[type=submit]")
    page.wait_for_selector(".govuk-error-summary")
    assert page.evaluate("document.activeElement.classList.contains('govuk-error-summary')")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "kind"
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_typed_outlives_a_logout_in_another_tab(
    office: Stack, chromium: Browser, address: str, scripts: bool
) -> None:
    page = anna(chromium, address, java_script_enabled=scripts)
    home = page.url
    page.goto(home + "sprawy/nowa")
    page.check("input[value=remark]")
    page.check("input[name=topic] >> nth=0")
    page.fill("#text", "Tego nie chcę pisać drugi raz.")
    other = page.context.new_page()
    other.goto(home)
    other.click("text=Wyloguj się")
    other.wait_for_url("**/logowanie")
    page.click("main button[type=submit]")
    page.wait_for_selector("text=Formularza nie wysłaliśmy")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Zaloguj się w nowej karcie").click()
    opened.value.fill("#login", "anna")
    opened.value.fill("#password", PASSWORD)
    opened.value.keyboard.press("Enter")
    opened.value.wait_for_url("**/o/*/")
    _back(page, scripts)
    assert page.input_value("#text") == "Tego nie chcę pisać drugi raz."
    page.click("main button[type=submit]")
    page.wait_for_selector("text=Przyjęliśmy Twoje zgłoszenie")
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_typed_outlives_an_expired_form_and_files_too_large(
    office: Stack, chromium: Browser, address: str, tmp_path: Path, scripts: bool
) -> None:
    page = anna(chromium, address, java_script_enabled=scripts)
    page.goto(page.url + "sprawy/nowa")
    page.check("input[value=remark]")
    page.check("input[name=topic] >> nth=0")
    page.fill("#text", "Tego też nie.")
    large = tmp_path / "duzy.pdf"
    large.write_bytes(b"x" * (27 * 1024 * 1024))
    page.set_input_files("#files", [large])
    page.click("main button[type=submit]")
    page.wait_for_selector("text=To za dużo naraz")
    _back(page, scripts)
    assert page.input_value("#text") == "Tego też nie."
    page.set_input_files("#files", [])
    page.context.clear_cookies()
    page.click("main button[type=submit]")
    page.wait_for_selector("text=Ta strona straciła ważność")
    assert page.get_by_role("button", name="Wróć do formularza").is_visible() == scripts
    page.context.close()


def _back(page: Page, scripts: bool) -> None:
    if scripts:
        page.get_by_role("button", name="Wróć do formularza").click()
    else:
        page.go_back()
    page.wait_for_selector("#text")


def test_every_page_fits_a_phone_and_pleases_axe(office: Stack, chromium: Browser, address: str) -> None:
    page = anna(chromium, address)
    home = page.url
    found = {}
    for path in (home + "sprawy/nowa", home + "dane", home + "e-faktura", "/awaria", home + "sprawy"):
        page.goto(path)
        _look(page, found, path)
        if path.endswith("sprawy"):
            page.click(".ebok-ways a")
            _look(page, found, "case")
        elif not path.endswith("e-faktura"):
            page.click("main button[type=submit]")
            page.wait_for_load_state()
            if path == "/awaria":
                page.fill("#description", "Nie ma wody.")
                page.click("main button[type=submit]")
                page.wait_for_selector("text=Przyjęliśmy")
            _look(page, found, path + " sent")
    assert {name: told for name, told in found.items() if told} == {}
    background.run_once(office.portal)
    page.context.close()


def _look(page: Page, found: dict[str, Any], name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
    answer = Axe().run(page, options=AXE).response
    found[name] = [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in answer["violations"]]
