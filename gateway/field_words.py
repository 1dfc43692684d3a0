"""What the API says of a wrong field, in the reader's language: the schemas say it in English, for logs and authors."""

import re
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

_TEXT = _l("Tu powinien być tekst.")
_WHOLE = _l("Tu powinna być liczba całkowita, nie mniejsza od zera.")
_OBJECT = _l("Tu powinien być obiekt JSON.")
_LIST = _l("Tu powinna być lista.")
_SAID: dict[str, LazyString] = {
    "Missing data for required field.": _l("Tego pola brakuje, a jest potrzebne."),
    "Unknown field.": _l("Takiego pola tu nie ma."),
    "Field may not be null.": _l("Tu nie może być null."),
    "Not a valid string.": _TEXT,
    "Not a valid integer.": _WHOLE,
    "Not a valid list.": _LIST,
    "Invalid input type.": _OBJECT,
    "Invalid type.": _OBJECT,
    "expected an object": _OBJECT,
    "expected a list": _LIST,
    "expected once": _l("To pole może tu być tylko raz."),
    "expected true or false": _l("Tu powinno być true albo false."),
    "expected a whole number that is not negative": _WHOLE,
    'expected an amount with two places as a string, such as "123.45"': _l(
        "Podaj kwotę jako tekst z dwoma miejscami po kropce, na przykład „123.45”."
    ),
    'expected a volume in m³ with at most three places as a string, such as "12.5"': _l(
        "Podaj wskazanie w m³ jako tekst, najwyżej z trzema miejscami po kropce, na przykład „12.5”."
    ),
    'expected a day that exists, such as "2026-03-29"': _l("Podaj dzień, który istnieje, na przykład „2026-03-29”."),
    "expected a day that is not before since": _l("Ten dzień jest wcześniejszy niż since."),
    "expected text without control characters": _l("Są tu znaki, których nie da się wydrukować."),
    "expected text without control characters other than line feeds": _l("Są tu znaki, których nie da się wydrukować."),
    "expected next_cursor of the page before": _l("Podaj next_cursor z poprzedniej strony."),
    "expected the meter or its serial_no": _l("Podaj meter albo serial_no."),
    "expected invoices, all_overdue or on_account": _l("Podaj invoices, all_overdue albo on_account."),
    "expected one of invoices and all_overdue": _l("Podaj tylko jedno z dwóch: invoices albo all_overdue."),
}
_LENGTH = _l("Tu powinno być od %(least)s do %(most)s znaków.")
_CHOICES = _l("Tu może być: %(choices)s.")
_WITH: tuple[tuple[re.Pattern[str], LazyString], ...] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"Length must be between (?P<least>\d+) and (?P<most>\d+)\.", _LENGTH),
        (r"expected text of (?P<least>\d+) to (?P<most>[\d,]+) characters( without spaces at its ends)?", _LENGTH),
        (r"Longer than maximum length (?P<most>\d+)\.", _l("To jest za długie: najwięcej %(most)s znaków.")),
        (r"Shorter than minimum length (?P<least>\d+)\.", _l("To jest za krótkie: najmniej %(least)s znaków.")),
        (
            r"Must be greater than or equal to (?P<least>\d+) and less than or equal to (?P<most>\d+)\.",
            _l("Tu powinna być liczba od %(least)s do %(most)s."),
        ),
        (r"(?:expected one of|Must be one of:) (?P<choices>.*?)\.?", _CHOICES),
    )
)


def in_words(messages: Any) -> Any:
    """The same messages, each that a schema says translated; what is in the reader's language already stays."""
    if isinstance(messages, dict):
        return {name: in_words(each) for name, each in messages.items()}
    if isinstance(messages, list | tuple):
        return [in_words(each) for each in messages]
    return _said(str(messages))


def _said(message: str) -> str:
    if message in _SAID:
        return str(_SAID[message])
    for pattern, said in _WITH:
        if found := pattern.fullmatch(message):
            return str(said) % found.groupdict()
    return message
