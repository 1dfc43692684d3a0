"""Permits and places in the queue are shared out, so that no operation can take them all."""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from adapters.clock import SystemClock
from adapters.guard.bulkhead import Bulkhead, Permit


def bulkhead(permits: int, *, queue_seconds: float = 0.0, queue_length: int = 0, alone: bool = False) -> Bulkhead:
    return Bulkhead(SystemClock(), permits=permits, queue_seconds=queue_seconds, queue_length=queue_length, alone=alone)


def entered(bulkhead: Bulkhead, operation: str) -> int:
    """How many permits an operation can have now."""
    taken = 0
    while bulkhead.enter(operation) is not None:
        taken += 1
    return taken


def test_each_operation_that_hangs_leaves_half_of_what_it_found() -> None:
    shared = bulkhead(8)
    assert [entered(shared, operation) for operation in ("a", "b", "c", "d", "e")] == [4, 2, 1, 1, 0]


def test_an_operation_alone_in_its_class_may_have_all() -> None:
    assert entered(bulkhead(3, alone=True), "document") == 3


def test_one_permit_is_for_whoever_comes_first() -> None:
    single = bulkhead(1)
    permit = single.enter("a")
    assert permit is not None
    assert single.enter("b") is None
    permit.release()
    permit.release()
    assert entered(single, "b") == 1


def test_those_who_queue_for_a_hanging_operation_leave_places_for_others() -> None:
    shared = bulkhead(2, queue_seconds=10.0, queue_length=4)
    hanging = shared.enter("a")
    other = shared.enter("b")
    assert hanging is not None
    assert other is not None
    with ThreadPoolExecutor(3) as threads:
        queued = [threads.submit(shared.enter, "a") for _ in range(2)]
        while shared._queued["a"] < 2:
            pass
        assert shared.enter("a") is None  # at once: its half of the queue is taken
        waiting = threads.submit(shared.enter, "b")
        while shared._queued["b"] < 1:
            pass
        other.release()
        assert isinstance(waiting.result(5), Permit)
        hanging.release()
        _first(queued).release()
        assert all(isinstance(each.result(5), Permit) for each in queued)


def _first(queued: list[Future[Permit | None]]) -> Permit:
    done, _ = wait(queued, 5, return_when=FIRST_COMPLETED)
    permit = done.pop().result()
    assert permit is not None
    return permit
