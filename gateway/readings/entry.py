"""From what was typed to what is sent: one reading for a page or the API, or all that is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gateway.readings.records import Judged, Mistake
from gateway.readings.rules import before, judge
from gateway.readings.typed import NotAValue, value_of
from schemas import MeterReading, MeterToRead, Reading, ReadingContent


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed; ``read_on`` is None where it is no day. ``insisted_on`` is the value that they stand by.

    ``serial_no`` is the device that they saw, ``supersedes`` our reference of their reading that this one corrects.
    """

    value: str
    read_on: date | None
    day_given: bool = True
    insisted_on: str = ""
    serial_no: str | None = None
    supersedes: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One reading as it was judged; ``content`` is there when it may be sent."""

    judged: Judged
    previous: Reading | None = None
    value: Decimal | None = None
    content: ReadingContent | None = None

    @property
    def asks(self) -> bool:
        """Whether nothing is wrong, but the customer has to say that it is right."""
        return self.content is None and not self.judged.mistakes


def read(
    meter: MeterToRead, typed: Typed, *, today: date, history: Sequence[MeterReading] = (), again: bool = False
) -> Entry:
    """Judge what was typed for a meter; ``again`` is the same that was already taken, which is not judged anew."""
    mistakes: list[Mistake] = []
    value = None
    try:
        value = value_of(typed.value, digits=meter.digits, places=meter.places)
    except NotAValue as error:
        mistakes.append(error.mistake)
    if typed.read_on is None:
        mistakes.append(Mistake.NOT_A_DAY if typed.day_given else Mistake.NO_DAY)
    if typed.serial_no is not None and typed.serial_no != meter.serial_no and not again:
        return Entry(Judged((Mistake.EXCHANGED,)), value=value)
    previous = before(meter, history, without=typed.supersedes)
    judged = Judged() if again else judge(meter, value, typed.read_on, today=today, previous=previous)
    if mistakes or judged.mistakes or value is None or typed.read_on is None:
        return Entry(Judged((*mistakes, *judged.mistakes)), previous, value)
    insisted = typed.insisted_on == str(value)
    if judged.doubt is not None and not insisted:
        return Entry(judged, previous, value)
    return Entry(judged, previous, value, _content(meter, typed, value, typed.read_on, insisted=insisted))


def _content(meter: MeterToRead, typed: Typed, value: Decimal, read_on: date, *, insisted: bool) -> ReadingContent:
    return ReadingContent(
        meter_no=meter.meter_no,
        serial_no=typed.serial_no or meter.serial_no,
        value=value,
        read_on=read_on,
        insisted=insisted,
        supersedes=typed.supersedes,
        note=typed.note,
    )
