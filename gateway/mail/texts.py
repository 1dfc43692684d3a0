"""What mails say: one file for each mail and language, from which the plain text and the HTML are made.

The first line of a file is ``Subject: ...``, which knows nothing but the utility; then come paragraphs. A utility's
own folder may hold any of the files, and besides ``<language>/<name>.html`` where the HTML is to differ.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from babel.units import format_unit
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from adapters.errors import Misconfigured
from adapters.shown import shown
from gateway.mail import LANGUAGES, OPTIONAL, TEMPLATES
from gateway.settings import Settings

_OURS = Path(__file__).parent.parent / "templates" / "mail"
_SUBJECT = "Subject: "


@dataclass(frozen=True, slots=True)
class Text:
    """A mail's words."""

    language: str
    subject: str
    plain: str
    html: str


class MailTexts:
    """Renders the utility's templates where it has them, else ours."""

    def __init__(self, settings: Settings) -> None:
        folders = [_OURS]
        if settings.mail.templates:
            folders.insert(0, settings.base / settings.mail.templates)
        self._settings = settings
        self._loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
        self._plain = _environment(self._loader, html=False)
        self._html = _environment(self._loader, html=True)

    def render(self, template: str, language: str, values: Mapping[str, str]) -> Text:
        """The words of one mail; raises ``TemplateError`` where a template is wrong."""
        source, _, _ = self._loader.get_source(self._plain, f"{language}/{template}.txt")
        first, _, body = source.partition("\n")
        if not first.startswith(_SUBJECT):
            raise TemplateError(f"expected the first line to be {_SUBJECT}...")
        shared = {"utility": self._settings.utility, **_said_everywhere(self._settings, language)}
        subject = " ".join(
            self._plain.from_string(first.removeprefix(_SUBJECT)).render(utility=self._settings.utility).split()
        )
        every = {**shared, **values}
        plain, html = (
            [each.from_string(body).render(every), each.get_template(f"{language}/ending.txt").render(shared)]
            for each in (self._plain, self._html)
        )
        return Text(
            language=language,
            subject=subject,
            plain=f"{_tidy(plain[0])}\n\n-- \n{_tidy(plain[1])}\n",
            html=self._page(template, language, {**every, "subject": subject}, *html),
        )

    def _page(self, template: str, language: str, values: Mapping[str, object], body: str, ending: str) -> str:
        try:
            own = self._html.get_template(f"{language}/{template}.html")
        except TemplateNotFound:
            own = self._html.get_template("layout.html")
        return own.render(values, language=language, text=_paragraphs(body), ending=_paragraphs(ending))


def _said_everywhere(settings: Settings, language: str) -> dict[str, str]:
    """What any template may say: our addresses, and how long a password, a link and what is kept last."""
    security, url = settings.security, settings.mail.base_url
    # Polish and Ukrainian would inflect a lone hour or month after a preposition; an abbreviation is right with any.
    length: Literal["long", "short"] = "long" if language == "en" else "short"
    return {
        "portal_url": url,
        "registration_url": f"{url.rstrip('/')}/rejestracja",
        "first_password_life": format_unit(security.first_password_days, "day", locale=language),
        "link_life": format_unit(security.link_hours, "hour", length, locale=language),
        "keep_life": format_unit(security.keep_months, "month", length, locale=language),
    }


def load_mail_texts(settings: Settings) -> MailTexts:
    """The templates, each tried once; raises ``Misconfigured`` naming all that is wrong with them."""
    texts = MailTexts(settings)
    mistakes = _mistakes_in(settings.base / settings.mail.templates, texts) if settings.mail.templates else []
    if mistakes:
        raise Misconfigured(*mistakes)
    return texts


def _mistakes_in(folder: Path, texts: MailTexts) -> list[str]:
    if not folder.is_dir():
        return [f"mail.templates: expected a folder, but found none at {shown(str(folder))}"]
    known = {f"{language}/{name}.{kind}" for language in LANGUAGES for name in TEMPLATES for kind in ("txt", "html")}
    known |= {f"{language}/ending.txt" for language in LANGUAGES} | {"layout.html"}
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    mistakes = [f"mail.templates: {name}: there is no mail of this name" for name in sorted(found - known)]
    return mistakes + [
        f"mail.templates: {language}/{name}: {mistake}"
        for language in LANGUAGES
        for name in TEMPLATES
        for mistake in [_mistake(texts, name, language)]
        if mistake
    ]


def _mistake(texts: MailTexts, name: str, language: str) -> str:
    """What is wrong with a template, found by rendering it with values that are easily recognised."""
    values = {each: f"https://ebok.example/{each}?a&b" for each in TEMPLATES[name] | OPTIONAL.get(name, frozenset())}
    try:
        text = texts.render(name, language, values)
    except TemplateError as error:
        return str(error)
    except UnicodeDecodeError:
        return "expected UTF-8"
    for each in sorted(TEMPLATES[name]):
        if values[each] not in text.plain or str(escape(values[each])) not in text.html:
            return f"does not show {{{{ {each} }}}}"
    return ""


def _environment(loader: BaseLoader, *, html: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=loader, autoescape=html, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["as_link"] = _html_link if html else str
    environment.filters["as_code"] = _html_code if html else str
    return environment


def _html_link(url: str) -> Markup:
    if not url.startswith(("https://", "http://")):
        return escape(url)
    return Markup('<a href="{0}">{0}</a>').format(url)


def _html_code(text: str) -> Markup:
    return Markup('<code style="font-size:1.3em">{}</code>').format(text)


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text.strip())


def _paragraphs(escaped: str) -> Markup:
    parts = ["<br>\n".join(each.strip().splitlines()) for each in escaped.split("\n\n") if each.strip()]
    return Markup("\n".join(f"<p>{part}</p>" for part in parts))  # noqa: S704 (rendered with escaping)
