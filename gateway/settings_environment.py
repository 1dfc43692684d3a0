"""Lays the environment's variables over the tables of the file, each of which has to name a key that there is."""

from collections.abc import Mapping
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_origin, get_type_hints

from gateway.settings import Settings
from gateway.settings_mistakes import Mistakes

PREFIX = "EBOK_"
NOT_KEYS = frozenset({"base", "variables"})


class FromEnvironment(str):
    """Text of an environment variable, which still has to become a number or a boolean."""


def merge(tables: dict[str, Any], environ: Mapping[str, str], mistakes: Mistakes) -> None:
    """Put each ``EBOK_SECTION__KEY`` into its place; what ``EBOK_SECTION__KEY_FILE`` names counts above it."""
    for name, value in sorted(environ.items()):
        if not name.startswith(PREFIX) or "__" not in name:
            continue
        path = name.removeprefix(PREFIX).lower().split("__")
        in_file = path[-1].endswith("_file") and not _is_key(path)
        if in_file:
            path[-1] = path[-1].removesuffix("_file")
        key = ".".join(path)
        mistakes.variables[key] = name
        if not _is_key(path):
            _unknown(path, mistakes)
        else:
            read = _read(key, value, mistakes) if in_file else value
            if read is not None:
                _put(tables, path, FromEnvironment(read))


def _read(key: str, file: str, mistakes: Mistakes) -> str | None:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        mistakes.add(key, "expected the name of a file, but that is not UTF-8 text")
    except (OSError, ValueError) as error:  # not its name: a secret may have been put there by mistake
        told = getattr(error, "strerror", None) or "that is no name of a file"
        mistakes.add(key, f"expected the name of a file that can be read, but: {told}")
    return None


def _put(tables: dict[str, Any], path: list[str], value: str) -> None:
    table: Any = tables
    for parent in path[:-1]:
        table = table.setdefault(parent, {}) if isinstance(table, dict) else None
    if isinstance(table, dict):  # else the file has something else in the table's place, which is named as it is read
        table[path[-1]] = value


def _is_key(path: list[str]) -> bool:
    kind: Any = Settings
    for part in path:
        if _is_free(kind):
            # A table such as erp.soap takes any key: ca_file is one, password_file is not.
            return part == "ca_file" or not part.endswith("_file")
        kind = _known(kind).get(part)
    return kind is not None and not is_dataclass(kind) and not _is_free(kind)


def _unknown(path: list[str], mistakes: Mistakes) -> None:
    kind: Any = Settings
    for depth, part in enumerate(path):
        known = _known(kind)
        if part not in known:
            # Of EBOK_WBE__PORT the section is wrong, which is said with the nearest one.
            mistakes.unknown(".".join(path), known, wrong=".".join(path[: depth + 1]))
            return
        kind = known[part]
    mistakes.add(".".join(path), "unknown key; there are keys in this table, such as EBOK_WEB__PORT")


def _known(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind) if is_dataclass(kind) else {}
    return {name: hint for name, hint in hints.items() if name not in NOT_KEYS}


def _is_free(kind: Any) -> bool:
    return get_origin(kind) is dict
