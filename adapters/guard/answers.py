"""An answer as JSON and back, for a cache that other processes read."""

from collections.abc import Callable
from typing import Any

from schemas import (
    BalanceSchema,
    CaseSchema,
    ContractSchema,
    CustomerSchema,
    InvoiceSchema,
    MeterReadingSchema,
    MeterToReadSchema,
    OfferSchema,
    StatementLineSchema,
)
from schemas.dump import dumper
from schemas.fields import RecordSchema
from schemas.load import loader

_ONE: dict[str, type[RecordSchema[Any]]] = {
    "customer": CustomerSchema,
    "invoice": InvoiceSchema,
    "balance": BalanceSchema,
}
_MANY: dict[str, type[RecordSchema[Any]]] = {
    "contracts": ContractSchema,
    "invoices": InvoiceSchema,
    "statement": StatementLineSchema,
    "meters": MeterToReadSchema,
    "readings": MeterReadingSchema,
    "cases": CaseSchema,
    "offers": OfferSchema,
}

Side = tuple[Callable[[Any], Any], Callable[[Any], Any]]


def _many(schema: type[RecordSchema[Any]]) -> Side:
    dump, load = dumper(schema), loader(schema)

    def load_all(data: Any) -> tuple[Any, ...]:
        if type(data) is not list:
            raise ValueError("expected a list")
        return tuple([load(each) for each in data])

    return lambda value: [dump(each) for each in value], load_all


_SIDES: dict[str, Side] = {
    **{operation: (dumper(schema), loader(schema)) for operation, schema in _ONE.items()},
    **{operation: _many(schema) for operation, schema in _MANY.items()},
}


def to_json(operation: str, value: object) -> Any:
    """What an operation answered, as JSON's types; None where it would not come back as the same.

    So a record that breaks its schema (an adapter written by hand can make one) is not kept, rather than changed.
    """
    dump, load = _SIDES[operation]
    try:
        data = dump(value)
        return data if load(data) == value else None
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError):
        return None


def from_json(operation: str, data: Any) -> object:
    """The same answer; raises ``ValueError`` for what ``to_json`` of this release would not have written."""
    try:
        return _SIDES[operation][1](data)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not an answer to {operation}: {type(error).__name__}") from None
