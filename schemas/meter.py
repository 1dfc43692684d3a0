"""Meters that a customer may read themselves, and what has been read on them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from marshmallow import fields as marshmallow_fields

from schemas import fields
from schemas.contract import MeterRole, Reading, ReadingSchema, ReadingSource


@dataclass(frozen=True, slots=True)
class MeterToRead:
    """A meter and its dial: ``digits`` whole m³ stand before the comma, ``places`` are read after it.

    ``meter_no`` stays when the device is exchanged, ``serial_no`` stands on the device that is there now, since
    ``installed_on``; ``previous`` is the last reading of that device. The ERP expects a value from ``expected_from`` to
    ``expected_until`` (m³) where it says so. It takes readings from ``window_from`` to ``window_until``, both days
    included, where it says so, and none where ``readable`` is False.
    """

    customer_no: str
    meter_no: str
    serial_no: str
    role: MeterRole
    place: str
    digits: int
    places: int = 0
    valid_until: date | None = None
    installed_on: date | None = None
    previous: Reading | None = None
    expected_from: Decimal | None = None
    expected_until: Decimal | None = None
    window_from: date | None = None
    window_until: date | None = None
    readable: bool = True


@dataclass(frozen=True, slots=True)
class MeterReading:
    """One reading in a meter's history; a change of ``serial_no`` is an exchanged device, whose dial began anew.

    ``consumption`` is what was used since the reading before, in m³, where the ERP says so. ``reference`` is ours,
    where the reading came through the portal.
    """

    customer_no: str
    meter_no: str
    serial_no: str
    value: Decimal
    read_on: date
    source: ReadingSource
    consumption: Decimal | None = None
    reference: str | None = None


class MeterToReadSchema(fields.RecordSchema[MeterToRead]):
    record: ClassVar = MeterToRead

    customer_no = fields.CustomerNo(required=True)
    meter_no = fields.Text(required=True)
    serial_no = fields.Text(required=True)
    role = fields.Word(MeterRole, required=True)
    place = fields.Text(required=True)
    digits = fields.Count(required=True)
    places = fields.Count(load_default=0)
    valid_until = fields.Day(load_default=None, allow_none=True)
    installed_on = fields.Day(load_default=None, allow_none=True)
    previous = marshmallow_fields.Nested(ReadingSchema, load_default=None, allow_none=True)
    expected_from = fields.Volume(load_default=None, allow_none=True)
    expected_until = fields.Volume(load_default=None, allow_none=True)
    window_from = fields.Day(load_default=None, allow_none=True)
    window_until = fields.Day(load_default=None, allow_none=True)
    readable = fields.Flag(load_default=True)


class MeterReadingSchema(fields.RecordSchema[MeterReading]):
    record: ClassVar = MeterReading

    customer_no = fields.CustomerNo(required=True)
    meter_no = fields.Text(required=True)
    serial_no = fields.Text(required=True)
    value = fields.Volume(required=True)
    read_on = fields.Day(required=True)
    source = fields.Word(ReadingSource, required=True)
    consumption = fields.Volume(load_default=None, allow_none=True)
    reference = fields.Text(load_default=None, allow_none=True)
