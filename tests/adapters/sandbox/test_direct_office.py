"""The adapter in process shows the office and hands things over as those over the wire do."""

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.capabilities import Acceptance, Capability, Recognition
from adapters.clock import SetClock
from adapters.errors import BadData, NotFound, NotSupported, Rejected
from adapters.sandbox.direct import SandboxAdapter
from adapters.sandbox.journal import Journal
from adapters.sandbox.register import ANNA, MANAGED
from adapters.sandbox.sending import payload_sha256
from adapters.sandbox.world import World
from schemas import (
    CaseSchema,
    CaseStatus,
    CustomerSchema,
    DataChangeContent,
    LetterContent,
    OfferSchema,
    OutageContent,
    ReadingContent,
    SentFile,
    Submission,
    SubmissionKind,
    Topic,
)
from tests.adapters.sandbox.conftest import NOON
from tests.adapters.sandbox.questions import METER, SERIAL

TEXT = b"%PDF-1.4 niby"
FILE = SentFile(
    "a.pdf", "application/pdf", len(TEXT), hashlib.sha256(TEXT).hexdigest(), lambda: iter([TEXT[:5], TEXT[5:]])
)


def reading(reference: str, value: str) -> Submission:
    content = ReadingContent(METER, SERIAL, Decimal(value), date(2026, 3, 20))
    return Submission(reference, SubmissionKind.READING, ANNA, NOON, content)


def letter(reference: str, text: str = "Za dużo.") -> Submission:
    content = LetterContent(Topic.INVOICE, text)
    return Submission(reference, SubmissionKind.COMPLAINT, ANNA, NOON, content, (FILE,))


@pytest.fixture
def world() -> World:
    return World(clock=SetClock(NOON))


@pytest.fixture
def adapter(world: World) -> SandboxAdapter:
    return SandboxAdapter(world)


def test_it_declares_everything_and_the_level_that_was_switched_on(world: World) -> None:
    assert SandboxAdapter(world).capabilities == frozenset(Capability)
    for level in Recognition:
        world.bureau.recognition = level
        accepts = SandboxAdapter(world).accepts
        assert set(accepts) == set(SubmissionKind)
        assert accepts[SubmissionKind.COMPLAINT] == Acceptance(level, files=True)
        for kind in (SubmissionKind.CONSENT, SubmissionKind.PAYMENT):
            assert accepts[kind] == Acceptance(level, files=False)


def test_the_customer_comes_with_what_reaches_them(adapter: SandboxAdapter) -> None:
    anna = adapter.customer(ANNA)
    assert (anna.email, anna.phone, anna.e_invoices) == ("anna.borowska@poczta.example", "+48 99 555 00 00", False)
    for number in (ANNA, *MANAGED):
        customer = adapter.customer(number)
        assert CustomerSchema().load(CustomerSchema().dump(customer)) == customer


def test_a_reading_goes_in_and_is_seen(adapter: SandboxAdapter) -> None:
    delivery = adapter.submit(reading("Z-1", "240"))
    assert (delivery.reference, delivery.customer_no, delivery.case_no) == ("Z-1", ANNA, None)
    newest = adapter.readings(ANNA, METER)[0]
    assert (newest.value, newest.consumption, newest.reference) == (Decimal(240), Decimal(6), "Z-1")
    meter = next(each for each in adapter.meters(ANNA) if each.meter_no == METER)
    assert meter.previous is not None
    assert meter.previous == adapter.contracts(ANNA)[0].supply_points[0].meters[0].last_reading
    with pytest.raises(Rejected) as refused:
        adapter.submit(reading("Z-2", "239"))
    assert refused.value.code == "lower_reading"


def test_a_letter_becomes_a_case_with_an_answer_and_its_document(world: World, adapter: SandboxAdapter) -> None:
    delivery = adapter.submit(letter("Z-1"))
    assert delivery.reply_by == date(2026, 4, 11)
    case = adapter.cases(ANNA)[0]
    assert (case.case_no, case.reference, case.status) == (delivery.case_no, "Z-1", CaseStatus.RECEIVED)
    assert isinstance(world.clock, SetClock)
    world.clock.advance(3 * 86_400)
    case = adapter.cases(ANNA)[0]
    assert case.status is CaseStatus.ANSWERED
    assert CaseSchema().load(CaseSchema().dump(case)) == case
    document = adapter.case_document(case, case.documents[0].document_ref)
    assert b"".join(document.chunks).startswith(b"%PDF-")
    with pytest.raises(NotFound):
        adapter.case_document(case, "2")


def test_what_is_sent_is_what_is_hashed(world: World, adapter: SandboxAdapter) -> None:
    sent = letter("Z-1")
    adapter.submit(sent)
    expected = payload_sha256(sent.kind, ANNA, sent.content, sent.files)
    assert [each.payload_sha256 for each in world.bureau.submissions()] == [expected]


def test_the_levels_are_what_they_say(world: World) -> None:
    for level, count in ((Recognition.DEDUPLICATES, 1), (Recognition.FINDABLE, 2), (Recognition.NONE, 2)):
        world.bureau.recognition = level
        adapter = SandboxAdapter(world)
        first, second = adapter.submit(letter(f"Z-{level}")), adapter.submit(letter(f"Z-{level}"))
        assert (first == second) is (count == 1)
        assert [each.count for each in world.bureau.submissions()][-1] == count
        if level is Recognition.NONE:
            with pytest.raises(NotSupported):
                adapter.find_submission(SubmissionKind.COMPLAINT, ANNA, f"Z-{level}")
        else:
            assert adapter.find_submission(SubmissionKind.COMPLAINT, ANNA, f"Z-{level}") == first
            assert adapter.find_submission(SubmissionKind.COMPLAINT, ANNA, "Z-0") is None


def test_another_payload_under_a_reference_is_no_answer(adapter: SandboxAdapter) -> None:
    adapter.submit(letter("Z-1"))
    with pytest.raises(BadData):
        adapter.submit(letter("Z-1", "Za mało."))


def test_a_passer_by_reports_an_outage(adapter: SandboxAdapter) -> None:
    outage = Submission("Z-1", SubmissionKind.OUTAGE, None, NOON, OutageContent("Rynek", "Woda."))
    delivery = adapter.submit(outage)
    assert delivery.customer_no is None
    assert delivery.case_no is not None


def test_offers_pass_their_schema(adapter: SandboxAdapter) -> None:
    for offer in adapter.offers(ANNA):
        assert OfferSchema().load(OfferSchema().dump(offer)) == offer


@pytest.mark.parametrize("meter_no", ["W0", f"W{MANAGED[0]}0101"])
def test_who_and_what_is_not_there_is_not_found(meter_no: str, adapter: SandboxAdapter) -> None:
    with pytest.raises(NotFound):
        adapter.readings(ANNA, meter_no)
    for ask in (adapter.meters, adapter.cases, adapter.offers):
        with pytest.raises(NotFound):
            ask("999999")


def test_what_was_sent_survives_a_restart_in_a_file(tmp_path: Path) -> None:
    clock, file = SetClock(NOON), tmp_path / "world.sqlite"
    first = World(clock=clock, journal=Journal(file))
    adapter = SandboxAdapter(first)
    adapter.submit(reading("Z-1", "240"))
    adapter.submit(letter("Z-2"))
    adapter.submit(letter("Z-2"))
    change = DataChangeContent(email="nowa@poczta.example")
    adapter.submit(Submission("Z-3", SubmissionKind.DATA_CHANGE, ANNA, NOON, change))
    adapter.submit(Submission("Z-4", SubmissionKind.OUTAGE, None, NOON, OutageContent("Rynek", "Woda.")))
    first.close()
    second = World(clock=clock, journal=Journal(file))
    again = SandboxAdapter(second)
    assert again.readings(ANNA, METER) == adapter.readings(ANNA, METER)
    assert again.cases(ANNA) == adapter.cases(ANNA)
    assert again.customer(ANNA) == adapter.customer(ANNA)
    assert again.submit(letter("Z-2")) == adapter.find_submission(SubmissionKind.COMPLAINT, ANNA, "Z-2")
    listed = [(each.sending, each.payload_sha256, each.count, each.receipt) for each in second.bureau.submissions()]
    assert listed == [
        (each.sending, each.payload_sha256, each.count, each.receipt) for each in first.bureau.submissions()
    ]
    second.close()
