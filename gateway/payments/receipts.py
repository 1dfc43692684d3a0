"""Payments as their owners read them: the number, the state, and what is paid while that is kept."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, select

from gateway.models import PaymentPart, PaymentRow
from gateway.payments.moves import COLUMNS, Held
from gateway.payments.records import Payment
from gateway.payments.sealed import unseal
from gateway.payments.states import OPEN, PaymentState
from gateway.portal import Portal


def of(portal: Portal, *, account_id: int, limit: int = 100) -> list[Payment]:
    """What this account began, the newest first."""
    mine = select(*COLUMNS).where(PaymentRow.account_id == account_id)
    return _payments(portal, mine.order_by(PaymentRow.id.desc()).limit(limit))


def one(portal: Portal, public_id: str, *, account_id: int) -> Payment | None:
    """The payment of this number, if it is this account's."""
    mine = select(*COLUMNS).where(PaymentRow.public_id == public_id, PaymentRow.account_id == account_id)
    return next(iter(_payments(portal, mine)), None)


def waiting(portal: Portal, customer_nos: Sequence[str]) -> list[Payment]:
    """What is on its way for these customers, the newest first, whoever began it; only the parts that are theirs.

    It says nothing of who began it or where they would go on.
    """
    theirs = select(PaymentPart.payment_id).where(PaymentPart.customer_no.in_(customer_nos))
    query = select(*COLUMNS).where(PaymentRow.state.in_(OPEN), PaymentRow.id.in_(theirs))
    with portal.database.reading() as connection:
        rows = [Held(*row) for row in connection.execute(query.order_by(PaymentRow.id.desc()))]
    return [
        replace(
            shown(portal, row),
            account_id=None,
            redirect_url=None,
            parts=unseal(portal.sealer, row.reference, row.payload).only_of(customer_nos).parts,
        )
        for row in rows
    ]


def by_id(portal: Portal, connection: Connection, payment_id: int) -> Payment:
    row = connection.execute(select(*COLUMNS).where(PaymentRow.id == payment_id)).one()
    return shown(portal, Held(*row))


def shown(portal: Portal, held: Held) -> Payment:
    """A row as its owner is shown it."""
    contents = unseal(portal.sealer, held.reference, held.payload)
    state = PaymentState(held.state)
    goes_on = state is PaymentState.STARTED and portal.clock.now() < held.valid_until
    return Payment(
        public_id=held.public_id,
        reference=held.reference,
        operator=held.operator,
        operator_ref=held.operator_ref,
        state=state,
        account_id=held.account_id,
        parts=contents.parts,
        currency=contents.currency,
        redirect_url=contents.redirect_url if goes_on else None,
        created_at=held.created_at,
        valid_until=held.valid_until,
        paid_at=held.paid_at,
        settled_at=held.settled_at,
        error=held.error,
    )


def _payments(portal: Portal, query: Select[Any]) -> list[Payment]:
    with portal.database.reading() as connection:
        return [shown(portal, Held(*row)) for row in connection.execute(query)]
