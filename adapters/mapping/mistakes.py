"""Collects every mistake of a mapping file, so that its author meets all of them at once and not one per start."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from adapters.errors import Misconfigured
from adapters.shown import shown

_NAMES: dict[type, str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
    object: "a table, a list, text or a number",
}
_UNSAID: Any = object()


@dataclass(slots=True)
class Mistakes:
    """Mistakes found in one file; each says the file, the key and what was expected.

    Those in ``config.toml`` itself say no file: their keys are known by their sections.
    """

    file: str = ""
    found: list[str] = field(default_factory=list)

    def add(self, key: str, expected: str, found: Any = _UNSAID, *, secret: bool = False) -> None:
        """Note that ``key`` is wrong; ``expected`` completes "expected …", ``found`` is the wrong value."""
        line = f"{self.file}: {key}: expected {expected}" if self.file else f"{key}: expected {expected}"
        if found is not _UNSAID:
            line += f", but found {shown(found, secret=secret)}"
        if line not in self.found:
            self.found.append(line)

    def unknown(self, key: str, known: Iterable[str], what: str) -> None:
        """Note that the last part of ``key`` is not among ``known``; proposes the nearest."""
        self.add(key, one_of(key.rsplit(".", 1)[-1], known, what))

    def lacking(self, key: str, names: Iterable[str]) -> None:
        """Note placeholders that may have no value where there must be one."""
        for name in sorted(names):
            if name == "since":
                self.add(key, 'a "start" in this operation: {since} has no value where all is asked for')
            else:
                self.add(key, f"no {{{name}}}, which may have no value, and cannot be left out here")

    def raise_any(self) -> None:
        """Raise ``Misconfigured`` with all that was found; nothing if nothing was."""
        if self.found:
            raise Misconfigured(*self.found)

    def typed(self, key: str, value: Any, kind: type) -> bool:
        """Whether ``value`` is of ``kind`` (text not empty, a bool no number); notes a mistake otherwise."""
        right = isinstance(value, kind) and (kind is bool or not isinstance(value, bool)) and value != ""
        if not right:
            self.add(key, _NAMES[kind])
        return right

    def keys(self, key: str, table: Mapping[str, Any], known: Iterable[str], what: str = "key") -> None:
        """Note every key of ``table`` that is not among ``known``."""
        known = list(known)
        for name in table:
            if name not in known:
                self.unknown(join(key, name), known, what)

    def texts(self, key: str, value: Any) -> tuple[str, ...]:
        """A text or a list of texts, as a tuple; empty after noting a mistake."""
        given = value if isinstance(value, list) else [value]
        if not given or not all(isinstance(each, str) and each for each in given):
            self.add(key, "text or a list of texts")
            return ()
        return tuple(given)


def join(key: str, name: str) -> str:
    """The dotted key of ``name`` inside the table ``key``."""
    return f"{key}.{name}" if key else name


def one_of(given: str, known: Iterable[str], what: str) -> str:
    """What was expected instead of ``given``: the nearest name if one is near, and all of them."""
    known = sorted(known)
    near = get_close_matches(given, known, n=1)
    meant = f' (did you mean "{near[0]}"?)' if near else ""
    return f"a known {what}{meant}; known are {', '.join(known) or 'none'}"
