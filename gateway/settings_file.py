"""Reads the settings from a TOML file and the environment, and names every mistake with its key."""

import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import MISSING, Field, fields, is_dataclass
from difflib import get_close_matches
from pathlib import Path
from types import GenericAlias
from typing import Any, get_origin, get_type_hints

from adapters.errors import Misconfigured
from gateway.settings import Settings
from gateway.trusted_hosts import host_name

PREFIX = "EBOK_"
_NOT_KEYS = {"base"}


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings of a file (or of the environment alone); raises ``Misconfigured`` with all the mistakes.

    ``EBOK_SECTION__KEY`` overrides ``[section] key``, ``EBOK_SECTION__KEY_FILE`` names a file that holds the value.
    """
    mistakes: list[str] = []
    tables = _read(path, mistakes)
    _merge_environment(tables, environ, mistakes)
    values = _section(Settings, tables, "", mistakes)
    _check_together(values, mistakes)
    if mistakes:
        raise Misconfigured(*mistakes)
    return Settings(**values, base=(path.parent.resolve() if path else Path.cwd()))


def _read(path: Path | None, mistakes: list[str]) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        mistakes.append(f"{path.name}: there is no such file; copy config.example.toml and fill it in")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        mistakes.append(f"{path.name}: cannot be read as TOML: {error}")
    return {}


def _merge_environment(tables: dict[str, Any], environ: Mapping[str, str], mistakes: list[str]) -> None:
    for name, value in sorted(environ.items()):
        if not name.startswith(PREFIX) or "__" not in name:
            continue
        *parents, last = name.removeprefix(PREFIX).lower().split("__")
        if last.endswith("_file") and not _is_key([*parents, last]):
            last = last.removesuffix("_file")
            try:
                value = Path(value).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                mistakes.append(f"{name}: the file that it names cannot be read")
                continue
        table: Any = tables
        for parent in parents:
            table = table.setdefault(parent, {}) if isinstance(table, dict) else None
        if isinstance(table, dict):
            table[last] = _FromEnvironment(value, name)


class _FromEnvironment(str):
    """Text of an environment variable, which still has to become a number or a boolean."""

    name: str

    def __new__(cls, value: str, name: str) -> "_FromEnvironment":
        made = super().__new__(cls, value)
        made.name = name
        return made


def _is_key(path: list[str]) -> bool:
    kind: Any = Settings
    for part in path:
        if not is_dataclass(kind):
            # A free table such as erp.soap takes any key: ca_file is one, password_file is not.
            return part == "ca_file"
        kind = get_type_hints(kind).get(part)
    return kind is not None


def _section(kind: Any, table: Any, at: str, mistakes: list[str]) -> dict[str, Any]:
    if not isinstance(table, dict):
        mistakes.append(f"{at.rstrip('.')}: expected a table [{at.rstrip('.')}]")
        return {}
    hints = get_type_hints(kind)
    known = {each.name: each for each in fields(kind) if each.name not in _NOT_KEYS}
    for name in table.keys() - known.keys():
        close = get_close_matches(name, known, 1)
        meant = f"; did you mean {at}{close[0]}?" if close else f"; expected one of {', '.join(sorted(known))}"
        mistakes.append(f"{_said(table[name], at + name)}: unknown key{meant}")
    values: dict[str, Any] = {}
    for name, each in known.items():
        if is_dataclass(hints[name]):
            made = _section(hints[name], table.get(name, {}), f"{at}{name}.", mistakes)
            with suppress(TypeError):  # a required key is missing and was reported
                values[name] = hints[name](**made)
        elif name in table:
            _value(each, hints[name], table[name], at + name, values, mistakes)
        elif each.default is MISSING and each.default_factory is MISSING:
            mistakes.append(f"{at}{name}: required and missing. {each.metadata['help']}")
    return values


def _said(value: Any, at: str) -> str:
    return f"{value.name} ({at})" if isinstance(value, _FromEnvironment) else at


def _value(each: Field[Any], hint: Any, value: Any, at: str, values: dict[str, Any], mistakes: list[str]) -> None:
    try:
        made = _typed(hint, value)
        _within(each, made)
    except ValueError as error:
        mistakes.append(f"{_said(value, at)}: {error}")
    else:
        values[each.name] = made


def _typed(hint: Any, value: Any) -> Any:
    from_text = isinstance(value, _FromEnvironment)
    if hint is str:
        if not isinstance(value, str):
            raise ValueError("expected text in quotes")
        return str(value)
    if hint is bool:
        if from_text and value.lower() in ("true", "false", "1", "0"):
            return value.lower() in ("true", "1")
        if not isinstance(value, bool):
            raise ValueError("expected true or false")
        return value
    if hint in (int, float):
        return _number(hint, value, from_text)
    if isinstance(hint, GenericAlias) and get_origin(hint) is tuple:
        value = [part for part in value.split(",") if part] if from_text else value
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            raise ValueError('expected a list of texts, such as ["a", "b"]')
        return tuple(str(part) for part in value)
    if not isinstance(value, dict):
        raise ValueError("expected a table")
    return _plain(value)


def _plain(table: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _plain(value) if isinstance(value, dict) else str(value) if isinstance(value, str) else value
        for name, value in table.items()
    }


def _number(hint: Any, value: Any, from_text: bool) -> Any:
    what = "a whole number" if hint is int else "a number"
    if from_text:
        try:
            return hint(value)
        except ValueError:
            raise ValueError(f"expected {what}") from None
    if isinstance(value, bool) or not isinstance(value, int if hint is int else (int, float)):
        raise ValueError(f"expected {what}")
    return hint(value)


def _within(each: Field[Any], value: Any) -> None:
    choices, least = each.metadata["choices"], each.metadata["least"]
    if choices and value not in choices:
        raise ValueError(f"expected one of {', '.join(choices)}")
    if least is not None and not least <= value < 1e9:
        raise ValueError(f"expected at least {least:g}")


def _check_together(values: dict[str, Any], mistakes: list[str]) -> None:
    web, guard, mail = values.get("web"), values.get("guard"), values.get("mail")
    if mail and mail.username and mail.security == "none":
        mistakes.append("mail.security: expected starttls or tls, so that the password does not go out in the clear")
    if web and (len(web.secret_key) < 32 or web.secret_key.startswith("change-me")):
        mistakes.append("web.secret_key: expected at least 32 random characters of your own")
    if web and not (web.port <= 65535 and web.host):
        mistakes.append("web.host, web.port: expected an address and a port up to 65535")
    clock = values.get("clock")
    if clock and clock.url and not clock.url.startswith(("http://", "https://")):
        mistakes.append("clock.url: expected an address that begins with http://")
    if web and any(len(each) < 32 for each in web.secret_key_fallbacks):
        mistakes.append("web.secret_key_fallbacks: expected at least 32 characters each")
    for name in web.trusted_hosts if web else ():
        if not _is_host(name):
            mistakes.append("web.trusted_hosts: expected names such as ebok.example, without https:// and port")
    if mail and not (mail.base_url.startswith(("http://", "https://")) and _is_host(mail.base_url)):
        mistakes.append("mail.base_url: expected an address such as https://ebok.example")
    if web and guard and guard.documents > web.threads // 2:
        mistakes.append(f"guard.documents: expected at most half of web.threads, {web.threads // 2}")


def _is_host(address: str) -> bool:
    try:
        return bool(host_name(address))
    except ValueError:
        return False
