"""A rush of the same question is one call; its answer and its failure are shared."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from threading import Barrier, Thread

import pytest

from adapters.clock import SetClock
from adapters.errors import BadData, NotFound, Unavailable
from adapters.guard.flights import Flight, Key
from tests.adapters.guard.back_end import NOON, BackEnd, Gate, guard

MANY = 200


@pytest.mark.parametrize("cache_seconds", [15.0, 0.0])
def test_two_hundred_threads_ask_once(back_end: BackEnd, cache_seconds: float) -> None:
    # With the cache off the answer must still be on its way when the last one asks.
    back_end.faults["ledger"] = lambda: time.sleep(1.0 if cache_seconds == 0 else 0.05)
    seen: Counter[str] = Counter()
    guarded = guard(
        back_end,
        total_seconds=5.0,
        cache_seconds=cache_seconds,
        observe=lambda operation, outcome, seconds: seen.update([outcome]),
    )
    start = Barrier(MANY)

    def ask(_: int) -> Decimal:
        start.wait(20)
        return guarded.balance("C-1").amount

    with ThreadPoolExecutor(MANY) as threads:
        assert set(threads.map(ask, range(MANY))) == {Decimal("10.00")}
    assert back_end.calls["ledger"] == 1
    assert seen["ok"] == 1
    assert seen["shared"] + seen["cached"] == MANY - 1


class MeanwhileClock(SetClock):
    """Does something once, at the moment when a new flight reads it: after the look into the cache."""

    meanwhile: Callable[[], None] | None = None

    def now(self) -> datetime:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return super().now()


def test_who_finds_no_answer_and_no_flight_because_one_just_landed_does_not_ask_again(back_end: BackEnd) -> None:
    clock = MeanwhileClock(NOON)
    guarded = guard(back_end, clock)
    key = Key("contracts", "C-1", (), NOON.date())
    landed = Flight(key, NOON, clock.monotonic())

    def land() -> None:
        guarded._cache.put(landed, ("what another thread was told",))

    def look_then_land() -> None:
        clock.meanwhile = land  # the first reading is today's, the second the flight's

    clock.meanwhile = look_then_land
    assert guarded.contracts("C-1") == ("what another thread was told",)
    assert back_end.calls["contracts"] == 0


@pytest.mark.parametrize("error", [Unavailable("the ERP is out", retry_after=7), NotFound("none"), BadData("odd")])
def test_a_failure_is_shared_by_all_who_wait(back_end: BackEnd, gate: Gate, error: Exception) -> None:
    def fail() -> None:
        gate()
        raise error

    back_end.faults["ledger"] = fail
    guarded = guard(back_end, total_seconds=5.0)

    def ask(_: int) -> BaseException | None:
        try:
            guarded.balance("C-1")
        except Exception as raised:
            return raised
        return None

    with ThreadPoolExecutor(20) as threads:
        waiting = [threads.submit(ask, number) for number in range(20)]
        assert gate.reached.wait(5)
        _until(lambda: guarded._flights._waiting == 19)
        gate.open()
        raised = [each.result(5) for each in waiting]
    assert back_end.calls["ledger"] == 1
    assert {type(each) for each in raised} == {type(error)}
    assert {str(each) for each in raised} == {str(error)}
    assert len({id(each) for each in raised}) == 20
    assert {getattr(each, "retry_after", None) for each in raised} == {getattr(error, "retry_after", None)}


def test_a_call_that_takes_long_is_joined_by_no_more_than_the_crowd(
    back_end: BackEnd, gate: Gate, clock: SetClock
) -> None:
    back_end.faults["ledger"] = gate
    guarded = guard(back_end, clock, total_seconds=20.0, crowd=3)
    results: Counter[str] = Counter()

    def ask() -> None:
        try:
            results[str(guarded.balance("C-1").amount)] += 1
        except Unavailable as refused:
            results[refused.detail] += 1

    threads = [Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    _until(lambda: guarded._flights._waiting == 4)  # young: more than the crowd may join
    clock.advance(1.1)
    with pytest.raises(Unavailable, match="too many are waiting"):
        guarded.balance("C-1")
    gate.open()
    for thread in threads:
        thread.join(5)
    assert results == {"10.00": 5}
    assert guarded._flights._waiting == 0


def test_a_question_within_a_question_does_not_wait_for_itself(back_end: BackEnd) -> None:
    guarded = guard(back_end, reads_at_once=1)
    depth: list[int] = []

    def ask_again() -> None:
        if len(depth) < 3:
            depth.append(1)
            guarded.invoices("C-1")
            guarded.contracts("C-1")

    back_end.faults["invoices"] = ask_again
    assert guarded.invoices("C-1")
    assert guarded.contracts("C-1")


def test_ping_is_shared_but_not_kept(back_end: BackEnd) -> None:
    guarded = guard(back_end)
    guarded.ping()
    guarded.ping()
    assert back_end.calls["ping"] == 2


def _until(true: object, seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)
