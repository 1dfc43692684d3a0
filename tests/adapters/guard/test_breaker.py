"""The breaker against a plainly written model of what its docstring promises."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from adapters.clock import SetClock
from adapters.guard.breaker import Breaker, BreakerState, Refused
from tests.adapters.guard.back_end import NOON


class StillClock(SetClock):
    """A clock whose seconds pass only when told to."""

    def __init__(self) -> None:
        super().__init__(NOON)
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


class BreakerAgainstModel(RuleBasedStateMachine):
    """The model keeps every call since the last change of state, and counts afresh each time."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = StillClock()
        self.breaker = Breaker(self.clock, open_seconds=15)
        self.state = BreakerState.CLOSED
        self.calls: list[tuple[float, bool]] = []
        self.open_for = 15.0
        self.open_until = 0.0
        self.tickets: list[tuple[int, int]] = []
        self.era = 0

    @rule(seconds=st.sampled_from([0.1, 1, 5, 14.9, 15, 29, 59, 61]))
    def time_passes(self, seconds: float) -> None:
        self.clock.seconds += seconds

    @rule()
    def a_call_is_made(self) -> None:
        refused = self.state is BreakerState.HALF_OPEN or (
            self.state is BreakerState.OPEN and self.clock.seconds < self.open_until
        )
        if refused:
            with pytest.raises(Refused) as raised:
                self.breaker.enter()
            assert 0 < raised.value.seconds <= 60
            return
        if self.state is BreakerState.OPEN:
            self.change(BreakerState.HALF_OPEN)
        self.tickets.append((self.breaker.enter(), self.era))

    @precondition(lambda self: self.tickets)
    @rule(data=st.data(), failed=st.booleans())
    def a_call_ends(self, data: st.DataObject, failed: bool) -> None:
        index = data.draw(st.integers(0, len(self.tickets) - 1))
        ticket, era = self.tickets.pop(index)
        self.breaker.leave(ticket, failed=failed)
        if era == self.era:
            self.model(failed)

    @rule(failures=st.lists(st.booleans(), min_size=3, max_size=8))
    def calls_are_made_and_end(self, failures: list[bool]) -> None:
        for failed in failures:
            if self.state is BreakerState.CLOSED:
                self.breaker.leave(self.breaker.enter(), failed=failed)
                self.model(failed)

    def model(self, failed: bool) -> None:
        if self.state is BreakerState.HALF_OPEN:
            if failed:
                self.open_for = min(60, self.open_for * 2)
                self.open_until = self.clock.seconds + self.open_for
                self.change(BreakerState.OPEN)
            else:
                self.open_for = 15
                self.change(BreakerState.CLOSED)
            return
        self.calls.append((self.clock.seconds, failed))
        recent = [failed for at, failed in self.calls[-20:] if at > self.clock.seconds - 60]
        five_in_a_row = len(self.calls) >= 5 and all(failed for _, failed in self.calls[-5:])
        half = failed and len(recent) >= 5 and sum(recent) * 2 >= len(recent)
        if five_in_a_row or half:
            self.open_for = 15
            self.open_until = self.clock.seconds + 15
            self.change(BreakerState.OPEN)

    def change(self, state: BreakerState) -> None:
        self.state = state
        self.era += 1
        self.calls = []

    @invariant()
    def both_are_in_the_same_state(self) -> None:
        assert self.breaker.state is self.state


BreakerAgainstModel.TestCase.settings = settings(max_examples=100, stateful_step_count=60, deadline=None)
TestBreakerAgainstModel = BreakerAgainstModel.TestCase


def test_it_opens_for_15_then_30_then_60_seconds_and_15_again_after_a_good_probe() -> None:
    clock = StillClock()
    breaker = Breaker(clock, open_seconds=15)
    for _ in range(5):
        breaker.leave(breaker.enter(), failed=True)
    for seconds in (15, 30, 60, 60):
        with pytest.raises(Refused) as raised:
            breaker.enter()
        assert raised.value.seconds == seconds
        clock.seconds += seconds
        breaker.leave(breaker.enter(), failed=True)
    clock.seconds += 60
    breaker.leave(breaker.enter(), failed=False)
    assert breaker.state is BreakerState.CLOSED
    for _ in range(5):
        breaker.leave(breaker.enter(), failed=True)
    with pytest.raises(Refused) as raised:
        breaker.check()
    assert raised.value.seconds == 15


def test_zero_seconds_turn_it_off() -> None:
    breaker = Breaker(StillClock(), open_seconds=0)
    for _ in range(50):
        breaker.leave(breaker.enter(), failed=True)
    assert breaker.state is BreakerState.CLOSED
