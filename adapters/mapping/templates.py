"""Fills what a mapping sends to the ERP: text, and tables of text, with placeholders such as ``{since:%d.%m.%Y}``."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from adapters.clock import local_midnight
from adapters.errors import NotFound
from adapters.mapping.mistakes import Mistakes, join, one_of

NULL = object()  # TOML has no null; a mapping writes { null = true }
Params = Mapping[str, str | date | int | None]

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_FORM = re.compile(r"(?:[^%]|%[dmY%])+")
_OF_DAY: Mapping[str, Callable[[date], str | int]] = {
    "year": lambda day: day.year,
    "month": lambda day: day.month,
    "day": lambda day: day.day,
    # for ERPs that filter by moments: when that day begins in Poland
    "utc": lambda day: local_midnight(day).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
}


@dataclass(frozen=True, slots=True)
class _Placeholder:
    name: str
    form: str

    def value(self, params: Params) -> str | int | None:
        value = params.get(self.name)
        if isinstance(value, date):
            if self.form in _OF_DAY:
                return _OF_DAY[self.form](value)
            # strftime leaves out leading zeros of years before 1000
            return value.strftime((self.form or "%Y-%m-%d").replace("%Y", f"{value.year:04}"))
        if value is not None and self.form == "int":
            if not re.fullmatch(r"[0-9]{1,15}", str(value), re.ASCII):
                raise NotFound(f"{self.name} is no number, so the ERP cannot have it")
            return int(value)
        return value


@dataclass(frozen=True, slots=True)
class Template:
    """Text with placeholders; ``names`` are those it needs."""

    parts: tuple[str | _Placeholder, ...]

    @property
    def names(self) -> set[str]:
        return {part.name for part in self.parts if isinstance(part, _Placeholder)}

    def fill(self, params: Params, *, quote: Callable[[str], str] = str) -> str | None:
        """The text, with ``quote`` applied to what is put in; None where a placeholder has no value."""
        filled = []
        for part in self.parts:
            value = part if isinstance(part, str) else part.value(params)
            if value is None:
                return None
            filled.append(value if isinstance(part, str) else quote(str(value)))
        return "".join(filled)  # type: ignore[arg-type]

    def value(self, params: Params) -> str | int | None:
        """As ``fill``, but a number stays one where the whole text is one placeholder."""
        if len(self.parts) == 1 and isinstance(self.parts[0], _Placeholder):
            return self.parts[0].value(params)
        return self.fill(params)


def parse(text: str, known: Mapping[str, type], note: Callable[[str], None]) -> Template:
    """Read a template; ``known`` are the placeholders that exist here; calls ``note`` with what was expected."""
    parts: list[str | _Placeholder] = []
    end = 0
    for piece in _PIECE.finditer(text):
        parts.append(text[end : piece.start()])
        end = piece.end()
        if piece[0] in ("{{", "}}"):
            parts.append(piece[0][0])
        elif piece[1] is None:
            note("every { closed by }; a brace itself is written twice")
        else:
            name, _, form = piece[1].partition(":")
            parts.append(_Placeholder(name, form))
            _check(name, form, known, note)
    parts.append(text[end:])
    return Template(tuple(part for part in parts if part != ""))


def _check(name: str, form: str, known: Mapping[str, type], note: Callable[[str], None]) -> None:
    if name not in known:
        note(one_of(name, known, "placeholder"))
    elif known[name] is date:
        if form and form not in _OF_DAY and not _FORM.fullmatch(form):
            note(f"after {{{name}: a form of %d, %m and %Y, or one of {', '.join(_OF_DAY)}")
    elif form not in ("", "int"):
        note(f'after {{{name}: nothing, or "int"')


def parse_tree(tree: Any, known: Mapping[str, type], key: str, mistakes: Mistakes) -> Any:
    """A tree of tables and lists with each text in it read as a template."""
    if isinstance(tree, str):
        return parse(tree, known, lambda expected: mistakes.add(key, expected))
    if isinstance(tree, dict):
        if tree == {"null": True}:
            return NULL
        return {name: parse_tree(value, known, join(key, name), mistakes) for name, value in tree.items()}
    if isinstance(tree, list):
        return [parse_tree(value, known, f"{key}[{place}]", mistakes) for place, value in enumerate(tree)]
    return tree


def templates(tree: Any) -> Iterator[Template]:
    """Every template in a tree."""
    if isinstance(tree, Template):
        yield tree
    elif isinstance(tree, dict):
        for value in tree.values():
            yield from templates(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from templates(value)


def fill_tree(tree: Any, params: Params) -> Any:
    """The tree with its templates filled; an entry of a table whose placeholder has no value is left out."""
    if isinstance(tree, Template):
        return tree.value(params)
    if isinstance(tree, dict):
        filled = {name: fill_tree(value, params) for name, value in tree.items()}
        return {name: value for name, value in filled.items() if value is not None or tree[name] is NULL}
    if isinstance(tree, list):
        return [fill_tree(value, params) for value in tree]
    return None if tree is NULL else tree
