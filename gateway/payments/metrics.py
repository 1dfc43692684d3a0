"""Figures of payments for monitoring: what happens to them, how many stand where, and for how long."""

from prometheus_client import Counter, Gauge

from gateway import standing_metrics
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
    """Look at the database."""
    standing_metrics.measure(
        portal, PaymentRow.state, PaymentRow.created_at, states=PaymentState, final=FINAL, rows=ROWS, oldest=OLDEST
    )
