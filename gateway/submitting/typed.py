"""Typed values, and a problem in words for each that cannot be sent so; every reader here collects all of them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from gateway.registration.form import EMAIL
from schemas.values import MAX_LONG_TEXT, MAX_TEXT

_PHONE = re.compile(r"\+?[0-9]{7,15}", re.ASCII)
_YES, _NO = frozenset({True, "1", "yes", "true"}), frozenset({False, "0", "no", "false"})
WHOLE = "_schema"
"""In place of a field: all of them together are wrong; the API calls it as marshmallow does."""
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field; ``message`` is in the language of whoever reads it."""

    field: str
    message: LazyString | str


class Wrong(ValueError):
    """It cannot be sent so; ``problems`` has all that is wrong, in the order of the fields."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(each.field for each in problems))
        self.problems = problems

    @property
    def by_field(self) -> dict[str, str]:
        """The first sentence about each field."""
        told: dict[str, str] = {}
        for each in self.problems:
            told.setdefault(each.field, str(each.message))
        return told


class Typed:
    """Reads one form's values: strings as a form has them, or what JSON has; what is not there counts as empty."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self.problems: list[Problem] = []

    def wrong(self, field: str, message: LazyString | str) -> None:
        """Say what is wrong with a field; what was said of it before stands."""
        if all(each.field != field for each in self.problems):
            self.problems.append(Problem(field, message))

    def raise_any(self) -> None:
        if self.problems:
            raise Wrong(*self.problems)

    def line(self, field: str, *, needed: LazyString | None = None, most: int = MAX_TEXT) -> str | None:
        """Words on one line; None where there are none, and ``needed`` says then what is missing."""
        text = " ".join(self._text(field).split())
        if len(text) > most:
            self.wrong(field, _l("To jest za długie: najwięcej %(most)s znaków.", most=most))
        elif not text.isprintable():
            self.wrong(field, _l("Są tu znaki, których nie da się wydrukować. Wpisz to jeszcze raz ręcznie."))
        elif not text and needed is not None:
            self.wrong(field, needed)
        return text or None

    def lines(self, field: str, *, needed: LazyString | None = None) -> str | None:
        """Words on several lines, as somebody wrote them."""
        text = self._text(field).replace("\r\n", "\n").replace("\r", "\n").strip()
        if len(text) > MAX_LONG_TEXT:
            self.wrong(field, _l("To jest za długie: najwięcej %(most)s znaków.", most=MAX_LONG_TEXT))
        elif not text.replace("\n", "").replace("\t", "").isprintable():
            self.wrong(field, _l("Są tu znaki, których nie da się wydrukować. Wpisz to jeszcze raz ręcznie."))
        elif not text and needed is not None:
            self.wrong(field, needed)
        return text or None

    def email(self, field: str, *, needed: LazyString | None = None) -> str | None:
        email = self.line(field, needed=needed, most=254)
        if email is not None and not EMAIL.fullmatch(email):
            self.wrong(field, _l("Wpisz pełny adres e-mail, na przykład jan.kowalski@poczta.example."))
        return email

    def phone(self, field: str) -> str | None:
        """Digits, with a plus sign before those of a country; spaces and the like are left out."""
        phone = re.sub(r"[\s()\-./]", "", self.line(field, most=32) or "")
        if phone and not _PHONE.fullmatch(phone):
            self.wrong(field, _l("Wpisz od 7 do 15 cyfr, z + przed numerem kierunkowym kraju, albo zostaw puste."))
        return phone or None

    def one_of(self, field: str, choices: Iterable[Choice], *, needed: LazyString) -> Choice | None:
        """One of the members; None, and ``needed`` said, for anything else."""
        found = {each.value: each for each in choices}.get(self._text(field))
        if found is None:
            self.wrong(field, needed)
        return found

    def yes_or_no(self, field: str, *, needed: LazyString) -> bool | None:
        value = self._values.get(field)
        if isinstance(value, bool | str) and value in _YES | _NO:
            return value in _YES
        self.wrong(field, needed)
        return None

    def _text(self, field: str) -> str:
        value = self._values.get(field)
        if value is None or isinstance(value, str):
            return value or ""
        self.wrong(field, _l("Tu powinien być tekst."))
        return ""
