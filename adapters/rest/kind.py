"""What REST adds to the mapping language, and the mistakes that only REST can see."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from adapters.mapping import Key, Kind, Mapped, Mistakes, Operation, Table, paths
from adapters.mapping.language import BY_STATUS
from adapters.mapping.mistakes import join, one_of
from adapters.mapping.shapes import DOCUMENTS, SHAPES
from adapters.mapping.templates import Template, templates
from adapters.rest.request import BASE64
from adapters.rest.source import compile_path

_PAGING: Mapping[str, Mapping[str, type]] = {
    "page": {"param": str, "size_param": str, "size": int, "first": int, "total": str, "more": str},
    "offset": {"param": str, "size_param": str, "size": int, "first": int, "total": str, "more": str},
    "next": {"at": str, "size_param": str, "size": int},
    "cursor": {"at": str, "param": str, "size_param": str, "size": int},
}
_NEEDED = {"page": ("param",), "offset": ("param",), "next": ("at",), "cursor": ("at", "param")}
# the ERP's own references may hold letters that no header can
_HEADER_SAFE = frozenset({"customer_no", "since", "day", "reference", "accepted_on", "accepted_at"})

_REQUEST = {
    "path": Key(str, required=True, template=True),
    "method": Key(str, among=("GET", "POST")),
    "query": Key(dict, template=True),
    "headers": Key(dict, template=True),
}
_SUBMIT = {
    **_REQUEST,
    "method": Key(str, among=("POST", "PUT")),
    "json": Key(object, template=True),
    "form": Key(dict, template=True),
}
_LIST = {**_REQUEST, "json": Key(object, template=True), "form": Key(dict, template=True), "paging": Key(dict)}
_JOINED = {
    **_LIST,
    "records": Key(str),
    "owner": Key(str),
    "customer_no": Key(str),
    "on": Key(str, required=True),
    "is": Key(str, required=True),
}


def check(mapped: Mapped, mistakes: Mistakes) -> None:
    """Note paths that do not compile, requests that cannot be built, and paging that makes no sense."""
    for operation in (each for whole in mapped.operations.values() for each in (whole, *joined_of(whole).values())):
        _check_request(operation, mistakes)
        _check_paging(operation, mistakes)
        if "on" in operation.own and (operation.owner is None) == ("customer_no" not in operation.own):
            mistakes.add(join(operation.key, "owner"), "either this or customer_no: whose what is joined is said to be")
        if operation.name in DOCUMENTS and "on" not in operation.own:
            _check_document(operation, mistakes)
        else:
            for key, path in _all_paths(operation):
                _check_path(key, path, mistakes)
    if "code" in mapped.errors:
        _check_path("errors.code", mapped.errors["code"], mistakes)
    for status, meaning in mapped.errors.get("statuses", {}).items():
        if not (status.isascii() and status.isdigit() and len(status) == 3 and status[0] in "45"):
            mistakes.add(f"errors.statuses.{status}", "an HTTP status from 400 to 599")
        elif status in ("401", "403"):
            mistakes.add(f"errors.statuses.{status}", "another status; this one always means that we are not let in")
        if meaning not in BY_STATUS:
            mistakes.add(f"errors.statuses.{status}", one_of(str(meaning), BY_STATUS, "meaning"))


def header_of(owner: str) -> str:
    """The name of the header in a document's ``owner``; empty where what it is of proves it."""
    return owner.removeprefix("header:") if owner.startswith("header:") else ""


def joined_of(operation: Operation) -> dict[str, Operation]:
    """The further calls whose rows are joined to this operation's, by the name under which they stand in its rows."""
    return {
        name: replace(
            operation,
            key=f"{operation.key}.joined.{name}",
            table=None,
            answer=None,
            records=own.get("records"),
            owner=own.get("owner"),
            meter=None,
            own=own,
        )
        for name, own in operation.own.get("joined", {}).items()
    }


def _all_paths(operation: Operation) -> Iterator[tuple[str, str]]:
    for name, path in (("records", operation.records), ("owner", operation.owner), ("meter_no", operation.meter)):
        if path is not None:
            yield join(operation.key, name), path
    for name in ("on", "is", "customer_no"):
        if name in operation.own:
            yield join(operation.key, name), operation.own[name]
    for table in (operation.table, operation.answer):
        yield from _table_paths(table)
    paging = operation.own.get("paging", {})
    for name in ("total", "more", "at"):
        if isinstance(paging.get(name), str):
            yield f"{operation.key}.paging.{name}", paging[name]


def _table_paths(table: Table | None) -> Iterator[tuple[str, str]]:
    if table is not None:
        yield from paths(table)
        for field in table.fields:
            yield from _table_paths(field.nested)


def _check_path(key: str, path: str, mistakes: Mistakes) -> None:
    try:
        compile_path(path)
    except ValueError as error:
        mistakes.add(key, str(error))


def _check_request(operation: Operation, mistakes: Mistakes) -> None:
    own, key = operation.own, operation.key
    path = own.get("path")
    if isinstance(path, Template):
        start = path.parts[0] if path.parts else ""
        texts = "".join(part for part in path.parts if isinstance(part, str))
        if not isinstance(start, str) or not start.startswith("/") or set(texts) & set("?# "):
            mistakes.add(f"{key}.path", "a path that begins with / and has no ?, # or space; use query")
    if "json" in own and "form" in own:
        mistakes.add(f"{key}.form", "json or form, not both")
    if ("json" in own or "form" in own) and own.get("method") == "GET":
        mistakes.add(f"{key}.method", "POST, because there is a body")
    if operation.sends and "json" not in own and "form" not in own:
        mistakes.add(f"{key}.json", "what is sent, or form")
    for name in ("query", "headers", "form"):
        for entry, value in own.get(name, {}).items():
            _check_entry(f"{key}.{name}.{entry}", value, mistakes)
    asked = () if operation.sends else (("json", own.get("json")),)
    for name, always in (("path", own.get("path")), *asked, *_packed(own)):
        for template in templates(always):
            mistakes.lacking(f"{key}.{name}", template.names & operation.may_lack)
    for entry, value in own.get("headers", {}).items():
        if isinstance(value, Template) and value.names - _HEADER_SAFE:
            mistakes.add(f"{key}.headers.{entry}", f"no placeholders but {', '.join(sorted(_HEADER_SAFE))}")


def _packed(own: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What stands in base64, as (key, tree): there nothing can be left out."""
    for name in ("query", "headers", "form"):
        for entry, value in own.get(name, {}).items():
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, dict):
                    yield f"{name}.{entry}", each


def _check_entry(key: str, value: Any, mistakes: Mistakes) -> None:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            if set(each) != {BASE64}:
                mistakes.add(key, f"text, a number, or {{ {BASE64} = … }}")
        elif not isinstance(each, (Template, int)):
            mistakes.add(key, f"text, a number, or {{ {BASE64} = … }}")


def _check_paging(operation: Operation, mistakes: Mistakes) -> None:
    paging, key = operation.own.get("paging"), f"{operation.key}.paging"
    if not isinstance(paging, dict):
        return
    kind = str(paging.get("kind", ""))
    if kind not in _PAGING:
        mistakes.add(f"{key}.kind", one_of(kind, _PAGING, "kind of paging"))
        return
    if operation.name == "live" and "on" not in operation.own:
        mistakes.add(key, "no pages: the balance and the entries in it must be of one moment, so of one answer")
    known = {**_PAGING[kind], "kind": str, "max_pages": int}
    if kind in ("page", "offset"):
        known["short_page_ends"] = bool
    mistakes.keys(key, paging, known)
    for name, value in paging.items():
        right = name in known and mistakes.typed(f"{key}.{name}", value, known[name])
        if right and known[name] is int and value < (0 if name == "first" else 1):
            mistakes.add(f"{key}.{name}", "a number above zero")
    for name in _NEEDED[kind]:
        if name not in paging:
            mistakes.add(f"{key}.{name}", f'a value; paging of kind "{kind}" needs it')
    if sum(name in paging for name in ("total", "more", "short_page_ends")) > 1:
        mistakes.add(key, "one of total, more and short_page_ends")
    if paging.get("short_page_ends") and "size" not in paging:
        mistakes.add(f"{key}.size", "the size that makes a page full")


def _check_document(operation: Operation, mistakes: Mistakes) -> None:
    owner, proves = operation.owner, SHAPES[operation.name].proves
    if owner is None or not (operation.proven_before or header_of(owner)):
        mistakes.add(
            f"{operation.key}.owner",
            f'"header:NAME" where the answer says whose it is, or "{proves}" where the {proves} proves it',
        )
    for media_type in operation.own.get("media_types", []):
        if not isinstance(media_type, str) or media_type.count("/") != 1 or media_type != media_type.lower():
            mistakes.add(f"{operation.key}.media_types", 'media types in lower case, such as "application/pdf"')


REST = Kind(
    "rest",
    erp={},
    operation={**_LIST, "joined": Key(dict, each=_JOINED)},
    submit=_SUBMIT,
    document={**_REQUEST, "media_types": Key(list)},
    errors={"code": Key(str), "statuses": Key(dict)},
    check=check,
)
