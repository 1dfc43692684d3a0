"""What may be read on a meter: pure rules over the dial, the reading before, and the day.

A dial that has gone round shows little after much; an exchanged device begins anew; an estimate is nothing that
the meter showed.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from gateway.readings.records import Doubt, Judged, Mistake
from schemas import MeterReading, MeterToRead, Reading, ReadingSource

_ROUND_AT_MOST = 10
"""What was used since the reading before is at most this part of the dial, where less is read than before."""
_SHORTEST = timedelta(days=28)
_LEAST, _MOST, _SLACK = Decimal("0.2"), Decimal(3), Decimal(5)
"""How far from the pace of the past a reading may be before it is asked about, where the ERP expects nothing."""


def before(meter: MeterToRead, history: Iterable[MeterReading], *, without: str | None = None) -> Reading | None:
    """What the device that is there now showed last; ``without`` is our reference of a reading that is corrected.

    Where nothing of the device's history is known, it is what the ERP calls its last reading.
    """
    mine = [each for each in history if each.serial_no == meter.serial_no]
    if not mine:
        return meter.previous if without is None and _binds(meter) else None
    kept = [each for each in mine if without is None or each.reference != without]
    last = max(kept, key=lambda each: (each.read_on, each.value), default=None)
    return None if last is None else Reading(last.value, last.read_on, last.source)


def _binds(meter: MeterToRead) -> bool:
    """Whether the last reading can be of the device that is there now."""
    return meter.previous is None or meter.installed_on is None or meter.previous.read_on >= meter.installed_on


def judge(
    meter: MeterToRead, value: Decimal | None, read_on: date | None, *, today: date, previous: Reading | None
) -> Judged:
    """All that is wrong with a reading, else what is unlikely in it; a value or day that is None is wrong already."""
    mistakes: list[Mistake] = []
    if not meter.readable:
        mistakes.append(Mistake.NOT_READABLE)
    if read_on is not None:
        mistakes += _of_day(meter, read_on, today, previous)
    used = None if value is None or previous is None else value - previous.value
    went_round = False
    if used is not None and used < 0 and previous is not None:
        around = used + 10**meter.digits
        went_round = around * _ROUND_AT_MOST <= 10**meter.digits
        if went_round:
            used = around
        elif previous.source is not ReadingSource.ESTIMATE:
            mistakes.append(Mistake.LOWER)
    if mistakes or value is None or read_on is None:
        return Judged(tuple(mistakes))
    return Judged(doubt=_doubt(meter, value, used, went_round=went_round), used=used)


def _of_day(meter: MeterToRead, read_on: date, today: date, previous: Reading | None) -> list[Mistake]:
    if read_on > today:
        return [Mistake.FUTURE]
    if meter.installed_on is not None and read_on < meter.installed_on:
        return [Mistake.BEFORE_INSTALLED]
    if previous is not None and read_on < previous.read_on:
        return [Mistake.BEFORE_PREVIOUS]
    first, last = meter.window_from or date.min, meter.window_until or date.max
    return [] if first <= read_on <= last else [Mistake.OUT_OF_WINDOW]


def _doubt(meter: MeterToRead, value: Decimal, used: Decimal | None, *, went_round: bool) -> Doubt | None:
    if went_round:
        return Doubt.WENT_ROUND
    if used is not None and used < 0:
        return Doubt.BELOW_ESTIMATE
    if meter.expected_until is not None and value > meter.expected_until:
        return Doubt.MUCH
    if meter.expected_from is not None and value < meter.expected_from:
        return Doubt.LITTLE
    if used is not None and used * _ROUND_AT_MOST > 10**meter.digits:
        return Doubt.MUCH
    return None


def newest_first(history: Iterable[MeterReading], serial_no: str) -> list[MeterReading]:
    """In order of time; on the day of an exchange the device that stayed comes before the one that went.

    Of two readings of one device on one day the higher is the later one, as a dial goes up. ``serial_no`` is the
    device that is there now.
    """
    found: list[MeterReading] = []
    for _, rows in groupby(sorted(history, key=lambda each: each.read_on, reverse=True), key=lambda each: each.read_on):
        later = found[-1].serial_no if found else serial_no
        found += sorted(rows, key=lambda each: (each.serial_no != later, -each.value))
    return found


def expecting(
    meter: MeterToRead, history: Iterable[MeterReading], today: date, *, without: str | None = None
) -> MeterToRead:
    """With an expected range from the pace of the device's past, where the ERP gives none and there is a past.

    ``without`` is our reference of a reading that is corrected: what the ERP expects after it says nothing.
    """
    if without is not None:
        meter = replace(meter, expected_from=None, expected_until=None)
        history = [each for each in history if each.reference != without]
    if meter.expected_from is not None or meter.expected_until is not None or not _binds(meter):
        return meter
    mine = newest_first((each for each in history if each.serial_no == meter.serial_no), meter.serial_no)[::-1]
    shown = [each for each in mine if each.source is not ReadingSource.ESTIMATE]
    if len(shown) < 2 or shown[-1].read_on - shown[0].read_on < _SHORTEST or shown[-1].read_on > today:
        return meter
    first, last = shown[0], shown[-1]
    pace = (last.value - first.value) / (last.read_on - first.read_on).days
    passed = (today - last.read_on).days
    most = (last.value + pace * passed * _MOST + _SLACK).to_integral_value()
    if pace < 0 or most >= 10**meter.digits:  # it has gone round, or is about to
        return meter
    least = (last.value + max(Decimal(0), pace * passed * _LEAST - _SLACK)).to_integral_value()
    return replace(meter, expected_from=min(least, most), expected_until=most)


def window(meter: MeterToRead, today: date) -> str:
    """Whether readings are taken: ``open``, ``soon``, ``over``, or ``never`` where the meter takes none."""
    if not meter.readable:
        return "never"
    if meter.window_from is not None and today < meter.window_from:
        return "soon"
    return "over" if meter.window_until is not None and today > meter.window_until else "open"
