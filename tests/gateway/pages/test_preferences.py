"""Language, contrast and size of letters: chosen by links and a form, kept in a cookie that says nothing else."""

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.pages.preferences import COOKIE, Look, look
from tests.gateway.pages.conftest import Browser
from tests.gateway.pages.reading import link, words


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [("pl", "pl"), ("uk-UA,uk;q=0.9,en;q=0.5", "uk"), ("de,en-GB;q=0.8", "en"), ("fr", "pl"), ("", "pl")],
)
def test_the_browser_says_which_language_until_the_reader_does(browser: Browser, accepted: str, spoken: str) -> None:
    client = browser("", language=accepted)
    assert f'<html lang="{spoken}"' in client.get("/logowanie").text
    assert client.get("/jezyk/en").status_code == 303
    assert '<html lang="en"' in client.get("/logowanie").text


def test_choosing_a_language_keeps_the_page_and_its_choice(browser: Browser) -> None:
    client = browser("anna")
    answer = client.get("/", follow_redirects=True)
    invoices = client.get(link(answer, "Faktury") + "?status=paid&od=2025-01-01")
    english = client.get(link(invoices, "English"), follow_redirects=True)
    assert english.request.full_path == invoices.request.full_path
    assert "We found 15 invoices." in words(english)
    ukrainian = client.get(link(english, "Українська"), follow_redirects=True)
    assert "Ми знайшли 15 рахунків-фактур." in words(ukrainian)


def test_it_works_on_the_way_in(browser: Browser) -> None:
    form = browser("").get("/logowanie?next=/klienci")
    assert browser("").get(link(form, "English")).location == "/logowanie?next=/klienci"


def test_contrast_and_size_are_chosen_by_links_and_stay(browser: Browser) -> None:
    client = browser("")
    page = client.get("/logowanie")
    assert 'data-theme="normal" data-size="0"' in page.text
    page = client.get(link(page, "Kontrast"), follow_redirects=True)
    page = client.get(link(page, "A++"), follow_redirects=True)
    page = client.get(link(page, "English"), follow_redirects=True)
    assert '<html lang="en" class="govuk-template" data-theme="contrast" data-size="2"' in page.text
    page = client.get(link(page, "Usual colours"), follow_redirects=True)
    assert 'data-theme="normal" data-size="2"' in page.text


def test_the_form_does_the_same(browser: Browser) -> None:
    client = browser("")
    assert "Wygląd strony" in words(client.get("/wyglad"))
    answer = client.get("/wyglad?motyw=contrast&czcionka=1&next=/logowanie")
    assert answer.location == "/logowanie"
    kept = client.get_cookie(COOKIE)
    assert kept is not None
    assert kept.value == ".contrast.1"
    assert kept.http_only
    assert kept.same_site == "Lax"


@pytest.mark.parametrize("path", ["/jezyk/de", "/jezyk/PL", "/wyglad?motyw=x", "/wyglad?czcionka=9"])
def test_what_is_not_offered_is_not_there(browser: Browser, path: str) -> None:
    assert browser("").get(path).status_code == 404


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example/logowanie", "/logowanie@evil.example"])
def test_it_leads_to_no_other_site(browser: Browser, elsewhere: str) -> None:
    assert browser("").get("/jezyk/en", query_string={"next": elsewhere}).location == "/"


@settings(deadline=None)
@given(st.text(st.characters(codec="latin-1", exclude_characters=";,\r\n\0"), max_size=40))
def test_a_cookie_that_is_not_ours_counts_as_none(app: Flask, value: str) -> None:
    with app.test_request_context("/", headers={"Cookie": f"{COOKIE}={value}"}):
        found = look()
    ours = {"", "pl", "en", "uk"}
    assert found == Look() or (found.language in ours and value.strip().count(".") == 2)
