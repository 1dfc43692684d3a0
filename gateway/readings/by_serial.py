"""A reading that names its meter by the serial number alone, taken while the ERP could not be asked for its meters.

It stays within the portal: before it is sent, the one meter that it fits is found, and nothing is guessed.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from gateway.readings.entry import Typed, read
from gateway.readings.records import Mistake
from schemas import MeterRole, MeterToRead, ReadingContent, fields

_WIDEST_DIGITS, _WIDEST_PLACES = 9, 3


@dataclass(frozen=True, slots=True)
class ReadingBySerial:
    """What the customer read, in m³, on the device with this serial number, as they wrote it down.

    ``insisted`` is as in ``ReadingContent``: the ERP was back before the form was sent, and they were asked.
    """

    serial_no: str
    value: Decimal
    read_on: date
    insisted: bool = False
    note: str | None = None


class ReadingBySerialSchema(fields.RecordSchema[ReadingBySerial]):
    record: ClassVar = ReadingBySerial

    serial_no = fields.Text(required=True)
    value = fields.Volume(required=True)
    read_on = fields.Day(required=True)
    insisted = fields.Flag(load_default=False)
    note = fields.Text(load_default=None, allow_none=True)


def any_meter(customer_no: str, serial_no: str, meter_no: str = "") -> MeterToRead:
    """A meter of which nothing is known but which device it is: it binds to nothing but to be a value and a day."""
    return MeterToRead(
        customer_no=customer_no,
        meter_no=meter_no,
        serial_no=serial_no,
        role=MeterRole.MAIN,
        place="",
        digits=_WIDEST_DIGITS,
        places=_WIDEST_PLACES,
    )


def by_serial(content: ReadingContent) -> ReadingBySerial:
    """The same without the meter, of one that was read as of ``any_meter``."""
    return ReadingBySerial(content.serial_no, content.value, content.read_on, content.insisted, content.note)


class Reason(StrEnum):
    """Why a person has to look at it, in words for the log and the command line."""

    NO_METER = "no meter of this customer has this serial number"
    SEVERAL_METERS = "several meters of this customer have this serial number"
    NOT_ON_THE_DIAL = "the value has more digits than this meter's dial"
    UNLIKELY = "the reading does not go with this meter, and the customer could not be asked"


class ForAPerson(ValueError):
    """The ERP cannot be sent this without guessing."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def key_of(serial_no: str) -> str:
    """What two ways of writing one serial number have in common: no spaces, no dashes, one case; may be empty."""
    kept = [each for each in serial_no if not each.isspace() and unicodedata.category(each) != "Pd" and each != "−"]
    return "".join(kept).casefold()


def fitting(meters: Iterable[MeterToRead], serial_no: str) -> list[MeterToRead]:
    """The meters whose device has this serial number: one, unless it was misread or the ERP has it twice."""
    return [each for each in meters if key_of(each.serial_no) == key_of(serial_no)]


def content_for(
    meters: Iterable[MeterToRead], reading: ReadingBySerial, today: date, *, again: bool = False
) -> ReadingContent:
    """What the ERP is sent; raises ``ForAPerson``, also for all that the form of this meter would have asked about.

    ``again`` is one that may be there already: it is not judged by what it has changed itself.
    """
    found = fitting(meters, reading.serial_no)
    if len(found) != 1:
        raise ForAPerson(Reason.SEVERAL_METERS if found else Reason.NO_METER)
    meter = found[0]
    typed = Typed(
        value=format(reading.value, "f"),
        read_on=reading.read_on,
        insisted_on=str(reading.value) if reading.insisted else "",
        serial_no=meter.serial_no,
        note=reading.note,
    )
    entry = read(meter, typed, today=today, again=again)
    if entry.content is not None:
        return entry.content
    too_long = {Mistake.TOO_MANY_DIGITS, Mistake.TOO_MANY_PLACES} & set(entry.judged.mistakes)
    raise ForAPerson(Reason.NOT_ON_THE_DIAL if too_long else Reason.UNLIKELY)
