"""The hint how strong a new password is: from the server after a try, and while typing where there are scripts."""

import shutil
import threading
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from gateway.password_rules import Strength, strength
from tests.gateway.selfservice.conftest import Office, post
from tests.stack import PASSWORD, stack

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ENOUGH, GOOD, STRONG = "parasol nad 9", "zielony parasol 9", "zielony parasol nad Wisłą"


@pytest.mark.parametrize(("typed", "found"), [(ENOUGH, "enough"), (GOOD, "good"), (STRONG, "strong")])
def test_more_and_more_different_characters_are_stronger(typed: str, found: str) -> None:
    assert strength(typed) == found
    assert strength("abcde" * 8) is Strength.ENOUGH, "length alone is not strength"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("parasol", "Wpisane hasło ma znaków: 7. Potrzeba co najmniej 12."),
        (ENOUGH, "Wpisane hasło wystarczy."),
        (GOOD, "Wpisane hasło jest dobre."),
        (STRONG, "Wpisane hasło jest mocne."),
        ("qwertyuiop123", "na liście często używanych"),
    ],
)
def test_the_server_says_it_after_a_try_without_scripts(office: Office, typed: str, said: str) -> None:
    browser = office.browser(office.account())
    other = {"current_password": PASSWORD, "new_password": typed, "repeated": typed}
    wrong = other if len(typed) < 12 or "qwerty" in typed else {**other, "repeated": "co innego"}
    answer = post(browser, "/konto/haslo", wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert ("Wpisane hasło jest" in answer.text) == (typed in (GOOD, STRONG))
    assert typed not in answer.text


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
def test_the_script_says_it_while_typing(tmp_path: Path) -> None:
    with stack(tmp_path, face="rest") as made, sync_playwright() as playwright:
        server = make_server("127.0.0.1", 0, made.app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = chromium.new_page(base_url=f"http://127.0.0.1:{server.port}", locale="pl-PL")
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto("/logowanie")
        page.fill("#login", "anna")
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        page.goto("/konto/haslo")
        for typed, said in (
            ("", ""),
            ("parasol", "Brakuje znaków: 5."),
            ("aaaaaaaaaaaaaa", "To ciągle te same znaki, więc łatwo je odgadnąć."),
            (ENOUGH, "Długość wystarczy. Jeszcze jedno słowo będzie lepsze."),
            (GOOD, "Długość jest dobra."),
            (STRONG, "Długość jest bardzo dobra."),
        ):
            page.fill("#new_password", typed)
            assert page.locator("#new_password-strength").inner_text() == said
        assert complaints == [], "the policy of contents lets the script run"
        chromium.close()
        server.shutdown()
