"""Fills what a mapping sends to the ERP: text, and tables of text, with placeholders such as ``{since:%d.%m.%Y}``."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.mapping.forms import check_form, written
from adapters.mapping.mistakes import Mistakes, join, one_of

NULL = object()  # TOML has no null; a mapping writes { null = true }
Params = Mapping[str, Any]
"""By their placeholders' names: text, numbers, days, moments, flags, None for what has no value; lists of the same."""
Known = Mapping[str, type]
Lists = Mapping[str, Known]
"""The lists that a request may go through with ``{ each = …, fields = … }``, each with its own placeholders."""

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class _Placeholder:
    name: str
    form: str

    def value(self, params: Params) -> str | int | float | None:
        return written(self.name, params.get(self.name), self.form)


@dataclass(frozen=True, slots=True)
class Template:
    """Text with placeholders; ``names`` are those it needs."""

    parts: tuple[str | _Placeholder, ...]

    @property
    def names(self) -> set[str]:
        return {part.name for part in self.parts if isinstance(part, _Placeholder)}

    def fill(self, params: Params, *, quote: Callable[[str], str] = str) -> str | None:
        """The text, with ``quote`` applied to what is put in; None where a placeholder has no value."""
        filled: list[str] = []
        for part in self.parts:
            value = part if isinstance(part, str) else part.value(params)
            if value is None:
                return None
            if isinstance(value, bool):
                value = "true" if value else "false"
            filled.append(str(value) if isinstance(part, str) else quote(str(value)))
        return "".join(filled)

    def value(self, params: Params) -> str | int | float | None:
        """As ``fill``, but a number or a flag stays one where the whole text is one placeholder."""
        if len(self.parts) == 1 and isinstance(self.parts[0], _Placeholder):
            return self.parts[0].value(params)
        return self.fill(params)


@dataclass(frozen=True, slots=True)
class Each:
    """A tree that is filled once for each entry of the list ``name``; left out where the list is empty."""

    name: str
    tree: Any


def parse(text: str, known: Known, note: Callable[[str], None]) -> Template:
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
            if name not in known:
                note(one_of(name, known, "placeholder"))
            else:
                check_form(name, known[name], form, note)
    parts.append(text[end:])
    return Template(tuple(part for part in parts if part != ""))


def parse_tree(tree: Any, known: Known, key: str, mistakes: Mistakes, lists: Lists | None = None) -> Any:
    """A tree of tables and lists with each text in it read as a template.

    Where there are ``lists``, none of them perhaps, a table with ``each`` goes through one.
    """
    if isinstance(tree, str):
        return parse(tree, known, lambda expected: mistakes.add(key, expected))
    if isinstance(tree, dict):
        if tree == {"null": True}:
            return NULL
        if lists is not None and "each" in tree:
            return _each(tree, key, mistakes, lists)
        return {name: parse_tree(value, known, join(key, name), mistakes, lists) for name, value in tree.items()}
    if isinstance(tree, list):
        return [parse_tree(value, known, f"{key}[{place}]", mistakes, lists) for place, value in enumerate(tree)]
    return tree


def _each(tree: Mapping[str, Any], key: str, mistakes: Mistakes, lists: Lists) -> Each:
    mistakes.keys(key, tree, ("each", "fields"))
    name = tree["each"]
    if not isinstance(name, str) or name not in lists:
        mistakes.add(join(key, "each"), one_of(str(name), lists, "list of what goes with this kind"))
        return Each(str(name), {})
    if "fields" not in tree:
        mistakes.add(join(key, "fields"), "what is sent for each of them")
    return Each(name, parse_tree(tree.get("fields", {}), lists[name], join(key, "fields"), mistakes))


def templates(tree: Any) -> Iterator[Template]:
    """Every template in a tree, but for those that are filled for each entry of a list."""
    if isinstance(tree, Template):
        yield tree
    elif isinstance(tree, dict):
        for value in tree.values():
            yield from templates(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from templates(value)


def lists_in(tree: Any) -> Iterator[str]:
    """The names of the lists that a tree goes through."""
    if isinstance(tree, Each):
        yield tree.name
    elif isinstance(tree, dict | list):
        for value in tree.values() if isinstance(tree, dict) else tree:
            yield from lists_in(value)


def fill_tree(tree: Any, params: Params) -> Any:
    """The tree with its templates filled; an entry of a table whose placeholder has no value is left out.

    So is an inner table of which nothing is left.
    """
    if isinstance(tree, Template):
        return tree.value(params)
    if isinstance(tree, Each):
        return [fill_tree(tree.tree, entry) for entry in params.get(tree.name) or ()] or None
    if isinstance(tree, dict):
        filled = {name: fill_tree(value, params) for name, value in tree.items()}
        return {
            name: value
            for name, value in filled.items()
            if tree[name] is NULL or not (value is None or (value == {} and tree[name]))
        }
    if isinstance(tree, list):
        return [fill_tree(value, params) for value in tree]
    return None if tree is NULL else tree
