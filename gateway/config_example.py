"""Writes ``config.example.toml`` from the settings themselves, so that it cannot fall behind them."""

import textwrap
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_type_hints

from gateway.settings import Settings

_REQUIRED = {
    "utility.name": '"Wodociągi Przykładowo sp. z o.o."',
    "web.secret_key": '"change-me: 32 or more random characters"',
    "database.url": '"sqlite:///ebok.sqlite"',
    "erp.adapter": '"soap"',
}
_TABLES = {
    "erp.soap": {"mapping": "sandbox_soap", "url": "http://127.0.0.1:8090/soap"},
    "erp.rest": {"mapping": "sandbox_rest", "url": "http://127.0.0.1:8090"},
    "erp.options": {},
    "payments.p24": {},
    "payments.payu": {},
}
_HEAD = """\
Every setting of eBOK Gateway, with its default; what has no default says so. Copy this to config.toml.
Any key can come from the environment instead: EBOK_SECTION__KEY=value, or EBOK_SECTION__KEY_FILE=path for secrets.
An unknown key is an error; `ebok config check` lists every mistake at once.
"""


def render() -> str:
    """The whole file, every key present and explained."""
    lines = [*_comment(_HEAD), ""]
    hints = get_type_hints(Settings)
    plain = [each for each in fields(Settings) if not is_dataclass(hints[each.name]) and each.metadata]
    for each in plain:
        lines += [*_comment(each.metadata["help"]), _line(each.name, each)]
    for each in fields(Settings):
        if is_dataclass(hints[each.name]):
            lines += ["", *_section(each.name, hints[each.name])]
    return "\n".join(lines) + "\n"


def _section(name: str, kind: Any) -> list[str]:
    lines = [*_comment(kind.__doc__), f"[{name}]"]
    tables = []
    for each in fields(kind):
        at = f"{name}.{each.name}"
        if at in _TABLES:
            tables += ["", *_comment(each.metadata["help"]), f"[{at}]"]
            tables += [f'{option} = "{value}"' for option, value in _TABLES[at].items()]
            continue
        choices = each.metadata["choices"]
        help_ = each.metadata["help"] + ("" if each.default is not MISSING else " Required.")
        help_ += f" One of: {', '.join(choices)}." if choices else ""
        lines += [*_comment(help_), _line(at, each)]
    return [*lines, *tables]


def _line(at: str, each: Any) -> str:
    name = at.rpartition(".")[2]
    if each.default is MISSING:
        return f"{name} = {_REQUIRED[at]}"
    return f"{name} = {_toml(each.default)}"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    return f'"{value}"' if isinstance(value, str) else f"{value:g}" if isinstance(value, int) else str(value)


def _comment(text: str) -> list[str]:
    return [f"# {line}" for part in text.strip().splitlines() for line in textwrap.wrap(part, 110)]
