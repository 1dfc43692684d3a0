"""What customers send goes through the guard once, and what may have left is told from what surely has not."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.errors import BadData, NotAsked, NotSupported, OwnerMismatch, Rejected, Unavailable
from schemas import Delivery, OutageContent, Submission, SubmissionKind
from tests.adapters.guard.back_end import NOON, BackEnd, Gate, guard


def an_outage(reference: str = "r-1", customer_no: str | None = "C-1") -> Submission:
    return Submission(reference, SubmissionKind.OUTAGE, customer_no, NOON, OutageContent("ul. Wodna 1", "Nie ma wody"))


def test_it_reaches_the_erp_once_for_each_time_it_is_sent(back_end: BackEnd) -> None:
    guarded = guard(back_end)
    assert guarded.submit(an_outage()) == Delivery("r-1", "C-1")
    guarded.submit(an_outage())
    assert back_end.calls["submit"] == 2


def test_the_same_from_two_threads_is_not_shared(back_end: BackEnd, gate: Gate) -> None:
    back_end.faults["submit"] = gate
    guarded = guard(back_end, submission_seconds=10.0)
    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(guarded.submit, an_outage()) for _ in range(2)]
        gate.reached.wait(5)
        gate.open()
        assert [each.result() for each in both] == [Delivery("r-1", "C-1")] * 2
    assert back_end.calls["submit"] == 2


def test_what_was_kept_of_the_customer_is_asked_again_afterwards(back_end: BackEnd) -> None:
    guarded = guard(back_end)
    guarded.customer("C-1")
    guarded.customer("C-2")
    guarded.submit(an_outage())
    guarded.customer("C-1")
    guarded.customer("C-2")
    assert back_end.calls["customer"] == 3


def test_it_is_asked_again_even_where_sending_failed(back_end: BackEnd) -> None:
    def refuse() -> None:
        raise Rejected("no", code="X")

    back_end.faults["submit"] = refuse
    guarded = guard(back_end)
    guarded.customer("C-1")
    with pytest.raises(Rejected):
        guarded.submit(an_outage())
    guarded.customer("C-1")
    assert back_end.calls["customer"] == 2


def test_a_late_answer_may_have_been_sent(back_end: BackEnd, gate: Gate) -> None:
    back_end.faults["submit"] = gate
    with pytest.raises(Unavailable) as late:
        guard(back_end, submission_seconds=0.2).submit(an_outage())
    assert late.value.sent


def test_sending_has_a_deadline_of_its_own(back_end: BackEnd, gate: Gate) -> None:
    back_end.faults["submit"] = gate
    guarded = guard(back_end, total_seconds=0.1, submission_seconds=10.0)
    with ThreadPoolExecutor(1) as threads:
        sending = threads.submit(guarded.submit, an_outage())
        gate.reached.wait(5)
        with pytest.raises(TimeoutError):
            sending.result(0.5)
        gate.open()
        assert sending.result(5).reference == "r-1"


def test_where_there_is_no_room_nothing_has_left(back_end: BackEnd, gate: Gate) -> None:
    back_end.faults["submit"] = gate
    guarded = guard(back_end, submissions_at_once=2, submission_seconds=10.0)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(guarded.submit, an_outage())
        gate.reached.wait(5)
        with pytest.raises(Unavailable) as full:
            guarded.submit(an_outage("r-2"))
        assert not full.value.sent
        gate.open()
        first.result(5)
    assert back_end.calls["submit"] == 1


def test_behind_an_open_breaker_nothing_has_left(back_end: BackEnd) -> None:
    def fail() -> None:
        raise Unavailable("down")

    back_end.faults["submit"] = fail
    guarded = guard(back_end)
    sent = []
    for number in range(8):
        with pytest.raises(Unavailable) as away:
            guarded.submit(an_outage(f"r-{number}"))
        sent.append(away.value.sent)
    assert sent == sorted(sent, reverse=True)
    assert sent.count(True) == back_end.calls["submit"]
    assert isinstance(away.value, NotAsked)
    assert guarded.holds_back("submit")


def test_another_reference_or_owner_in_the_answer_is_no_delivery(back_end: BackEnd) -> None:
    class Mixed(BackEnd):
        def _submit(self, submission: Submission) -> Delivery:
            return Delivery("another", "C-1") if submission.reference == "r-1" else Delivery("r-2", "C-9")

    guarded = guard(Mixed())
    with pytest.raises(BadData):
        guarded.submit(an_outage("r-1"))
    with pytest.raises(OwnerMismatch):
        guarded.submit(an_outage("r-2"))


def test_a_kind_that_is_not_accepted_is_not_sent(back_end: BackEnd) -> None:
    letter = Submission("r-1", SubmissionKind.READING, "C-1", NOON, OutageContent("a", "b"))
    with pytest.raises(NotSupported):
        guard(back_end).submit(letter)
    assert back_end.calls["submit"] == 0


def test_what_is_surely_not_there_is_none(back_end: BackEnd) -> None:
    assert guard(back_end).find_submission(SubmissionKind.OUTAGE, "C-1", "r-1") is None


def test_an_adapter_that_answers_neither_is_wrong(back_end: BackEnd) -> None:
    class Wrong(BackEnd):
        def _submit(self, submission: Submission) -> Delivery:
            return None  # type: ignore[return-value]

    with pytest.raises(BadData):
        guard(Wrong()).submit(an_outage())
