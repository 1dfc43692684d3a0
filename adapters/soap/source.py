"""How the generated functions take raw values out of an XML element: one pass over its children, by qualified name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from adapters.mapping.language import Table
from adapters.mapping.rows import Bind
from adapters.soap.paths import Place

Layout = Mapping[str, Place]


class XmlSource:
    """The rows of one operation; ``layouts`` are the places of each table's paths, by the table's key."""

    texts_only = True

    def __init__(self, layouts: Mapping[str, Layout]) -> None:
        self._layouts = layouts

    def places(self, row: str, table: Table, bind: Bind) -> "XmlPlaces":
        return XmlPlaces(row, self._layouts[table.key], bind)


class XmlPlaces:
    """The expressions for one table. Children are put into a dict by name, which most values are then taken from."""

    def __init__(self, row: str, layout: Layout, bind: Bind) -> None:
        self._row = row
        self._layout = layout
        self._bind = bind
        near = frozenset(place.steps[0].tag for place in layout.values() if _is_near(place) and not place.repeated)
        self.begin: Sequence[str] = ()
        if near:
            self.begin = (
                f"x_values = {{x_child.tag: x_child.text for x_child in {row}}}",
                f"if len(x_values) != len({row}): {bind(_check_once)}({row}, {bind(near)})",
                "x_get = x_values.get",
            )

    def value(self, path: str) -> str:
        place = self._layout[path]
        if _is_near(place) and not place.repeated:
            return f"x_get({self._bind(place.steps[0].tag)})"
        return f"{self._bind(_Far(place).value)}({self._row})"

    def values(self, path: str) -> str:
        return f"{self._bind(_Far(self._layout[path]).values)}({self._row})"

    def rows(self, path: str) -> str:
        return f"{self._bind(Rows(self._layout[path]).of)}({self._row})"


def _is_near(place: Place) -> bool:
    return len(place.steps) == 1 and place.attribute is None


def _check_once(row: etree._Element, needed: frozenset[str]) -> None:
    """Refuse a row in which an element that is needed stands twice: which of the two would be right?"""
    seen = set()
    for child in row:
        if child.tag in needed:
            if child.tag in seen:
                raise ValueError("expected an element once, and it is there twice")
            seen.add(child.tag)


@dataclass(frozen=True, slots=True)
class _Far:
    """A value that does not stand directly in the row: deeper, in an attribute, or the row's own."""

    place: Place

    def value(self, row: etree._Element) -> str | None:
        return next(iter(self.values(row)), None)

    def values(self, row: etree._Element) -> list[str | None]:
        attribute = self.place.attribute
        found = Rows(self.place).of(row)
        return [each.text if attribute is None else each.get(attribute) for each in found]


def single(place: Place, element: etree._Element) -> str | None:
    """The text at a place, or None where there is none."""
    try:
        return _Far(place).value(element)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Rows:
    """The elements at a place. Where the WSDL promises an element on the way, its absence is no empty list."""

    place: Place

    def of(self, row: etree._Element) -> Iterator[Any]:
        found = [row]
        for step in self.place.steps:
            inner = [child for each in found for child in each.iterchildren(step.tag)]
            if step.required and found and not inner:
                raise ValueError("expected an element that the WSDL promises, and it is not there")
            found = inner
        return iter(found)
