"""Reads the JSON that the control desk is given: every mistake at once, each by its field."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from adapters.sandbox.faces import Request
from schemas import values

Reading = Callable[[object], Any]
_YEARS = range(1990, 2201)
"""Beyond them there is nothing to try out, and histories and time zones would come to the calendar's own ends."""


class Wrong(Exception):
    """What the caller must mend; ``status`` is of the 4xx kind."""

    def __init__(self, status: int, **mistakes: str) -> None:
        super().__init__(str(mistakes))
        self.status = status
        self.mistakes = mistakes


def read(
    request: Request, needed: Mapping[str, Reading], optional: Mapping[str, Reading] | None = None
) -> dict[str, Any]:
    """The fields of the body; all the mistakes at once."""
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise Wrong(400, body="expected a JSON object")
    readings = {**needed, **(optional or {})}
    found: dict[str, Any] = dict.fromkeys(optional or {})
    mistakes = {name: f"not known; expected {', '.join(readings)}" for name in given if name not in readings}
    for name, reading in readings.items():
        if name not in given:
            if name in needed:
                mistakes[name] = "is required"
            continue
        try:
            found[name] = reading(given[name])
        except (ValueError, OverflowError) as error:
            mistakes[name] = str(error)
    if mistakes:
        raise Wrong(400, **mistakes)
    return found


def or_none(reading: Reading) -> Reading:
    return lambda value: None if value is None else reading(value)


def one_of(words: tuple[str, ...]) -> Reading:
    def reading(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"expected one of {', '.join(words)}")
        return value

    return reading


def number(least: int, most: int, what: str) -> Reading:
    """A whole number."""

    def reading(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"expected {what} from {least} to {most}")
        return value

    return reading


def seconds(most: int) -> Reading:
    def reading(value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= most:
            raise ValueError(f"expected seconds from 0 to {most}")
        return float(value)

    return reading


def moment(value: object) -> datetime:
    found = values.instant(value)
    if found.year not in _YEARS:
        raise ValueError(f"expected a moment in the years {_YEARS[0]} to {_YEARS[-1]} (UTC)")
    return found


def day(value: object) -> date:
    found = values.day(value)
    if found.year not in _YEARS:
        raise ValueError(f"expected a day in the years {_YEARS[0]} to {_YEARS[-1]}")
    return found


def paid(value: object) -> Decimal:
    amount = values.money(value)
    if not amount:
        raise ValueError("expected an amount other than 0.00; a negative one takes a payment back")
    return amount
