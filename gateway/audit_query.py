"""Asks the audit log: above all who saw or changed what of a customer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from gateway.audit import actor_account, actor_staff
from gateway.models import Account, AuditEvent, CustomerLink


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log; ``actor`` and ``login`` name accounts by their login, where they still exist."""

    at: datetime
    actor: str
    action: str
    account_id: int | None
    login: str
    customer_no: str
    subject: str
    network: str
    detail: str


def find(
    connection: Connection,
    *,
    customer_no: str = "",
    account: str = "",
    account_id: int | None = None,
    staff: str = "",
    since: datetime | None = None,
    limit: int = 200,
) -> Sequence[Event]:
    """The newest events that fit all that is asked.

    ``customer_no`` finds what names the customer, and what was done with an account that sees or once saw them;
    ``account`` and ``staff`` are logins.
    """
    query = select(AuditEvent.__table__, Account.login).outerjoin(Account, Account.id == AuditEvent.account_id)
    for condition in _conditions(customer_no.strip(), account.strip().lower(), account_id, staff.strip().lower()):
        query = query.where(condition)
    if since is not None:
        query = query.where(AuditEvent.at >= since)
    rows = connection.execute(query.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(limit))
    return [
        Event(
            at=row.at,
            actor=_named(row),
            action=row.action,
            account_id=row.account_id,
            login=row.login or "",
            customer_no=row.customer_no or "",
            subject=row.subject,
            network=row.network,
            detail=row.detail,
        )
        for row in rows
    ]


def of_subject(
    connection: Connection, subject: str, *, actions: Collection[str], since: datetime
) -> Sequence[tuple[datetime, str, str]]:
    """When, by whom and what was done of ``actions`` with one thing of ours, the oldest first.

    ``since`` keeps the question short: nothing was done with it before it was made.
    """
    query = select(AuditEvent.at, AuditEvent.actor, AuditEvent.action).where(
        AuditEvent.at >= since, AuditEvent.action.in_(actions), AuditEvent.subject == subject
    )
    return [(row.at, row.actor, row.action) for row in connection.execute(query.order_by(AuditEvent.id))]


def _named(row: Row[Any]) -> str:
    mine = row.login and row.actor == actor_account(row.account_id)
    return f"account:{row.login}" if mine else row.actor


def _conditions(customer_no: str, account: str, account_id: int | None, staff: str) -> list[Any]:
    wanted: list[Any] = []
    if customer_no:
        linked = select(CustomerLink.account_id).where(CustomerLink.customer_no == customer_no)
        once = select(AuditEvent.account_id).where(
            AuditEvent.customer_no == customer_no, AuditEvent.account_id.is_not(None)
        )
        of_account = or_(AuditEvent.account_id.in_(linked), AuditEvent.account_id.in_(once))
        # What names another customer of the same account is not about this one.
        wanted.append(or_(AuditEvent.customer_no == customer_no, and_(AuditEvent.customer_no.is_(None), of_account)))
    if account:
        wanted.append(Account.login == account)
    if account_id is not None:
        wanted.append(AuditEvent.account_id == account_id)
    if staff:
        wanted.append(AuditEvent.actor == actor_staff(staff))
    return wanted
