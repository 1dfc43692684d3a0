"""After it was paid: the ERP is told through the outbox, the ledger is looked at, and money facts are forgotten."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import delete

from adapters.capabilities import Recognition
from adapters.errors import Unavailable
from gateway.models import Account, AuditEvent, PaymentPart, SubmissionRow
from gateway.outbox import desk as outbox
from gateway.outbox import receipts as sent
from gateway.outbox.desk import By
from gateway.payments import asking, booking, choosing, desk
from gateway.payments.choosing import ChoiceRefused, Reason, Wanted
from gateway.payments.states import PaymentState
from tests.gateway.payments.books import NRB, invoice
from tests.gateway.payments.till import Till

CLERK = By("staff:bok", "192.0.2.0")
OTHER_NRB = "27114020040000300201355387"


def test_in_the_balance_from_the_day_after_it_is_booked(here: Till) -> None:
    here.books.books = False
    payment = here.paid()
    assert booking.in_balance_from(here.portal, payment, "100001") == booking.InBalance(
        date(2026, 3, 11), certain=False
    )
    here.work()
    here.pass_time(days=1)
    (reference,) = here.books.taken
    here.books.book(reference)
    found = booking.in_balance_from(here.portal, payment, "100001")
    assert found is not None
    assert (found.on, found.certain, [each.document_no for each in found.entries]) == (
        *(date(2026, 3, 12), True),
        [reference],
    )
    assert here.look(payment).state is PaymentState.PAID
    here.pass_time(days=1)
    assert here.look(payment).state is PaymentState.BOOKED


def test_one_submission_for_each_customer_and_payment_account(here: Till) -> None:
    account_id = here.account("anna", "100001", "100002")
    here.books.invoices["100001"] = [invoice("F1"), invoice("F2", outstanding="20.00", payment_account=OTHER_NRB)]
    here.books.invoices["100002"] = [invoice("G1", customer_no="100002", outstanding="5.00")]
    first, second = here.links(account_id)
    wanted = [Wanted(first, ("F1", "F2"), Decimal("10.00")), Wanted(second, None)]
    begun = here.hand_off(choosing.choose(here.portal, wanted), account_id, "k", "b")
    assert begun.amount == Decimal("96.50")
    here.pays(begun)
    here.look(begun)
    here.work()
    sent = [(each.customer_no, each.content) for each in here.books.taken.values()]
    assert [(no, each.payment_account, each.amount, len(each.invoices)) for no, each in sent] == [  # type: ignore[union-attr]
        ("100001", NRB, Decimal("71.50"), 1),
        ("100001", OTHER_NRB, Decimal("20.00"), 1),
        ("100002", NRB, Decimal("5.00"), 1),
    ]
    here.pass_time(days=1)
    here.work()
    assert here.read(begun).state is PaymentState.BOOKED


def test_an_erp_that_takes_no_payments_is_watched_for_the_amount(here: Till) -> None:
    here.books.takes = False
    payment = here.paid()
    here.work()
    assert here.books.taken == {}
    here.books.add("100001", Decimal("-61.00"), None)
    here.pass_time(days=1)
    assert here.look(payment).state is PaymentState.PAID
    here.books.add("100001", Decimal("-61.50"), None)
    here.pass_time(days=1)
    assert here.look(payment).state is PaymentState.BOOKED


def test_what_the_erp_does_not_show_waits_for_a_person(here: Till) -> None:
    here.books.books = False
    payment = here.paid()
    for _ in range(11):
        here.work()
        here.pass_time(days=1)
    here.work()
    shown = desk.get(here.portal.database, payment.public_id)
    assert (shown.state, shown.outcomes) == (PaymentState.DOUBT, ("failed", "booked"))
    assert len(here.books.taken) == 1
    (reference,) = here.books.taken
    here.books.book(reference)
    for _ in range(2):
        here.pass_time(days=1)
        here.work()
    assert here.read(payment).state is PaymentState.BOOKED


def lost() -> None:
    raise Unavailable("the answer was lost", sent=True)


def test_what_the_ledger_has_is_nobodys_to_send_again(here: Till) -> None:
    here.books.recognition, here.books.meanwhile = Recognition.NONE, lost
    payment = here.paid()
    here.work()
    (sent,) = here.rows(SubmissionRow)
    assert (sent.state, sent.payload is None) == ("manual", False), "nobody can know whether it arrived"
    here.pass_time(days=1)
    assert here.look(payment).state is PaymentState.BOOKED
    (sent,) = here.rows(SubmissionRow)
    assert (sent.state, sent.payload, sent.error) == ("settled", None, "in-erp")
    with pytest.raises(outbox.NotNow):
        outbox.retry(here.portal, sent.public_id, CLERK)
    settled = [(row.actor, row.detail) for row in here.rows(AuditEvent) if row.action == "submission.settled"]
    assert settled == [("system", "in-erp")]


@pytest.mark.parametrize(("outcome", "reason"), [("booked", "in-erp"), ("failed", "withdrawn")])
def test_after_a_persons_word_the_erp_is_told_no_more(here: Till, outcome: str, reason: str) -> None:
    here.books.recognition, here.books.meanwhile, here.books.books = Recognition.NONE, lost, False
    payment = here.paid()
    here.work()
    here.pass_time(days=11)
    here.work()
    assert here.read(payment).state is PaymentState.DOUBT
    desk.settle(here.portal, payment.public_id, CLERK, outcome=outcome)
    (sent,) = here.rows(SubmissionRow)
    assert (sent.state, sent.payload, sent.error) == ("settled", None, reason)


def test_while_the_erp_is_being_told_it_is_too_early_to_say(here: Till) -> None:
    payment, seen = here.paid(), []
    here.books.today = lambda: date(2026, 3, 9)  # it counts at once
    here.books.meanwhile = lambda: seen.append(here.look(payment).state)
    here.work()
    assert seen == [PaymentState.PAID]
    assert [row.state for row in here.rows(SubmissionRow)] == ["delivered"]
    here.pass_time(days=1)
    assert here.look(payment).state is PaymentState.BOOKED


def test_what_the_erp_refuses_waits_for_a_person(here: Till) -> None:
    here.books.refuses = True
    payment = here.paid()
    here.work()
    here.pass_time(hours=2)
    here.work()
    assert here.read(payment).state is PaymentState.DOUBT
    assert desk.settle(here.portal, payment.public_id, CLERK, outcome="booked") is PaymentState.BOOKED
    assert here.rows()[0].payload is None


def test_a_clerk_says_that_it_was_paid_and_the_erp_is_told_once(here: Till) -> None:
    begun = here.begin()
    here.pays(begun, amount=Decimal("61.00"))
    here.notify(begun.reference)
    assert desk.settle(here.portal, begun.public_id, CLERK, outcome="paid") is PaymentState.PAID
    with pytest.raises(desk.NotNow):
        desk.settle(here.portal, begun.public_id, CLERK, outcome="paid")
    here.notify(begun.reference)
    here.work()
    assert len(here.books.taken) == len(here.mails()) == 1
    settled = [(row.actor, row.detail) for row in here.rows(AuditEvent) if row.action == "payment.settled"]
    assert settled == [("staff:bok", "paid")]


def test_a_clerk_says_that_nothing_was_taken(here: Till) -> None:
    begun = here.begin()
    here.pays(begun, amount=Decimal("61.00"))
    here.notify(begun.reference)
    assert desk.settle(here.portal, begun.public_id, CLERK, outcome="failed") is PaymentState.FAILED
    assert here.begin("F1").state is PaymentState.STARTED


def test_a_clerk_lets_the_operator_be_asked_again(here: Till) -> None:
    begun = here.begin()
    here.pays(begun, amount=Decimal("61.00"))
    here.notify(begun.reference)
    here.pays(begun, amount=Decimal("61.50"))
    assert desk.ask(here.portal, begun.public_id, CLERK) is PaymentState.PAID


def test_the_amounts_are_the_erps_of_this_moment(here: Till) -> None:
    account_id = here.account()
    (link,) = here.links(account_id)
    here.books.invoices["100001"] = [
        invoice("P", outstanding="0.00"),
        invoice("C", outstanding="-5.00"),
        invoice("E", currency="EUR"),
        invoice("D", due_on=date(2026, 3, 10)),
    ]
    with pytest.raises(ChoiceRefused) as refused:
        choosing.choose(here.portal, [Wanted(link, ("P", "C", "E", "G"), Decimal("0.99"))])
    assert [each.reason for each in refused.value.refused] == [
        *(Reason.PAID, Reason.NOT_OWED, Reason.CURRENCY, Reason.GONE, Reason.TOO_LITTLE)
    ]
    with pytest.raises(ChoiceRefused, match="cannot") as nothing:
        choosing.choose(here.portal, [Wanted(link, ())])
    assert [each.reason for each in nothing.value.refused] == [Reason.NOTHING]
    here.books.invoices["100001"] = [invoice("F1"), invoice("D", due_on=date(2026, 3, 10))]
    due = choosing.choose(here.portal, [Wanted(link, None)])
    assert [each.invoice_ref for each in due.parts] == ["F1"]
    here.begin("F1")
    with pytest.raises(ChoiceRefused) as again:
        choosing.choose(here.portal, [Wanted(link, ("F1",))], account_id=account_id)
    assert [each.reason for each in again.value.refused] == [Reason.OPEN]


def test_of_an_account_that_is_closed_the_payment_goes_on(here: Till) -> None:
    begun = here.begin()
    here.pays(begun)
    with here.portal.database.transaction() as connection:
        connection.execute(delete(Account))
    here.notify(begun.reference)
    here.work()
    (row,) = here.rows()
    assert (row.state, row.account_id) == ("paid", None)
    assert len(here.books.taken) == 1


def test_money_facts_are_kept_only_while_on_the_way(here: Till) -> None:
    payment = here.paid()
    here.work()
    here.pass_time(days=1)
    here.work()
    kept = repr(here.rows()) + repr(here.rows(PaymentPart)) + repr(here.rows(AuditEvent))
    assert "61.5" not in kept
    assert "FV/" not in kept
    assert asking.ask(here.portal, here.read(payment)).state is PaymentState.BOOKED


def test_what_is_booked_may_be_chosen_again(here: Till) -> None:
    payment = here.paid()
    here.work()
    here.pass_time(days=1)
    here.work()
    assert here.read(payment).state is PaymentState.BOOKED
    assert here.begin("F1").state is PaymentState.STARTED


def test_payments_do_not_show_among_what_was_sent(here: Till) -> None:
    here.paid()
    (row,) = here.rows(SubmissionRow)
    assert row.kind == "payment"
    account_id = here.account()
    assert sent.of(here.portal, account_id=account_id, customer_no="100001") == []
    assert sent.one(here.portal, row.public_id, account_id=account_id) is None
