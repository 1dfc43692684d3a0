"""One page out of many rows, and the numbers of the other pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for

ROWS = 25
_KEPT = ("status", "od", "do", "szukaj")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """``rows`` of page ``number`` out of ``last``; ``total`` counts the rows of all pages."""

    rows: Sequence[T]
    number: int
    last: int
    total: int

    @property
    def numbers(self) -> list[int | None]:
        """The first, the last and those around this one; None where some are left out."""
        near = {1, self.last, self.number - 1, self.number, self.number + 1}
        shown: list[int | None] = []
        for number in sorted(each for each in near if 1 <= each <= self.last):
            if shown and isinstance(shown[-1], int) and number - shown[-1] > 1:
                shown.append(None)
            shown.append(number)
        return shown

    def url(self, number: int) -> str:
        """Another page of the same list; only our own filters are carried along from the address."""
        assert request.endpoint is not None
        values: dict[str, Any] = {name: request.args[name] for name in _KEPT if name in request.args}
        return url_for(request.endpoint, **values, **(request.view_args or {}), strona=number)


def paged(rows: Sequence[T], number: int, *, size: int = ROWS) -> Page[T]:
    """Page ``number`` of ``rows``; a number past the end is the last page."""
    return paged_by(lambda first, most: rows[first : first + most], len(rows), number, size=size)


def paged_by(fetch: Callable[[int, int], Sequence[T]], total: int, number: int, *, size: int = ROWS) -> Page[T]:
    """The same of rows that are only fetched as they are shown: from the first that is wanted, and so many."""
    last = max(-(-total // size), 1)
    number = min(max(number, 1), last)
    return Page(fetch((number - 1) * size, size), number, last, total)
