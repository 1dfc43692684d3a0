"""Follows a paid payment until it counts in the ERP's ledger; the portal changes no balance and books nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from adapters.capabilities import Capability
from adapters.clock import local_day
from adapters.errors import AdapterError
from gateway import audit
from gateway.erp import refresh_days
from gateway.models import PaymentPart, PaymentRow, SubmissionRow
from gateway.outbox.records import State
from gateway.payments import metrics, moves, schedule
from gateway.payments.moves import Held
from gateway.payments.records import Payment
from gateway.payments.sealed import unseal
from gateway.payments.states import EDGES, PaymentEvent, PaymentState
from gateway.portal import Portal
from schemas import EntryKind

_REFUSED = "the ERP refused it"
_NOT_SEEN = "the ERP does not show it"


@dataclass(frozen=True, slots=True)
class InBalance:
    """From which day a paid payment is in the balance; not ``certain`` means: at the earliest."""

    on: date
    certain: bool


@dataclass(frozen=True, slots=True)
class Booking:
    """What the ERP is to have booked as one: under our ``reference`` where it was told, else known by its amount."""

    customer_no: str
    amount: Decimal
    paid_on: date
    reference: str | None = None
    case_no: str | None = None
    state: State | None = None

    def is_this(self, *, document_no: str | None, entry_no: str | None, amount: Decimal, posted_on: date) -> bool:
        """Whether an entry of kind payment is this one."""
        if self.reference is None:
            return amount == -self.amount and posted_on >= self.paid_on
        return document_no == self.reference or (entry_no is not None and entry_no == self.case_no)


def look(portal: Portal, held: Held) -> None:
    """Look whether the ledger has all of it by now. Trouble of the ERP means later; raises the database's own."""
    found = list(_bookings(portal, held))
    event: PaymentEvent | None = None
    error = ""
    if any(each.state is State.REJECTED for each in found):
        event, error = PaymentEvent.NOT_BOOKED, _REFUSED
    else:
        try:
            if found and all(_counts(portal, each) for each in found):
                event = PaymentEvent.IN_LEDGER
        except AdapterError:  # later
            pass
    now = portal.clock.now()
    if event is None and held.paid_at and now >= held.paid_at + timedelta(days=portal.settings.payments.booked_days):
        event, error = PaymentEvent.NOT_BOOKED, _NOT_SEEN
    _write(portal, held, event, error, now)


def in_balance_from(portal: Portal, payment: Payment, customer_no: str) -> InBalance | None:
    """For a paid payment and one of its customers; None where nobody can say. Asks the ERP for the balance."""
    if payment.state is not PaymentState.PAID or payment.paid_at is None:
        return None
    balance = portal.erp.balance(customer_no)
    if balance.next_refresh_on is None:
        return None
    with portal.database.reading() as connection:
        payment_id = connection.execute(select(PaymentRow.id).where(PaymentRow.public_id == payment.public_id)).scalar()
        held = moves.read(connection, payment_id) if payment_id is not None else None
    own = [each for each in _bookings(portal, held) if each.customer_no == customer_no] if held else []
    days = [
        next((entry.counts_on for entry in balance.pending or () if _is_pending(each, entry)), None) for each in own
    ]
    known = [each for each in days if each is not None]
    if own and len(known) == len(own):
        return InBalance(max(known), certain=True)
    today = local_day(portal.clock.now())
    return InBalance(refresh_days(portal.settings).after(today), certain=False)


def _write(portal: Portal, asked: Held, event: PaymentEvent | None, error: str, now: datetime) -> None:
    with portal.database.transaction() as connection:
        held = moves.locked(connection, asked.id)
        if held is None or held.paid_at is None:
            return
        state = PaymentState(held.state)
        if event is None or state not in EDGES[event]:
            wait = schedule.LEDGER_IN_DOUBT if state is PaymentState.DOUBT else schedule.LEDGER
            if state in (PaymentState.PAID, PaymentState.DOUBT):
                moves.write(connection, held, next_at=now + wait)
            return
        state = moves.move(connection, held, event, now=now, error=error)
        audit.record(
            connection,
            at=now,
            actor=audit.SYSTEM,
            action=f"payment.{state.value}",
            account_id=held.account_id,
            subject=held.public_id,
            detail=event.value,
        )
    metrics.count(event)


def _bookings(portal: Portal, held: Held) -> Iterator[Booking]:
    contents = unseal(portal.sealer, held.reference, held.payload)
    paid_on = local_day(held.paid_at or held.created_at)
    with portal.database.reading() as connection:
        told = _told(connection, held.id)
    sums: dict[tuple[str, int | None], Decimal] = {}
    for part, row in zip(contents.parts, told, strict=False):
        # Without a submission each payment account is booked by itself; by the ERP's own hand, so by the whole sum.
        key = (part.customer_no, row.submission_id)
        sums[key] = sums.get(key, Decimal("0.00")) + part.amount
    by_id = {row.submission_id: row for row in told if row.submission_id is not None}
    for (customer_no, submission_id), amount in sums.items():
        sent: Any = by_id.get(submission_id)
        if sent is None:
            yield Booking(customer_no, amount, paid_on)
        else:
            yield Booking(customer_no, amount, paid_on, sent.reference, sent.case_no, State(sent.state))


def _told(connection: Connection, payment_id: int) -> Sequence[Any]:
    query = (
        select(PaymentPart.submission_id, SubmissionRow.reference, SubmissionRow.case_no, SubmissionRow.state)
        .outerjoin(SubmissionRow, SubmissionRow.id == PaymentPart.submission_id)
        .where(PaymentPart.payment_id == payment_id)
        .order_by(PaymentPart.id)
    )
    return connection.execute(query).all()


def _counts(portal: Portal, booking: Booking) -> bool:
    """Whether it is in the balance; where the ERP shows no ledger, whether it has it at all."""
    if portal.erp.supports(Capability.LEDGER):
        lines = portal.erp.statement(booking.customer_no, since=booking.paid_on - timedelta(days=1))
        entries = [line.entry for line in lines if line.entry.kind is EntryKind.PAYMENT]
        return any(
            booking.is_this(
                document_no=each.document_no, entry_no=each.entry_no, amount=each.amount, posted_on=each.posted_on
            )
            for each in entries
        )
    pending = portal.erp.balance(booking.customer_no).pending
    if pending is not None and any(_is_pending(booking, each) for each in pending):
        return True
    return pending is None and booking.state is State.DELIVERED


def _is_pending(booking: Booking, entry: Any) -> bool:
    if entry.kind is not EntryKind.PAYMENT:
        return False
    return booking.is_this(document_no=entry.document_no, entry_no=None, amount=entry.amount, posted_on=entry.posted_on)
