"""Meters as they stand on their places: the device, its dial, and everything that was read on it."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from adapters.sandbox.calls import Reason
from schemas import MeterReading, MeterRole, MeterToRead, Reading, ReadingContent, ReadingSource

WINDOW_FROM = 20
"""Where there is a window, readings are taken from this day of each month to its last."""
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Dial:
    """A place for a meter and the device that is there now; ``history`` has its predecessors' readings too."""

    customer_no: str
    meter_no: str
    serial_no: str
    role: MeterRole
    place: str
    digits: int
    places: int
    valid_until: date | None
    installed_on: date | None
    history: tuple[MeterReading, ...] = ()
    readable: bool = True
    windowed: bool = False

    @property
    def previous(self) -> Reading | None:
        """The last reading of the device that is there now."""
        last = self.history[-1] if self.history else None
        if last is None or last.serial_no != self.serial_no:
            return None
        return Reading(last.value, last.read_on, last.source)

    def to_read(self, today: date) -> MeterToRead:
        """What somebody has to know who reads it on ``today``."""
        expected = self._expected(today)
        month_ends = (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return MeterToRead(
            customer_no=self.customer_no,
            meter_no=self.meter_no,
            serial_no=self.serial_no,
            role=self.role,
            place=self.place,
            digits=self.digits,
            places=self.places,
            valid_until=self.valid_until,
            installed_on=self.installed_on,
            previous=self.previous,
            expected_from=expected[0] if expected else None,
            expected_until=expected[1] if expected else None,
            window_from=today.replace(day=WINDOW_FROM) if self.windowed else None,
            window_until=month_ends if self.windowed else None,
            readable=self.readable,
        )

    def judge(self, content: ReadingContent, today: date) -> Reason | None:
        """Why this reading is not taken."""
        value, read_on = content.value, content.read_on
        if content.serial_no != self.serial_no:
            return Reason.ANOTHER_DEVICE
        if not self.readable or (self.windowed and read_on.day < WINDOW_FROM):
            return Reason.NO_READINGS
        exponent = value.as_tuple().exponent
        if value < 0 or value >= self._round or not isinstance(exponent, int) or -exponent > self.places:
            return Reason.WRONG_READING
        if read_on > today or (self.installed_on is not None and read_on < self.installed_on):
            return Reason.WRONG_READING
        before = self._before(read_on, content.supersedes)
        # a dial that has gone round shows little after much
        if before is not None and value < before and value + self._round - before > self._round // 10:
            return Reason.LOWER_READING
        return None

    def read(self, content: ReadingContent, reference: str) -> "Dial":
        """With a reading from a customer, in place of the one that it supersedes."""
        entry = MeterReading(
            self.customer_no,
            self.meter_no,
            content.serial_no,
            content.value,
            content.read_on,
            ReadingSource.CUSTOMER,
            reference=reference,
        )
        kept = self.history
        if content.supersedes is not None:
            kept = tuple(each for each in kept if each.reference != content.supersedes)
        place = bisect_right(kept, content.read_on, key=lambda each: each.read_on)
        # what lies before it stays as it is, unless something was taken out of there
        known = place if len(kept) == len(self.history) else 0
        later = consumed((*kept[:place][max(0, known - 1) :], entry, *kept[place:]), self.digits)
        return replace(self, history=(*kept[:known], *(later[1:] if known else later)))

    @property
    def _round(self) -> int:
        """What the dial would show next to its highest value."""
        return int(10**self.digits)

    def _before(self, day: date, superseded: str | None) -> Decimal | None:
        """What the device showed last on a day or before; an estimate is nothing that it showed."""
        for each in reversed(self.history):
            if each.serial_no != self.serial_no:
                return None
            counts = superseded is None or each.reference != superseded
            if counts and each.read_on <= day and each.source is not ReadingSource.ESTIMATE:
                return each.value
        return None

    def _expected(self, today: date) -> tuple[Decimal, Decimal] | None:
        """From a third to twice the pace of the last year; nothing where the dial would go round."""
        mine = [each for each in self.history if each.serial_no == self.serial_no]
        if len(mine) < 2:
            return None
        last = mine[-1]
        start = next(place for place, each in enumerate(mine) if last.read_on - each.read_on <= _YEAR)
        start = min(start, len(mine) - 2)
        days = max(1, (last.read_on - mine[start].read_on).days)
        pace = sum((each.consumption or Decimal(0) for each in mine[start + 1 :]), Decimal(0)) / days
        passed = max(0, (today - last.read_on).days) + 1
        least = (last.value + pace * passed / 3).quantize(Decimal(1), ROUND_FLOOR)
        most = (last.value + pace * passed * 2).quantize(Decimal(1), ROUND_CEILING) + 1
        return None if most >= self._round else (max(least, Decimal(0)), most)


def consumed(entries: Iterable[MeterReading], digits: int) -> tuple[MeterReading, ...]:
    """The entries, each with what was used since the one before."""
    found: list[MeterReading] = []
    for each in entries:
        found.append(replace(each, consumption=_used(found[-1], each, digits) if found else None))
    return tuple(found)


def _used(before: MeterReading, now: MeterReading, digits: int) -> Decimal | None:
    """None where less was read than had been estimated."""
    if before.serial_no != now.serial_no:
        return Decimal(0)
    used = now.value - before.value
    if used < 0:
        used += 10**digits
    return used if used <= 10**digits // 10 else None
