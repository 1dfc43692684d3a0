"""The browser of the tests: Debian's Chromium, asked to talk to nobody but us, and what every page must stand up to."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ssl import SSLContext
from typing import Any, TypeVar

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from tests.stack import PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-default-browser-check"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium"),
]
_Test = TypeVar("_Test", bound=Callable[..., None])


def in_a_browser(test: _Test) -> _Test:
    """Mark one test of a module whose others need no browser."""
    for mark in IN_A_BROWSER:
        test = mark(test)
    return test


PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
_AXE = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}

expect.set_options(timeout=30_000)  # as long as all else waits; a busy machine needs more than five seconds


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served(app: Flask, tls: SSLContext | None = None) -> Iterator[str]:
    """Where a browser finds the portal."""
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=tls)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def new_page(browser: Browser, address: str, **options: Any) -> Page:
    """Somebody with a phone who reads Polish, unless told otherwise."""
    context = browser.new_context(**{"base_url": address, "viewport": PHONE, "locale": "pl-PL", **options})
    return context.new_page()


@contextmanager
def arriving(page: Page) -> Iterator[None]:
    """What is done within it leads to another page, which is there with all its scripts afterwards.

    Without it the next line may still read the page before, or call off the way to the new one.
    """
    with page.expect_event("load"):
        yield


def log_in(page: Page, login: str = "anna", password: str = PASSWORD) -> str:
    """Give the address at which the portal starts for them."""
    page.goto("/logowanie")
    page.fill("#login", login)
    page.fill("#password", password)
    with arriving(page):
        page.keyboard.press("Enter")
    assert "/logowanie" not in page.url, page.locator("main").inner_text()
    return page.url


def violations(page: Page) -> dict[str, list[str]]:
    """What axe has against the page: rule -> the elements."""
    found = Axe().run(page, options=_AXE).response["violations"]
    return {each["id"]: [node["html"][:200] for node in each["nodes"]] for each in found}


def overflowing(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    found: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found


def look(page: Page) -> None:
    """It pleases axe and fits the screen."""
    assert violations(page) == {}, page.url
    assert overflowing(page) <= 0, page.url
