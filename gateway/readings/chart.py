"""Where the bars of a meter's history stand: consumption between readings as the points of a drawing, no more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from schemas import MeterReading

WIDTH, HEIGHT = 640, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 30, 20, 34
_MOST_BARS = 24
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """What was used up to a reading; ``estimated`` bars look different, an ``exchanged`` device is marked.

    A ``spare`` label can be left out where there is little room.
    """

    x: float
    y: float
    width: float
    height: float
    used: Decimal
    since: date
    until: date
    estimated: bool
    exchanged: bool
    label: str
    spare: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the scale, at ``used`` m³."""

    y: float
    used: Decimal


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of ``width`` by ``height`` points."""

    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    base: int = HEIGHT - _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def since(self) -> date:
        return self.bars[0].since

    @property
    def until(self) -> date:
        return self.bars[-1].until

    @property
    def highest(self) -> Bar:
        return max(self.bars, key=lambda each: each.used)


def with_consumption(rows: Sequence[MeterReading], digits: int) -> list[MeterReading]:
    """The history, the newest first, with what was used where the ERP does not say so and it can be known."""
    if not rows:
        return []
    found = [replace(each, consumption=_used(former, each, digits)) for each, former in pairwise(rows)]
    return [*found, rows[-1]]


def _used(former: MeterReading, each: MeterReading, digits: int) -> Decimal | None:
    if each.consumption is not None or each.serial_no != former.serial_no:
        return each.consumption
    used = each.value - former.value
    around = used + 10**digits
    if used < 0 and around * 10 <= 10**digits:
        return around
    return used if used >= 0 else None


def draw(rows: Sequence[MeterReading]) -> Chart | None:
    """The chart of a history, the newest reading first; None where there is not enough to draw."""
    old_first = list(reversed(rows))
    spans = [
        (former, each) for former, each in pairwise(old_first) if each.consumption is not None and each.consumption >= 0
    ][-_MOST_BARS:]
    if len(spans) < 2:
        return None
    step, top = _scale(max(each.consumption or Decimal(0) for _, each in spans))
    room = WIDTH - _LEFT - _RIGHT
    height = HEIGHT - _TOP - _BOTTOM
    slot = room / len(spans)
    every = 1 + (len(spans) - 1) // 8
    bars = []
    for at, (former, each) in enumerate(spans):
        used = each.consumption or Decimal(0)
        tall = float(used / top) * height
        bars.append(
            Bar(
                x=round(_LEFT + at * slot + slot * 0.15, 1),
                y=round(HEIGHT - _BOTTOM - tall, 1),
                width=round(slot * 0.7, 1),
                height=round(tall, 1),
                used=used,
                since=former.read_on,
                until=each.read_on,
                estimated=each.source.value == "estimate",
                exchanged=each.serial_no != former.serial_no,
                label=f"{each.read_on:%m.%y}" if (len(spans) - 1 - at) % every == 0 else "",
                spare=(len(spans) - 1 - at) // every % 2 == 1,
            )
        )
    count = int(top / step)
    lines = [Line(round(HEIGHT - _BOTTOM - height * at / count, 1), step * at) for at in range(count + 1)]
    return Chart(tuple(bars), tuple(lines))


def _scale(most: Decimal) -> tuple[Decimal, Decimal]:
    """A round step of the scale, and its top: at most five steps."""
    size = Decimal("0.001")
    while True:
        for each in _STEPS:
            step = size * each
            steps = (most / step).to_integral_value(ROUND_CEILING)
            if steps <= 4:
                return step, step * max(Decimal(1), steps)
        size *= 10
