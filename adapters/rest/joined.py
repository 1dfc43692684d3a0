"""Puts beside each row what a further call tells of it: where an ERP says an id, a customer needs a number."""

from collections.abc import Iterable, Iterator
from typing import Any

from adapters.errors import BadData
from adapters.mapping import Operation
from adapters.mapping.adapter import owner_of
from adapters.mapping.readers import as_text
from adapters.mapping.templates import Params
from adapters.rest.source import Find, compile_path


class Joined:
    """A further call, ``name`` being what its row is called in the rows that it is joined to."""

    def __init__(self, name: str, operation: Operation) -> None:
        own = operation.own
        self.operation = operation
        self._name = name
        self._here, self._there = compile_path(own["on"]), compile_path(own["is"])
        self._owner = compile_path(own["customer_no"]) if "customer_no" in own else None

    def beside(self, rows: Iterable[Any], others: Iterable[Any], params: Params) -> Iterator[Any]:
        """The rows, each with the one of ``others`` that belongs to it; these are not asked for where no row is."""
        found: dict[str, Any] | None = None
        for row in rows:
            if found is None:
                found = self._by_key(others, params)
            key = self._key(self._here, row)
            yield {**row, self._name: found[key]} if key in found and isinstance(row, dict) else row

    def _by_key(self, others: Iterable[Any], params: Params) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for row in others:
            if self._owner is not None:
                owner_of(self.operation, _value(self._owner, row), params)
            key = self._key(self._there, row)
            if key and found.setdefault(key, row) != row:
                raise BadData(f"{self.operation.name}: joined.{self._name}: two rows belong to the same one")
        return found

    def _key(self, find: Find, row: Any) -> str:
        try:
            return as_text(find(row))
        except (ValueError, TypeError):  # also a JMESPath function that refuses what it is given
            raise BadData(f"{self.operation.name}: joined.{self._name}: expected a single value to join by") from None


def _value(find: Find, row: Any) -> Any:
    try:
        return find(row)
    except (ValueError, TypeError):
        return None
