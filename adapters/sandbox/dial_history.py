"""Writes what was read on a customer's meters: two years and more for each, up to the reading in the contract."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from random import Random

from adapters.sandbox.dials import Dial, consumed
from adapters.sandbox.records import Party
from adapters.sandbox.register import ANNA, MANAGED
from schemas import Contract, Meter, MeterReading, MeterRole, ReadingSource

EXCHANGED = f"W{ANNA}0102"
"""Its device was exchanged a year ago, and the new one began at 0."""
GOING_ROUND = f"W{MANAGED[1]}0101"
"""Its dial shows little less than it can."""
UNREADABLE = f"W{MANAGED[2]}0101"
"""Is read by radio and by nobody else."""
WINDOWED = MANAGED[4]
"""The customer whose meters are read at the end of each month alone."""
EXPIRED = f"W{MANAGED[5]}0101"
"""Its legal verification has ended."""

_MONTH = 30.44
_SPOTS = {
    MeterRole.MAIN: ("piwnica", "studzienka przed budynkiem", "łazienka", "kotłownia"),
    MeterRole.GARDEN: ("ogród", "garaż"),
    MeterRole.SUB: ("klatka A", "klatka B", "lokal użytkowy"),
}
_DRY_MONTHS = (11, 12, 1, 2, 3)


def write(party: Party, seed: int, today: date) -> dict[str, Dial]:
    """The dials of the contracts that run on ``today``, by their meter numbers."""
    dials: dict[str, Dial] = {}
    for contract, meter, address in _standing(party, today):
        random = Random(f"{seed}:{meter.meter_no}:dial")  # noqa: S311 (a world, not a secret)
        dials[meter.meter_no] = _dial(random, party, contract, meter, address, place=len(dials), today=today)
    return dials


def _standing(party: Party, today: date) -> Iterator[tuple[Contract, Meter, str]]:
    for contract in party.contracts:
        if contract.valid_until is None or contract.valid_until >= today:
            for point in contract.supply_points:
                for meter in point.meters:
                    yield contract, meter, point.address


def _dial(
    random: Random, party: Party, contract: Contract, meter: Meter, address: str, *, place: int, today: date
) -> Dial:
    by_radio = meter.last_reading is not None and meter.last_reading.source is ReadingSource.RADIO
    installed_on = today - timedelta(days=random.randrange(1100, 1800))
    if meter.meter_no == EXCHANGED:
        installed_on = today - timedelta(days=365)
    installed_on = max(installed_on, contract.valid_from)
    dial = Dial(
        customer_no=party.customer_no,
        meter_no=meter.meter_no,
        serial_no=_serial_no(party, installed_on, place),
        role=meter.role,
        place=f"{address}, {random.choice(_SPOTS[meter.role])}",
        digits=4 if meter.role is MeterRole.GARDEN else 5,
        places=3 if by_radio else 0,
        valid_until=meter.valid_until,
        installed_on=installed_on,
        readable=meter.meter_no != UNREADABLE,
        windowed=party.customer_no == WINDOWED,
    )
    if meter.last_reading is None:
        return dial
    return replace(dial, history=consumed(_history(random, party, dial, meter), dial.digits))


def _serial_no(party: Party, installed_on: date, place: int) -> str:
    """Every device has its own, and no customer's number can be read in it."""
    return f"{'JS' if place % 2 else 'WS'}{installed_on:%y}-{party.ordinal + 300:04d}-{place + 1:03d}"


def _history(random: Random, party: Party, dial: Dial, meter: Meter) -> list[MeterReading]:
    """Backwards from the last reading; where the device was exchanged, its predecessor's end before that."""
    last = meter.last_reading
    assert last is not None
    months = 1 if party.persona.startswith("managed") else 2
    days = [last.read_on - timedelta(days=round(_MONTH * months * back)) for back in range(27 // months, -1, -1)]
    if dial.meter_no != EXCHANGED or dial.installed_on is None:
        share = Decimal("0.03") if dial.meter_no == GOING_ROUND else Decimal(random.randrange(40, 80)).scaleb(-2)
        return _readings(random, dial, days, last.value * (1 - share), last.value, last.source)
    former = replace(dial, serial_no=_serial_no(party, dial.installed_on - timedelta(days=1825), 99))
    until = dial.installed_on
    old_days = [*(day for day in days if day < until), until]
    new_days = [until, *(day for day in days if day > until)]
    end = last.value * 7
    old = _readings(random, former, old_days, end - last.value, end, ReadingSource.INSPECTOR)
    return old + _readings(random, dial, new_days, Decimal(0), last.value, last.source)


def _readings(
    random: Random, dial: Dial, days: list[date], start: Decimal, end: Decimal, source: ReadingSource
) -> list[MeterReading]:
    """From ``start`` to ``end``; a garden needs little water in winter."""
    weights = [random.randrange(70, 130) for _ in days[1:]]
    if dial.role is MeterRole.GARDEN:
        weights = [
            each // 40 if day.month in _DRY_MONTHS else each for day, each in zip(days[1:], weights, strict=True)
        ]
    whole, so_far, unit = sum(weights) or 1, 0, Decimal(1).scaleb(-dial.places)
    found = []
    for place, day in enumerate(days):
        so_far += weights[place - 1] if place else 0
        value = (start + (end - start) * so_far / whole).quantize(unit, ROUND_FLOOR)
        ends = place == len(days) - 1
        found.append(
            MeterReading(
                dial.customer_no,
                dial.meter_no,
                dial.serial_no,
                end.quantize(unit) if ends else value,
                day,
                source if ends else _source(dial, place),
            )
        )
    return found


def _source(dial: Dial, place: int) -> ReadingSource:
    if dial.places:
        return ReadingSource.RADIO
    return ReadingSource.INSPECTOR if place % 4 == 0 else ReadingSource.CUSTOMER
