"""Turns what stands in a file or a variable into the value of a key, or says what was expected there."""

import re
from dataclasses import Field
from typing import Any, get_origin

from gateway.settings_environment import FromEnvironment

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_WORDS = {"true": True, "1": True, "false": False, "0": False}


class Unexpected(ValueError):
    """A value that is not right; its text completes the sentence "expected …"."""


def convert(key: Field[Any], hint: Any, given: Any) -> Any:
    """The value of a key of this type; raises ``Unexpected``."""
    rules = key.metadata
    if hint is bool:
        return _boolean(given)
    if hint in (int, float):
        return _number(hint, given, rules["least"], rules["most"])
    if hint is str:
        return _text(given, rules["choices"], rules["check"])
    if get_origin(hint) is tuple:
        return _texts(given, rules["check"])
    if not isinstance(given, dict):
        raise Unexpected("a table")
    return plain(given)


def plain(table: dict[str, Any]) -> dict[str, Any]:
    """The table without the mark of what came from the environment."""
    return {
        name: plain(value) if isinstance(value, dict) else str(value) if isinstance(value, str) else value
        for name, value in table.items()
    }


def _boolean(given: Any) -> bool:
    found = _WORDS.get(given.lower()) if isinstance(given, FromEnvironment) else given
    if not isinstance(found, bool):
        raise Unexpected("true or false")
    return found


def _number(kind: Any, given: Any, least: float, most: float) -> Any:
    expected = f"a {'whole ' if kind is int else ''}number from {least:g} to {most:.0f}"
    if isinstance(given, FromEnvironment):
        try:
            given = int(given) if _WHOLE.fullmatch(given) else float(given)
        except ValueError:
            raise Unexpected(expected) from None
    right = not isinstance(given, bool) and isinstance(given, int if kind is int else int | float)
    if not right or not least <= given <= most:
        raise Unexpected(expected)
    return kind(given)


def _text(given: Any, choices: tuple[str, ...], check: Any) -> str:
    if choices and given not in choices:
        raise Unexpected(f"one of {', '.join(choices)}")
    if not isinstance(given, str):
        raise Unexpected("text in quotes")
    if not given.isprintable():
        raise Unexpected("text on one line")
    expected = check(given) if check is not None else None
    if expected is not None:
        raise Unexpected(expected)
    return str(given)


def _texts(given: Any, check: Any) -> tuple[str, ...]:
    parts = [part for part in given.split(",") if part] if isinstance(given, FromEnvironment) else given
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise Unexpected('a list of texts, such as ["a", "b"]')
    return tuple(_text(part, (), check) for part in parts)
