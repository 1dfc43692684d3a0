"""The hint how strong a new password is: from the server after a try, and while typing where there are scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from gateway.password_rules import Strength, strength
from tests.chromium import chromium, in_a_browser, log_in, new_page, served
from tests.gateway.selfservice.conftest import Office, post
from tests.stack import PASSWORD, stack

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


@in_a_browser
def test_the_script_says_it_while_typing(tmp_path: Path) -> None:
    with stack(tmp_path, face="rest") as made, served(made.app) as address, chromium() as browser:
        page = new_page(browser, address)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        log_in(page)
        page.goto("/konto/haslo")
        hint = page.locator("#new_password-strength")
        for typed, said in (
            ("parasol", "Brakuje znaków: 5."),
            ("aaaaaaaaaaaaaa", "To ciągle te same znaki, więc łatwo je odgadnąć."),
            (ENOUGH, "Długość wystarczy. Jeszcze jedno słowo będzie lepsze."),
            (GOOD, "Długość jest dobra."),
            (STRONG, "Długość jest bardzo dobra."),
            ("", ""),
        ):
            page.fill("#new_password", typed)
            expect(hint).to_have_text(said)
        assert complaints == [], "the policy of contents lets the script run"
