"""Figures of the outbox for monitoring: what happens, how much waits where, and for how long."""

from prometheus_client import Counter, Gauge
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

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
    """Look at the database; what it does not say while it is away is not a number."""
    query = select(SubmissionRow.state, func.count(), func.min(SubmissionRow.accepted_at))
    rows: dict[str, tuple[float, float]] = {}
    missing = 0.0
    try:
        with portal.database.reading() as connection:
            now = portal.clock.now()
            for state, many, first in connection.execute(query.group_by(SubmissionRow.state)):
                rows[state] = many, (now - first).total_seconds()
    except SQLAlchemyError:
        missing = float("nan")
    for each in State:
        number, age = rows.get(each, (missing, missing))
        ROWS.labels(each.value).set(number)
        if each not in FINAL:
            OLDEST.labels(each.value).set(age)
