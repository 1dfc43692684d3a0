"""What an open payment pays is marked, so that no second one pays it; the mark tells nobody what it is."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from gateway.models import PaymentPart, PaymentRow
from gateway.payments.records import Part
from gateway.portal import Portal
from gateway.sealing import Sealer

_PURPOSE = "payment part"
Owner = tuple[str, int | None]
"""A payment's number, and whose account's it is."""


def taken(portal: Portal, parts: Sequence[Part]) -> dict[Part, Owner]:
    """Which of these another payment has, and which one."""
    with portal.database.reading() as connection:
        found = {part: taken_by(connection, portal.sealer, part) for part in parts}
    return {part: one for part, one in found.items() if one is not None}


def taken_by(connection: Connection, sealer: Sealer, part: Part, *, but: int = 0) -> Owner | None:
    """The open payment that has it, unless that is the one whose id is ``but``."""
    query = (
        select(PaymentRow.public_id, PaymentRow.account_id)
        .join(PaymentPart, PaymentPart.payment_id == PaymentRow.id)
        .where(PaymentPart.open_mark.in_(_marks(sealer, part)), PaymentRow.id != but)
    )
    row = connection.execute(query).first()
    return None if row is None else (row.public_id, row.account_id)


def put(connection: Connection, sealer: Sealer, payment_id: int, parts: Sequence[Part]) -> None:
    """Write the parts, in their order; ``IntegrityError`` where another payment was faster."""
    for part in parts:
        values: dict[str, Any] = {"customer_no": part.customer_no, "open_mark": _marks(sealer, part)[0]}
        connection.execute(insert(PaymentPart).values(payment_id=payment_id, **values))


def clear(connection: Connection, payment_id: int) -> None:
    """What it paid, or did not, may be paid by another from now on."""
    connection.execute(update(PaymentPart).where(PaymentPart.payment_id == payment_id).values(open_mark=None))


def put_again(connection: Connection, sealer: Sealer, payment_id: int, parts: Sequence[Part]) -> None:
    """A late word has opened it again: keep others away from what nobody else has begun to pay meanwhile."""
    query = select(PaymentPart.id).where(PaymentPart.payment_id == payment_id).order_by(PaymentPart.id)
    for part_id, part in zip(connection.execute(query).scalars().all(), parts, strict=False):
        if taken_by(connection, sealer, part, but=payment_id) is None:
            mark = _marks(sealer, part)[0]
            connection.execute(update(PaymentPart).where(PaymentPart.id == part_id).values(open_mark=mark))


def _marks(sealer: Sealer, part: Part) -> list[bytes]:
    """By what a part is recognised under each accepted secret, the newest first."""
    return sealer.marks(json.dumps([part.customer_no, part.invoice_ref]), _PURPOSE)
