"""The registration in a real browser: axe, a phone's width, the summary's focus, the field for a company's NIP."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import DESK, IN_A_BROWSER, PHONE, arriving, chromium, log_in, look, new_page, overflowing, served
from tests.stack import stack

pytestmark = IN_A_BROWSER
OPEN = ("przyjeta", "potwierdzono", "odpowiedziano", "potwierdz?token=x")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with stack(tmp_path_factory.mktemp("portal"), face="rest") as made, served(made.app) as address:
        yield address


@pytest.fixture(scope="module")
def real_browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(params=["phone", "desk"])
def page(request: pytest.FixtureRequest, real_browser: Browser, address: str) -> Iterator[Page]:
    """Two people who have little in common."""
    phone = request.param == "phone"
    page = new_page(real_browser, address, viewport=PHONE if phone else DESK, locale="uk-UA" if phone else "pl-PL")
    if not phone:
        page.goto("/wyglad?motyw=contrast")
    yield page
    page.context.close()


def test_the_form_leads_to_what_is_wrong(page: Page) -> None:
    page.goto("/rejestracja")
    expect(page.locator("#customer_no")).to_be_visible()
    expect(page.locator("#nip")).to_be_hidden()
    assert overflowing(page) <= 0
    page.check("#kind-company")
    page.fill("#nip", "123")
    with arriving(page):
        page.click("main form button[type=submit]")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.click(".govuk-error-summary a[href='#nip']")
    expect(page.locator("#nip")).to_be_focused()
    look(page)


def test_the_pages_are_right_for_everybody(page: Page) -> None:
    """Axe looks at each in one of the two looks: they are made of few things, and the form has them all."""
    every = ["/rejestracja", "/regulamin", "/dane-osobowe", *(f"/rejestracja/{name}" for name in OPEN)]
    for number, path in enumerate(every):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == (404 if "token" in path else 200), path
        if number % 2 == (page.viewport_size == PHONE):
            look(page)
        assert overflowing(page) <= 0, path


def test_ones_own_customers_are_right_for_everybody(page: Page) -> None:
    log_in(page)
    page.goto("/konto/odbiorcy")
    look(page)
    with arriving(page):
        page.click("a[href$='/odlacz']")
    look(page)
