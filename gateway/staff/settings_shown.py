"""The settings as an administrator may see them: a secret is only said to be set."""

from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from gateway.settings import Settings

HIDDEN = "•••"
_SECRET = frozenset({"password", "token"})
_ADDRESSES = frozenset({"url", "base_url", "redis_url"})
# Of what an adapter needs only these are shown: what a mapping or somebody's own adapter calls a secret is not known.
_PLAIN_OPTIONS = frozenset({"mapping", "username", "ca_file"})


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    value: str
    help: str


def shown(settings: Settings) -> dict[str, list[Line]]:
    """Every section with its settings; what may be secret is ``•••`` where it is set."""
    return {
        each.name: [_line(key, getattr(section, key.name)) for key in fields(section) if key.metadata]
        for each in fields(settings)
        if is_dataclass(section := getattr(settings, each.name)) and not isinstance(section, type)
    }


def _line(key: Any, value: Any) -> Line:
    return Line(key.name, _text(key.name, value, secret=not key.repr), key.metadata["help"])


def _text(name: str, value: Any, *, secret: bool) -> str:
    if name in _ADDRESSES:
        return _address(str(value))
    if isinstance(value, dict):
        return ", ".join(f"{key} = {_option(key, each)}" for key, each in value.items())
    if secret or name in _SECRET:
        return HIDDEN if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _option(name: str, value: Any) -> str:
    if name in _PLAIN_OPTIONS:
        return str(value)
    return _address(str(value)) if name == "url" else HIDDEN


def _address(url: str) -> str:
    """An address without whatever stands before its @ or after its question mark."""
    if not url:
        return ""
    try:
        return make_url(url).set(query={}).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return HIDDEN
