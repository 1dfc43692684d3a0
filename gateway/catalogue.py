"""Our own sentences in a language that is known without a request: for mails, which workers write."""

from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

_FOLDER = Path(__file__).parent / "translations"


def marked(text: str) -> str:
    """Mark a sentence for the catalogue; it is translated when its reader's language is known."""
    return text


def translated(text: str, language: str) -> str:
    """A marked sentence in a language that we speak."""
    return str(_catalogue(language).gettext(text))


@cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(_FOLDER, [language])
