"""Builds the payment operators that the configuration names, each with its own table."""

from collections.abc import Mapping
from typing import Any

from adapters.errors import Misconfigured, noting
from adapters.limits import Limits
from adapters.payments.answers import LIMITS
from adapters.payments.payu import PayU
from adapters.payments.port import PaymentOperator
from adapters.payments.przelewy24 import Przelewy24

OPERATORS: Mapping[str, type[PaymentOperator]] = {each.name: each for each in (Przelewy24, PayU)}


def operators(tables: Mapping[str, Mapping[str, Any]], *, limits: Limits = LIMITS) -> dict[str, PaymentOperator]:
    """The operators whose tables are not empty, by name; raises ``Misconfigured`` with all the mistakes. No I/O."""
    mistakes: list[str] = [f"payments.{name}: no such operator" for name in tables if name not in OPERATORS]
    found: dict[str, PaymentOperator] = {}
    for name, operator in OPERATORS.items():
        if any(value != "" for value in tables.get(name, {}).values()):
            with noting(mistakes):
                found[name] = operator.from_settings(tables[name], limits=limits)
    if mistakes:
        raise Misconfigured(*mistakes)
    return found
