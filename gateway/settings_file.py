"""Reads the settings from a TOML file and the environment, and names every mistake with its key."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from adapters.errors import Misconfigured
from gateway.settings import Settings
from gateway.settings_environment import NOT_KEYS, PREFIX, merge
from gateway.settings_mistakes import Mistakes
from gateway.settings_values import Unexpected, convert
from gateway.trusted_hosts import host_name

__all__ = ["PREFIX", "load", "read"]

_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings of a file (or of the environment alone); raises ``Misconfigured`` with all the mistakes.

    ``EBOK_SECTION__KEY`` overrides ``[section] key``, ``EBOK_SECTION__KEY_FILE`` names a file that holds the value.
    """
    settings, mistakes = read(path, environ)
    if mistakes.found:
        raise Misconfigured(*mistakes.found)
    return settings


def read(path: Path | None, environ: Mapping[str, str]) -> tuple[Settings, Mistakes]:
    """The settings and what is wrong with them: a default, or nothing, stands where a value is.

    Raises ``Misconfigured`` for a file that cannot be read at all, of which nothing else can be said.
    """
    mistakes = Mistakes()
    tables = _read(path) if path is not None else {}
    merge(tables, environ, mistakes)
    values = _section(Settings, tables, "", mistakes)
    base = path.parent.resolve() if path else Path.cwd()
    settings = Settings(**values, base=base, variables=mistakes.variables)
    _check_together(settings, mistakes)
    return settings, mistakes


def _read(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        told = "there is no such file; copy config.example.toml and fill it in"
    except OSError as error:
        told = f"cannot be read: {error.strerror}"
    else:
        try:
            return tomllib.loads(content.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            told = f"{_place(content[: error.start])}: expected UTF-8"
        except tomllib.TOMLDecodeError as error:
            told = _told(content, str(error))
        except RecursionError:
            told = "expected TOML; there are too many brackets in each other"
        except ValueError:  # a number with thousands of digits
            told = "expected TOML; a number in it is too long"
    raise Misconfigured(f"{path.name}: {told}")


def _told(content: bytes, error: str) -> str:
    at = _AT.search(error)
    where = f"line {at[1]}, column {at[2]}" if at and at[1] else _place(content.rstrip())
    return f"{where}: expected TOML: {_AT.sub('', error)}"


def _place(before: bytes) -> str:
    """Where that ends, counted from 1 and in characters."""
    lines = before.decode("utf-8-sig", "replace").split("\n")
    return f"line {len(lines)}, column {len(lines[-1]) + 1}"


def _section(kind: Any, table: Any, at: str, mistakes: Mistakes) -> dict[str, Any]:
    if not isinstance(table, dict):
        mistakes.wrong(at.rstrip("."), f"a table [{at.rstrip('.')}]", table, secret=True)
        table = {}
    hints = get_type_hints(kind)
    known = {each.name: each for each in fields(kind) if each.name not in NOT_KEYS}
    for name in table:
        if name not in known:
            mistakes.unknown(at + name, known)
    values: dict[str, Any] = {}
    for name, each in known.items():
        if is_dataclass(hints[name]):
            made: Any = hints[name]
            values[name] = made(**_section(made, table.get(name, {}), f"{at}{name}.", mistakes))
        else:
            values[name] = _value(each, hints[name], table, at + name, mistakes)
    return values


def _value(key: Field[Any], hint: Any, table: dict[str, Any], at: str, mistakes: Mistakes) -> Any:
    default = key.default_factory() if key.default_factory is not MISSING else key.default
    if key.name in table:
        try:
            return convert(key, hint, table[key.name])
        except Unexpected as error:
            mistakes.wrong(at, str(error), table[key.name], secret=key.metadata["secret"])
    elif default is MISSING and not mistakes.cover(at):
        mistakes.add(at, f"required and missing. {key.metadata['help']}")
    return "" if default is MISSING else default


def _check_together(settings: Settings, mistakes: Mistakes) -> None:
    """What is wrong only beside another key."""
    web, guard, mail = settings.web, settings.guard, settings.mail
    if mail.username and mail.security == "none":
        told = "expected starttls or tls, so that the password does not go out in the clear"
        _note("mail.security", told, mistakes, "mail.username")
    for key, value, other in (
        ("mail.password", mail.password, "mail.username"),
        ("mail.username", mail.username, "mail.password"),
    ):
        if not value and getattr(mail, other.removeprefix("mail.")):
            _note(key, f"expected a value beside {other}, but found nothing", mistakes, other)
    for name in web.trusted_hosts:
        if not _is_host(name):
            mistakes.wrong("web.trusted_hosts", "names such as ebok.example, without https:// and port", name)
    if not _is_host(mail.base_url):
        _note("mail.base_url", "expected an address such as https://ebok.example", mistakes)
    if guard.documents > web.threads // 2:
        told = f"expected at most half of web.threads, {web.threads // 2}, but found {guard.documents}"
        _note("guard.documents", told, mistakes, "web.threads")


def _note(key: str, told: str, mistakes: Mistakes, *others: str) -> None:
    if not any(map(mistakes.cover, (key, *others))):
        mistakes.add(key, told)


def _is_host(address: str) -> bool:
    try:
        return bool(host_name(address))
    except ValueError:
        return False
