"""What a reader typed into a filter: the values that make sense, and a sentence about each that does not."""

import re
from collections.abc import Container, Mapping
from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

_DAY = re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})", re.ASCII)
_POLISH_DAY = re.compile(r"(?P<d>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<y>[0-9]{4})", re.ASCII)
_YEARS = range(1900, 2201)
_LONGEST = 40


class Question:
    """Reads a query string; ``mistakes`` maps a field to the sentence that the reader sees beside it."""

    def __init__(self, typed: Mapping[str, str]) -> None:
        self._typed = typed
        self.mistakes: dict[str, LazyString] = {}

    def typed(self, name: str, default: str = "") -> str:
        """What was typed, to be shown again; cut where nobody types that much."""
        return self._typed.get(name, default).strip()[:_LONGEST]

    def shown_day(self, name: str, default: str = "") -> str:
        """What was typed as a date field wants it."""
        found = _read(self.typed(name, default))
        return found.isoformat() if found else ""

    def day(self, name: str, default: date | None = None) -> date | None:
        """A day as a date field sends it, or as people write it: 29.03.2026. Empty is no limit."""
        if name not in self._typed:
            return default
        text = self.typed(name)
        if not text:
            return None
        day = _read(text)
        if day is None:
            self.mistakes[name] = _l("Podaj datę, która istnieje, na przykład 29.03.2026.")
        return day

    def period(self, first: str, last: str, *, default: date | None = None) -> tuple[date | None, date | None]:
        """Two days in order."""
        since, until = self.day(first, default), self.day(last)
        if since and until and since > until:
            self.mistakes[last] = _l("Ta data jest wcześniejsza niż początek okresu. Zamień daty albo jedną wyczyść.")
        return since, until

    def one_of(self, name: str, choices: Container[str]) -> str:
        text = self.typed(name)
        if text not in choices:
            self.mistakes[name] = _l("Wybierz jedną z możliwości na liście.")
        return text

    def number(self, name: str) -> int:
        """A page's number; anything else is the first page."""
        text = self.typed(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _read(text: str) -> date | None:
    found = _DAY.fullmatch(text) or _POLISH_DAY.fullmatch(text)
    if not found or int(found["y"]) not in _YEARS:
        return None
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None
