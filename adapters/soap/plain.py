"""The short way for answers that are written plainly: their rows are read from the text, and no tree is built of them.

A list of invoices is a thousand times the same few elements. Where each row is exactly what the WSDL's sequence says,
with no attribute, comment, CDATA or entity in it, one regular expression made from the WSDL finds its values; what
is left of the answer is parsed as ever. Anything else declines, and the whole answer goes the ordinary way.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from zeep.xsd import Element
from zeep.xsd import Sequence as XsdSequence

from adapters.mapping.language import Table
from adapters.mapping.rows import Bind, Rows, compile_rows
from adapters.soap.paths import Place, attributes, holds_text

_BLANK = "[ \t\n]*"
_FEW_PREFIXES = 16
# Stands where the rows were, so that the parsed rest shows which container they were cut out of.
_MARK = "{urn:ebok-gateway:rows}cut"
_MARK_TEXT = '<cut xmlns="urn:ebok-gateway:rows"/>'
# What no XML 1.0 text may hold (section 2.2) and the decoder lets through; a carriage return is a line's end (2.11).
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\r")
_UTF_8 = re.compile(rb"\s*<\?xml[^>]*\bencoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cut:
    """An answer with its rows taken out: what remains with a mark in their place, and the rows' values.

    ``prefix`` is that of their container.
    """

    rest: bytes
    rows: Sequence[tuple[str | None, ...]]
    prefix: str | None


@dataclass(frozen=True, slots=True)
class _Pattern:
    """For one namespace prefix: what each row looks like, and what must stand after the last."""

    row: "re.Pattern[str]"
    end: "re.Pattern[str]"


@dataclass(slots=True)
class PlainRows:
    """The short way for one operation."""

    read: Rows
    _row: str
    _container: str
    _elements: Sequence[tuple[str, bool, bool]]  # name, required, wanted
    _place: Place
    _container_open: "re.Pattern[str]"
    _patterns: dict[str | None, _Pattern] = field(default_factory=dict)

    def cut(self, body: bytes) -> Cut | None:
        """Take the rows out of an answer; None where it is not plain enough to be certain."""
        if body.startswith(b"\xef\xbb\xbf") or _UTF_8.match(body) or len(body.translate(None, _CONTROLS)) != len(body):
            return None
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return None
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if "<!" in text or text.find("<?", 5) >= 0 or "]]>" in text or "\ufffe" in text or "\uffff" in text:
            return None
        opened = self._container_open.search(text)
        if opened is None:
            return None
        pattern = self._pattern(opened[1])
        start = opened.end()
        match = pattern.row.scanner(text, start).match  # type: ignore[attr-defined]  # typeshed has no scanner
        rows = []
        end = start
        for found in iter(match, None):
            rows.append(found.groups())
            end = found.end()
        if pattern.end.match(text, end) is None or self._container_open.search(text, end) is not None:
            return None
        return Cut((text[:start] + _MARK_TEXT + text[end:]).encode(), rows, opened[1])

    def fits(self, cut: Cut, answer: etree._Element) -> bool:
        """Whether what the rows were cut out of is, in the parsed rest, the container that the mapping means."""
        marks = list(answer.getroottree().iter(_MARK))
        if len(marks) != 1:
            return False  # a second one would be the ERP's
        found = [answer]
        for step in self._place.steps[:-1]:
            found = [child for each in found for child in each.iterchildren(step.tag)]
        if len(found) != 1 or list(found[0]) != marks:
            return False
        return found[0].prefix == cut.prefix and not found[0].attrib

    def _pattern(self, prefix: str | None) -> _Pattern:
        pattern = self._patterns.get(prefix)
        if pattern is None:
            if len(self._patterns) >= _FEW_PREFIXES:
                self._patterns.clear()
            pattern = self._patterns[prefix] = self._compiled(f"{prefix}:" if prefix else "")
        return pattern

    def _compiled(self, prefix: str) -> _Pattern:
        mark = re.escape(prefix)
        inner = ""
        for name, required, wanted in self._elements:
            value = "([^<&]*)" if wanted else "[^<&]*"
            one = f"{_BLANK}<{mark}{name}>{value}</{mark}{name}>"
            inner += one if required else f"(?:{one})?"
        row = f"{_BLANK}<{mark}{self._row}>{inner}{_BLANK}</{mark}{self._row}>"
        return _Pattern(
            re.compile(row),
            re.compile(f"{_BLANK}</{mark}{self._container}>"),
        )


def plain_rows(
    table: Table | None, records: Place | None, layouts: Mapping[str, Mapping[str, Place]], *, operation: str
) -> PlainRows | None:
    """The short way for an operation, or None where its rows are not flat sequences of values."""
    if table is None or records is None or len(records.steps) < 2 or not records.element.accepts_multiple:
        return None
    if records.steps[-1].required:
        return None  # the rest, without a row, would break the WSDL's promise
    group = getattr(records.element.type, "_element", None)
    layout = layouts[table.key]
    if not isinstance(group, XsdSequence) or group.accepts_multiple or group.is_optional:
        return None
    flat = all(isinstance(each, Element) and not each.accepts_multiple and _is_plain(each) for each in group)
    near = all(len(place.steps) == 1 and place.attribute is None for place in layout.values())
    nested = any(each.nested is not None for each in table.fields)
    names = [etree.QName(each.qname.text) for each in group] if flat else []
    row, container = (etree.QName(step.tag) for step in (records.steps[-1], records.steps[-2]))
    if not flat or not near or nested or {name.namespace for name in (*names, container)} != {row.namespace}:
        return None
    wanted = [name.text for name in names if any(place.steps[0].tag == name.text for place in layout.values())]
    source = _TupleSource({path: wanted.index(place.steps[0].tag) for path, place in layout.items()})
    return PlainRows(
        compile_rows(table, source, operation=operation),
        row.localname,
        container.localname,
        [(name.localname, not each.is_optional, name.text in wanted) for name, each in zip(names, group, strict=True)],
        records,
        re.compile(rf"<(?:([A-Za-z_][\w.-]*):)?{re.escape(container.localname)}>"),
    )


def _is_plain(element: Any) -> bool:
    return holds_text(element) and not attributes(element)


class _TupleSource:
    """Rows as tuples of texts, by the place of each path's element among those that are wanted."""

    texts_only = True

    def __init__(self, indexes: Mapping[str, int]) -> None:
        self.indexes = indexes

    def places(self, row: str, table: Table, bind: Bind) -> "_TuplePlaces":
        return _TuplePlaces(row, self.indexes)


class _TuplePlaces:
    begin: Sequence[str] = ()

    def __init__(self, row: str, indexes: Mapping[str, int]) -> None:
        self.row = row
        self.indexes = indexes

    def value(self, path: str) -> str:
        return f"({self.row}[{self.indexes[path]}] or None)"  # lxml gives None for an empty element

    def values(self, path: str) -> str:
        return f"[each for each in ({self.row}[{self.indexes[path]}],) if each is not None]"

    def rows(self, path: str) -> str:
        raise NotImplementedError(path)
