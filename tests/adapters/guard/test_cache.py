"""Answers are kept for seconds, never past local midnight, and only good ones."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Thread

import pytest

from adapters.clock import SetClock, local_midnight
from adapters.errors import BadData, NotFound, Rejected, Unavailable
from adapters.guard import GuardedAdapter
from tests.adapters.guard.back_end import BackEnd, Gate, guard


def test_an_answer_is_kept_for_its_seconds(back_end: BackEnd, clock: SetClock) -> None:
    guarded = guard(back_end, clock)
    first = guarded.invoices("C-1")
    clock.advance(14.0)
    assert guarded.invoices("C-1") is first
    clock.advance(1.5)
    assert guarded.invoices("C-1") == first
    assert back_end.calls["invoices"] == 2


def test_zero_seconds_keep_nothing(back_end: BackEnd) -> None:
    guarded = guard(back_end, cache_seconds=0.0)
    guarded.invoices("C-1")
    guarded.invoices("C-1")
    assert back_end.calls["invoices"] == 2


def test_customers_and_arguments_are_kept_apart(back_end: BackEnd) -> None:
    guarded = guard(back_end)
    assert guarded.invoice("C-1", "1") != guarded.invoice("C-1", "2")
    assert guarded.invoice("C-1", "1") != guarded.invoice("C-2", "1")
    assert back_end.calls["invoice"] == 3


@pytest.mark.parametrize(
    "midnight",
    [
        datetime(2026, 3, 28, 23, 0, tzinfo=UTC),  # before the night without 02:30
        datetime(2026, 3, 29, 22, 0, tzinfo=UTC),  # after it
        datetime(2026, 10, 24, 22, 0, tzinfo=UTC),  # before the night with 02:30 twice
        datetime(2026, 10, 25, 23, 0, tzinfo=UTC),  # after it
        datetime(2026, 12, 31, 23, 0, tzinfo=UTC),
        datetime(2028, 2, 28, 23, 0, tzinfo=UTC),
    ],
)
def test_nothing_is_kept_past_local_midnight(back_end: BackEnd, midnight: datetime) -> None:
    clock = SetClock(midnight - timedelta(seconds=1))
    guarded = guard(back_end, clock)
    before = guarded.balance("C-1")
    guarded.contracts("C-1")
    clock.set(midnight - timedelta(milliseconds=1))
    assert guarded.balance("C-1") is before
    clock.set(midnight)
    after = guarded.balance("C-1")
    guarded.contracts("C-1")
    assert local_midnight(after.as_of + timedelta(days=1)) == midnight
    assert (after.as_of - before.as_of).days == 1
    assert (back_end.calls["ledger"], back_end.calls["contracts"]) == (2, 2)


def test_a_clock_that_is_set_back_brings_no_old_answer_back(back_end: BackEnd, clock: SetClock) -> None:
    guarded = guard(back_end, clock)
    guarded.balance("C-1")
    clock.set(clock.now() - timedelta(hours=2))
    guarded.balance("C-1")
    assert back_end.calls["ledger"] == 2


@pytest.mark.parametrize("error", [Unavailable("x"), NotFound("x"), Rejected("x"), BadData("x"), KeyError("x")])
def test_a_bad_answer_is_never_kept(back_end: BackEnd, error: Exception) -> None:
    def fail() -> None:
        raise error

    guarded = guard(back_end)
    back_end.faults["ledger"] = fail
    with pytest.raises(type(error) if not isinstance(error, KeyError) else BadData):
        guarded.balance("C-1")
    del back_end.faults["ledger"]
    assert guarded.balance("C-1").amount == Decimal("10.00")


def test_what_a_customer_sends_drops_their_answers_alone(back_end: BackEnd) -> None:
    guarded = guard(back_end)
    for customer_no in ("C-1", "C-2"):
        guarded.balance(customer_no)
        guarded.contracts(customer_no)
    guarded.forget("C-1")
    for customer_no in ("C-1", "C-2"):
        guarded.balance(customer_no)
        guarded.contracts(customer_no)
    assert (back_end.calls["ledger"], back_end.calls["contracts"]) == (3, 3)


def test_an_answer_under_way_when_the_customer_sends_something_is_neither_kept_nor_joined(
    back_end: BackEnd, gate: Gate
) -> None:
    guarded = guard(back_end)
    back_end.faults["ledger"] = gate
    early: list[Decimal] = []
    asking = Thread(target=lambda: early.append(guarded.balance("C-1").amount))
    asking.start()
    assert gate.reached.wait(5)
    guarded.forget("C-1")
    del back_end.faults["ledger"]
    back_end.opening = Decimal("99.00")
    assert guarded.balance("C-1").amount == Decimal("99.00")
    back_end.opening = Decimal("10.00")
    gate.open()
    asking.join(5)
    assert early == [Decimal("10.00")]
    assert guarded.balance("C-1").amount == Decimal("99.00")
    assert back_end.calls["ledger"] == 2


def test_the_cache_stays_within_its_bound(back_end: BackEnd) -> None:
    guarded = guard(back_end, cache_records=10)
    for number in range(50):
        guarded.invoices(f"C-{number}")
    assert _weight(guarded) <= 10
    guarded.invoices("C-49")
    assert back_end.calls["invoices"] == 50


def test_the_seconds_count_from_the_question(back_end: BackEnd, clock: SetClock) -> None:
    guarded = guard(back_end, clock)
    back_end.faults["invoices"] = lambda: clock.advance(10)
    guarded.invoices("C-1")
    clock.advance(6)
    guarded.invoices("C-1")
    assert back_end.calls["invoices"] == 2


def _weight(guarded: GuardedAdapter) -> int:
    return guarded._cache._weight
