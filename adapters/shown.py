"""Writes a wrong value into a message, so that whoever made the mistake knows it again and nobody learns a secret."""

import json
from datetime import date, datetime, time
from typing import Any

_LONGEST = 60
_SORTS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a number"),
    (str, "other text"),
    ((date, datetime, time), "a date or time"),
    (list, "a list"),
    (dict, "a table"),
)


def shown(value: Any, *, secret: bool = False) -> str:
    """What was found, as TOML would write it, shortened; of a ``secret`` only its sort.

    Of an address neither the user and password before its ``@`` nor its query is written.
    """
    if isinstance(value, str) and not value.strip():
        return "only spaces" if value else "empty text"
    sort = next((name for kind, name in _SORTS if isinstance(value, kind)), "something else")
    if secret:
        return f"{sort}, which is not shown because it may be secret"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _short(_number(value))
    return sort


def _number(value: float) -> str:
    try:
        return str(value)
    except ValueError:  # thousands of digits, which can come in as hexadecimal ones
        return "a very long number"


def _quoted(value: str) -> str:
    before, at, after = value.rpartition("@")
    address, asks, _ = (after or value).partition("?")
    if asks and "//" in value:
        value = f"{before}{at}{address}?…"
    if at and ":" in before:
        value = f"…{value[len(before) :]}"
    text = json.dumps(_short(value), ensure_ascii=False)
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
