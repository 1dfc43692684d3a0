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
from gateway.models import PaymentPart, SubmissionRow
from gateway.outbox.desk import By, NotNow
from gateway.outbox.records import State
from gateway.payments import metrics, moves, paid_twice, schedule
from gateway.payments.ending import end_submissions
from gateway.payments.moves import Held
from gateway.payments.noting import note
from gateway.payments.records import Payment
from gateway.payments.sealed import unseal
from gateway.payments.states import EDGES, PaymentEvent, PaymentState
from gateway.portal import Portal
from schemas import EntryKind, LedgerEntry, PendingEntry

_REFUSED = "the ERP refused it"
_NOT_SEEN = "the ERP does not show it"


@dataclass(frozen=True, slots=True)
class InBalance:
    """From which day a paid payment is in the balance; not ``certain`` means: at the earliest.

    Certain it is once all of it is booked; ``entries`` are what the balance shows of it as not yet counted.
    """

    on: date
    certain: bool
    entries: tuple[PendingEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Booking:
    """What the ERP is to have booked as one: under our ``reference`` where it was told, else known by its amount."""

    customer_no: str
    amount: Decimal
    paid_on: date
    reference: str | None = None
    case_no: str | None = None
    state: State | None = None

    def is_this(self, entry: LedgerEntry | PendingEntry) -> bool:
        """Whether an entry, or one that does not count yet, is this one."""
        if entry.kind is not EntryKind.PAYMENT:
            return False
        if self.reference is None:
            return entry.amount == -self.amount and entry.posted_on >= self.paid_on
        by_number = isinstance(entry, LedgerEntry) and entry.entry_no == self.case_no
        return entry.document_no == self.reference or by_number


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
        held = moves.read(connection, payment.id)
    own = [each for each in _bookings(portal, held) if each.customer_no == customer_no] if held else []
    found = [next((entry for entry in balance.pending or () if each.is_this(entry)), None) for each in own]
    known = tuple(each for each in found if each is not None)
    if own and len(known) == len(own):
        return InBalance(max(each.counts_on for each in known), certain=True, entries=known)
    today = local_day(portal.clock.now())
    return InBalance(refresh_days(portal.settings).after(today), certain=False)


def _write(portal: Portal, asked: Held, event: PaymentEvent | None, error: str, now: datetime) -> None:
    try:
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
            if event is PaymentEvent.IN_LEDGER:  # also what waits for a clerk, as its answer was lost
                end_submissions(portal, connection, held, By(audit.SYSTEM), reason="in-erp")
            state = moves.move(connection, held, event, now=now, error=paid_twice.beside(held.error, error))
            note(connection, held, state.value, now, detail=event.value)
    except NotNow:  # it is being sent just now; what comes of that is waited for
        _write(portal, asked, None, "", now)
        return
    metrics.count(event)


def _bookings(portal: Portal, held: Held) -> Iterator[Booking]:
    contents = unseal(portal.sealer, held.reference, held.payload)
    paid_on = local_day(held.paid_at or held.created_at)
    with portal.database.reading() as connection:
        told = _told(connection, held.id)
    sums: dict[tuple[str, Any], Decimal] = {}
    for part, sent in zip(contents.parts, told, strict=False):
        # What was sent is booked as it was sent; the rest by the ERP's own hand, so by the customer's whole sum.
        key = (part.customer_no, sent)
        sums[key] = sums.get(key, Decimal("0.00")) + part.amount
    for (customer_no, sent), amount in sums.items():
        state = State(sent.state) if sent.state is not None else None
        yield Booking(customer_no, amount, paid_on, sent.reference, sent.case_no, state)


def _told(connection: Connection, payment_id: int) -> Sequence[Any]:
    query = (
        select(SubmissionRow.reference, SubmissionRow.case_no, SubmissionRow.state)
        .select_from(PaymentPart)
        .outerjoin(SubmissionRow, SubmissionRow.id == PaymentPart.submission_id)
        .where(PaymentPart.payment_id == payment_id)
        .order_by(PaymentPart.id)
    )
    return connection.execute(query).all()


def _counts(portal: Portal, booking: Booking) -> bool:
    """Whether it is in the balance; where the ERP shows no ledger, whether it has it at all."""
    if portal.erp.supports(Capability.LEDGER):
        lines = portal.erp.statement(booking.customer_no, since=booking.paid_on - timedelta(days=1))
        return any(booking.is_this(line.entry) for line in lines)
    pending = portal.erp.balance(booking.customer_no).pending
    if pending is None:
        return booking.state is State.DELIVERED
    return any(booking.is_this(each) for each in pending)
