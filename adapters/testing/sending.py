"""The part of the suite that sends: whether it arrives, whole and once, and what is said when it does not."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from adapters.base import Adapter
from adapters.capabilities import Acceptance, Capability
from adapters.clock import local_day
from adapters.errors import AdapterError, Rejected, Unavailable
from adapters.testing.drafts import Drafts, some_files
from adapters.testing.given import needs
from adapters.testing.inbox import Inbox
from adapters.testing.may_write import MayWrite, soon
from adapters.testing.records import misfits
from schemas import DeliverySchema, EntryKind, PaymentContent, ReadingContent, SubmissionKind


class Sending(MayWrite):
    def test_success_means_that_the_back_end_has_it(
        self, adapter: Adapter, kind: SubmissionKind, acceptance: Acceptance, drafts: Drafts, desk: Inbox
    ) -> None:
        """Return only when the ERP has answered: once, and not from a queue or a thread of your own."""
        submission = drafts.new(kind)
        adapter.submit(submission)
        assert soon(lambda: desk.received(submission.reference), acceptance), "it never arrived"
        received = desk.received(submission.reference)
        assert [each.customer_no for each in received] == [submission.customer_no]

    def test_our_reference_comes_back(self, adapter: Adapter, kind: SubmissionKind, drafts: Drafts) -> None:
        """Take ``reference`` and ``customer_no`` of the ``Delivery`` from the answer: a mix-up comes to light so."""
        submission = drafts.new(kind)
        delivery = adapter.submit(submission)
        assert delivery.reference == submission.reference
        assert delivery.customer_no in (None, submission.customer_no)
        assert misfits(delivery, DeliverySchema) == []

    def test_what_arrives_is_what_was_sent(
        self, adapter: Adapter, kind: SubmissionKind, acceptance: Acceptance, drafts: Drafts, desk: Inbox
    ) -> None:
        """Every field and every letter of it: look for one that is not passed on, for line feeds, ``<`` and ``&``."""
        submission = drafts.new(kind)
        adapter.submit(submission)
        assert soon(lambda: desk.received(submission.reference), acceptance), "it never arrived"
        understood = desk.received(submission.reference)[0].content
        if understood is None:
            pytest.skip("the `inbox` does not say what it understood")
        assert understood == submission.content

    def test_it_came_in_on_the_day_on_which_we_accepted_it(
        self, adapter: Adapter, kind: SubmissionKind, acceptance: Acceptance, drafts: Drafts, desk: Inbox
    ) -> None:
        """Pass ``accepted_at`` on: while the ERP was down the customer's term had begun already."""
        if kind is SubmissionKind.READING:
            pytest.skip("a reading counts from its own day")
        submission = replace(drafts, now=drafts.now - timedelta(days=1)).new(kind)
        adapter.submit(submission)
        assert soon(lambda: desk.received(submission.reference), acceptance), "it never arrived"
        accepted_on = desk.received(submission.reference)[0].accepted_on
        if accepted_on is None:
            pytest.skip("the `inbox` does not say when it came in")
        assert accepted_on == local_day(submission.accepted_at)

    def test_files_arrive_whole(
        self, adapter: Adapter, kind: SubmissionKind, acceptance: Acceptance, drafts: Drafts, desk: Inbox
    ) -> None:
        """All of them, every byte, in their order. Look for base64 that is made piece by piece, or for text modes."""
        if not acceptance.files:
            pytest.skip(f"the adapter declares no files for {kind}")
        files = some_files()
        submission = drafts.new(kind, files=files)
        adapter.submit(submission)
        assert soon(lambda: desk.received(submission.reference), acceptance), "it never arrived"
        assert [each.files for each in desk.received(submission.reference)] == [tuple(file.sha256 for file in files)]

    def test_a_refusal_by_rule_is_rejected_with_its_code(
        self, adapter: Adapter, kind: SubmissionKind, drafts: Drafts, inbox: Inbox | None
    ) -> None:
        """``Rejected`` with the ERP's ``code``, for codes that you know to be refusals; the customer is told then."""
        submission = drafts.refused(kind)
        with pytest.raises(Rejected) as refused:
            adapter.submit(submission)
        assert refused.value.code
        assert inbox is None or not inbox.received(submission.reference)

    def test_a_refused_connection_is_certainly_not_sent(
        self, adapter: Adapter, kind: SubmissionKind, drafts: Drafts, desk: Inbox
    ) -> None:
        """``Unavailable`` with ``sent=False`` where no byte has left, so that it is sent again when the ERP is back."""
        submission = drafts.new(kind)
        with desk.switched_off(), pytest.raises(Unavailable) as away:
            adapter.submit(submission)
        assert away.value.sent is False
        assert not desk.received(submission.reference)
        assert adapter.submit(submission).reference == submission.reference

    def test_an_answer_that_is_lost_is_never_a_refusal(
        self, adapter: Adapter, kind: SubmissionKind, drafts: Drafts, desk: Inbox
    ) -> None:
        """It has arrived and nobody knows: neither ``Rejected``, nor ``sent=False``, nor sent again by you."""
        submission = drafts.new(kind)
        desk.cut_next_answer()
        with pytest.raises(AdapterError) as lost:
            adapter.submit(submission)
        assert not isinstance(lost.value, Rejected)
        assert not isinstance(lost.value, Unavailable) or lost.value.sent
        assert len(desk.received(submission.reference)) == 1

    def test_a_passer_by_may_report_an_outage(self, adapter: Adapter, drafts: Drafts, inbox: Inbox | None) -> None:
        """Whoever accepts outages accepts them without a customer too: the form needs no login."""
        kind = SubmissionKind.OUTAGE
        if kind not in adapter.accepts or kind not in drafts.writing.kinds:
            pytest.skip("the adapter does not accept outages, or `facts.writing.kinds` leaves them out")
        submission = drafts.of_a_passer_by()
        delivery = adapter.submit(submission)
        assert delivery.customer_no is None
        if inbox is not None:
            assert soon(lambda: inbox.received(submission.reference), adapter.accepts[kind]), "it never arrived"
            assert [each.customer_no for each in inbox.received(submission.reference)] == [None]


class Afterwards(MayWrite):
    """What was sent can be seen again, where the adapter shows such things."""

    @pytest.fixture
    def reads(self, adapter: Adapter, drafts: Drafts) -> Acceptance:
        """How readings are taken; skips where they are not, or cannot be seen."""
        needs(adapter, Capability.READINGS)
        kind = SubmissionKind.READING
        if kind not in adapter.accepts or kind not in drafts.writing.kinds:
            pytest.skip("the adapter does not accept readings, or `facts.writing.kinds` leaves them out")
        return adapter.accepts[kind]

    def test_a_reading_that_was_sent_is_in_the_history(
        self, adapter: Adapter, drafts: Drafts, reads: Acceptance
    ) -> None:
        """With the same value, day and device, under our reference or none."""
        submission = drafts.new(SubmissionKind.READING)
        adapter.submit(submission)
        assert soon(lambda: _shown(adapter, drafts.customer_no, submission.content), reads), "it is not in the history"
        assert _shown(adapter, drafts.customer_no, submission.content) <= {None, submission.reference}

    def test_a_correction_takes_the_place_of_what_it_supersedes(
        self, adapter: Adapter, drafts: Drafts, reads: Acceptance
    ) -> None:
        """Pass ``supersedes`` on, our reference of the reading before: that one must be gone from the history."""
        first = drafts.new(SubmissionKind.READING)
        adapter.submit(first)
        if not soon(lambda: first.reference in _shown(adapter, drafts.customer_no, first.content), reads):
            pytest.skip("the history does not show our references")
        second = drafts.new(SubmissionKind.READING, supersedes=first.reference)
        adapter.submit(second)
        assert soon(lambda: _shown(adapter, drafts.customer_no, second.content), reads), "it is not in the history"
        assert first.reference not in _shown(adapter, drafts.customer_no, first.content)

    def test_the_case_that_is_made_of_it_is_among_the_cases(
        self, adapter: Adapter, kind: SubmissionKind, acceptance: Acceptance, drafts: Drafts
    ) -> None:
        """``case_no`` of the ``Delivery`` is the ``case_no`` of ``_cases``, and the case is of the same kind."""
        needs(adapter, Capability.CASES)
        if kind is SubmissionKind.PAYMENT:
            pytest.skip("a payment is an entry in the ledger and no case")
        submission = drafts.new(kind)
        delivery = adapter.submit(submission)
        if delivery.case_no is None:
            pytest.skip(f"this ERP makes no case of {kind}, or does not say its number at once")

        def found() -> list[tuple[SubmissionKind, str | None]]:
            cases = adapter.cases(drafts.customer_no)
            return [(each.kind, each.reference) for each in cases if each.case_no == delivery.case_no]

        assert soon(found, acceptance), "it is not among the cases"
        assert found() in ([(kind, None)], [(kind, submission.reference)])

    def test_a_payment_that_was_sent_is_booked_as_it_was_paid(
        self, adapter: Adapter, drafts: Drafts, today: date
    ) -> None:
        """Once, negative, as a payment: the entry's ``document_no`` is our reference, or its ``entry_no`` is the
        ``case_no`` of the ``Delivery``. By one of the two the portal sees that it is in the books."""
        needs(adapter, Capability.LEDGER)
        kind = SubmissionKind.PAYMENT
        if kind not in adapter.accepts or kind not in drafts.writing.kinds:
            pytest.skip("the adapter does not accept payments, or `facts.writing.kinds` leaves them out")
        submission = drafts.new(kind)
        delivery = adapter.submit(submission)
        assert isinstance(submission.content, PaymentContent)

        def booked() -> list[tuple[EntryKind, Decimal]]:
            entries = [line.entry for line in adapter.statement(drafts.customer_no, today=today + timedelta(days=1))]
            return [
                (each.kind, each.amount)
                for each in entries
                if each.document_no == submission.reference or each.entry_no == delivery.case_no
            ]

        if not soon(booked, adapter.accepts[kind]):
            pytest.skip("not proved: this ERP books payments later, or by a number that it does not tell")
        assert booked() == [(EntryKind.PAYMENT, -submission.content.amount)]


def _shown(adapter: Adapter, customer_no: str, content: object) -> set[str | None]:
    """The references under which this very reading is in the history."""
    assert isinstance(content, ReadingContent)
    return {
        each.reference
        for each in adapter.readings(customer_no, content.meter_no)
        if (each.serial_no, each.value, each.read_on) == (content.serial_no, content.value, content.read_on)
    }
