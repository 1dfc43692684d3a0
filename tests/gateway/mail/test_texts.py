"""Every mail reads well in every language, says nothing in its subject, and a utility's own words are checked."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import TemplateError

from adapters.errors import Misconfigured
from gateway.mail import LANGUAGES, OPTIONAL, TEMPLATES
from gateway.mail.texts import MailTexts, load_mail_texts
from gateway.settings import Settings
from gateway.settings_file import load
from tests.gateway.mail.office import SECRET

HOSTILE = "<script>alert(1)</script>\"'&{{ 7*7 }}"
EVERY = [(language, name) for language in LANGUAGES for name in TEMPLATES]
Made = Callable[..., Settings]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    def settings(**environment: str) -> Settings:
        return load(
            None,
            {
                "EBOK_UTILITY__NAME": "Wodociągi <Przykładowo>",
                "EBOK_UTILITY__PHONE": "00 000 00 00",
                "EBOK_WEB__SECRET_KEY": SECRET,
                "EBOK_DATABASE__URL": "sqlite://",
                "EBOK_ERP__ADAPTER": "soap",
                **{f"EBOK_{name}": value for name, value in environment.items()},
            },
        )

    return settings


CONDITIONS = {"paid_twice"}
"""What only decides which sentences stand in a text."""


def values_of(name: str, value: str = HOSTILE) -> dict[str, str]:
    return {each: f"{value}{each}" for each in TEMPLATES[name] | OPTIONAL.get(name, frozenset())}


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_every_mail_renders_in_every_language(made: Made, language: str, name: str) -> None:
    text = load_mail_texts(made()).render(name, language, values_of(name))
    for each, value in values_of(name).items():
        assert value in text.plain or each in CONDITIONS
        assert value not in text.html, "values are escaped"
    assert "<script" not in text.html
    assert "{{ 7*7 }}" in text.html or not TEMPLATES[name], "a value is no template"
    assert f'<html lang="{language}">' in text.html
    assert "Wodociągi <Przykładowo>" in text.plain
    assert "Wodociągi &lt;Przykładowo&gt;" in text.html
    assert "00 000 00 00" in text.plain
    assert "\n\n\n" not in text.plain


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_a_subject_tells_nothing_of_its_reader(made: Made, language: str, name: str) -> None:
    texts = load_mail_texts(made())
    subject = texts.render(name, language, values_of(name)).subject
    assert subject == texts.render(name, language, values_of(name, "other")).subject
    assert 10 < len(subject) <= 70
    assert "\n" not in subject


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_language_has_words_of_its_own(made: Made, name: str) -> None:
    texts = load_mail_texts(made())
    assert len({texts.render(name, language, values_of(name)).subject for language in LANGUAGES}) == len(LANGUAGES)
    ukrainian = texts.render(name, "uk", values_of(name, "x")).plain
    assert not re.search("[ąćęłńóśźż]", ukrainian.replace("Wodociągi <Przykładowo>", "")), "no Polish in it"


def test_only_addresses_of_the_web_become_links(made: Made) -> None:
    texts = load_mail_texts(made())
    assert (
        'href="https://ebok.example/a?b&amp;c"'
        in texts.render("password_reset", "pl", {"link": "https://ebok.example/a?b&c"}).html
    )
    assert "href" not in texts.render("password_reset", "pl", {"link": "javascript:alert(1)"}).html


@pytest.mark.parametrize(
    ("name", "pl", "en", "uk"),
    [
        ("first_password", "przez 3 dni", "for 3 days", "діє 3 дні"),
        ("password_reset", "przez 5 godz.", "for 5 hours", "діє 5 год"),
        ("email_change_prove", "przez 5 godz.", "for 5 hours", "діє 5 год"),
        ("registration_received", "przez 5 godz.", "for 5 hours", "діє 5 год"),
        ("registration_asked", "przez 5 godz.", "for 5 hours", "діє 5 год"),
        ("account_closed", "po 7 mies.", "after 7 months", "через 7 міс."),
    ],
)
def test_how_long_is_said_as_it_is_set(made: Made, name: str, pl: str, en: str, uk: str) -> None:
    lives = {"SECURITY__FIRST_PASSWORD_DAYS": "3", "SECURITY__LINK_HOURS": "5", "SECURITY__KEEP_MONTHS": "7"}
    texts = load_mail_texts(made(**lives))
    for language, said in (("pl", pl), ("en", en), ("uk", uk)):
        assert said in texts.render(name, language, values_of(name)).plain.replace("\u00a0", " ")


@pytest.mark.parametrize("base_url", ["https://ebok.example", "https://ebok.example/"])
def test_who_is_refused_is_led_to_the_form(made: Made, base_url: str) -> None:
    texts = load_mail_texts(made(MAIL__BASE_URL=base_url))
    for language in LANGUAGES:
        html = texts.render("registration_refused", language, {"reason": "x"}).html
        assert 'href="https://ebok.example/rejestracja"' in html


def test_a_reason_may_be_left_out(made: Made) -> None:
    assert "Powód" not in load_mail_texts(made()).render("customer_link_refused", "pl", {}).plain


def test_what_the_utility_replaces_is_taken_and_the_rest_is_ours(made: Made, tmp_path: Path) -> None:
    (tmp_path / "pl").mkdir()
    (tmp_path / "pl" / "password_changed.txt").write_text("Subject: {{ utility.name }}: hasło\n\nSzanowni Państwo\n")
    (tmp_path / "pl" / "password_reset.html").write_text("<html><b>{{ link }}</b></html>")
    (tmp_path / "layout.html").write_text("<p>Nasz układ</p>{{ text }}")
    texts = load_mail_texts(made(MAIL__TEMPLATES=str(tmp_path)))
    changed = texts.render("password_changed", "pl", {})
    assert changed.subject == "Wodociągi <Przykładowo>: hasło"
    assert changed.plain.startswith("Szanowni Państwo\n")
    assert changed.html == "<p>Nasz układ</p><p>Szanowni Państwo</p>"
    assert texts.render("password_reset", "pl", {"link": "a&b"}).html == "<html><b>a&amp;b</b></html>"
    assert texts.render("password_changed", "en", {}).subject == "eBOK: your password was changed"


@pytest.mark.parametrize(
    ("file", "content", "complaint"),
    [
        ("pl/first_password.txt", "Subject: x\n\n{{ login }} {{ link }}", "pl/first_password: does not show {{ passw"),
        ("pl/first_password.txt", "Subject: {{ login }}\n\n", "pl/first_password: 'login' is undefined"),
        ("en/password_changed.txt", "Hello", "en/password_changed: expected the first line to be Subject: ..."),
        ("en/password_changed.txt", "Subject: x\n\n{% if %}", "en/password_changed: Expected an expression"),
        ("en/password_changed.txt", "Subject: x\n\n{{ whose }}", "en/password_changed: 'whose' is undefined"),
        ("en/password_change.txt", "Subject: x\n", "en/password_change.txt: there is no mail of this name"),
        ("uk/password_reset.html", "<p>", "uk/password_reset: does not show {{ link }}"),
        ("layout.html", "{{ subject }}", "pl/password_reset: does not show {{ link }}"),
    ],
)
def test_a_mistake_in_the_utilitys_words_stops_the_start(
    made: Made, tmp_path: Path, file: str, content: str, complaint: str
) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(content)
    with pytest.raises(Misconfigured) as caught:
        load_mail_texts(made(MAIL__TEMPLATES=str(tmp_path)))
    assert any(complaint in each for each in caught.value.mistakes), caught.value.mistakes


def test_a_folder_that_is_none_stops_the_start(made: Made, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"^mail\.templates: expected a folder, but found none at"):
        load_mail_texts(made(MAIL__TEMPLATES=str(tmp_path / "none")))


def test_an_address_that_is_none_stops_the_start(made: Made) -> None:
    with pytest.raises(Misconfigured) as caught:
        made(MAIL__SENDER="ebok", UTILITY__EMAIL="a@example.pl, b@example.pl")
    assert [each.partition(": expected")[0] for each in caught.value.mistakes] == [
        "EBOK_UTILITY__EMAIL (utility.email)",
        "EBOK_MAIL__SENDER (mail.sender)",
    ]


def test_a_templates_code_cannot_leave_its_place(made: Made, tmp_path: Path) -> None:
    (tmp_path / "pl").mkdir()
    (tmp_path / "pl" / "password_changed.txt").write_text("Subject: x\n\n{{ utility.__class__.__mro__ }}")
    with pytest.raises(TemplateError):
        MailTexts(made(MAIL__TEMPLATES=str(tmp_path))).render("password_changed", "pl", {})
