"""Refuses a record that says it belongs to another customer than was asked for."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from adapters.errors import OwnerMismatch


class Owned(Protocol):
    @property
    def customer_no(self) -> str: ...


_O = TypeVar("_O", bound=Owned)


def own(customer_no: str, record: _O) -> _O:
    if record.customer_no != customer_no:
        raise OwnerMismatch(f"{type(record).__name__} of another customer")
    return record


def all_own(customer_no: str, records: Iterable[_O]) -> list[_O]:
    return [own(customer_no, record) for record in records]
