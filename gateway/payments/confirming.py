"""What a confirmed payment sets going, in the transaction that makes it paid: the ERP is told, and a receipt mailed.

The portal's own idea of anybody's balance changes by nothing of this.
"""

from datetime import datetime

from sqlalchemy import Connection, select, update

from adapters.clock import local_day
from gateway import written
from gateway.mail import enqueue, is_one_address
from gateway.models import PaymentPart
from gateway.outbox import Draft, words
from gateway.outbox.receiving import put
from gateway.payments import moves, operators, paid_twice
from gateway.payments.moves import Held
from gateway.payments.noting import note
from gateway.payments.records import Part, by_account, total
from gateway.payments.sealed import Contents
from gateway.portal import Portal
from schemas import PaidInvoice, PaymentContent, SubmissionKind


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated when its reader's language is known."""
    return text


_ON_ACCOUNT = _("wpłata na konto")


def confirmed(
    portal: Portal, connection: Connection, held: Held, contents: Contents, *, operator_ref: str, actor: str
) -> None:
    """Tell the ERP, the customer and the audit log of it. The row is locked, and was not paid before."""
    now = portal.clock.now()
    other = paid_twice.other(portal, connection, held, contents)
    if other:
        moves.write(connection, held, error=paid_twice.marked(other))
        note(connection, held, "paid_twice", now, detail=other)
    if SubmissionKind.PAYMENT in portal.erp.accepts:
        _tell_erp(portal, connection, held, contents, operator_ref or held.reference, now)
    if contents.email and is_one_address(contents.email):
        _mail(portal, connection, held, contents, now, is_second=bool(other))
    for customer_no in sorted({part.customer_no for part in contents.parts}):
        note(connection, held, "confirmed", now, actor=actor, customer_no=customer_no, detail=held.operator)


def _tell_erp(
    portal: Portal, connection: Connection, held: Held, contents: Contents, operator_ref: str, now: datetime
) -> None:
    query = select(PaymentPart.id).where(PaymentPart.payment_id == held.id).order_by(PaymentPart.id)
    rows = dict(zip(contents.parts, connection.execute(query).scalars(), strict=True))
    for number, parts in enumerate(by_account(contents.parts), 1):
        content = PaymentContent(
            amount=total(parts),
            currency=contents.currency,
            paid_on=local_day(now),
            operator=held.operator,
            operator_ref=operator_ref,
            payment_account=parts[0].payment_account,
            invoices=tuple(PaidInvoice(each.invoice_no, each.amount) for each in parts if each.invoice_no),
        )
        submission_id = put(
            portal,
            connection,
            Draft(
                kind=SubmissionKind.PAYMENT,
                content=content,
                key=f"payment {held.reference} {number}",
                language=held.language,
                account_id=held.account_id,
                customer_no=parts[0].customer_no,
            ),
        )
        own = PaymentPart.id.in_([rows[each] for each in parts])
        connection.execute(update(PaymentPart).where(own).values(submission_id=submission_id))


def _mail(
    portal: Portal, connection: Connection, held: Held, contents: Contents, now: datetime, *, is_second: bool
) -> None:
    assert contents.email is not None
    language = held.language
    enqueue(
        connection,
        to=contents.email,
        template="payment_confirmed",
        language=language,
        values={
            "number": held.public_id,
            "amount": written.money(contents.amount, contents.currency, language),
            "paid": written.moment(now, language),
            "operator": operators.title(portal, held.operator),
            "what": "\n".join(_line(each, contents.currency, language) for each in contents.parts),
            **({"paid_twice": "yes"} if is_second else {}),
        },
        now=now,
        sealer=portal.sealer,
        account_id=held.account_id,
    )


def _line(part: Part, currency: str, language: str) -> str:
    name = part.invoice_no or words.say(_ON_ACCOUNT, language)
    return f"{name}: {written.money(part.amount, currency, language)}"
