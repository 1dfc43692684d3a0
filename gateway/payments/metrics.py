"""Figures of payments for monitoring: what happens to them, how many stand where, and for how long."""

from prometheus_client import Counter, Gauge
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from gateway.models import PaymentRow
from gateway.payments.states import FINAL, PaymentEvent, PaymentState
from gateway.portal import Portal

EVENTS = Counter("ebok_payment_events", "What happened to payments, in this process", ["event"])
NOTICES = Counter(
    "ebok_payment_notices", "Notifications of payment operators, in this process", ["operator", "outcome"]
)
FENCED = Counter("ebok_payment_fenced", "Hand-offs that came back after their lease, which changed nothing")
ROWS = Gauge("ebok_payment_rows", "Payments by state", ["state"])
OLDEST = Gauge("ebok_payment_oldest_seconds", "How long ago the oldest one in this state was begun", ["state"])


def count(event: PaymentEvent) -> None:
    EVENTS.labels(event.value).inc()


def measure(portal: Portal) -> None:
    """Look at the database; what it does not say while it is away is not a number."""
    query = select(PaymentRow.state, func.count(), func.min(PaymentRow.created_at)).group_by(PaymentRow.state)
    rows: dict[str, tuple[float, float]] = {}
    missing = 0.0
    try:
        with portal.database.reading() as connection:
            now = portal.clock.now()
            for state, many, first in connection.execute(query):
                rows[state] = many, (now - first).total_seconds()
    except SQLAlchemyError:
        missing = float("nan")
    for each in PaymentState:
        number, age = rows.get(each, (missing, missing))
        ROWS.labels(each.value).set(number)
        if each not in FINAL:
            OLDEST.labels(each.value).set(age)
