"""The calls about meters: those that a customer may read, and what was read on each."""

from typing import Any, ClassVar

from flask import jsonify
from marshmallow import RAISE, Schema
from marshmallow import fields as marshmallow_fields

from gateway.accounts import Link
from gateway.api import schemas
from gateway.api.paging import Key, cut
from gateway.api.views import customers
from gateway.customers import link_or_404
from gateway.erp import erp
from gateway.handles import handle_for, open_handle
from schemas import MeterReading, MeterRole, MeterToRead, ReadingSchema, ReadingSource, fields
from schemas.dump import dumper

METER = "meter"
"""The kind of a meter's handle."""
_SECURED: dict[str, Any] = {"security": [{"token": []}]}


class MeterItem(fields.RecordSchema[MeterToRead]):
    record: ClassVar = MeterToRead

    id = marshmallow_fields.String(required=True, metadata={"description": "Opaque; names this meter in URLs."})
    meter_no = fields.Text(required=True, metadata={"description": "Stays when the device is exchanged."})
    serial_no = fields.Text(required=True, metadata={"description": "On the device that is there now."})
    role = fields.Word(MeterRole, required=True)
    place = fields.Text(required=True)
    digits = fields.Count(required=True, metadata={"description": "Whole m³ that the dial shows."})
    places = fields.Count(required=True, metadata={"description": "Places after the comma that are read."})
    valid_until = fields.Day(
        required=True, allow_none=True, metadata={"description": "The end of the legal verification."}
    )
    installed_on = fields.Day(required=True, allow_none=True)
    previous = marshmallow_fields.Nested(
        ReadingSchema, required=True, allow_none=True, metadata={"description": "The last reading of this device."}
    )
    expected_from = fields.Volume(required=True, allow_none=True)
    expected_until = fields.Volume(required=True, allow_none=True)
    window_from = fields.Day(
        required=True, allow_none=True, metadata={"description": "The first day on which readings are taken."}
    )
    window_until = fields.Day(required=True, allow_none=True, metadata={"description": "The last such day."})
    readable = fields.Flag(required=True, metadata={"description": "false: this meter takes no readings."})


class MeterReadingItem(fields.RecordSchema[MeterReading]):
    record: ClassVar = MeterReading

    serial_no = fields.Text(required=True, metadata={"description": "Another one is another device, begun anew."})
    value = fields.Volume(required=True, metadata={"description": "m³."})
    read_on = fields.Day(required=True)
    source = fields.Word(ReadingSource, required=True)
    consumption = fields.Volume(
        required=True, allow_none=True, metadata={"description": "m³ since the reading before, where it is known."}
    )


class MeterReadingPage(Schema):
    items = marshmallow_fields.List(marshmallow_fields.Nested(MeterReadingItem), required=True)
    next_cursor = marshmallow_fields.String(required=True, allow_none=True)


@customers.route("/<cid>/meters")
@customers.response(200, MeterItem(many=True))
@customers.doc(**_SECURED)
def list_meters(cid: str) -> Any:
    """The meters that are there now, with their dials and last readings."""
    link = link_or_404(cid)
    return jsonify([_meter_json(link, each) for each in erp().meters(link.customer_no)])


@customers.route("/<cid>/meters/<mid>/readings")
@customers.arguments(schemas.PageQuery, location="query", unknown=RAISE)
@customers.response(200, MeterReadingPage)
@customers.doc(**_SECURED)
def list_readings(query: dict[str, Any], cid: str, mid: str) -> Any:
    """What was read on a meter and on the devices before it, the newest first."""
    link = link_or_404(cid)
    meter_no = open_handle(link, METER, mid)
    found = [each for each in erp().readings(link.customer_no, meter_no) if _within(each, query)]
    page, following = cut(
        found,
        _reading_key,
        link=link,
        kind=f"readings {meter_no}",
        cursor=query.get("cursor"),
        limit=query["limit"],
    )
    dump = dumper(MeterReadingItem)
    return jsonify({"items": [dump(each) for each in page], "next_cursor": following})


def _meter_json(link: Link, meter: MeterToRead) -> dict[str, Any]:
    return dumper(MeterItem)(meter, id=handle_for(link, METER, meter.meter_no))


def _within(reading: MeterReading, query: dict[str, Any]) -> bool:
    return not (
        ("since" in query and reading.read_on < query["since"])
        or ("until" in query and reading.read_on > query["until"])
    )


def _reading_key(reading: MeterReading) -> Key:
    return (reading.read_on.isoformat(),)
