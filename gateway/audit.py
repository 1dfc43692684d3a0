"""The audit log: who did or saw what, when, on whom, from where. Rows are only ever added."""

from datetime import datetime

from sqlalchemy import Connection, insert

from gateway.models import AuditEvent

SYSTEM = "system"


def actor_account(account_id: int) -> str:
    """By its number, not by its login, which may be an address and goes when the account is closed."""
    return f"account:{account_id}"


def actor_staff(login: str) -> str:
    return f"staff:{login}"


def record(
    connection: Connection,
    *,
    at: datetime,
    actor: str,
    action: str,
    account_id: int | None = None,
    customer_no: str | None = None,
    subject: str = "",
    network: str = "",
    detail: str = "",
) -> None:
    """Add an event, in the transaction of what it tells of.

    ``action`` is a dotted word such as ``registration.confirmed``; ``subject`` an id of ours; ``detail`` a word or
    two that hold no personal data.
    """
    connection.execute(
        insert(AuditEvent).values(
            at=at,
            actor=actor[:80],
            action=action,
            account_id=account_id,
            customer_no=customer_no,
            subject=subject[:64],
            network=network[:48],
            detail=detail[:200],
        )
    )
