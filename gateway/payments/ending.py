"""Ends what still would tell the ERP of a payment, once the ledger or a person has said what became of it."""

from sqlalchemy import Connection, select

from gateway.models import PaymentPart, SubmissionRow
from gateway.outbox import desk
from gateway.outbox.records import FINAL
from gateway.payments.moves import Held
from gateway.portal import Portal


def end_submissions(portal: Portal, connection: Connection, held: Held, by: desk.By, *, reason: str) -> None:
    """Settle and wipe each that has not come to its end, or somebody might send it a second time.

    ``reason`` is one of ``outbox.desk.REASONS``. Raises ``outbox.desk.NotNow`` while one is being sent.
    """
    query = (
        select(SubmissionRow.public_id)
        .join(PaymentPart, PaymentPart.submission_id == SubmissionRow.id)
        .where(PaymentPart.payment_id == held.id, SubmissionRow.state.not_in(FINAL))
        .distinct()
    )
    for public_id in connection.execute(query).scalars().all():
        desk.settle_within(portal, connection, public_id, by, reason=reason)
