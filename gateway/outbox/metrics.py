"""Figures of the outbox for monitoring: what happens, how much waits where, and for how long."""

from prometheus_client import Counter, Gauge

from gateway import standing_metrics
from gateway.models import SubmissionRow
from gateway.outbox.records import FINAL, State
from gateway.outbox.states import Event
from gateway.portal import Portal

EVENTS = Counter("ebok_outbox_events", "What happened to submissions, in this process", ["event"])
FENCED = Counter("ebok_outbox_fenced", "Outcomes of workers that came back after their lease, which changed nothing")
ROWS = Gauge("ebok_outbox_rows", "Submissions by state", ["state"])
OLDEST = Gauge("ebok_outbox_oldest_seconds", "How long ago the oldest one in this state was accepted", ["state"])


def count(*events: Event) -> None:
    for event in events:
        EVENTS.labels(event.value).inc()


def measure(portal: Portal) -> None:
    """Look at the database."""
    standing_metrics.measure(
        portal, SubmissionRow.state, SubmissionRow.accepted_at, states=State, final=FINAL, rows=ROWS, oldest=OLDEST
    )
