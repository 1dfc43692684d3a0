"""Threads come when they are needed, and one that the machine does not give is the trouble of one call alone."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread

import pytest

from adapters.errors import Unavailable
from adapters.guard.workers import Workers
from tests.adapters.guard.back_end import BackEnd, guard


@pytest.fixture
def no_threads(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The machine gives no thread any more; what it returns makes it give them again."""

    def refuse(self: Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Thread, "start", refuse)
    return monkeypatch.undo


def test_a_machine_without_threads_refuses_calls_and_recovers(
    back_end: BackEnd, no_threads: Callable[[], None]
) -> None:
    guarded = guard(back_end, reads_at_once=2, queue_length=0, breaker_open_seconds=0.0)
    for number in range(5):
        with pytest.raises(Unavailable, match="no thread") as refused:
            guarded.contracts(f"C-{number}")
        assert not refused.value.sent
    assert sum(each.held for each in guarded.state()) == 0
    no_threads()
    for number in range(5):
        assert guarded.contracts(f"D-{number}")
    assert not back_end.busy.total()


def test_a_job_that_was_refused_is_never_run_later(no_threads: Callable[[], None]) -> None:
    workers, ran = Workers("x", 2), Event()
    with pytest.raises(RuntimeError):
        workers.start(ran.set)
    no_threads()
    other = Event()
    workers.start(other.set)
    assert other.wait(5)
    assert not ran.wait(0.05)


@pytest.mark.parametrize("size", [1, 2, 8])
def test_as_many_jobs_as_threads_always_run_together(size: int) -> None:
    workers = Workers("x", size)
    for _ in range(200):
        together, done = Barrier(size + 1), []

        def job(together: Barrier = together, done: list[int] = done) -> None:
            together.wait(5)
            done.append(1)

        for _ in range(size):
            workers.start(job)
        together.wait(5)  # raises where one waits behind another
        end = time.monotonic() + 5
        while len(done) < size and time.monotonic() < end:
            time.sleep(0.0001)
    assert workers._started <= size


def test_threads_are_used_again_before_new_ones_are_started() -> None:
    workers = Workers("x", 8)
    for _ in range(20):
        done = Event()
        workers.start(done.set)
        assert done.wait(5)
        end = time.monotonic() + 5
        while not workers._idle and time.monotonic() < end:
            time.sleep(0.0001)
    assert workers._started == 1


def test_jobs_started_from_many_threads_all_run() -> None:
    workers, done = Workers("x", 4), []
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda number: workers.start(lambda: done.append(number)), range(500)))
    end = time.monotonic() + 5
    while len(done) < 500 and time.monotonic() < end:
        time.sleep(0.001)
    assert sorted(done) == list(range(500))
