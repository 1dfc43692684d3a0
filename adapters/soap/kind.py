"""What SOAP adds to the mapping language, and the mistakes that only the WSDL can show."""

from dataclasses import dataclass, field
from typing import Any

from adapters.mapping import Key, Kind, Mapped, Mistakes, Operation, Table, paths
from adapters.mapping.mistakes import join, one_of
from adapters.mapping.shapes import SHAPES
from adapters.mapping.templates import Each, parse_tree, templates
from adapters.soap.paths import Place, attributes, children, holds_text, resolve
from adapters.soap.wsdl import Wsdl, read_wsdl

SECURITY = ("none", "username-token", "username-token-digest", "signature")
_LOGIN = {"username": str, "password": str}

_ASK = {"operation": Key(str, required=True), "request": Key(dict, template=True)}
_DOCUMENT = {
    **_ASK,
    "content": Key(str, required=True),
    "media_type": Key(str),
    "size": Key(str),
    "media_types": Key(list),
}
_ERP = {
    "wsdl": Key(str, required=True),
    "service": Key(str),
    "port": Key(str),
    "security": Key(str, among=SECURITY),
    "headers": Key(dict),
}


@dataclass(slots=True)
class Described:
    """What the WSDL says of the operations that a mapping names."""

    wsdl: Wsdl | None = None
    headers: Any = None  # templates of username and password
    layouts: dict[str, dict[str, Place]] = field(default_factory=dict)  # by the table's key
    places: dict[str, dict[str, Place]] = field(default_factory=dict)  # by our operation: records, owner, content …

    def kind(self) -> Kind:
        """The kind to load a mapping with; what the WSDL says is here afterwards."""
        return Kind(
            "soap",
            erp=_ERP,
            operation=_ASK,
            document=_DOCUMENT,
            submit=_ASK,
            errors={"code": Key(str), "answer_code": Key(str)},
            check=self._check,
        )

    def _check(self, mapped: Mapped, mistakes: Mistakes) -> None:
        own = mapped.own
        self.headers = parse_tree(own.get("headers", {}), _LOGIN, "erp.headers", mistakes)
        if "wsdl" not in own:
            return
        self.wsdl = read_wsdl(mapped.beside(own["wsdl"]), own.get("service"), own.get("port"), mistakes)
        if self.wsdl is None:
            return
        known = self.wsdl.operations()
        for operation in mapped.operations.values():
            name = operation.own.get("operation")
            if name is None:
                continue
            if name not in known:
                mistakes.add(join(operation.key, "operation"), one_of(name, known, "operation of the WSDL"))
                continue
            self._check_headers(known[name], mistakes)
            self._check_operation(operation, known[name], mistakes)

    def _check_headers(self, asked: Any, mistakes: Mistakes) -> None:
        known = [name for name, _ in asked.input.header.type.elements] if self.headers else []
        for name in self.headers:
            if name not in known:
                mistakes.add(f"erp.headers.{name}", one_of(name, known, f"header of {asked.name} in the WSDL"))

    def _check_operation(self, operation: Operation, asked: Any, mistakes: Mistakes) -> None:
        key = operation.key
        if asked.input.body is not None:
            _check_request(f"{key}.request", operation, asked.input.body, mistakes)
        answer = asked.output.body if asked.output is not None else None
        if answer is None or asked.output._is_body_wrapped:
            mistakes.add(join(key, "operation"), "an operation whose answer is one element")
            return
        reader = _Reader(mistakes)
        found = self.places.setdefault(operation.name, {})
        named = {"owner": operation.owner, "content": operation.own.get("content"), "size": operation.own.get("size")}
        named["media_type"] = operation.own.get("media_type")
        named["meter"] = operation.meter
        for name, path in named.items():
            if path is not None and not (name == "owner" and operation.proven_before):
                found |= reader.place(join(key, "meter_no" if name == "meter" else name), name, answer, path)
        proves = SHAPES[operation.name].proves
        if proves is not None and operation.owner is None:
            mistakes.add(
                join(key, "owner"), f'where the answer says whose it is, or "{proves}" where the {proves} proves it'
            )
        row = answer
        if operation.records is not None:
            records = reader.place(join(key, "records"), "records", answer, operation.records, text=False)
            found |= records
            row = records["records"].element if records else None
        if operation.table is not None and row is not None:
            self.layouts |= reader.layouts(operation.table, row)
        if operation.answer is not None:
            self.layouts |= reader.layouts(operation.answer, answer)


def _check_request(key: str, operation: Operation, element: Any, mistakes: Mistakes) -> None:
    given = operation.own.get("request", {})
    _check_given(key, given, element, mistakes)
    for name, value in given.items():
        needed = next((child for child in children(element) if child.name == name and not child.is_optional), None)
        for template in templates(value) if needed is not None else ():
            mistakes.lacking(join(key, name), template.names & operation.may_lack)


def _check_given(key: str, given: Any, element: Any, mistakes: Mistakes) -> None:
    """Note what the WSDL does not know in a request, and what it requires and nobody gives."""
    known = {child.name: child for child in children(element)}
    for name, value in given.items():
        if name in attributes(element):
            continue
        if name not in known:
            mistakes.add(join(key, name), one_of(name, known, f"element of {element.name} in the WSDL"))
        elif isinstance(value, Each):
            _check_each(join(key, name), value, known[name], mistakes)
        elif isinstance(value, dict):
            _check_given(join(key, name), value, known[name], mistakes)
        elif not isinstance(value, list) and not holds_text(known[name]):
            mistakes.add(join(key, name), f"a table of {', '.join(child.name for child in children(known[name]))}")
    for name, child in known.items():
        if not child.is_optional and not child.nillable and child.default is None and name not in given:
            mistakes.add(join(key, name), "a value; the WSDL requires it")


def _check_each(key: str, value: Each, element: Any, mistakes: Mistakes) -> None:
    if not element.accepts_multiple:
        mistakes.add(key, f"an element that may be there more than once; {element.name} may not")
    if isinstance(value.tree, dict):
        _check_given(join(key, "fields"), value.tree, element, mistakes)
    elif not holds_text(element):
        mistakes.add(join(key, "fields"), f"a table of {', '.join(child.name for child in children(element))}")


class _Reader:
    """Resolves paths, noting those that lead nowhere."""

    def __init__(self, mistakes: Mistakes) -> None:
        self._mistakes = mistakes

    def place(self, key: str, name: str, element: Any, path: str, *, text: bool = True) -> dict[str, Place]:
        """The place of one path as {name: place}; empty after noting a mistake."""
        try:
            place = resolve(element, path)
        except LookupError as error:
            self._mistakes.add(key, str(error.args[0]))
            return {}
        if text and place.attribute is None and not holds_text(place.element):
            names = ", ".join(child.name for child in children(place.element))
            self._mistakes.add(key, f"an element with a value; {place.element.name} holds {names}")
            return {}
        return {name: place}

    def layouts(self, table: Table, row: Any) -> dict[str, dict[str, Place]]:
        """The places of all paths of a table and of the tables nested in it, by the tables' keys."""
        nested = {f"{each.key}.{name}" for each in table.fields if each.nested for name in ("at", "each")}
        mine: dict[str, Place] = {}
        several = {f"{each.key}.each" for each in table.fields}
        several |= {f"{each.key}.at" for each in table.fields if each.pick is not None}
        for key, path in paths(table):
            found = self.place(key, path, row, path, text=key not in nested)
            mine |= found
            if found and found[path].repeated and key not in several:
                self._mistakes.add(key, 'a path to one value; this may be there more than once: use "each" or "pick"')
        layouts = {table.key: mine}
        for each in table.fields:
            if each.nested is not None:
                path = each.each or (each.at[0] if each.at else ".")
                inner = row if path == "." else mine[path].element if path in mine else None
                if inner is not None:
                    layouts |= self.layouts(each.nested, inner)
        return layouts
