"""A reading that a program sends: judged as on the page, or taken as it is while the billing system is away."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext

from adapters.errors import Unavailable
from gateway import readings
from gateway.accounts import Link
from gateway.api.bearer import token_holder
from gateway.api.meters import METER
from gateway.api.sent import Sent
from gateway.erp import erp, side_by_side, today
from gateway.outbox import Receipt, receipts
from gateway.portal import portal
from gateway.readings import Entry, Mistake, words
from gateway.readings.by_serial import ReadingBySerial, any_meter, by_serial, fitting, key_of
from gateway.readings.rules import expecting
from gateway.submitting import Typed
from schemas import MeterReading, MeterToRead, ReadingContent

_FIELDS = {Mistake.EXCHANGED: "serial_no", Mistake.NOT_READABLE: "meter"}


def reading(sent: Sent, values: Mapping[str, Any], link: Link) -> tuple[ReadingContent | ReadingBySerial, str | None]:
    """The reading, and the number of the receipt that it supersedes; answers 422 for what cannot be right.

    While the billing system is away, one that says which device was read is taken unjudged, even without the meter.
    """
    line = Typed(values)
    serial_no = line.line("serial_no", most=100)
    line.raise_any()
    meter_no, serial_no = _named(sent, values, link, serial_no)
    former = None if meter_no is None else _former(sent, values, link, meter_no)
    without = None if former is None else former.reference
    history: Sequence[MeterReading] = ()
    if meter_no is None:
        meter = any_meter(link.customer_no, serial_no or "")
    else:
        meter, history = _meter(sent, link, meter_no, serial_no, without=without)
    typed = readings.Typed(
        value=values["value"],
        read_on=values["read_on"],
        serial_no=serial_no,
        supersedes=without,
        note=line.line("note"),
    )
    line.raise_any()
    entry = _judged(meter, typed, history, insisted=values.get("insisted", False))
    if entry.content is not None:
        content = entry.content if meter_no is not None else by_serial(entry.content)
        return content, None if former is None else former.public_id
    if entry.asks and entry.judged.doubt is not None:
        said = words.doubt(entry.judged, meter, entry.previous)
        sent.refuse({"insisted": said}, doubt=entry.judged.doubt.value)
    mistakes = entry.judged.mistakes
    told = {_FIELDS.get(each, each.field): words.wrong(each, meter, entry.previous) for each in mistakes}
    return sent.refuse(told)


def _named(sent: Sent, values: Mapping[str, Any], link: Link, serial_no: str | None) -> tuple[str | None, str | None]:
    """The meter's number and the serial number of the device that was read, as far as they are known.

    Without an id the meter is the one with this serial number; None while the billing system cannot be asked for it.
    """
    nowhere = gettext("Nie ma tu takiego wodomierza.")
    if values.get("meter"):
        meter_no: str | None = portal().sealer.open(values["meter"], link.public_id, METER)
        return meter_no or sent.refuse({"meter": nowhere}), serial_no
    asked = erp()
    meters = side_by_side(meters=lambda: asked.meters(link.customer_no))["meters"]
    if isinstance(meters.error, Unavailable) and key_of(serial_no or "") and not values.get("supersedes"):
        return None, serial_no
    if meters.error is not None:
        raise meters.error
    found = fitting(meters.value, serial_no or "")
    return (found[0].meter_no, found[0].serial_no) if len(found) == 1 else sent.refuse({"serial_no": nowhere})


def _meter(
    sent: Sent, link: Link, meter_no: str, serial_no: str | None, *, without: str | None
) -> tuple[MeterToRead, Sequence[MeterReading]]:
    """The meter with its history as far as it can be had; ``without`` is our reference of a reading to correct."""
    asked = erp()
    parts = side_by_side(
        meters=lambda: asked.meters(link.customer_no),
        history=lambda: asked.readings(link.customer_no, meter_no),
    )
    away = parts["meters"].error
    if isinstance(away, Unavailable) and serial_no:
        return any_meter(link.customer_no, serial_no, meter_no), ()
    if away is not None:
        raise away
    history: Sequence[MeterReading] = parts["history"].value or ()
    for meter in parts["meters"].value:
        if meter.meter_no == meter_no:
            return expecting(meter, history, today(), without=without), history
    return sent.refuse({"meter": gettext("Nie ma tu takiego wodomierza.")})


def _former(sent: Sent, values: Mapping[str, Any], link: Link, meter_no: str) -> Receipt | None:
    number = values.get("supersedes")
    if not number:
        return None
    holder, whose = token_holder().account_id or 0, link.customer_no
    found = receipts.of_meter(portal(), number, account_id=holder, customer_no=whose, meter_no=meter_no)
    if found is None:
        sent.refuse({"supersedes": gettext("Nie ma tu potwierdzenia odczytu tego wodomierza o takim numerze.")})
    return found


def _judged(meter: MeterToRead, typed: readings.Typed, history: Sequence[MeterReading], *, insisted: bool) -> Entry:
    """Insisting counts only where there is something to insist on."""
    entry = readings.read(meter, typed, today=today(), history=history)
    if insisted and entry.asks:
        typed = replace(typed, insisted_on=str(entry.value))
        return readings.read(meter, typed, today=today(), history=history)
    return entry
