"""Which payments of an account are for a customer; what is paid is wiped, whom it was for stays."""

from sqlalchemy import select

from gateway.models import PaymentPart, PaymentRow
from gateway.portal import Portal


def numbers(portal: Portal, *, account_id: int, customer_no: str) -> set[str]:
    """Their numbers."""
    query = (
        select(PaymentRow.public_id)
        .join(PaymentPart, PaymentPart.payment_id == PaymentRow.id)
        .where(PaymentRow.account_id == account_id, PaymentPart.customer_no == customer_no)
    )
    with portal.database.reading() as connection:
        return set(connection.execute(query).scalars())
