"""The one graph of where a payment can stand and what brings it from one place to the next."""

from collections.abc import Mapping
from enum import StrEnum


class PaymentState(StrEnum):
    """Where a payment stands; the operator may have charged only from ``STARTED`` on, and in ``UNKNOWN``."""

    INTENT = "intent"
    """Committed; the operator knows nothing yet, or is just being told (under a lease)."""
    STARTED = "started"
    """The customer was sent to the operator, and may pay until ``valid_until``."""
    UNKNOWN = "unknown"
    """The operator was told and its answer was lost: asked by our reference. Nobody has its page's address."""
    PENDING = "pending"
    """The operator has something from the customer and is not certain yet."""
    PAID = "paid"
    """Confirmed by the operator; on its way into the ERP, or waiting to be booked."""
    DOUBT = "doubt"
    """A person decides: another amount, or nobody could say for a week."""
    BOOKED = "booked"
    """The ledger has it, or a person said so."""
    FAILED = "failed"
    """Nothing was taken; only a late word of the operator leads out of here."""


class PaymentEvent(StrEnum):
    """What happens to a payment; each is counted."""

    ORDERED = "ordered"  # the operator has the order, and we its page
    REFUSED = "refused"  # the operator will not take the order
    NOT_SENT = "not_sent"  # certainly nothing left
    ANSWER_LOST = "answer_lost"  # the operator may have the order
    LEASE_ENDED = "lease_ended"  # the same: who told the operator did not come back
    ABSENT = "absent"  # the operator surely does not have the order
    WAITS = "waits"  # begun and not paid; it still may be
    RUN_OUT = "run_out"  # begun, and its time is over without a payment
    IN_PROGRESS = "in_progress"  # not certain yet
    CONFIRMED = "confirmed"  # paid, amount and currency are right
    DECLINED = "declined"  # refused or cancelled
    DIFFERS = "differs"  # the operator speaks of another amount or currency
    GIVEN_UP = "given_up"  # asked in vain for days
    IN_LEDGER = "in_ledger"  # the ERP has booked it
    NOT_BOOKED = "not_booked"  # paid, and the ERP refused it or does not show it
    CLERK_PAID = "clerk_paid"  # a person says: it was paid
    CLERK_FAILED = "clerk_failed"  # a person says: nothing was taken
    CLERK_BOOKED = "clerk_booked"  # a person says: it is in the books
    CLERK_ASKS = "clerk_asks"  # a person lets the operator be asked again


_S, _E = PaymentState, PaymentEvent
AT_OPERATOR = (_S.STARTED, _S.UNKNOWN, _S.PENDING)
"""While it stands here its operator is asked about it."""

EDGES: Mapping[PaymentEvent, Mapping[PaymentState, PaymentState]] = {
    _E.ORDERED: {_S.INTENT: _S.STARTED},
    _E.REFUSED: {_S.INTENT: _S.FAILED},
    _E.NOT_SENT: {_S.INTENT: _S.FAILED},
    _E.ANSWER_LOST: {_S.INTENT: _S.UNKNOWN},
    _E.LEASE_ENDED: {_S.INTENT: _S.UNKNOWN},
    _E.ABSENT: {_S.UNKNOWN: _S.FAILED, **{each: each for each in (_S.STARTED, _S.PENDING, _S.FAILED)}},
    _E.WAITS: {each: each for each in (*AT_OPERATOR, _S.FAILED)},
    _E.RUN_OUT: {_S.STARTED: _S.FAILED, _S.UNKNOWN: _S.FAILED},
    _E.IN_PROGRESS: {**dict.fromkeys(AT_OPERATOR, _S.PENDING), _S.FAILED: _S.PENDING, _S.PAID: _S.PAID},
    _E.CONFIRMED: {**dict.fromkeys((*AT_OPERATOR, _S.DOUBT, _S.FAILED, _S.PAID), _S.PAID), _S.BOOKED: _S.BOOKED},
    _E.DECLINED: {**dict.fromkeys(AT_OPERATOR, _S.FAILED), _S.DOUBT: _S.DOUBT, _S.FAILED: _S.FAILED},
    _E.DIFFERS: {**dict.fromkeys((*AT_OPERATOR, _S.FAILED), _S.DOUBT), _S.DOUBT: _S.DOUBT},
    _E.GIVEN_UP: dict.fromkeys(AT_OPERATOR, _S.DOUBT),
    _E.IN_LEDGER: dict.fromkeys((_S.PAID, _S.DOUBT), _S.BOOKED),
    _E.NOT_BOOKED: {_S.PAID: _S.DOUBT},
    _E.CLERK_PAID: {_S.DOUBT: _S.PAID},
    _E.CLERK_FAILED: {_S.DOUBT: _S.FAILED},
    _E.CLERK_BOOKED: {_S.DOUBT: _S.BOOKED, _S.PAID: _S.BOOKED},
    _E.CLERK_ASKS: {_S.DOUBT: _S.UNKNOWN},
}
"""From where each event may come, and where it leads."""

OPEN = frozenset({_S.INTENT, _S.STARTED, _S.UNKNOWN, _S.PENDING, _S.PAID, _S.DOUBT})
"""While it stands here its invoices are not paid a second time."""
FINAL = frozenset({_S.BOOKED, _S.FAILED})
"""Nothing of its money is kept here."""


class IllegalEdge(RuntimeError):
    """A mistake of ours: this event does not happen to a payment that stands there."""


def after(state: PaymentState, event: PaymentEvent) -> PaymentState:
    """Where ``event`` leads from ``state``; raises ``IllegalEdge``."""
    try:
        return EDGES[event][state]
    except KeyError:
        raise IllegalEdge(f"{event} from {state}") from None
