"""Registrations as the rest of the package and clerks read them from the portal's memory."""

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from gateway.audit_query import of_subject
from gateway.models import Account, CustomerLink, Registration
from gateway.portal import Portal
from gateway.registration.records import (
    OPEN,
    AlreadyDecided,
    Duplicates,
    Finding,
    NotThere,
    State,
    Step,
    Typed,
    Waiting,
)

_TABLE: Any = Registration.__table__


def waiting(portal: Portal) -> list[Waiting]:
    """What a clerk may act on, the oldest first: proved ones, and any whose mail was refused for good.

    Last are those that refuse themselves when their time comes: who types anything keeps nobody waiting.
    """
    recent = portal.clock.now() - timedelta(days=portal.settings.security.first_password_days)
    query = (
        select(_TABLE)
        .where(
            or_(
                _TABLE.c.state.in_((State.PROVED, State.CHECKED, State.ASKED)),
                _TABLE.c.mail_failed & (_TABLE.c.state == State.NEW),
                _TABLE.c.mail_failed & (_TABLE.c.decided_at > recent),
            )
        )
        .order_by(
            and_(_TABLE.c.state == State.CHECKED, _TABLE.c.check_at.is_not(None)), _TABLE.c.created_at, _TABLE.c.id
        )
    )
    with portal.database.reading() as connection:
        return [_as_seen(portal, connection, row) for row in connection.execute(query).all()]


def get(portal: Portal, public_id: str) -> Waiting:
    """One registration; raises ``NotThere``."""
    with portal.database.reading() as connection:
        row = connection.execute(select(_TABLE).where(_TABLE.c.public_id == public_id)).first()
        if row is None:
            raise NotThere
        return _as_seen(portal, connection, row)


def course(portal: Portal, each: Waiting) -> list[Step]:
    """What the audit log has of it, the oldest first: the proof of its address, questions and answers."""
    actions = {f"registration.{happened}": happened for happened in ("proved", "asked", "answered")}
    with portal.database.reading() as connection:
        events = of_subject(connection, each.public_id, actions=actions, since=each.created_at)
    return [Step(at, actions[action], actor.partition(":")[2]) for at, actor, action in events]


def of_account(portal: Portal, account_id: int) -> list[Waiting]:
    """What an account asked for, the newest first."""
    query = select(_TABLE).where(_TABLE.c.account_id == account_id).order_by(_TABLE.c.id.desc()).limit(20)
    with portal.database.reading() as connection:
        return [_as_seen(portal, connection, row) for row in connection.execute(query).all()]


def typed_in(portal: Portal, row: Row[Any]) -> Typed | None:
    """What was typed, or None once it was wiped."""
    values = portal.sealer.open_json(row.particulars, "registration", row.public_id)
    return Typed.from_json(values["typed"]) if values else None


def finding_of(portal: Portal, row: Row[Any]) -> Finding | None:
    """What the ERP said, or None before it was asked and once it was wiped."""
    found = portal.sealer.open_json(row.finding, "finding", row.public_id)
    return Finding.from_json(found) if found else None


def mark_of(row: Row[Any]) -> str:
    """A mark of what was typed and found, which a confirmation names; both are sealed, so it tells nothing."""
    return hashlib.sha256((row.particulars or b"") + b"\0" + (row.finding or b"")).hexdigest()[:32]


def locked_row(connection: Connection, public_id: str) -> Row[Any]:
    """The row, held until the transaction ends; raises ``NotThere`` or ``AlreadyDecided``."""
    row = connection.execute(select(_TABLE).where(_TABLE.c.public_id == public_id).with_for_update()).first()
    if row is None:
        raise NotThere
    if State(row.state) not in OPEN:
        raise AlreadyDecided(State(row.state))
    return row


def _as_seen(portal: Portal, connection: Connection, row: Row[Any]) -> Waiting:
    typed = typed_in(portal, row)
    return Waiting(
        public_id=row.public_id,
        mark=mark_of(row),
        state=State(row.state),
        typed=typed,
        finding=finding_of(portal, row),
        duplicates=_duplicates(connection, row, typed),
        account_id=row.account_id,
        language=row.language,
        created_at=row.created_at,
        checks=row.checks,
        refused_at=row.check_at if row.state == State.CHECKED else None,
        decided_at=row.decided_at,
        reason=row.reason,
        mail_failed=row.mail_failed,
    )


def _duplicates(connection: Connection, row: Row[Any], typed: Typed | None) -> Duplicates:
    if typed is None:
        return Duplicates()

    def others(column: Any, mark: bytes) -> int:
        query = select(func.count()).where(column == mark, _TABLE.c.id != row.id, _TABLE.c.state.in_(OPEN))
        return int(connection.execute(query).scalar_one())

    own = row.account_id or 0
    linked = select(CustomerLink.id).where(
        CustomerLink.customer_no == typed.customer_no, CustomerLink.account_id != own
    )
    holder = select(Account.id).where(Account.email == typed.email, Account.id != own)
    return Duplicates(
        same_email=others(_TABLE.c.email_mark, row.email_mark) if typed.email else 0,
        same_customer=others(_TABLE.c.customer_mark, row.customer_mark),
        email_has_account=bool(typed.email) and connection.execute(holder).first() is not None,
        customer_has_account=connection.execute(linked).first() is not None,
    )
