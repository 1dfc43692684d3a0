"""How many rows of a table stand in each state and for how long: what submissions and payments show to monitoring."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from prometheus_client import Gauge
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute

from gateway.portal import Portal


def measure(
    portal: Portal,
    state: InstrumentedAttribute[str],
    since: InstrumentedAttribute[datetime],
    *,
    states: type[StrEnum],
    final: Collection[Any],
    rows: Gauge,
    oldest: Gauge,
) -> None:
    """Look at the database; what it does not say while it is away is not a number.

    ``since`` is when a row's way began; of states that are ``final`` nobody asks for how long.
    """
    found: dict[str, tuple[float, float]] = {}
    missing = 0.0
    try:
        with portal.database.reading() as connection:
            now = portal.clock.now()
            for name, many, first in connection.execute(select(state, func.count(), func.min(since)).group_by(state)):
                found[name] = many, (now - first).total_seconds()
    except SQLAlchemyError:
        missing = float("nan")
    for each in states:
        number, age = found.get(each, (missing, missing))
        rows.labels(each.value).set(number)
        if each not in final:
            oldest.labels(each.value).set(age)
