"""Asks for one page after another until the ERP has given all it has, and never for ever."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from adapters.errors import BadData, Unavailable
from adapters.rest.source import Find, compile_path

_REFUSED = object()  # not None: that would end a list of links as if it were whole
PagingKind = Literal["page", "offset", "next", "cursor"]


@dataclass(frozen=True, slots=True)
class Paging:
    """How an operation's answer comes in pages; see docs/mapping.md for each key."""

    kind: PagingKind
    param: str = ""
    size_param: str = ""
    size: int = 100
    first: int = 1
    total: Find | None = None
    more: Find | None = None
    at: Find | None = None
    short_page_ends: bool = False
    max_pages: int = 500


@dataclass(frozen=True, slots=True)
class Page:
    """One answer and the raw records in it."""

    content: Any
    records: list[Any]


# asks with these query parameters, or for the link out of the page before
Ask = Callable[[Mapping[str, str | int], str | None], Page]


def pages(paging: Paging, ask: Ask, *, operation: str, check_time: Callable[[], None]) -> Iterator[Page]:
    """Each page in turn; raises ``BadData`` where they repeat, contradict themselves or do not end."""
    walk = _linked if paging.kind in ("next", "cursor") else _numbered
    for count, page in enumerate(walk(paging, ask, operation), start=1):
        yield page
        if count > paging.max_pages:
            raise BadData(f"{operation}: more than {paging.max_pages} pages")
        check_time()


def _numbered(paging: Paging, ask: Ask, operation: str) -> Iterator[Page]:
    number, got, before = paging.first, 0, None
    size = {paging.size_param: paging.size} if paging.size_param else {}
    while True:
        page = ask({paging.param: number, **size}, None)
        if page.records and page.records == before:
            raise BadData(f"{operation}: the ERP gives the same page again")
        yield page
        before = page.records
        got += len(before)
        if _is_last(paging, page, got, operation):
            return
        number += len(before) if paging.kind == "offset" else 1


def _is_last(paging: Paging, page: Page, got: int, operation: str) -> bool:
    if paging.total is not None:
        total = _value(paging.total, page)
        if type(total) is not int:
            raise BadData(f"{operation}: paging.total: expected a whole number")
        if not page.records and got < total:
            raise BadData(f"{operation}: the ERP gives fewer records than it says")
        return got >= total
    if paging.more is not None:
        more = _value(paging.more, page)
        if type(more) is not bool:
            raise BadData(f"{operation}: paging.more: expected true or false")
        if more and not page.records:
            raise BadData(f"{operation}: the ERP gives an empty page and says that there is more")
        return not more
    if paging.short_page_ends and len(page.records) < paging.size:
        return True
    return not page.records


def _linked(paging: Paging, ask: Ask, operation: str) -> Iterator[Page]:
    size: dict[str, str | int] = {paging.size_param: paging.size} if paging.size_param else {}
    page = ask(size, None)
    seen: set[str] = set()
    assert paging.at is not None
    while True:
        yield page
        following = _value(paging.at, page)
        if following is None or following == "":
            return
        if not isinstance(following, (str, int)) or isinstance(following, bool):
            raise BadData(f"{operation}: paging.at: expected a text, a number or null")
        if str(following) in seen:
            raise BadData(f"{operation}: the ERP gives the same page again")
        seen.add(str(following))
        page = ask({}, str(following)) if paging.kind == "next" else ask({**size, paging.param: following}, None)


def _value(find: Find, page: Page) -> Any:
    """What stands there; where a JMESPath function refuses what it finds, something that no paging takes."""
    try:
        return find(page.content)
    except (ValueError, TypeError):
        return _REFUSED


def read_paging(given: Mapping[str, Any]) -> Paging:
    """The paging of an operation whose keys were checked."""
    keys: dict[str, Any] = {"first": 0 if given["kind"] == "offset" else 1, **given}
    for name in {"total", "more", "at"} & set(given):
        keys[name] = compile_path(given[name])
    return Paging(**keys)


def time_check(seconds: float, monotonic: Callable[[], float], operation: str) -> Callable[[], None]:
    """A function that raises ``Unavailable`` once all the pages together have taken ``seconds``."""
    end = monotonic() + seconds

    def check() -> None:
        if monotonic() > end:
            raise Unavailable(f"{operation}: all pages together took longer than {seconds:g} s")

    return check
