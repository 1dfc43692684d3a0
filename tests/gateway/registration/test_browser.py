"""The registration in a real browser: axe, a phone's width, the summary's focus, the field for a company's NIP."""

import shutil
import threading
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from tests.stack import PASSWORD, stack

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
AXE = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
OPEN = ("przyjeta", "potwierdzono", "odpowiedziano", "potwierdz?token=x")


def right(page: Page) -> None:
    found = Axe().run(page, options=AXE).response["violations"]
    assert {each["id"]: [node["html"][:200] for node in each["nodes"]] for each in found} == {}, page.url
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, page.url


@pytest.mark.parametrize(("width", "language", "theme"), [(360, "uk-UA", "normal"), (1280, "pl-PL", "contrast")])
def test_the_pages_are_right_for_everybody(tmp_path: Path, width: int, language: str, theme: str) -> None:
    with stack(tmp_path, face="rest") as made, sync_playwright() as playwright:
        server = make_server("127.0.0.1", 0, made.app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = chromium.new_page(
            base_url=f"http://127.0.0.1:{server.port}", viewport={"width": width, "height": 740}, locale=language
        )
        page.goto(f"/wyglad?motyw={theme}")
        page.goto("/rejestracja")
        right(page)
        assert not page.locator("#nip").is_visible()
        page.check("#kind-company")
        page.fill("#nip", "123")
        page.click("main form button[type=submit]")
        assert "govuk-error-summary" in page.evaluate("document.activeElement.className")
        page.click(".govuk-error-summary a[href='#nip']")
        assert page.evaluate("document.activeElement.id") == "nip"
        right(page)
        for each in ("/regulamin", "/dane-osobowe", *(f"/rejestracja/{name}" for name in OPEN)):
            page.goto(each)
            right(page)
        page.goto("/logowanie")
        page.fill("#login", "anna")
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        page.goto("/konto/odbiorcy")
        right(page)
        page.click("a[href$='/odlacz']")
        right(page)
        chromium.close()
        server.shutdown()
        server.server_close()
