"""The part of the suite that proves what an adapter declares its back end to make of our reference."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from uuid import uuid4

import pytest

from adapters.base import Adapter
from adapters.capabilities import Acceptance
from adapters.errors import AdapterError, NotFound, NotSupported, OwnerMismatch
from adapters.testing.drafts import Drafts
from adapters.testing.facts import Facts
from adapters.testing.inbox import Inbox
from adapters.testing.may_write import MayWrite, soon, times_held
from schemas import Delivery, SubmissionKind

_AT_ONCE = 4


class Deduplicates(MayWrite):
    """Declared, it lets the portal send again whatever is in doubt."""

    @pytest.mark.usefixtures("deduplicates")
    def test_the_same_submission_twice_is_one_in_the_back_end(
        self, adapter: Adapter, kind: SubmissionKind, drafts: Drafts, inbox: Inbox | None
    ) -> None:
        """And the same ``Delivery`` both times. If the ERP does not do that itself, declare another level."""
        submission = drafts.new(kind)
        first = adapter.submit(submission)
        second = adapter.submit(submission)
        assert times_held(adapter, inbox, submission) == 1
        assert second == first

    @pytest.mark.usefixtures("deduplicates")
    def test_the_same_submission_many_times_at_once_is_one(
        self, adapter: Adapter, kind: SubmissionKind, drafts: Drafts, inbox: Inbox | None
    ) -> None:
        """Two workers may meet: look for "is it there? then put it in" without a lock or a unique key."""
        submission = drafts.new(kind)
        start = Barrier(_AT_ONCE)

        def send(_: int) -> Delivery | None:
            start.wait(30)
            with suppress(AdapterError):  # one that is told to come back later sends again, as the portal does
                return adapter.submit(submission)
            return None

        with ThreadPoolExecutor(_AT_ONCE) as threads:
            said = {each for each in threads.map(send, range(_AT_ONCE)) if each is not None}
        assert {*said, adapter.submit(submission)} == {adapter.submit(submission)}
        assert times_held(adapter, inbox, submission) == 1

    @pytest.mark.usefixtures("deduplicates")
    def test_what_is_sent_again_after_a_lost_answer_is_there_once(
        self, adapter: Adapter, kind: SubmissionKind, drafts: Drafts, desk: Inbox
    ) -> None:
        """The second time the answer is that of the first, which nobody heard."""
        submission = drafts.new(kind)
        desk.cut_next_answer()
        with pytest.raises(AdapterError):
            adapter.submit(submission)
        assert adapter.submit(submission).reference == submission.reference
        assert len(desk.received(submission.reference)) == 1


class Findable(MayWrite):
    """Declared, it lets the portal send again what the ERP, asked by our reference, surely does not have."""

    @pytest.mark.usefixtures("findable")
    def test_what_was_sent_is_found_by_our_reference(
        self, adapter: Adapter, kind: SubmissionKind, acceptance: Acceptance, drafts: Drafts
    ) -> None:
        """At the latest ``lag_seconds`` after it was sent, with the same case: else it would be sent twice."""
        submission = drafts.new(kind)
        delivery = adapter.submit(submission)
        customer_no, reference = submission.customer_no, submission.reference
        assert soon(lambda: adapter.find_submission(kind, customer_no, reference), acceptance), "it is not found"
        found = adapter.find_submission(kind, customer_no, reference)
        assert found is not None
        assert found.customer_no in (None, customer_no)
        assert delivery.case_no in (None, found.case_no)

    @pytest.mark.usefixtures("findable")
    def test_what_was_sent_is_found_after_a_lost_answer(
        self, adapter: Adapter, kind: SubmissionKind, acceptance: Acceptance, drafts: Drafts, desk: Inbox
    ) -> None:
        """That is what it is for."""
        submission = drafts.new(kind)
        desk.cut_next_answer()
        with pytest.raises(AdapterError):
            adapter.submit(submission)
        customer_no, reference = submission.customer_no, submission.reference
        assert soon(lambda: adapter.find_submission(kind, customer_no, reference), acceptance), "it is not found"
        assert len(desk.received(reference)) == 1

    @pytest.mark.usefixtures("findable")
    def test_what_was_never_sent_is_not_found(self, adapter: Adapter, kind: SubmissionKind, drafts: Drafts) -> None:
        """None, and not an error: only None lets it be sent again."""
        assert adapter.find_submission(kind, drafts.customer_no, str(uuid4())) is None

    @pytest.mark.usefixtures("findable")
    def test_what_was_sent_is_found_for_its_customer_alone(
        self, adapter: Adapter, facts: Facts, kind: SubmissionKind, acceptance: Acceptance, drafts: Drafts
    ) -> None:
        """Ask with both, or take ``customer_no`` from the answer: for another customer it is not there."""
        submission = drafts.new(kind)
        adapter.submit(submission)
        customer_no, reference = submission.customer_no, submission.reference
        assert soon(lambda: adapter.find_submission(kind, customer_no, reference), acceptance), "it is not found"
        stranger = next(each.customer_no for each in facts.customers if each.customer_no != customer_no)
        with suppress(NotFound, OwnerMismatch):
            assert adapter.find_submission(kind, stranger, reference) is None


class Unrecognised(MayWrite):
    """Declared, it makes the portal send once and ask a person where the outcome is in doubt."""

    @pytest.mark.usefixtures("unrecognised")
    def test_what_cannot_be_recognised_is_not_looked_up(
        self, adapter: Adapter, kind: SubmissionKind, drafts: Drafts
    ) -> None:
        """Nothing is claimed: ``find_submission`` raises ``NotSupported`` for what was sent and what was not."""
        submission = drafts.new(kind)
        adapter.submit(submission)
        for reference in (submission.reference, str(uuid4())):
            with pytest.raises(NotSupported):
                adapter.find_submission(kind, drafts.customer_no, reference)
