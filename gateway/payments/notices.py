"""Takes an operator's notification: believed only that there is a reason to ask, in any order and however often."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from adapters.payments import Forged, Notice, PaymentOperator
from gateway import audit
from gateway.models import PaymentRow
from gateway.payments import asking, handing_off, metrics, moves
from gateway.payments.moves import Held
from gateway.payments.states import PaymentState
from gateway.portal import Portal

_log = structlog.get_logger("ebok.payments")


class Outcome(StrEnum):
    """What came of a notification, and how the endpoint answers."""

    TAKEN = "taken"
    """200 with the operator's acknowledgement; also for a reference that nobody knows."""
    NO_OPERATOR = "no_operator"
    """404: no such operator is configured."""
    FORGED = "forged"
    """401: it is not signed by the operator; counted, and audited less and less often while it goes on."""
    LATER = "later"
    """503: the operator or our own memory is away; it is to be sent again."""


@dataclass(frozen=True, slots=True)
class Result:
    """``status`` and ``body`` are what the operator is answered."""

    outcome: Outcome
    status: int
    body: str = ""


def taken(portal: Portal, operator: str, headers: Mapping[str, str], body: bytes, *, network: str = "") -> Result:
    """Read it, ask the operator, write down what it says. Raises nothing. ``network`` is for the audit log."""
    found = portal.operators.get(operator)
    if found is None:
        return Result(Outcome.NO_OPERATOR, 404)
    try:
        result = _read(portal, found, headers, body, network)
    except SQLAlchemyError as error:
        _log.warning("payment_notice_later", operator=operator, error=type(error).__name__)
        result = Result(Outcome.LATER, 503)
    metrics.NOTICES.labels(operator, result.outcome.value).inc()
    return result


def _read(portal: Portal, operator: PaymentOperator, headers: Mapping[str, str], body: bytes, network: str) -> Result:
    try:
        notice = operator.notice(headers, body)
    except Forged as error:
        _log.warning("payment_notice_forged", operator=operator.name, why=str(error), network=network)
        _note_forged(portal, operator, network)
        return Result(Outcome.FORGED, 401)
    held = _held(portal, operator, notice)
    if held is not None and not _asked(portal, held, notice):
        return Result(Outcome.LATER, 503)
    return Result(Outcome.TAKEN, *operator.acknowledgement())


def _asked(portal: Portal, held: Held, notice: Notice) -> bool:
    """Whether its operator could be asked and the answer written down."""
    if held.paid_at is not None:  # told again of what is long known
        return True
    if held.state == PaymentState.INTENT:  # the operator is being told just now, and was faster than its own answer
        return False
    answer = asking.put(portal, held, operator_ref=notice.operator_ref)
    asking.written(portal, held, answer)
    return answer.standing is not None


def _held(portal: Portal, operator: PaymentOperator, notice: Notice) -> Held | None:
    """The payment that it speaks of, at this very operator; its hand-off is ended if it ended itself."""
    query = select(PaymentRow.id).where(PaymentRow.reference == notice.reference, PaymentRow.operator == operator.name)
    with portal.database.reading() as connection:
        payment_id = connection.execute(query).scalar()
        held = moves.read(connection, payment_id) if payment_id is not None else None
    if held is None or held.state != PaymentState.INTENT:
        return held
    with portal.database.transaction() as connection:
        row = moves.locked(connection, held.id)
        if row is not None and moves.hand_off_ended(connection, row):
            handing_off.ended(portal, connection, row)
        return moves.locked(connection, held.id)


def _note_forged(portal: Portal, operator: PaymentOperator, network: str) -> None:
    """Anybody may send these, so they are kept from filling the database: the figure counts them all."""
    now, key = portal.clock.now(), ("payment-forged", operator.name)
    if portal.throttles.wait(now, key).total_seconds() > 0:
        return
    portal.throttles.failed(now, key, free=0)
    with portal.database.transaction() as connection:
        audit.record(
            connection,
            at=now,
            actor=f"operator:{operator.name}",
            action="payment.notice_forged",
            network=network,
        )
