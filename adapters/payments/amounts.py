"""Turns zlotys into the grosze that operators count in, and back, to the grosz."""

from decimal import Decimal
from typing import Any

_MOST = 10**12


def grosze(amount: Decimal) -> int:
    """The amount in grosze; ``ValueError`` where it is not positive, or has parts of a grosz."""
    if not amount.is_finite() or not 0 < amount * 100 < _MOST:
        raise ValueError("an amount that cannot be paid")
    whole = int(amount * 100)
    if zlotys(whole) != amount:
        raise ValueError("an amount with parts of a grosz")
    return whole


def zlotys(whole: int) -> Decimal:
    """The amount of so many grosze, with two places."""
    return Decimal(whole).scaleb(-2)


def read_grosze(value: Any) -> Decimal:
    """An operator's amount, a positive whole number or its digits; ``ValueError`` otherwise."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 16:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < _MOST:
        raise ValueError("no amount in grosze")
    return zlotys(value)
