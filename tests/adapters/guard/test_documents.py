"""A document holds its place until its reading ends, however it ends."""

import gc
import threading
import time
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from adapters.capabilities import Capability
from adapters.clock import SetClock
from adapters.errors import BadData, Unavailable
from adapters.guard import GuardedAdapter
from adapters.guard.breaker import BreakerState
from adapters.guard.lane import OperationState
from schemas import InvoiceDocument
from tests.adapters.guard.back_end import BackEnd, Gate, an_invoice, guard


class Chunks:
    """An adapter's chunks that know whether they were closed."""

    def __init__(self, *chunks: object) -> None:
        self._chunks = iter(chunks)
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        chunk = next(self._chunks)
        if isinstance(chunk, Exception):
            raise chunk
        return chunk

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def chunks(back_end: BackEnd) -> Chunks:
    chunks = Chunks(b"one", b"two")
    back_end.chunks = lambda: chunks
    return chunks


def test_it_is_read_as_it_comes(back_end: BackEnd) -> None:
    guarded = guard(back_end)
    assert guarded.supports(Capability.DOCUMENT)
    document = guarded.document(an_invoice())
    assert (document.customer_no, document.media_type) == ("C-1", "application/pdf")
    assert b"".join(document.chunks) == b"%PDF-1.7"


def test_its_place_is_held_until_its_end(back_end: BackEnd, chunks: Chunks) -> None:
    guarded = guard(back_end, documents_at_once=1, queue_length=0)
    document = guarded.document(an_invoice())
    with pytest.raises(Unavailable):
        guarded.document(an_invoice())
    assert guarded.invoices("C-1")
    assert list(document.chunks) == [b"one", b"two"]
    assert chunks.closed
    guarded.document(an_invoice()).close()


def test_closing_frees_its_place_once(back_end: BackEnd, chunks: Chunks) -> None:
    guarded = guard(back_end, documents_at_once=2, queue_length=0)
    document = guarded.document(an_invoice())
    other = guarded.document(an_invoice())
    next(document.chunks)
    document.close()
    document.close()
    assert _held(guarded) == 1
    other.close()
    assert _held(guarded) == 0


def test_leaving_it_alone_frees_its_place(back_end: BackEnd, chunks: Chunks) -> None:
    guarded = guard(back_end)
    document = guarded.document(an_invoice())
    next(document.chunks)
    del document
    gc.collect()
    assert _held(guarded) == 0
    assert chunks.closed


def test_a_place_that_was_forgotten_is_there_for_the_next_call(back_end: BackEnd, chunks: Chunks) -> None:
    guarded = guard(back_end, documents_at_once=1, queue_length=0)
    for _ in range(3):
        guarded.document(an_invoice())
        gc.collect()
    guarded.document(an_invoice()).close()
    assert chunks.closed == 4


def test_a_place_that_was_forgotten_is_given_to_who_waits_for_it(back_end: BackEnd) -> None:
    kept = [Chunks(b"one")]
    back_end.chunks = lambda: kept[-1]
    guarded = guard(back_end, documents_at_once=1, queue_seconds=30)
    documents = [guarded.document(an_invoice())]
    served = Event()
    waiting = Thread(target=lambda: (guarded.document(an_invoice()).close(), served.set()))
    waiting.start()
    assert not served.wait(0.2)
    documents.clear()
    gc.collect()
    assert served.wait(10)
    waiting.join()


def test_the_connection_of_what_was_forgotten_is_closed_without_any_call(back_end: BackEnd, chunks: Chunks) -> None:
    closed_by = []
    chunks.close = lambda: closed_by.append(threading.get_ident())  # type: ignore[method-assign]
    document = guard(back_end).document(an_invoice())
    del document
    gc.collect()
    end = time.monotonic() + 10
    while not closed_by and time.monotonic() < end:
        time.sleep(0.005)
    assert closed_by
    assert closed_by != [threading.get_ident()], "the garbage collector runs anywhere, also inside the same lock"


def test_a_guard_that_is_gone_leaves_no_thread(back_end: BackEnd, chunks: Chunks) -> None:
    def watching() -> int:
        return sum(each.name == "ebok-documents-forgotten" for each in threading.enumerate())

    before = watching()
    guarded = guard(back_end)
    guarded.document(an_invoice()).close()
    assert watching() == before + 1
    del guarded
    end = time.monotonic() + 10
    while watching() > before and time.monotonic() < end:
        gc.collect()
        time.sleep(0.005)
    assert watching() == before


@pytest.mark.parametrize("broken", [Unavailable("cut"), BadData("cut"), KeyError("Nowak"), "text"])
def test_a_failure_on_the_way_frees_its_place_and_is_one_of_our_errors(back_end: BackEnd, broken: object) -> None:
    chunks = Chunks(b"one", broken)
    back_end.chunks = lambda: chunks
    guarded = guard(back_end)
    document = guarded.document(an_invoice())
    assert next(document.chunks) == b"one"
    with pytest.raises((Unavailable, BadData)) as raised:
        next(document.chunks)
    assert "Nowak" not in str(raised.value)
    assert chunks.closed
    assert _held(guarded) == 0


def test_a_failure_on_the_way_is_reported_and_counts_against_the_erp(back_end: BackEnd) -> None:
    seen: list[tuple[str, str]] = []
    back_end.chunks = lambda: Chunks(b"one", Unavailable("cut"))
    guarded = guard(back_end, observe=lambda operation, outcome, seconds: seen.append((operation, outcome)))
    for _ in range(3):
        document = guarded.document(an_invoice())
        with pytest.raises(Unavailable):
            list(document.chunks)
        assert list(document.chunks) == []
    assert seen == [("document", "ok"), ("document", "unavailable")] * 3
    assert _state(guarded).breaker is BreakerState.OPEN
    assert _state(guarded).last_error == "unavailable"


def test_a_broken_document_that_went_at_its_readers_pace_is_no_outage(back_end: BackEnd, clock: SetClock) -> None:
    back_end.chunks = lambda: Chunks(b"one", BadData("cut"))
    guarded = guard(back_end, clock)
    for _ in range(10):
        document = guarded.document(an_invoice())
        clock.advance(4)
        with pytest.raises(BadData):
            list(document.chunks)
    assert _state(guarded).breaker is BreakerState.CLOSED
    assert _state(guarded).last_error == "bad_data"


def test_one_that_opens_after_the_deadline_is_closed(back_end: BackEnd, chunks: Chunks, gate: Gate) -> None:
    back_end.faults["document"] = gate
    guarded = guard(back_end, total_seconds=0.1)
    with pytest.raises(Unavailable, match="deadline"):
        guarded.document(an_invoice())
    assert _held(guarded) == 1
    gate.open()
    end = time.monotonic() + 5
    while _held(guarded) and time.monotonic() < end:
        time.sleep(0.005)
    assert chunks.closed
    assert _held(guarded) == 0


def test_a_list_of_chunks_is_bad_data(back_end: BackEnd) -> None:
    back_end.chunks = lambda: [b"one"]
    with pytest.raises(BadData):
        guard(back_end).document(an_invoice())


def test_hanging_documents_leave_the_reads_alone(back_end: BackEnd, gate: Gate) -> None:
    back_end.faults["document"] = gate
    guarded = guard(back_end, total_seconds=0.1, documents_at_once=2, queue_length=0)
    for _ in range(2):
        with pytest.raises(Unavailable, match="deadline"):
            guarded.document(an_invoice())
    with pytest.raises(Unavailable, match="too many"):
        guarded.document(an_invoice())
    assert guarded.balance("C-1")


def test_the_answer_of_another_type_is_bad_data(back_end: BackEnd) -> None:
    class Odd(BackEnd):
        def _document(self, invoice: object) -> InvoiceDocument:
            return b"%PDF"

    with pytest.raises(BadData):
        guard(Odd()).document(an_invoice())


def _held(guarded: GuardedAdapter) -> int:
    return _state(guarded).held


def _state(guarded: GuardedAdapter) -> OperationState:
    return next(each for each in guarded.state() if each.operation == "document")
