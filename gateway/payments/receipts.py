"""Payments as their owners read them: the number, the state, and what is paid while that is kept."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from gateway.models import PaymentPart, PaymentRow
from gateway.payments.moves import COLUMNS, Held
from gateway.payments.records import Payment
from gateway.payments.sealed import unseal
from gateway.payments.states import OPEN, PaymentState
from gateway.portal import Portal


def of(portal: Portal, *, account_id: int, customer_no: str | None = None, limit: int = 100) -> list[Payment]:
    """What this account began, the newest first; with ``customer_no`` whatever is, at least in part, for this one."""
    return _payments(portal, _own(account_id, customer_no).order_by(PaymentRow.id.desc()).limit(limit))


def one(portal: Portal, public_id: str, *, account_id: int, customer_no: str | None = None) -> Payment | None:
    """The payment of this number, if it is this account's; with ``customer_no`` if it is for this one as well."""
    mine = _own(account_id, customer_no).where(PaymentRow.public_id == public_id)
    return next(iter(_payments(portal, mine)), None)


def waiting(portal: Portal, customer_nos: Sequence[str], *, account_id: int | None = None) -> list[Payment]:
    """What is on its way for these customers, the newest first, whoever began it; only the parts that are theirs.

    Unless ``account_id`` began it, it does not say who did or where they would go on.
    """
    query = select(*COLUMNS).where(PaymentRow.state.in_(OPEN), _for(customer_nos)).order_by(PaymentRow.id.desc())
    found = [each.only_of(customer_nos) for each in _payments(portal, query)]
    return [
        replace(each, account_id=None, redirect_url=None) if each.account_id != account_id or not account_id else each
        for each in found
    ]


def by_id(portal: Portal, connection: Connection, payment_id: int) -> Payment:
    row = connection.execute(select(*COLUMNS).where(PaymentRow.id == payment_id)).one()
    return _shown(portal, Held(*row))


def _own(account_id: int, customer_no: str | None) -> Select[Any]:
    mine = select(*COLUMNS).where(PaymentRow.account_id == account_id)
    return mine if customer_no is None else mine.where(_for([customer_no]))


def _for(customer_nos: Sequence[str]) -> ColumnElement[bool]:
    """What is paid is wiped in the end; whom it was for stays."""
    return PaymentRow.id.in_(select(PaymentPart.payment_id).where(PaymentPart.customer_no.in_(customer_nos)))


def _shown(portal: Portal, held: Held) -> Payment:
    """A row as its owner is shown it."""
    contents = unseal(portal.sealer, held.reference, held.payload)
    state, operator = PaymentState(held.state), portal.operators.get(held.operator)
    url = contents.redirect_url if state is PaymentState.STARTED and portal.clock.now() < held.valid_until else None
    return Payment(
        id=held.id,
        public_id=held.public_id,
        reference=held.reference,
        operator=held.operator,
        operator_ref=held.operator_ref,
        state=state,
        account_id=held.account_id,
        parts=contents.parts,
        currency=contents.currency,
        redirect_url=url if url is not None and operator is not None and operator.shows(url) else None,
        created_at=held.created_at,
        valid_until=held.valid_until,
        paid_at=held.paid_at,
        settled_at=held.settled_at,
        error=held.error,
    )


def _payments(portal: Portal, query: Select[Any]) -> list[Payment]:
    with portal.database.reading() as connection:
        return [_shown(portal, Held(*row)) for row in connection.execute(query)]
