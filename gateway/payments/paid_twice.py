"""Finds the invoice that two payments paid: the second charge could not be prevented, so people are told of it.

It happens where a payment's time was over, its invoice was paid by another, and then the operator says that it was paid
after all. Whichever is confirmed first leaves its number with the other, as long as that can still be paid; so it is
known even when the first is booked by then, and what it paid forgotten.
"""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Connection, select

from gateway.models import PaymentPart, PaymentRow
from gateway.payments import moves
from gateway.payments.moves import COLUMNS, Held
from gateway.payments.records import Payment
from gateway.payments.sealed import Contents, seal, unseal
from gateway.payments.states import PaymentState
from gateway.portal import Portal

_MARK, _ENDS = "paid twice: ", "; "
MARKED = PaymentRow.error.startswith(_MARK)


def other(portal: Portal, connection: Connection, held: Held, contents: Contents) -> str:
    """The number of another payment that has paid one of the same invoices, or nothing; the row is locked."""
    found = contents.paid_by
    for each, kept in _of_the_same(portal, connection, held, contents):
        if each.paid_at is not None:
            found = found or each.public_id
        else:
            payload = seal(portal.sealer, each.reference, replace(kept, paid_by=held.public_id))
            moves.write(connection, each, payload=payload)
    return found


def marked(number: str) -> str:
    """What the row of the second says as its ``error``."""
    return f"{_MARK}{number}"


def number_in(error: str) -> str:
    """The other payment's number where this says that there is one."""
    return error.removeprefix(_MARK).partition(_ENDS)[0] if error.startswith(_MARK) else ""


def is_told(payment: Payment) -> bool:
    """Whether its owner is told so: while staff find out whether it is booked at all, that comes first."""
    return payment.state in (PaymentState.PAID, PaymentState.BOOKED) and bool(number_in(payment.error))


def beside(error: str, more: str) -> str:
    """The same said still, whatever else there is to say."""
    number = number_in(error)
    return (marked(number) + (_ENDS + more if more else "")) if number else more


def without(error: str) -> str:
    """What else was said."""
    return error.partition(_ENDS)[2] if number_in(error) else error


def _of_the_same(
    portal: Portal, connection: Connection, held: Held, contents: Contents
) -> Iterator[tuple[Held, Contents]]:
    """Other payments of these invoices that are on their way, or may still be paid though they came to nothing."""
    mine = {(part.customer_no, part.invoice_ref) for part in contents.parts if part.invoice_ref is not None}
    whose = select(PaymentPart.payment_id).where(PaymentPart.customer_no.in_({customer_no for customer_no, _ in mine}))
    query = select(*COLUMNS).where(PaymentRow.id != held.id, PaymentRow.payload.is_not(None), PaymentRow.id.in_(whose))
    for row in connection.execute(query.order_by(PaymentRow.id)).all():
        each = Held(*row)
        kept = unseal(portal.sealer, each.reference, each.payload)
        if mine & {(part.customer_no, part.invoice_ref) for part in kept.parts}:
            yield each, kept
