"""Payments against a model of them: whatever customers, the operator, its notifications, workers and clerks do.

The model knows nothing of rows, leases and fences: only what the operator was told and took, and what a clerk said.
EBOK_PAYMENT_RUNS and EBOK_PAYMENT_STEPS make it longer.
"""

import os
import tempfile
from contextlib import ExitStack, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from adapters.payments import Stands
from gateway.models import PaymentPart, SubmissionRow
from gateway.outbox import StillRunning
from gateway.outbox.desk import By
from gateway.payments import desk, receipts
from gateway.payments.choosing import ChoiceRefused
from gateway.payments.records import AlreadyOpen
from gateway.payments.states import FINAL, PaymentState
from gateway.payments.worker import follow_payments
from tests.gateway.payments.books import invoice
from tests.gateway.payments.cashier import Crash
from tests.gateway.payments.till import NOON, Till, till

CLERK = By("staff:model")
INVOICES = ("F1", "F2", "F3")
WAYS = ("take", "take", "take", "lost", "lost_before", "not_sent", "refuse", "bug", "dies_before", "dies")


class Payments(RuleBasedStateMachine):
    """One run: anything in any order; and at the end everybody answers."""

    here: Till

    @initialize()
    def start(self) -> None:
        here = self.here
        here.empty()
        here.clock.set(NOON)
        here.cashier.orders.clear()
        here.books.taken.clear()
        here.books.entries.clear()
        here.books.invoices["100001"] = [invoice(each) for each in INVOICES]
        here.account()
        self.keys: dict[str, tuple[str, ...]] = {}
        self.said: dict[str, str] = {}

    # What happens

    @rule(refs=st.lists(st.sampled_from(INVOICES), min_size=1, max_size=2, unique=True), way=st.sampled_from(WAYS))
    def begin(self, refs: list[str], way: str) -> None:
        key = f"key {len(self.keys)}"
        self.keys[key] = tuple(refs)
        self.click(key, way)

    @precondition(lambda self: self.keys)
    @rule(data=st.data())
    def double_click(self, data: st.DataObject) -> None:
        self.click(data.draw(st.sampled_from(sorted(self.keys))), "take")

    def click(self, key: str, way: str) -> None:
        before = len(self.here.rows())
        self.here.cashier.behave = lambda: way
        with suppress(AlreadyOpen, ChoiceRefused, StillRunning, Crash):
            self.here.begin(*self.keys[key], key=key)
        assert len(self.here.rows()) <= before + 1

    @precondition(lambda self: self.here.cashier.orders)
    @rule(
        data=st.data(),
        stands=st.sampled_from([Stands.PAID, Stands.PAID, Stands.PENDING, Stands.FAILED]),
        odd=st.booleans(),
    )
    def at_the_operator(self, data: st.DataObject, stands: Stands, odd: bool) -> None:
        order = self.here.cashier.orders[data.draw(st.sampled_from(list(self.here.cashier.orders)))]
        if order.stands is Stands.PAID:  # for good
            return
        order.stands = stands
        if stands is Stands.PAID and odd and data.draw(st.booleans()):
            order.amount += Decimal("0.01")

    @precondition(lambda self: self.here.cashier.orders)
    @rule(data=st.data(), times=st.integers(1, 2), how=st.sampled_from(["answer", "answer", "away"]))
    def notify(self, data: st.DataObject, times: int, how: str) -> None:
        reference = data.draw(st.sampled_from(list(self.here.cashier.orders)))
        self.here.cashier.answers = lambda: how
        for _ in range(times):
            assert self.here.notify(reference).status in (200, 503)
        assert self.here.notify(reference, signature="false").status == 401

    @rule(minutes=st.sampled_from([0, 3, 25, 70, 24 * 60]), how=st.sampled_from(["answer", "answer", "away", "dies"]))
    def work(self, minutes: int, how: str) -> None:
        """Two workers, one after the other, each of which may die at its question."""
        self.here.clock.advance(minutes * 60)
        self.here.cashier.answers = lambda: how
        for _ in range(2):
            with suppress(Crash):
                follow_payments(self.here.portal)

    @rule()
    def leases_end(self) -> None:
        self.here.end_leases()

    @precondition(lambda self: self.here.rows())
    @rule(data=st.data(), how=st.sampled_from(["answer", "away"]))
    def look(self, data: st.DataObject, how: str) -> None:
        self.here.cashier.answers = lambda: how
        row = data.draw(st.sampled_from(self.here.rows()))
        (payment,) = [each for each in [self.read(row.public_id)] if each is not None]
        self.here.look(payment)

    @precondition(lambda self: any(row.state == "doubt" for row in self.here.rows()))
    @rule(data=st.data(), outcome=st.sampled_from(["paid", "failed", "booked", "ask"]))
    def clerk(self, data: st.DataObject, outcome: str) -> None:
        row = data.draw(st.sampled_from([row for row in self.here.rows() if row.state == "doubt"]))
        self.here.cashier.answers = lambda: "answer"
        with suppress(desk.NotNow):
            if outcome == "ask":
                desk.ask(self.here.portal, row.public_id, CLERK)
            else:
                desk.settle(self.here.portal, row.public_id, CLERK, outcome=outcome)
                self.said[row.reference] = outcome

    def read(self, public_id: str) -> Any:
        return receipts.one(self.here.portal, public_id, account_id=self.here.account())

    # What must be true at any time

    @invariant()
    def the_databases_clock_stands_still(self) -> None:
        self.here.hold_leases()  # else what comes of a run would depend on how long the machine took for it

    @invariant()
    def the_operator_is_told_once(self) -> None:
        assert all(each.times == 1 for each in self.here.cashier.orders.values())
        assert set(self.here.cashier.orders) <= {row.reference for row in self.here.rows()}, "no intent is lost"

    @invariant()
    def what_is_paid_was_paid(self) -> None:
        for row in self.here.rows():
            if row.paid_at is None:
                continue
            order = self.here.cashier.orders.get(row.reference)
            right = order is not None and order.stands is Stands.PAID and order.amount == order.order.amount
            assert right or self.said.get(row.reference) == "paid"

    @invariant()
    def the_erp_and_the_customer_are_told_once(self) -> None:
        paid = [row for row in self.here.rows() if row.paid_at is not None]
        assert len(self.here.rows(SubmissionRow)) == len(self.here.mails()) == len(paid)

    @invariant()
    def what_is_over_keeps_nothing_open(self) -> None:
        states = {row.id: row.state for row in self.here.rows()}
        marks = [(states[part.payment_id], part.open_mark) for part in self.here.rows(PaymentPart)]
        assert all(mark is None for state, mark in marks if state in FINAL)
        assert all(row.payload is None for row in self.here.rows() if row.state == "booked")
        assert all(row.leased_until is not None for row in self.here.rows() if row.state == "intent")

    def teardown(self) -> None:
        """Let everything become well again: who has paid is booked, once; who has not, is not."""
        if not hasattr(self, "keys"):
            return
        here = self.here
        here.cashier.answers = lambda: "answer"
        for reference, order in here.cashier.orders.items():
            if order.stands is Stands.PENDING:
                order.stands = Stands.FAILED
            here.end_leases()
            here.notify(reference)
        for _ in range(14):
            here.pass_time(days=1)
            here.work()
        for row in here.rows():
            order_or_none = here.cashier.orders.get(row.reference)
            self.stands_right(row, order_or_none)
        self.what_is_paid_was_paid()
        self.the_erp_and_the_customer_are_told_once()
        self.what_is_over_keeps_nothing_open()
        assert len(here.books.taken) == len([row for row in here.rows() if row.paid_at is not None])

    def stands_right(self, row: Any, order: Any) -> None:
        assert row.state in ("failed", "booked", "doubt"), row.state
        if row.reference in self.said:
            return
        if order is None or order.stands is not Stands.PAID:
            # a clerk may still have to say what another amount meant before it came to nothing
            assert row.state in ("failed", "doubt")
        elif order.amount == order.order.amount:
            assert row.state == "booked" or row.error == "paid when its amount was already forgotten", row
        else:
            assert row.state == PaymentState.DOUBT


def test_payments_do_what_their_model_does() -> None:
    with ExitStack() as stack:
        # In memory where there is such a folder: thousands of commits, and none of them is to survive a power cut.
        memory = Path("/dev/shm")
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None))
        here = stack.enter_context(till(f"sqlite:///{Path(folder)}/portal.sqlite"))
        Run = type("Run", (Payments,), {"here": here})
        Run.TestCase.settings = settings(  # type: ignore[attr-defined]
            max_examples=int(os.environ.get("EBOK_PAYMENT_RUNS", "15")),
            stateful_step_count=int(os.environ.get("EBOK_PAYMENT_STEPS", "20")),
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        Run.TestCase("runTest").runTest()  # type: ignore[attr-defined]
