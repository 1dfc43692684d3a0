"""Builds a request from an operation's templates: path, query, headers, and a body in JSON or as a form."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from adapters.errors import NotFound
from adapters.mapping import Operation
from adapters.mapping.templates import Params, Template, fill_tree

BASE64 = "json_b64"


@dataclass(frozen=True, slots=True)
class RestRequest:
    """What goes over the wire."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes | None


def build(operation: Operation, params: Params, *, page: Mapping[str, str | int] | None = None) -> RestRequest:
    """The request of ``operation``, with the paging's own parameters in its query."""
    own = operation.own
    headers = {"Accept": "application/json", **_texts(own.get("headers", {}), params)}
    query = _pairs(own.get("query", {}), params) + [(name, str(value)) for name, value in (page or {}).items()]
    body = None
    if "json" in own:
        body = _json(fill_tree(own["json"], params))
        headers = {"Content-Type": "application/json", **headers}
    elif "form" in own:
        body = urlencode(_pairs(own["form"], params)).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    return RestRequest(
        own.get("method", "GET" if body is None else "POST"), _path(own["path"], params), query, headers, body
    )


def _path(template: Template, params: Params) -> str:
    path = template.fill(params, quote=lambda text: quote(text, safe=""))
    assert path is not None, "what may have no value cannot stand in a path; checked at start"
    if any(segment in (".", "..") for segment in path.split("/")):
        raise NotFound("an id that would lead to another path cannot exist")
    return path


def _pairs(table: Mapping[str, Any], params: Params) -> list[tuple[str, str]]:
    """The table's entries as texts, a list as several; what has no value is left out."""
    pairs = []
    for name, value in table.items():
        for each in value if isinstance(value, list) else [value]:
            text = _text(each, params)
            if text is not None:
                pairs.append((name, text))
    return pairs


def _texts(table: Mapping[str, Any], params: Params) -> dict[str, str]:
    return dict(_pairs(table, params))


def _text(value: Any, params: Params) -> str | None:
    if isinstance(value, Template):
        return value.fill(params)
    if isinstance(value, dict):
        return base64.urlsafe_b64encode(_json(fill_tree(value[BASE64], params))).decode("ascii")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _json(tree: Any) -> bytes:
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()
