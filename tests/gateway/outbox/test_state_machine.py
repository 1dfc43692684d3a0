"""The outbox against a model of it: whatever the billing system, the workers and the clerks do, in whatever order.

The model knows nothing of rows, leases, fences and our own breaker, behind which all stands as before. It is told
what the billing system saw, and says where each submission must stand then. EBOK_OUTBOX_RUNS and EBOK_OUTBOX_STEPS
make it longer.
"""

import os
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import event

from adapters.capabilities import Recognition
from adapters.clock import SetClock
from gateway.models import FileChunk
from gateway.outbox import desk
from gateway.outbox.worker import deliver_some
from schemas import SubmissionKind
from tests.gateway.outbox.office import NOON, Erp, Office, a_file, office

FINAL = ("delivered", "rejected", "settled")
DOUBTS = ("lost_before", "lost", "bug", "broken")
WAYS = ("take", "refuse", "not_sent", "not_sent", "held", *DOUBTS)
LOOKS = st.sampled_from(["answer", "answer", "away", "held"])
BEHAVIOUR = st.lists(st.sampled_from(WAYS), min_size=1, max_size=6)
CLERK = desk.By("staff:model")
BREAKER = {"GUARD__BREAKER_OPEN_SECONDS": "15"}


class Crash(BaseException):
    """What ends a worker at a commit, which then has not happened."""


@dataclass
class Expected:
    """Where the model sees a submission. ``doubted``: bytes may have left, and nobody has cleared that up."""

    number: str
    queue: tuple[str | None, str]
    accepted_at: datetime
    state: str = "received"
    doubted: bool = False
    attempts: int = 0
    looks: int = 0
    sent_at: datetime | None = None
    lease_over: bool = False
    there: bool = False
    times: int = 0
    clerk_sends: int = 0


class Outbox(RuleBasedStateMachine):
    """One run: a level of recognition, and then anything in any order."""

    here: Office

    @initialize(recognition=st.sampled_from(Recognition))
    def start(self, recognition: Recognition) -> None:
        here = self.here
        here.erp.__dict__.update(Erp().__dict__)
        here.close_breakers()
        here.empty()
        here.clock.set(NOON)
        here.erp.__dict__.update(Erp(recognition=recognition).__dict__)
        self.recognition = recognition
        self.rows: dict[str, Expected] = {}
        self.commits = 0
        self.crash_at = 0

    # What happens

    @rule(
        customers=st.lists(st.sampled_from(["100001", "100001", "100001", "100002", None]), min_size=1, max_size=4),
        kind=st.sampled_from([SubmissionKind.REMARK, SubmissionKind.REMARK, SubmissionKind.READING]),
        with_file=st.booleans(),
    )
    def send(self, customers: list[str | None], kind: SubmissionKind, with_file: bool) -> None:
        for customer in customers:
            sort = kind if customer else SubmissionKind.OUTAGE
            receipt = self.here.send(customer, kind=sort, files=(a_file(),) if with_file else ())
            self.rows[receipt.reference] = Expected(receipt.public_id, (customer, sort.value), receipt.accepted_at)

    @rule(ways=BEHAVIOUR, look=LOOKS, crash=st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5, 6, 9]))
    def work(self, ways: list[str], look: str, crash: int) -> None:
        self.let_work(ways, look, crash)

    @rule(ways=BEHAVIOUR, look=LOOKS, hours=st.sampled_from([0.005, 0.1, 1.3, 25]))
    def work_later(self, ways: list[str], look: str, hours: float) -> None:
        self.here.pass_time(hours=hours)
        self.let_work(ways, look, 0)

    @rule(ways=BEHAVIOUR)
    def work_after_a_fall(self, ways: list[str]) -> None:
        self.end_leases()
        self.let_work(ways, "answer", 0)

    def let_work(self, ways: list[str], look: str, crash: int) -> None:
        erp, turns = self.here.erp, iter(ways)
        erp.log.clear()
        self.commits, self.crash_at = 0, crash
        at_commit: list[int] = []
        erp.behave = self.noting(lambda _: next(turns, ways[-1]), at_commit)
        erp.look = self.noting(lambda _: look, at_commit)
        crashed = False
        try:
            deliver_some(self.here.portal)
        except Crash:
            crashed = True
        self.crash_at = 0
        in_database = {row.reference: row.state for row in self.here.rows()}
        for reference, each in self.rows.items():
            if each.state == "sending" and each.lease_over and in_database[reference] != "sending":
                each.lease_over = False
                self.doubt(each)
        for (reference, what, how), committed in zip(erp.log, at_commit, strict=True):
            written = not (crashed and committed == self.commits - 1)
            self.happened(self.rows[reference], what, how, written)

    def noting(self, ask: Any, at_commit: list[int]) -> Any:
        def noted(about: Any) -> Any:
            at_commit.append(self.commits)
            return ask(about)

        return noted

    def end_leases(self) -> None:
        self.here.end_leases()
        for each in self.rows.values():
            each.lease_over = each.state == "sending"

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), sends=st.sampled_from([True, True, False]))
    def clerk_decides(self, data: st.DataObject, sends: bool) -> None:
        undecided = [each for each in self.rows.values() if each.state not in FINAL]
        each = data.draw(st.sampled_from(undecided or list(self.rows.values())))
        if sends:
            self.retry(each)
            return
        try:
            desk.settle(self.here.portal, each.number, CLERK, reason="other")
        except desk.NotNow:
            assert each.state in (*FINAL, "sending")
        else:
            assert each.state not in (*FINAL, "sending")
            each.state = "settled"

    # What the model makes of it

    def retry(self, each: Expected) -> None:
        try:
            desk.retry(self.here.portal, each.number, CLERK)
        except desk.NotNow:
            assert each.state in (*FINAL, "sending")
            return
        assert each.state not in (*FINAL, "sending")
        each.attempts = each.looks = 0
        if each.doubted and self.recognition is not Recognition.NONE:
            each.state = "unknown"
        else:
            each.clerk_sends += each.doubted
            each.state, each.doubted = "retry", False

    def happened(self, each: Expected, what: str, how: str, written: bool) -> None:
        assert self.is_first(each), "something of its queue was overtaken"
        if what == "look":
            if written:
                self.looked(each, how)
            return
        assert each.state in ("received", "retry") or (
            each.state == "unknown" and self.recognition is Recognition.DEDUPLICATES
        ), "it was sent where it must not be"
        if how == "held" and written:  # nothing went out: it stands as before, with as many tries
            manual, waits = self.is_over(each), "unknown" if each.doubted else "retry"
            each.state = "manual" if manual else waits
            return
        before, each.doubted = each.doubted, True
        had, each.there = each.there, each.there or how in ("take", "lost", "bug", "broken")
        if each.there and not (had and self.recognition is Recognition.DEDUPLICATES):
            each.times += how not in ("refuse", "not_sent", "held", "lost_before") or (how == "refuse" and had)
        each.attempts, each.sent_at = each.attempts + 1, self.here.clock.now()
        if not written:
            each.state = "sending"
        elif how == "take" or (how == "refuse" and had):
            each.state = "delivered"
        elif how == "refuse":
            each.state = "rejected"
        elif how == "not_sent" and not before:
            each.state, each.doubted = "manual" if self.is_over(each) else "retry", False
        else:
            self.doubt(each)

    def doubt(self, each: Expected) -> None:
        over = self.is_over(each) and self.recognition is Recognition.DEDUPLICATES
        each.state = "manual" if over or self.recognition is Recognition.NONE else "unknown"
        each.looks = 0

    def looked(self, each: Expected, how: str) -> None:
        assert self.recognition is Recognition.FINDABLE
        assert each.state == "unknown"
        assert each.sent_at is not None
        if how == "held":
            return
        sure = self.here.clock.now() >= each.sent_at + timedelta(seconds=15)
        if how == "answer" and each.there:
            each.state = "delivered"
        elif how == "answer" and sure:
            each.state, each.doubted, each.looks = "manual" if self.is_over(each) else "retry", False, 0
        else:
            each.looks += 1
            each.state = "manual" if each.looks >= 7 else "unknown"

    def is_over(self, each: Expected) -> bool:
        return each.attempts >= 6 and self.here.clock.now() - each.accepted_at >= timedelta(hours=72)

    def is_first(self, each: Expected) -> bool:
        if each.queue[0] is None:
            return True
        waiting = (other for other in self.rows.values() if other.queue == each.queue and other.state not in FINAL)
        return next(waiting) is each

    # What always holds

    @invariant()
    def every_submission_stands_where_the_model_says(self) -> None:
        if not hasattr(self, "rows"):
            return
        found = {row.reference: row for row in self.here.rows()}
        assert found.keys() == self.rows.keys(), "nothing is lost"
        assert {key: row.state for key, row in found.items()} == {key: each.state for key, each in self.rows.items()}
        for reference, row in found.items():
            each = self.rows[reference]
            assert (row.payload is None) == (row.state in FINAL), "wiped at its end, kept until then"
            assert (row.state == "delivered") <= each.there
            assert not (each.there and row.state in ("received", "rejected")), "it is there, and we say that it is not"
            if row.state not in FINAL:
                assert (row.last_sent_at is not None) == each.doubted

    @invariant()
    def nothing_is_doubled(self) -> None:
        for reference, got in self.here.erp.got.items():
            each = self.rows[reference]
            assert got.times == each.times
            assert got.times <= 1 + each.clerk_sends, "only a person may send twice what cannot be recognised"

    def teardown(self) -> None:
        """Let everything become well again: all arrives, and once."""
        if not hasattr(self, "rows"):
            return
        here = self.here
        for _ in range(60):
            if all(each.state in FINAL for each in self.rows.values()):
                break
            self.end_leases()
            for each in self.rows.values():
                if each.state == "manual":
                    self.retry(each)
            here.pass_time(hours=1.3)
            self.let_work(["take"], "answer", 0)
            self.every_submission_stands_where_the_model_says()
            self.nothing_is_doubled()
        assert all(each.state in FINAL for each in self.rows.values())
        assert here.count(FileChunk) == 0


def test_the_outbox_does_what_its_model_does() -> None:
    with ExitStack() as stack:
        # In memory where there is such a folder: thousands of commits, and none of them is to survive a power cut.
        memory = Path("/dev/shm")
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None))
        here = stack.enter_context(office(f"sqlite:///{Path(folder)}/portal.sqlite", clock=SetClock(NOON), **BREAKER))
        running: list[Any] = []

        class Run(Outbox):
            def __init__(self) -> None:
                super().__init__()
                self.here = here
                running[:] = [self]

        def at_commit(_: Any) -> None:
            machine = running[0]
            if getattr(machine, "crash_at", 0):
                machine.commits += 1
                if machine.commits == machine.crash_at:
                    raise Crash
            elif hasattr(machine, "commits"):
                machine.commits += 1

        event.listen(here.portal.database._writing, "commit", at_commit)
        Run.TestCase.settings = settings(
            max_examples=int(os.environ.get("EBOK_OUTBOX_RUNS", "20")),
            stateful_step_count=int(os.environ.get("EBOK_OUTBOX_STEPS", "30")),
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        Run.TestCase("runTest").runTest()
