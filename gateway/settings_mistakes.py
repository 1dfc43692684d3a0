"""Collects the mistakes in the settings, each with its key, and with the variable where the value came from one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from adapters.shown import shown


@dataclass(slots=True)
class Mistakes:
    """What was found so far; ``variables`` are the keys that came from the environment."""

    found: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    _keys: set[str] = field(default_factory=set)

    def add(self, key: str, told: str) -> None:
        """Note what is wrong with a key."""
        self._keys.add(key)
        self.found.append(named(f"{key}: {told}", self.variables))

    def wrong(self, key: str, expected: str, value: Any, *, secret: bool = False) -> None:
        """Note that a value is not what was expected."""
        self.add(key, f"expected {expected}, but found {shown(value, secret=secret)}")

    def unknown(self, key: str, known: Iterable[str], *, wrong: str | None = None) -> None:
        """Note that there is no such key; ``wrong`` is the part of it that is not among ``known``."""
        parent, _, name = (wrong or key).rpartition(".")
        close = get_close_matches(name, names := sorted(known), 1)
        meant = f"did you mean {parent}{'.' if parent else ''}{close[0]}?" if close else f"known are {', '.join(names)}"
        self.add(key, f"unknown key; {meant}" if names else "unknown key")

    def cover(self, key: str) -> bool:
        """True where something was said of this key already, or of the table that it stands in."""
        parts = key.split(".")
        return any(".".join(parts[: length + 1]) in self._keys for length in range(len(parts)))

    def add_lines(self, lines: Iterable[str]) -> None:
        """Note what the parts of the portal said of the settings, but nothing twice."""
        self.found += [named(line, self.variables) for line in lines if not self.cover(line.partition(": ")[0])]


def named(line: str, variables: Mapping[str, str]) -> str:
    """A mistake that begins with its key, with the variable before it where the value came from one."""
    key, colon, told = line.partition(": ")
    return f"{variables[key]} ({key}){colon}{told}" if key in variables else line
