"""What becomes of a payment, in the audit log under its number."""

from datetime import datetime

from sqlalchemy import Connection

from gateway import audit
from gateway.payments.moves import Held


def note(
    connection: Connection, held: Held, action: str, now: datetime, *, actor: str = audit.SYSTEM, **more: str
) -> None:
    """Add ``payment.<action>``, in the transaction of what it tells of; ``more`` as in ``audit.record``."""
    audit.record(
        connection,
        at=now,
        actor=actor,
        action=f"payment.{action}",
        account_id=held.account_id,
        subject=held.public_id,
        **more,
    )
