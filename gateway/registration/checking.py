"""Asks the ERP in the background about each proved registration; never while somebody waits for a page."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from adapters.errors import AdapterError, NotFound, Unavailable
from gateway import audit
from gateway.models import Registration
from gateway.portal import Portal
from gateway.registration.deciding import refuse_row
from gateway.registration.reading import typed_in
from gateway.registration.reasons import NOT_MATCHING
from gateway.registration.records import Finding, State, Typed
from schemas import Customer, CustomerKind, Invoice

log = structlog.get_logger()

_AT_ONCE = 10
_LEASE = timedelta(minutes=2)
_LONGEST = timedelta(minutes=15)
TROUBLES = 5
"""After so many answers that cannot be used, a clerk decides without them; an ERP that is away is waited for."""

_TABLE: Any = Registration.__table__


def check_some(portal: Portal) -> int:
    """Ask the ERP about registrations whose turn it is, refuse whose time has come; how many came further."""
    _forget_unproved(portal)
    return sum(_check(portal, row) for row in _claim(portal)) + _refuse_some(portal)


def compare(typed: Typed, customer: Customer, invoices: Sequence[Invoice]) -> Finding:
    """What the ERP says beside what was typed; of several invoices of one number, one whose amount agrees."""
    same = [each for each in invoices if _plain(each.invoice_no) == _plain(typed.invoice_no)]
    right = [each for each in same if each.gross == typed.gross]
    invoice = next(iter(right or same), None)
    return Finding(
        name=customer.name,
        kind=customer.kind.value,
        address=customer.address,
        invoice_found=invoice is not None,
        gross=invoice.gross if invoice else None,
        issued_on=invoice.issued_on if invoice else None,
        amount_agrees=bool(right),
        kind_agrees=(customer.kind is CustomerKind.COMPANY) == bool(typed.nip),
        nip=customer.nip or "",
        nip_agrees=_digits(customer.nip) == _digits(typed.nip) if typed.nip and customer.nip else None,
        invoiced=bool(invoices),
    )


def _plain(invoice_no: str) -> str:
    """A number as it compares: people leave out spaces and mind no capitals."""
    return "".join(invoice_no.split()).casefold()


def _digits(nip: str) -> str:
    """A tax number as it compares: an ERP may write the country before it and dashes between."""
    return "".join(each for each in nip if each.isdigit())


def _claim(portal: Portal) -> list[Row[Any]]:
    """Take some for ourselves for a while; another worker that had the same idea goes away with nothing."""
    now = portal.clock.now()
    due = (
        select(_TABLE)
        .where(_TABLE.c.state == State.PROVED, _TABLE.c.check_at <= now)
        .order_by(_TABLE.c.check_at)
        .limit(_AT_ONCE)
    )
    with portal.database.reading() as connection:
        rows = connection.execute(due).all()
    if not rows:
        return []
    with portal.database.transaction() as connection:
        return [row for row in rows if _take(connection, row, now + _LEASE)]


def _take(connection: Connection, row: Row[Any], until: datetime) -> bool:
    mine = (_TABLE.c.id == row.id) & (_TABLE.c.state == State.PROVED) & (_TABLE.c.checks == row.checks)
    taken = update(_TABLE).where(mine).values(check_at=until, checks=row.checks + 1)
    return connection.execute(taken).rowcount == 1


def _check(portal: Portal, row: Row[Any]) -> bool:
    typed, tries = typed_in(portal, row), row.checks + 1
    if typed is None:
        return False
    try:
        finding = compare(typed, portal.erp.customer(typed.customer_no), portal.erp.invoices(typed.customer_no))
    except NotFound:
        finding = Finding(known=False, invoiced=False)
    except Unavailable as error:
        _later(portal, row, timedelta(seconds=max(error.retry_after, 15 * 2 ** min(tries, 6))))
        return False
    except AdapterError as error:
        log.warning("registration_check_failed", error=type(error).__name__, detail=error.detail, tries=tries)
        if tries < TROUBLES:
            _later(portal, row, timedelta(seconds=15 * 2**tries))
            return False
        finding = Finding(trouble=True)
    return _found(portal, row, finding)


def _found(portal: Portal, row: Row[Any], finding: Finding) -> bool:
    """Write down what the ERP says, and when the registration is refused if nobody decides before.

    That moment must not depend on what the ERP says, or its mail would tell who is a customer.
    """
    now, wait = portal.clock.now(), timedelta(hours=portal.settings.security.refuse_after_hours)
    refused_at = row.proved_at + wait
    if refused_at <= now:  # the ERP was away for so long; a clerk has not seen it yet
        refused_at = now + wait
    with portal.database.transaction() as connection:
        if _held(connection, row) is None:
            return False
        sealed = portal.sealer.seal_json(finding.to_json(), "finding", row.public_id)
        values = {"state": State.CHECKED, "finding": sealed, "check_at": refused_at if finding.refuses_itself else None}
        connection.execute(update(_TABLE).where(_TABLE.c.id == row.id).values(values))
        audit.record(connection, at=now, actor=audit.SYSTEM, action="registration.checked", subject=row.public_id)
    return True


def _refuse_some(portal: Portal) -> int:
    """Refuse those that agree with no invoice and that no clerk has decided in time."""
    due = (_TABLE.c.state == State.CHECKED) & (_TABLE.c.check_at <= portal.clock.now())
    with portal.database.reading() as connection:
        ids = connection.execute(select(_TABLE.c.id).where(due).order_by(_TABLE.c.check_at).limit(_AT_ONCE)).scalars()
        waiting = ids.all()
    return sum(_refuse(portal, (_TABLE.c.id == each) & due) for each in waiting)


def _refuse(portal: Portal, still: ColumnElement[bool]) -> bool:
    with portal.database.transaction() as connection:
        row = connection.execute(select(_TABLE).where(still).with_for_update()).first()
        if row is not None:
            refuse_row(portal, connection, row, reason=NOT_MATCHING, actor=audit.SYSTEM)
    return row is not None


def _later(portal: Portal, row: Row[Any], delay: timedelta) -> None:
    with portal.database.transaction() as connection:
        if _held(connection, row) is not None:
            due = portal.clock.now() + min(delay, _LONGEST)
            connection.execute(update(_TABLE).where(_TABLE.c.id == row.id).values(check_at=due))


def _held(connection: Connection, row: Row[Any]) -> Row[Any] | None:
    """The row, if it is still ours: not refused meanwhile, and not taken by another after our lease ended."""
    mine = (_TABLE.c.id == row.id) & (_TABLE.c.state == State.PROVED) & (_TABLE.c.checks == row.checks + 1)
    return connection.execute(select(_TABLE).where(mine).with_for_update()).first()


def _forget_unproved(portal: Portal) -> None:
    """Registrations whose link has expired unused are deleted with all that was typed."""
    old = portal.clock.now() - timedelta(hours=portal.settings.security.link_hours)
    stale = (_TABLE.c.state == State.NEW) & (_TABLE.c.created_at <= old)
    with portal.database.reading() as connection:
        if connection.execute(select(_TABLE.c.id).where(stale).limit(1)).first() is None:
            return
    with portal.database.transaction() as connection:
        connection.execute(delete(_TABLE).where(stale))
