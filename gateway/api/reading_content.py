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
from gateway.readings.rules import expecting
from gateway.submitting import Typed
from schemas import MeterReading, MeterRole, MeterToRead, ReadingContent

_FIELDS = {Mistake.EXCHANGED: "serial_no", Mistake.NOT_READABLE: "meter"}
_WIDEST_DIGITS, _WIDEST_PLACES = 9, 3


def reading(sent: Sent, values: Mapping[str, Any], link: Link) -> tuple[ReadingContent, str | None]:
    """The reading, and the number of the receipt that it supersedes; answers 422 for what cannot be right.

    While the billing system is away, one that says which device was read is taken unjudged.
    """
    meter_no = _meter_no(sent, values, link)
    former, line = _former(sent, values, link, meter_no), Typed(values)
    serial_no = line.line("serial_no", most=100)
    line.raise_any()
    meter, history = _meter(sent, link, meter_no, serial_no, without=None if former is None else former.reference)
    typed = readings.Typed(
        value=values["value"],
        read_on=values["read_on"],
        serial_no=serial_no,
        supersedes=None if former is None else former.reference,
        note=line.line("note"),
    )
    line.raise_any()
    entry = _judged(meter, typed, history, insisted=values.get("insisted", False))
    if entry.content is not None:
        return entry.content, None if former is None else former.public_id
    if entry.asks and entry.judged.doubt is not None:
        said = words.doubt(entry.judged, meter, entry.previous)
        sent.refuse({"insisted": said}, doubt=entry.judged.doubt.value)
    mistakes = entry.judged.mistakes
    told = {_FIELDS.get(each, each.field): words.wrong(each, meter, entry.previous) for each in mistakes}
    return sent.refuse(told)


def _meter_no(sent: Sent, values: Mapping[str, Any], link: Link) -> str:
    """What the id that was given stands for."""
    meter_no: str | None = portal().sealer.open(values["meter"], link.public_id, METER)
    return meter_no or sent.refuse({"meter": gettext("Nie ma tu takiego wodomierza.")})


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
        return _any_meter(link, meter_no, serial_no), ()
    if away is not None:
        raise away
    history: Sequence[MeterReading] = parts["history"].value or ()
    for meter in parts["meters"].value:
        if meter.meter_no == meter_no:
            return expecting(meter, history, today(), without=without), history
    return sent.refuse({"meter": gettext("Nie ma tu takiego wodomierza.")})


def _any_meter(link: Link, meter_no: str, serial_no: str) -> MeterToRead:
    """A meter of which nothing is known but which device it is: it binds to nothing but to be a value and a day."""
    return MeterToRead(
        customer_no=link.customer_no,
        meter_no=meter_no,
        serial_no=serial_no,
        role=MeterRole.MAIN,
        place="",
        digits=_WIDEST_DIGITS,
        places=_WIDEST_PLACES,
    )


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
