"""What the writing half of the suite starts from: what may be sent, and what the back end holds afterwards."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from adapters.base import Adapter
from adapters.capabilities import Acceptance, Capability, Recognition
from adapters.clock import SystemClock, local_day
from adapters.testing.drafts import Drafts
from adapters.testing.facts import Facts
from adapters.testing.given import Given
from adapters.testing.inbox import Inbox
from adapters.testing.world import World
from adapters.testing.writing import Writing
from schemas import ReadingContent, Submission, SubmissionKind

_LONGEST = 60.0


class MayWrite(Given):
    """Everything is skipped unless the adapter's author gave an ``inbox``, or ``facts.writing``."""

    @pytest.fixture
    def writing(self, facts: Facts, inbox: Inbox | None) -> Writing:
        """What is allowed."""
        if facts.writing is None and inbox is None:
            pytest.skip("neither `inbox` nor `facts.writing` was given: nothing is written on this back end")
        return facts.writing or Writing()

    @pytest.fixture(params=list(SubmissionKind), ids=str)
    def kind(self, request: pytest.FixtureRequest, adapter: Adapter, writing: Writing) -> SubmissionKind:
        """Each kind that the adapter takes, one after the other."""
        kind: SubmissionKind = request.param
        if kind not in adapter.accepts:
            pytest.skip(f"the adapter does not accept {kind}")
        if kind not in writing.kinds:
            pytest.skip(f"`facts.writing.kinds` leaves {kind} out")
        return kind

    @pytest.fixture
    def acceptance(self, adapter: Adapter, kind: SubmissionKind) -> Acceptance:
        """How the adapter says that this kind is taken."""
        return adapter.accepts[kind]

    @pytest.fixture
    def deduplicates(self, acceptance: Acceptance) -> None:
        """Skips kinds of another level."""
        _needs(acceptance, Recognition.DEDUPLICATES)

    @pytest.fixture
    def findable(self, acceptance: Acceptance) -> None:
        """Skips kinds of another level."""
        _needs(acceptance, Recognition.FINDABLE)

    @pytest.fixture
    def unrecognised(self, acceptance: Acceptance) -> None:
        """Skips kinds of another level."""
        _needs(acceptance, Recognition.NONE)

    @pytest.fixture
    def desk(self, inbox: Inbox | None) -> Inbox:
        """The inbox, for tests that cannot do without."""
        if inbox is None:
            pytest.skip("no `inbox` was given: what arrives on this back end cannot be seen")
        return inbox

    @pytest.fixture
    def drafts(self, adapter: Adapter, facts: Facts, writing: Writing, moment: datetime) -> Drafts:
        """What is sent."""
        return Drafts(adapter, writing, writing.customer_no or facts.first.customer_no, moment)

    @pytest.fixture
    def moment(self, world: World | None) -> datetime:
        """When it was accepted."""
        return world.now() if world is not None else SystemClock().now()


def times_held(adapter: Adapter, inbox: Inbox | None, submission: Submission) -> int:
    """How often the back end has it; skips where neither the inbox nor the adapter can tell."""
    if inbox is not None:
        return len(inbox.received(submission.reference))
    shown: list[str | None] = []
    if submission.customer_no is not None:
        content = submission.content
        if isinstance(content, ReadingContent) and Capability.READINGS in adapter.capabilities:
            shown += [each.reference for each in adapter.readings(submission.customer_no, content.meter_no)]
        if Capability.CASES in adapter.capabilities:
            shown += [each.reference for each in adapter.cases(submission.customer_no)]
        if submission.kind is SubmissionKind.PAYMENT and Capability.LEDGER in adapter.capabilities:
            tomorrow = local_day(submission.accepted_at) + timedelta(days=1)
            shown += [line.entry.document_no for line in adapter.statement(submission.customer_no, today=tomorrow)]
    if submission.reference not in shown:
        pytest.skip("not proved: no `inbox` was given, and the adapter does not show what was sent by our reference")
    return shown.count(submission.reference)


def soon(question: Callable[[], object], acceptance: Acceptance) -> bool:
    """Whether something comes true before the adapter says that it must have."""
    until = time.monotonic() + min(acceptance.lag_seconds, _LONGEST)
    while not question():
        if time.monotonic() >= until:
            return False
        time.sleep(min(0.2, acceptance.lag_seconds))
    return True


def _needs(acceptance: Acceptance, level: Recognition) -> None:
    if acceptance.recognition is not level:
        pytest.skip(f"declared as Recognition.{acceptance.recognition.name}")
