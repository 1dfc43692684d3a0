"""What is known of a meter when its reading is typed: from the ERP now, or sealed in the form that it was typed in."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import abort
from marshmallow import ValidationError

from adapters.capabilities import Capability
from adapters.errors import AdapterError, BadData, Unavailable
from gateway.accounts import Link
from gateway.erp import Part, erp, side_by_side, today
from gateway.outbox import receipts
from gateway.portal import portal
from gateway.readings.rules import expecting, newest_first
from schemas import MeterReading, MeterToRead, MeterToReadSchema, SubmissionKind

METER = "meter"
"""The kind of a meter's handle."""
AWAY = (Unavailable, BadData)
"""What the ERP answers while it cannot be asked: readings are taken all the same."""

_SEEN, _CORRECTION = "meter as seen", "correction"


@dataclass(frozen=True, slots=True)
class Known:
    """A meter with its history, the newest reading first; ``asked`` is whether the ERP could be asked now.

    ``error`` is why there is no history, where the ERP told of the meter alone.
    """

    meter: MeterToRead
    history: Sequence[MeterReading] = ()
    asked: bool = True
    error: AdapterError | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A former reading of the account's own: the number of its receipt, and our reference of it."""

    public_id: str
    reference: str


def takes_readings() -> bool:
    """Whether the ERP takes readings from customers."""
    return SubmissionKind.READING in erp().accepts and erp().supports(Capability.METERS)


def known(link: Link, meter_no: str) -> Known:
    """Ask for the meter and its history; 404 where the customer has no such meter, else the ERP's error."""
    found = known_or_away(link, meter_no)
    if isinstance(found, AdapterError):
        raise found
    return found


def known_or_away(
    link: Link, meter_no: str, *, seen: str = "", without: str | None = None
) -> Known | Unavailable | BadData:
    """The same; while the ERP is away, what the form knew, where it was a form of ours, or else why it is away.

    ``without`` is our reference of a reading that is corrected.
    """
    billing, number = erp(), link.customer_no
    calls: dict[str, Any] = {"meters": partial(billing.meters, number)}
    if billing.supports(Capability.READINGS):
        calls["history"] = partial(billing.readings, number, meter_no)
    parts = side_by_side(**calls)
    error = parts["meters"].error
    if error is not None:
        meter = open_seen(link, seen)
        if meter is not None and meter.meter_no == meter_no:
            return Known(meter, asked=False)
        if isinstance(error, AWAY):
            return error
        raise error
    meter = next((each for each in parts["meters"].value if each.meter_no == meter_no), None)
    if meter is None:
        abort(404)
    told = parts.get("history", Part())
    history = newest_first(told.value or (), meter.serial_no)
    return Known(expecting(meter, history, today(), without=without), history, error=told.error)


def seal_seen(link: Link, meter: MeterToRead) -> str:
    """The meter as a form shows it, for the form to bring back."""
    values = {name: value for name, value in MeterToReadSchema().dump(meter).items() if value is not None}
    values.pop("customer_no")
    return portal().sealer.seal(json.dumps(values, ensure_ascii=False), link.public_id, _SEEN)


def open_seen(link: Link, seen: str) -> MeterToRead | None:
    """The meter that a form brought back; None where it is none of ours."""
    text = portal().sealer.open(seen, link.public_id, _SEEN) if seen else None
    if text is None:
        return None
    try:
        found: MeterToRead = MeterToReadSchema().load({**json.loads(text), "customer_no": link.customer_no})
    except ValidationError:  # sealed by an older version
        return None
    return found


def correction_handle(link: Link, meter_no: str, public_id: str) -> str:
    """Names one of the account's own readings of this meter, in an address."""
    return portal().sealer.seal(public_id, link.public_id, _CORRECTION, meter_no)


def correction(link: Link, meter_no: str, handle: str, *, account_id: int) -> Correction | None:
    """The former reading behind a handle; None without one, 404 for one of somebody or something else."""
    if not handle:
        return None
    public_id = portal().sealer.open(handle, link.public_id, _CORRECTION, meter_no)
    receipt = receipts.one(portal(), public_id, account_id=account_id) if public_id else None
    if receipt is None or receipt.kind is not SubmissionKind.READING or receipt.customer_no != link.customer_no:
        abort(404)
    return Correction(receipt.public_id, receipt.reference)


def correctable(link: Link, known: Known, *, account_id: int) -> str:
    """The handle for correcting the device's last reading, where it is one that this account sent; else empty."""
    mine = [each for each in known.history if each.serial_no == known.meter.serial_no]
    if not mine or mine[0].reference is None:
        return ""
    for each in receipts.of(portal(), account_id=account_id, customer_no=link.customer_no):
        if each.reference == mine[0].reference and each.kind is SubmissionKind.READING:
            return correction_handle(link, known.meter.meter_no, each.public_id)
    return ""
