"""What customers send arrives as they meant it, and each way in which it can fail says whether it may have arrived."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from adapters.capabilities import Acceptance, Recognition
from adapters.clock import SetClock
from adapters.errors import AdapterError, BadData, NotSupported, OwnerMismatch, Rejected, Unavailable
from adapters.limits import Limits
from adapters.mapping.adapter import MappedAdapter
from adapters.sandbox.faults import Fault, FaultKind
from adapters.sandbox.sending import payload_sha256
from adapters.sandbox.server import SandboxServer
from schemas import ReadingContent, Submission, SubmissionKind
from tests.adapters.mapping.sent import EVERY_KIND, NOON, WAYS, file, letter, mapped, taken, variant

HURRIED = Limits(connect_seconds=0.5, read_seconds=0.6, total_seconds=0.6, submission_seconds=0.6)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(clock=SetClock(NOON)) as server:
        yield server


@pytest.fixture(autouse=True)
def _begin_anew(sandbox: SandboxServer) -> Iterator[None]:
    yield
    sandbox.faults.clear()
    requests.delete(f"{sandbox.url}/control/submissions", timeout=20)


@pytest.fixture(scope="module", params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def adapter(sandbox: SandboxServer, way: str) -> Iterator[MappedAdapter]:
    with mapped(way, sandbox.url) as opened:
        yield opened


@pytest.fixture(scope="module")
def hurried(sandbox: SandboxServer, way: str) -> Iterator[MappedAdapter]:
    with mapped(way, sandbox.url, limits=HURRIED) as opened:
        yield opened


def put(sandbox: SandboxServer, kind: FaultKind, *, operation: str = "submit", seconds: float | None = None) -> None:
    sandbox.faults.put(Fault(operation, kind, 1, seconds))


def fails(adapter: MappedAdapter, submission: Submission) -> AdapterError:
    with pytest.raises(AdapterError) as raised:
        adapter.submit(submission)
    assert str(submission.customer_no) not in raised.value.detail
    return raised.value


@pytest.mark.parametrize("name", EVERY_KIND)
def test_it_arrives_as_it_was_meant(sandbox: SandboxServer, adapter: MappedAdapter, name: str) -> None:
    sent = EVERY_KIND[name]
    delivery = adapter.submit(sent)
    assert (delivery.reference, delivery.customer_no) == (sent.reference, sent.customer_no)
    assert (delivery.case_no is None) is (sent.kind in (SubmissionKind.READING, SubmissionKind.CONSENT))
    (listed,) = taken(sandbox)
    assert listed["kind"] == sent.kind.value
    assert listed["payload_sha256"] == payload_sha256(sent.kind, sent.customer_no, sent.content, sent.files)
    assert [each["sha256"] for each in listed["files"]] == [each.sha256 for each in sent.files]
    assert adapter.submit(sent) == delivery == adapter.find_submission(sent.kind, sent.customer_no, sent.reference)
    (again,) = taken(sandbox)
    assert (again["count"], again["attempts"], again["payload_sha256"]) == (1, 2, listed["payload_sha256"])


def test_a_case_knows_our_reference_and_the_day_of_acceptance(adapter: MappedAdapter, way: str) -> None:
    adapter.submit(letter(f"Z-case-{way}"))
    (case,) = [each for each in adapter.cases("100001") if each.reference == f"Z-case-{way}"]
    assert case.opened_on.isoformat() == "2026-03-28"


def test_every_kind_is_accepted_and_all_but_consent_and_payments_with_files(adapter: MappedAdapter) -> None:
    assert set(adapter.accepts) == set(SubmissionKind)
    for kind, acceptance in adapter.accepts.items():
        with_files = kind not in (SubmissionKind.CONSENT, SubmissionKind.PAYMENT)
        assert acceptance == Acceptance(Recognition.DEDUPLICATES, files=with_files)


def test_what_was_never_sent_is_surely_not_there(adapter: MappedAdapter) -> None:
    for kind, customer_no in ((SubmissionKind.OUTAGE, None), (SubmissionKind.READING, "100001")):
        assert adapter.find_submission(kind, customer_no, "Z-404") is None


LOST = {
    FaultKind.RESET_BEFORE_BODY: False,
    FaultKind.RESET_AFTER_BODY: False,
    FaultKind.RESET: False,
    FaultKind.HANG: False,
    FaultKind.HTML_200: False,
    FaultKind.HTML_500: False,
    FaultKind.REDIRECT: False,
    FaultKind.UNAUTHORIZED: False,
    FaultKind.SOAP_FAULT_UNKNOWN: False,
    FaultKind.ACCEPTED_BUT_NO_ANSWER: True,
    FaultKind.DRIP: True,
    FaultKind.DRIP_HEADERS: True,
    FaultKind.TRUNCATE: True,
}
"""What nobody can tell from its answer, and whether it was taken."""


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_answer_leaves_it_unknown_and_the_erp_can_be_asked(
    sandbox: SandboxServer, hurried: MappedAdapter, kind: FaultKind
) -> None:
    sent = letter("Z-1", files=(file(),))
    put(sandbox, kind, seconds=0.2 if kind is FaultKind.DRIP else None)
    error = fails(hurried, sent)
    assert isinstance(error, Unavailable | BadData)
    assert getattr(error, "sent", True)
    found = hurried.find_submission(sent.kind, sent.customer_no, sent.reference)
    assert (found is not None) is LOST[kind]
    assert hurried.submit(sent).case_no == (found.case_no if found else taken(sandbox)[0]["case_no"])
    assert [(each["reference"], each["count"]) for each in taken(sandbox)] == [("Z-1", 1)]


def test_an_answer_that_hangs_is_given_up_at_the_deadline(sandbox: SandboxServer, hurried: MappedAdapter) -> None:
    put(sandbox, FaultKind.ACCEPTED_BUT_NO_ANSWER, seconds=20)
    error = fails(hurried, letter("Z-1"))
    assert isinstance(error, Unavailable)
    assert error.sent
    assert [each["reference"] for each in taken(sandbox)] == ["Z-1"]


def test_what_is_taken_later_is_not_there_at_first(way: str) -> None:
    clock = SetClock(NOON)
    with SandboxServer(clock=clock) as sandbox, mapped(way, sandbox.url) as adapter:
        sent = EVERY_KIND["reading"]
        put(sandbox, FaultKind.ACCEPTED_LATE, seconds=60)
        error = fails(adapter, sent)
        assert isinstance(error, Unavailable)
        assert error.sent
        assert adapter.find_submission(sent.kind, sent.customer_no, sent.reference) is None
        requests.put(f"{sandbox.url}/control/clock", json={"now": "2026-03-28T11:02:00Z"}, timeout=20)
        found = adapter.find_submission(sent.kind, sent.customer_no, sent.reference)
        assert found is not None
        assert found.reference == sent.reference


def test_a_busy_erp_surely_took_nothing(sandbox: SandboxServer, adapter: MappedAdapter, way: str) -> None:
    put(sandbox, FaultKind.BUSY)
    error = fails(adapter, letter("Z-1"))
    assert isinstance(error, Unavailable)
    assert not error.sent
    assert error.retry_after == (30 if way == "rest" else 15)
    assert taken(sandbox) == []


@pytest.mark.parametrize("name", EVERY_KIND)
def test_a_refusal_on_the_list_says_why(sandbox: SandboxServer, adapter: MappedAdapter, name: str, way: str) -> None:
    put(sandbox, FaultKind.SOAP_FAULT_BUSINESS)
    error = fails(adapter, EVERY_KIND[name])
    assert isinstance(error, Rejected)
    assert error.code == ("ODB-423" if way == "soap" else "odbiorca_zablokowany")
    assert error.words_in("pl").startswith("Dane tego odbiorcy")
    assert taken(sandbox) == []


def test_a_reading_that_the_erp_refuses_says_why_in_each_language(adapter: MappedAdapter, way: str) -> None:
    right = EVERY_KIND["reading"]
    assert isinstance(right.content, ReadingContent)
    codes = {
        "value": ("ODC-422", "odczyt_mniejszy"),
        "serial_no": ("ODC-409", "inny_wodomierz"),
        "meter_no": ("WOD-404", "brak_wodomierza"),
    }
    for name, code in codes.items():
        wrong = right.content.value - 239 if name == "value" else "X"
        error = fails(adapter, replace(right, content=replace(right.content, **{name: wrong})))
        assert isinstance(error, Rejected), name
        assert error.code == code[WAYS.index(way)]
        assert len({error.words_in(language) for language in ("pl", "en", "uk")}) == 3


def test_a_customer_whom_the_erp_does_not_know_is_refused(adapter: MappedAdapter, way: str) -> None:
    error = fails(adapter, letter("Z-1", customer_no="999999"))
    assert isinstance(error, Rejected)
    assert error.code == ("ODB-404" if way == "soap" else "brak_odbiorcy")


def test_something_else_under_the_same_reference_is_unknown(adapter: MappedAdapter) -> None:
    adapter.submit(letter("Z-1"))
    error = fails(adapter, letter("Z-1", text="Za mało."))
    assert isinstance(error, Unavailable)
    assert error.sent


@pytest.mark.parametrize(
    ("kind", "expected"), [(FaultKind.MISSING_FIELD, BadData), (FaultKind.FOREIGN_OWNER, OwnerMismatch)]
)
def test_an_answer_about_something_else_is_no_delivery(
    sandbox: SandboxServer, adapter: MappedAdapter, kind: FaultKind, expected: type[AdapterError]
) -> None:
    put(sandbox, kind, operation="submit_letter")
    assert type(fails(adapter, letter("Z-1"))) is expected
    put(sandbox, kind, operation="find_submission")
    with pytest.raises(expected):
        adapter.find_submission(SubmissionKind.COMPLAINT, "100001", "Z-1")


def test_what_an_erp_adds_to_its_answer_changes_nothing(sandbox: SandboxServer, adapter: MappedAdapter) -> None:
    put(sandbox, FaultKind.EXTRA_FIELD)
    assert adapter.submit(letter("Z-1")) == adapter.submit(letter("Z-1"))


@pytest.mark.parametrize("kind", [FaultKind.SOAP_FAULT_UNKNOWN, FaultKind.HTML_500, FaultKind.SOAP_FAULT_BUSINESS])
def test_no_failure_of_a_look_up_means_that_it_is_not_there(
    sandbox: SandboxServer, adapter: MappedAdapter, kind: FaultKind
) -> None:
    put(sandbox, kind, operation="find_submission")
    with pytest.raises((Unavailable, Rejected)):
        adapter.find_submission(SubmissionKind.COMPLAINT, "100001", "Z-404")


@pytest.mark.parametrize("level", ["findable", "none"])
def test_a_weaker_recognition_is_declared_and_found_out(
    sandbox: SandboxServer, way: str, tmp_path: Path, level: str
) -> None:
    requests.put(f"{sandbox.url}/control/recognition", json={"level": level}, timeout=20)
    try:
        mapping = variant(way, tmp_path, recognition=f'"{level}"\nlag_seconds = 2.5')
        with mapped(way, sandbox.url, mapping=mapping) as adapter:
            assert {each.recognition for each in adapter.accepts.values()} == {Recognition(level)}
            assert {each.lag_seconds for each in adapter.accepts.values()} == {2.5}
            first = adapter.submit(letter("Z-1"))
            assert adapter.submit(letter("Z-1")).case_no != first.case_no
            if level == "findable":
                assert adapter.find_submission(SubmissionKind.COMPLAINT, "100001", "Z-1") == first
            else:
                with pytest.raises(NotSupported):  # what is declared not to be known is not asked for
                    adapter.find_submission(SubmissionKind.COMPLAINT, "100001", "Z-1")
    finally:
        requests.put(f"{sandbox.url}/control/recognition", json={"level": "deduplicates"}, timeout=20)


def test_who_cannot_be_reached_was_surely_sent_nothing(way: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closing:
        port = closing.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}", "http://erp.invalid", f"https://127.0.0.1:{port}"):
        with mapped(way, url) as adapter:
            error = fails(adapter, letter("Z-1"))
            assert isinstance(error, Unavailable)
            assert not error.sent


def test_who_does_not_speak_tls_was_surely_sent_nothing(sandbox: SandboxServer, way: str) -> None:
    with mapped(way, sandbox.url.replace("http://", "https://")) as adapter:
        error = fails(adapter, letter("Z-1"))
        assert isinstance(error, Unavailable)
        assert not error.sent


def test_a_file_that_has_changed_since_is_not_sent(sandbox: SandboxServer, adapter: MappedAdapter) -> None:
    for other in (replace(file(), size=5), replace(file(), sha256="0" * 64), replace(file(), chunks=lambda: iter(()))):
        error = fails(adapter, letter("Z-1", files=(other,)))
        assert isinstance(error, Unavailable)
        assert not error.sent
    assert taken(sandbox) == []


def test_a_file_that_cannot_be_read_is_not_sent(sandbox: SandboxServer, adapter: MappedAdapter) -> None:
    def broken() -> Iterator[bytes]:
        yield b"%PDF-"
        raise OSError("away")

    error = fails(adapter, letter("Z-1", files=(replace(file(), chunks=broken),)))
    assert isinstance(error, Unavailable)
    assert not error.sent
    assert taken(sandbox) == []


def test_files_are_never_dropped_in_silence(adapter: MappedAdapter) -> None:
    with pytest.raises(NotSupported):
        adapter.submit(replace(EVERY_KIND["consent"], files=(file(),)))
