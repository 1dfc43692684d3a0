"""What an open payment pays is marked, so that no second one pays it; the mark tells nobody what it is."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select

from gateway.models import PaymentPart, PaymentRow
from gateway.payments.records import Part
from gateway.portal import Portal
from gateway.sealing import Sealer

_PURPOSE = "payment part"


def marks(sealer: Sealer, part: Part) -> list[bytes]:
    """By what a part is recognised under each accepted secret, the newest first."""
    return sealer.marks(json.dumps([part.customer_no, part.invoice_ref]), _PURPOSE)


def taken(portal: Portal, parts: Sequence[Part]) -> dict[Part, str]:
    """Which of these another payment has, and its number."""
    with portal.database.reading() as connection:
        found = {part: taken_by(connection, portal.sealer, part) for part in parts}
    return {part: one[0] for part, one in found.items() if one is not None}


def taken_by(connection: Connection, sealer: Sealer, part: Part) -> tuple[str, int | None] | None:
    """The number of the payment that has it, and whose account's that is."""
    query = (
        select(PaymentRow.public_id, PaymentRow.account_id)
        .join(PaymentPart, PaymentPart.payment_id == PaymentRow.id)
        .where(PaymentPart.open_mark.in_(marks(sealer, part)))
    )
    row = connection.execute(query).first()
    return None if row is None else (row.public_id, row.account_id)
