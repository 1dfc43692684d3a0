"""An account gives up a customer: the link ends at once, and with it every personal token that could read by it."""

from sqlalchemy import delete, select

from gateway import audit
from gateway.accounts import Link
from gateway.models import CustomerLink, SessionRow
from gateway.portal import Portal


def let_go(portal: Portal, link: Link, *, account_id: int, network: str) -> None:
    """End the account's link with a customer; harmless to repeat. The ERP is not told: nothing changes there."""
    mine = (CustomerLink.public_id == link.public_id) & (CustomerLink.account_id == account_id)
    with portal.database.transaction() as connection:
        link_id = connection.execute(select(CustomerLink.id).where(mine)).scalar()
        if link_id is None:
            return
        connection.execute(delete(SessionRow).where(SessionRow.link_id == link_id))
        connection.execute(delete(CustomerLink).where(CustomerLink.id == link_id))
        audit.record(
            connection,
            at=portal.clock.now(),
            actor=audit.actor_account(account_id),
            action="link.removed",
            account_id=account_id,
            customer_no=link.customer_no,
            subject=link.public_id,
            network=network,
        )
