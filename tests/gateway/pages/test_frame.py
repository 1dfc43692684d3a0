"""What every page has in common: an outline for everybody, no inline code, nothing from elsewhere, pages for errors."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from adapters.errors import Unavailable
from gateway.problem_kinds import KINDS
from tests.gateway.pages.conftest import Browser
from tests.gateway.pages.reading import link, parsed, words

Home = Callable[[FlaskClient], str]
STATIC = Path(__file__).resolve().parents[3] / "gateway" / "static"
GOVUK = STATIC / "vendor" / "govuk"


def every_page(client: FlaskClient, start: str) -> list[TestResponse]:
    invoices = client.get(start + "faktury")
    correction = link(invoices, "KOR/2026/00003")
    paths = [start, start + "rozliczenia", start + "umowy", correction, "/klienci", "/wyglad"]
    paths += [start + "faktury?od=x&status=y", start + "rozliczenia?do=x", start + "nie-ma"]
    return [invoices, *(client.get(path) for path in paths)]


@pytest.mark.parametrize("language", ["pl", "en", "uk"])
def test_every_page_has_an_outline_and_no_inline_code(browser: Browser, home: Home, language: str) -> None:
    client = browser("anna", language=language)
    pages = [*every_page(client, home(client)), browser("", language=language).get("/logowanie")]
    for answer in pages:
        page = parsed(answer)
        assert f'<html lang="{language}"' in answer.text
        assert page.tags.count("h1") == 1, answer.request.path
        assert page.tags.count("main") == 1
        assert ("href", "#main") in page.attributes
        ids = [value for name, value in page.attributes if name == "id"]
        assert len(ids) == len(set(ids)), answer.request.path
        title = re.search(r"<title>(.+?) – eBOK – Wodociągi Przykładowo</title>", answer.text)
        assert title
        assert title[1].strip()
        assert not [name for name, _ in page.attributes if name == "style" or name.startswith("on")]
        assert not re.search(r"<style|<script(?![^>]+src=)", answer.text)
        assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)
        assert "None" not in words(answer)


def test_links_lead_somewhere(browser: Browser, home: Home) -> None:
    client = browser("anna")
    seen = {href.partition("#")[0] for answer in every_page(client, home(client)) for _, href in parsed(answer).links}
    local = sorted(href for href in seen if href.startswith("/") and "nie-ma" not in href and "/jezyk/" not in href)
    assert len(local) > 30
    for href in local:
        with client.get(href) as answer:
            assert answer.status_code in (200, 302, 303, 400), href


def test_static_files_change_their_address_with_their_content(browser: Browser) -> None:
    page = browser("").get("/logowanie").text
    for name in ("ebok.css", "colours.css", "ebok.js", "drop.svg", "vendor/govuk/govuk-frontend-6.6.0.css"):
        checksum = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
        assert f"/static/{name}?v={checksum}" in page


def test_the_vendored_patterns_are_those_that_were_looked_at_and_load_nothing() -> None:
    recorded = re.findall(r"^sha256 ([0-9a-f]{64})  (\S+)$", (GOVUK / "VERSION.txt").read_text(), re.MULTILINE)
    assert {name for _, name in recorded} == {each.name for each in GOVUK.iterdir()} - {"VERSION.txt"}
    for checksum, name in recorded:
        assert hashlib.sha256((GOVUK / name).read_bytes()).hexdigest() == checksum
    for style in STATIC.rglob("*.css"):
        assert not re.search(r"url\(|@import|@font-face|GDS Transport|crest", style.read_text(encoding="utf-8")), style
    imported = re.search(r'from "\./(.+)"', (STATIC / "ebok.js").read_text())
    assert imported
    assert (STATIC / imported[1]).is_file()


@pytest.mark.parametrize("name", sorted(KINDS))
@pytest.mark.parametrize("language", ["pl", "en", "uk"])
def test_every_problem_has_a_page_that_asks_nobody(app: Flask, name: str, language: str) -> None:
    with app.test_request_context("/", headers={"Accept-Language": language}):
        page = render_template(f"errors/{name}.html", problem=KINDS[name], error=Unavailable("secret detail"))
    assert page.count("<h1") == 1
    assert f'lang="{language}"' in page
    assert "secret detail" not in page
    assert "csrf_token" not in page


def test_without_the_portals_memory_there_is_still_a_page(app: Flask, browser: Browser, home: Home) -> None:
    client = browser("anna")
    address = home(client)
    engine = app.extensions["ebok"].database.engine
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE session RENAME TO away")
    try:
        answer = client.get(address)
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO session")
    assert answer.status_code == 503
    assert "Biuro chwilowo nie działa" in words(answer)


def test_printed_lists_say_whose_they_are_and_of_which_day(browser: Browser, home: Home) -> None:
    client = browser("anna")
    for page in ("faktury", "rozliczenia"):
        assert "Odbiorca 100001 · wydruk z dnia 29 marca 2026" in words(client.get(home(client) + page))
