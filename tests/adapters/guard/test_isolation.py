"""An operation that hangs is cut off at the deadline, and costs the others nothing."""

import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path
from statistics import median
from threading import Thread

import pytest

from adapters.clock import SetClock
from adapters.errors import BadData, NotAsked, NotFound, OwnerMismatch, Rejected, Unavailable
from adapters.guard.breaker import BreakerState
from schemas import Customer, CustomerKind
from tests.adapters.guard.back_end import BackEnd, Gate, guard

ROOT = Path(__file__).parents[3]


def test_an_adapter_that_hangs_in_its_own_code_is_left_at_the_deadline(back_end: BackEnd, gate: Gate) -> None:
    back_end.faults["invoices"] = gate
    guarded = guard(back_end)
    started = time.monotonic()
    with pytest.raises(Unavailable, match="deadline"):
        guarded.invoices("C-1")
    assert 0.4 <= time.monotonic() - started < 1.5


def test_other_operations_stay_quick_while_two_hang(back_end: BackEnd, gate: Gate) -> None:
    back_end.faults["invoices"] = back_end.faults["ledger"] = gate
    guarded = guard(back_end, total_seconds=20.0, breaker_open_seconds=0.0)
    with ThreadPoolExecutor(30) as threads:
        hanging = [threads.submit(guarded.invoices, f"C-{number}") for number in range(15)]
        _until(lambda: back_end.busy["invoices"] == 4)
        hanging += [threads.submit(guarded.balance, f"C-{number}") for number in range(15)]
        _until(lambda: back_end.busy["ledger"] == 2)
        taken = []
        for number in range(50):
            started = time.monotonic()
            assert guarded.contracts(f"C-{number}")
            assert guarded.customer(f"C-{number}")
            taken.append(time.monotonic() - started)
        assert median(taken) < 0.2
        assert max(taken) < 5.0
        assert (back_end.busy["invoices"], back_end.busy["ledger"]) == (4, 2)
        _until(lambda: sum(each.done() for each in hanging) == 24, seconds=15)
        gate.open()
        outcomes = Counter(type(each.exception(10)) for each in hanging)
    assert outcomes[NotAsked] == 24
    assert outcomes[type(None)] == 6


def test_the_erp_never_sees_more_calls_than_agreed(back_end: BackEnd) -> None:
    back_end.faults["invoices"] = back_end.faults["contracts"] = lambda: time.sleep(0.005)
    guarded = guard(back_end, total_seconds=5.0, cache_seconds=0.0)

    def ask(number: int) -> None:
        for question in (guarded.invoices, guarded.contracts, guarded.customer, guarded.balance):
            with suppress(Unavailable):
                question(f"C-{number}")

    with ThreadPoolExecutor(40) as threads:
        list(threads.map(ask, range(200)))
    assert 1 < back_end.most <= 8
    assert guarded._reads._bulkhead._held.total() == 0


def test_a_short_rush_waits_for_its_turn(back_end: BackEnd) -> None:
    back_end.faults["invoices"] = lambda: time.sleep(0.01)
    guarded = guard(back_end, total_seconds=5.0, queue_seconds=2.0)
    with ThreadPoolExecutor(12) as threads:
        assert len(list(threads.map(guarded.invoices, [f"C-{number}" for number in range(12)]))) == 12


def test_a_full_bulkhead_refuses_at_once(back_end: BackEnd, gate: Gate) -> None:
    back_end.faults["invoices"] = gate
    guarded = guard(back_end, total_seconds=20.0, reads_at_once=1, queue_length=0)
    hanging = Thread(target=guarded.invoices, args=("C-1",))
    hanging.start()
    assert gate.reached.wait(5)
    started = time.monotonic()
    with pytest.raises(Unavailable) as refused:
        guarded.contracts("C-2")
    assert time.monotonic() - started < 0.2
    assert refused.value.retry_after >= 1
    gate.open()
    hanging.join(5)
    assert guarded.contracts("C-2")


def test_a_permit_is_held_until_the_thread_really_ends(back_end: BackEnd, gate: Gate) -> None:
    back_end.faults["invoices"] = gate
    guarded = guard(back_end, total_seconds=0.1, reads_at_once=2, queue_length=0)
    with pytest.raises(Unavailable, match="deadline"):
        guarded.invoices("C-1")
    with pytest.raises(Unavailable, match="too many calls"):
        guarded.invoices("C-2")
    gate.open()
    _until(lambda: back_end.busy["invoices"] == 0)
    _until(lambda: next(each for each in guarded.state() if each.operation == "invoices").held == 0)
    del back_end.faults["invoices"]
    assert guarded.invoices("C-2")


def test_the_breaker_spares_a_sick_operation_and_comes_back(back_end: BackEnd, clock: SetClock) -> None:
    def fail() -> None:
        raise Unavailable("refused the connection")

    seen: list[tuple[str, str]] = []
    guarded = guard(back_end, clock, observe=lambda operation, outcome, seconds: seen.append((operation, outcome)))
    back_end.faults["invoices"] = fail
    for number in range(5):
        with pytest.raises(Unavailable, match="refused the connection"):
            guarded.invoices(f"C-{number}")
    with pytest.raises(Unavailable, match="breaker is open") as refused:
        guarded.invoices("C-9")
    assert 14 <= refused.value.retry_after <= 15
    assert back_end.calls["invoices"] == 5
    assert guarded.contracts("C-9")
    sick = next(each for each in guarded.state() if each.operation == "invoices")
    assert (sick.kind, sick.breaker, sick.last_error) == ("reads", BreakerState.OPEN, "unavailable")
    assert sick.since == clock.now()
    assert not sick.is_well
    del back_end.faults["invoices"]
    clock.advance(15.1)
    assert guarded.invoices("C-9")
    assert all(each.is_well for each in guarded.state())
    assert seen[4:] == [("invoices", "unavailable"), ("invoices", "open"), ("contracts", "ok"), ("invoices", "ok")]


@pytest.mark.parametrize("error", [NotFound(), Rejected(), BadData(), OwnerMismatch(), KeyError()])
def test_an_answer_that_is_no_outage_leaves_the_breaker_closed(back_end: BackEnd, error: Exception) -> None:
    def fail() -> None:
        raise error

    guarded = guard(back_end)
    back_end.faults["contracts"] = fail
    for number in range(30):
        with pytest.raises((NotFound, Rejected, BadData)):
            guarded.contracts(f"C-{number}")
    assert back_end.calls["contracts"] == 30


def test_slow_answers_open_the_breaker_although_they_are_good(back_end: BackEnd, clock: SetClock) -> None:
    guarded = guard(back_end, clock, total_seconds=4.0)
    back_end.faults["contracts"] = lambda: clock.advance(3.5)
    for number in range(5):
        assert guarded.contracts(f"C-{number}")
    with pytest.raises(Unavailable, match="breaker is open"):
        guarded.contracts("C-6")


def test_zero_seconds_turn_the_breaker_off(back_end: BackEnd) -> None:
    def fail() -> None:
        raise Unavailable("out")

    guarded = guard(back_end, breaker_open_seconds=0.0)
    back_end.faults["contracts"] = fail
    for number in range(20):
        with pytest.raises(Unavailable, match="out"):
            guarded.contracts(f"C-{number}")
    assert back_end.calls["contracts"] == 20


def test_a_bug_in_the_adapter_is_bad_data_and_tells_its_place_but_not_its_text(back_end: BackEnd) -> None:
    def fail() -> None:
        raise KeyError("Nowak")

    guarded = guard(back_end)
    back_end.faults["contracts"] = fail
    with pytest.raises(BadData) as raised:
        guarded.contracts("C-1")
    assert "KeyError at test_isolation.py:" in raised.value.detail
    assert "Nowak" not in raised.value.detail
    assert raised.value.__cause__ is None


def test_a_bug_that_asks_to_end_the_process_ends_its_call_alone(back_end: BackEnd) -> None:
    guarded = guard(back_end)
    back_end.faults["contracts"] = lambda: sys.exit(3)
    with pytest.raises(BadData, match="SystemExit"):
        guarded.contracts("C-1")


class WrongTypes(BackEnd):
    def _customer(self, customer_no: str) -> Customer:
        return None

    def _contracts(self, customer_no: str) -> list[Customer]:
        return [Customer(customer_no, "x", CustomerKind.PERSON, "y")]

    def _invoices(self, customer_no: str) -> None:
        return None


@pytest.mark.parametrize("operation", ["customer", "contracts", "invoices"])
def test_a_wrong_type_is_bad_data(operation: str) -> None:
    with pytest.raises(BadData):
        getattr(guard(WrongTypes()), operation)("C-1")


def test_the_callers_context_reaches_the_adapter(back_end: BackEnd) -> None:
    request_id: ContextVar[str] = ContextVar("request_id")
    seen: list[str] = []
    back_end.faults["contracts"] = lambda: seen.append(request_id.get())
    request_id.set("r-1")
    guard(back_end).contracts("C-1")
    assert seen == ["r-1"]


def test_a_callback_that_fails_breaks_nothing(back_end: BackEnd) -> None:
    def fail(operation: str, outcome: str, seconds: float) -> None:
        raise ValueError

    assert guard(back_end, observe=fail).contracts("C-1")


def test_a_call_that_never_ends_does_not_keep_the_process() -> None:
    program = """
import threading, time
from tests.adapters.guard.back_end import BackEnd, guard
from adapters.errors import Unavailable
back_end = BackEnd()
back_end.faults["invoices"] = lambda: time.sleep(3600)
try:
    guard(back_end, total_seconds=0.1).invoices("C-1")
except Unavailable:
    print("given up")
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "given up", "")


def _until(true: object, seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)
