"""Reads JSON as strictly as it can be, for every answer and message that somebody else wrote."""

import json
from decimal import Decimal, DecimalException
from typing import Any, NoReturn


def strict_json(body: bytes) -> Any:
    """JSON in UTF-8 with numbers kept exact; ``ValueError`` on NaN, Infinity, a key given twice, or broken text."""
    try:
        return json.loads(
            body.decode("utf-8"),
            parse_float=_exact,
            parse_constant=_refuse,
            object_pairs_hook=_once,
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None


def is_json(media_type: str) -> bool:
    return media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))


def _exact(number: str) -> Decimal:
    try:
        return Decimal(number)
    except DecimalException:  # an exponent that no decimal holds
        raise ValueError("a number that is none") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError("a number that is none")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a key is given twice")
    return table
