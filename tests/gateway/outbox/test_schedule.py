"""The times and the graph, as rules over all values."""

from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from gateway.outbox import State, schedule
from gateway.outbox.records import FINAL
from gateway.outbox.states import EDGES, Event, IllegalEdge, after
from gateway.settings_file import load
from tests.gateway.outbox.office import SECRET

SETTINGS = load(
    None,
    {
        "EBOK_UTILITY__NAME": "x",
        "EBOK_WEB__SECRET_KEY": SECRET,
        "EBOK_DATABASE__URL": "sqlite:///x",
        "EBOK_ERP__ADAPTER": "rest",
    },
)
NOW = datetime(2026, 3, 10, tzinfo=UTC)


@given(attempts=st.integers(1, 10_000))
def test_every_wait_is_a_step_of_the_schedule_give_or_take_a_fifth(attempts: int) -> None:
    step = (10, 30, 120, 600, 3600)[min(attempts, 5) - 1]
    assert 0.8 * step <= schedule.delay(attempts).total_seconds() <= 1.2 * step


@given(attempts=st.integers(0, 200), hours=st.floats(0, 1000))
def test_a_person_decides_after_three_days_and_some_tries_and_not_before(attempts: int, hours: float) -> None:
    over = schedule.tries_are_over(NOW, attempts, NOW + timedelta(hours=hours), SETTINGS)
    assert over == (timedelta(hours=hours) >= timedelta(hours=72) and attempts >= 6)


def test_looks_take_five_days_and_an_hour() -> None:
    assert sum(schedule.LOOKS, timedelta()) == timedelta(days=5, hours=1, minutes=5)
    assert [schedule.next_look(number) for number in range(9)] == [*schedule.LOOKS, None, None]


@given(lag=st.floats(0, 1e6))
def test_nothing_is_called_missing_while_it_may_still_be_sent_or_on_its_way_inside(lag: float) -> None:
    sure = schedule.surely_arrived_by(NOW, lag, SETTINGS)
    assert (sure - NOW).total_seconds() >= lag + SETTINGS.guard.submission_seconds - 1e-5


def test_a_lease_outlasts_what_sending_may_take() -> None:
    assert schedule.lease_seconds(SETTINGS) >= 2 * SETTINGS.guard.submission_seconds


@pytest.mark.parametrize("state", sorted(FINAL))
def test_no_edge_leads_on_from_an_end(state: State) -> None:
    for event in Event:
        with pytest.raises(IllegalEdge):
            after(state, event)


def test_an_end_can_be_reached_from_everywhere_and_every_state_has_a_way_in() -> None:
    ends = set(FINAL)
    while more := {a for edges in EDGES.values() for a, b in edges.items() if b in ends} - ends:
        ends |= more
    assert ends == set(State)
    assert {b for edges in EDGES.values() for b in edges.values()} == set(State) - {State.RECEIVED} | {State.RECEIVED}
    assert EDGES.keys() == set(Event)


def test_what_may_have_arrived_is_sent_again_only_by_the_one_edge_for_that() -> None:
    to_sending = {event: set(edges) for event, edges in EDGES.items() if State.SENDING in edges.values()}
    assert to_sending == {
        Event.BEGUN: {State.RECEIVED, State.RETRY},
        Event.RESENT: {State.UNKNOWN},
    }
