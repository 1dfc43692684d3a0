"""Takes raw values out of JSON: plain keys by the shortest way, everything else by JMESPath compiled at start."""

import re
from collections.abc import Callable
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from adapters.mapping import Table
from adapters.mapping.rows import Bind

_KEYS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)

Find = Callable[[Any], Any]


def compile_path(path: str) -> Find:
    """The function that looks a JMESPath up; None where there is nothing. ``ValueError`` says what is wrong with it."""
    if path in (".", "@"):
        return lambda row: row
    if _KEYS.fullmatch(path):
        names = tuple(path.split("."))
        return lambda row: chain(row, names)
    try:
        search: Find = jmespath.compile(path).search
    except JMESPathError as error:
        # the rest of the message points at the place with a line of its own
        raise ValueError(f"a JMESPath expression: {str(error).splitlines()[0].rstrip(':')}") from None
    return search


def chain(row: Any, names: tuple[str, ...]) -> Any:
    """The value behind one key after another; None where one is missing."""
    for name in names:
        if not isinstance(row, dict):
            return None
        row = row.get(name)
    return row


def listed(raw: Any) -> list[Any]:
    """Nothing, one or several, as a list."""
    if raw is None:
        return []
    return raw if isinstance(raw, list) else [raw]


class JsonSource:
    """Rows are JSON objects, unless ``objects`` is False (a whole answer may be a list); paths are JMESPath."""

    texts_only = False

    def __init__(self, *, objects: bool = True) -> None:
        self._objects = objects

    def places(self, row: str, table: Table, bind: Bind) -> "JsonPlaces":
        return JsonPlaces(row, bind, objects=self._objects)


class JsonPlaces:
    """The expressions for one table; a row that has to be an object and is none fails in ``begin``."""

    def __init__(self, row: str, bind: Bind, *, objects: bool) -> None:
        self._row = row
        self._bind = bind
        self._objects = objects
        self.begin = (f"x_get = {row}.get",) if objects else ()

    def value(self, path: str) -> str:
        if path in (".", "@"):
            return self._row
        if self._objects and _KEYS.fullmatch(path) and "." not in path:
            return f"x_get({path!r})"
        return f"{self._bind(compile_path(path))}({self._row})"

    def values(self, path: str) -> str:
        return f"{self._bind(listed)}({self.value(path)})"

    def rows(self, path: str) -> str:
        return self.values(path)
