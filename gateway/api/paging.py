"""Cuts lists into pages by an opaque cursor that names the last item seen, so that new items shift nothing."""

import json
from collections.abc import Callable, Sequence
from typing import TypeVar

from flask_smorest import abort

from gateway.accounts import Link
from gateway.portal import portal

Item = TypeVar("Item")
Key = tuple[str | int, ...]


def cut(
    items: Sequence[Item], key: Callable[[Item], Key], *, link: Link, kind: str, cursor: str | None, limit: int
) -> tuple[Sequence[Item], str | None]:
    """One page of ``items``, which fall by ``key``, and the cursor of the next; 422 for a cursor not made here."""
    start = 0 if cursor is None else _after(items, key, *_opened(link, kind, cursor))
    stop = start + limit
    page = items[start:stop]
    if stop >= len(items):
        return page, None
    last = key(page[-1])
    # An ERP may number two things alike: the cursor also says how many of the last key were shown.
    shown = sum(key(item) == last for item in items[:stop])
    return page, portal().sealer.seal(json.dumps([last, shown]), link.public_id, kind)


def _opened(link: Link, kind: str, cursor: str) -> tuple[Key, int]:
    text: str = portal().sealer.open(cursor, link.public_id, kind) or ""
    if not text:
        abort(422, messages={"query": {"cursor": ["expected next_cursor of the page before"]}})
    last, shown = json.loads(text)
    return tuple(last), shown


def _after(items: Sequence[Item], key: Callable[[Item], Key], last: Key, shown: int) -> int:
    for index, item in enumerate(items):
        if key(item) == last:
            shown -= 1
        if key(item) < last or shown < 0:
            return index
    return len(items)
