"""However often it is clicked, told or lost: one order at the operator, one payment in the ERP, the right state."""

import threading
from decimal import Decimal
from typing import Any

import pytest

from adapters.payments import Stands
from gateway.models import AuditEvent, PaymentPart
from gateway.outbox import KeyReused, StillRunning
from gateway.payments import asking, receipts
from gateway.payments.metrics import NOTICES
from gateway.payments.records import AlreadyOpen, Payment
from gateway.payments.states import PaymentState
from tests.gateway.payments.till import Till


def assert_paid_once(here: Till, payment: Payment) -> None:
    here.work()
    assert here.read(payment).paid_at is not None
    assert [each.times for each in here.cashier.orders.values()] == [1]
    assert len(here.books.taken) == len(here.mails()) == 1


def test_paid_and_booked_and_then_forgotten(here: Till) -> None:
    begun = here.begin("F1", "F2")
    assert begun.is_new
    assert begun.state is PaymentState.STARTED
    assert begun.redirect_url == f"https://cashier.example/pay/{begun.reference}"
    order = here.at_the_cashier(begun).order
    assert order.amount == Decimal("81.50")
    assert order.notify_url.endswith("/hooks/payments/cashier")
    assert "FV/" not in order.description
    assert "100001" not in order.description
    here.pays(begun)
    assert here.look(begun).state is PaymentState.PAID
    here.work()
    (sent,) = here.books.taken.values()
    content: Any = sent.content
    assert (content.amount, [each.invoice_no for each in content.invoices]) == (
        Decimal("81.50"),
        ["FV/F1/2026", "FV/F2/2026"],
    )
    (mail,) = here.mails()
    assert mail["to"] == "anna@example.pl"
    assert mail["values"]["amount"] == "81,50 zł"
    assert here.look(begun).state is PaymentState.PAID, "booked today, in the balance tomorrow"
    here.pass_time(days=1)
    here.work()
    booked = here.read(begun)
    assert (booked.state, booked.parts, booked.amount) == (PaymentState.BOOKED, (), None)
    (row,) = here.rows()
    assert row.payload is None
    assert row.settled_at is not None
    assert [each.open_mark for each in here.rows(PaymentPart)] == [None, None]
    assert_paid_once(here, begun)


def test_a_double_click_is_one_order(here: Till) -> None:
    first, second = here.begin(key="k"), here.begin(key="k")
    assert first.public_id == second.public_id
    assert not second.is_new
    assert second.redirect_url == first.redirect_url
    assert len(here.cashier.orders) == 1


def test_a_twin_waits_while_the_operator_is_told(here: Till) -> None:
    told, go_on = threading.Event(), threading.Event()

    def slowly() -> str:
        told.set()
        assert go_on.wait(10)
        return "take"

    here.cashier.behave = slowly
    here.account()
    made: list[Payment] = []
    first = threading.Thread(target=lambda: made.append(here.begin(key="k")))
    first.start()
    assert told.wait(10)
    with pytest.raises(StillRunning):
        here.begin(key="k")
    go_on.set()
    first.join()
    assert here.begin(key="k").public_id == made[0].public_id
    assert len(here.cashier.orders) == 1


def test_a_key_is_for_one_thing(here: Till) -> None:
    here.begin("F1", key="k")
    with pytest.raises(KeyReused):
        here.begin("F2", key="k")


def test_two_tabs_cannot_pay_one_invoice_twice(here: Till) -> None:
    account_id = here.account()
    chosen = here.choose(account_id, "F1"), here.choose(account_id, "F1", "F2")
    first = here.hand_off(chosen[0], account_id, "tab 1", "1")
    with pytest.raises(AlreadyOpen) as refused:
        here.hand_off(chosen[1], account_id, "tab 2", "2")
    assert refused.value.public_id == first.public_id
    assert len(here.cashier.orders) == 1


def test_another_account_of_the_customer_learns_only_that_it_is_on_its_way(here: Till) -> None:
    chosen = here.choose(here.account("adam"), "F1")
    here.begin("F1")
    with pytest.raises(AlreadyOpen) as refused:
        here.hand_off(chosen, here.account("adam"), "k", "b")
    assert refused.value.public_id is None
    (waiting,) = receipts.waiting(here.portal, ["100001"])
    assert waiting.account_id is None
    assert waiting.redirect_url is None
    assert receipts.waiting(here.portal, ["100002"]) == []


@pytest.mark.parametrize("many", [1, 3])
def test_notifications_once_or_doubled(here: Till, many: int) -> None:
    begun = here.begin()
    here.pays(begun)
    assert [here.notify(begun.reference).status for _ in range(many)] == [200] * many
    assert_paid_once(here, begun)


def test_doubled_at_the_same_moment(here: Till) -> None:
    begun = here.begin()
    here.pays(begun)
    threads = [threading.Thread(target=here.notify, args=[begun.reference]) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert_paid_once(here, begun)


def test_lost_notification_is_made_up_for_by_the_worker(here: Till) -> None:
    begun = here.begin()
    here.pays(begun)
    here.pass_time(minutes=3)
    assert_paid_once(here, begun)


def test_a_notification_that_is_forged_says_nothing(here: Till) -> None:
    begun = here.begin()
    here.pays(begun)
    result = here.notify(begun.reference, signature="false")
    assert (result.outcome, result.status) == ("forged", 401)
    assert here.read(begun).state is PaymentState.STARTED
    assert [row.network for row in here.rows(AuditEvent) if row.action == "payment.notice_forged"] == ["192.0.2.0"]


def test_forged_notifications_are_counted_each_and_do_not_fill_the_audit_log(here: Till) -> None:
    counted = NOTICES.labels("cashier", "forged")
    before = counted._value.get()

    def audited() -> int:
        return len([row for row in here.rows(AuditEvent) if row.action == "payment.notice_forged"])

    for seconds in (0, 1, 0):
        here.pass_time(seconds=seconds)
        assert [here.notify("any", signature="false").status for _ in range(5)] == [401] * 5
    assert counted._value.get() == before + 15
    assert audited() == 1
    here.pass_time(minutes=15)
    here.notify("any", signature="false")
    assert audited() == 2, "and whoever looks again sees that it goes on"


def test_what_is_signed_is_read_to_the_byte_whatever_its_type_says(here: Till) -> None:
    begun = here.begin()
    here.pays(begun)
    form = {"Signature": "true", "Content-Type": "application/x-www-form-urlencoded"}
    told = here.app.test_client().post("/hooks/payments/cashier", data=begun.reference, headers=form)
    assert (told.status_code, told.text) == (200, "OK")
    assert_paid_once(here, begun)


def test_a_true_notification_is_not_believed_either(here: Till) -> None:
    begun = here.begin()
    assert here.notify(begun.reference).status == 200
    assert here.read(begun).state is PaymentState.STARTED


def test_of_a_reference_that_nobody_knows(here: Till) -> None:
    assert here.notify("no such reference").status == 200
    assert here.rows() == []


def test_the_operator_is_away_when_it_has_notified(here: Till) -> None:
    begun = here.begin()
    here.pays(begun)
    here.cashier.answers = lambda: "away"
    assert here.notify(begun.reference).status == 503
    here.cashier.answers = lambda: "answer"
    assert here.notify(begun.reference).status == 200
    assert_paid_once(here, begun)


@pytest.mark.parametrize("altered", [{"amount": Decimal("61.49")}, {"amount": Decimal("6150.00")}, {"currency": "EUR"}])
def test_another_amount_or_currency_is_for_a_person(here: Till, altered: dict[str, Any]) -> None:
    begun = here.begin()
    here.pays(begun, **altered)
    assert here.notify(begun.reference).status == 200
    here.work()
    assert here.read(begun).state is PaymentState.DOUBT
    assert here.books.taken == {}
    assert here.mails() == []


def test_reordered_the_late_word_that_it_waits_changes_nothing(here: Till) -> None:
    begun = here.begin()
    here.pays(begun)
    here.notify(begun.reference)
    here.at_the_cashier(begun).stands = Stands.OPEN
    here.notify(begun.reference)
    here.at_the_cashier(begun).stands = Stands.FAILED
    here.notify(begun.reference)
    assert_paid_once(here, begun)
    assert here.read(begun).state is PaymentState.PAID


def test_paid_after_its_time_was_over(here: Till) -> None:
    begun = here.begin()
    here.pass_time(minutes=23)
    here.work()
    assert here.read(begun).state is PaymentState.FAILED
    here.pays(begun)
    here.pass_time(hours=2)
    assert_paid_once(here, begun)
    assert here.read(begun).state is PaymentState.PAID


def test_paid_days_after_everything_about_it_was_forgotten(here: Till) -> None:
    begun = here.begin()
    for _ in range(4):
        here.pass_time(days=1)
        here.work()
    (row,) = here.rows()
    assert (row.state, row.payload, row.next_at) == ("failed", None, None)
    here.pays(begun)
    here.notify(begun.reference)
    assert here.read(begun).state is PaymentState.DOUBT
    assert here.books.taken == {}


def test_a_late_payment_beside_a_new_one_are_both_taken(here: Till) -> None:
    first = here.begin("F1")
    here.pass_time(minutes=23)
    here.work()
    second = here.begin("F1")
    here.pays(first)
    here.pays(second)
    here.notify(first.reference)
    here.notify(second.reference)
    here.work()
    assert [here.read(each).state for each in (first, second)] == [PaymentState.PAID] * 2
    assert len(here.books.taken) == 2


@pytest.mark.parametrize(
    ("how", "state", "orders"),
    [("refuse", "failed", 0), ("not_sent", "failed", 0), ("lost", "unknown", 1), ("lost_before", "unknown", 0)]
    + [("bug", "unknown", 1), ("elsewhere", "unknown", 1)],
)
def test_what_comes_of_telling_the_operator(here: Till, how: str, state: str, orders: int) -> None:
    here.cashier.behave = lambda: how
    begun = here.begin("F1", key="k")
    assert (begun.state, begun.redirect_url, len(here.cashier.orders)) == (state, None, orders)
    assert here.begin("F1", key="k").public_id == begun.public_id, "the same key tells nobody a second time"
    assert "secret" not in repr(here.rows())
    here.cashier.behave = lambda: "take"
    here.pass_time(minutes=23)
    here.work()
    assert here.read(begun).state is PaymentState.FAILED
    assert here.begin("F1").state is PaymentState.STARTED
    assert all(each.times == 1 for each in here.cashier.orders.values())


def test_nobody_knew_and_it_was_paid(here: Till) -> None:
    here.cashier.behave = lambda: "lost"
    begun = here.begin()
    here.pays(begun)
    assert_paid_once(here, begun)


def test_an_operator_that_says_nothing_for_a_week_is_for_a_person(here: Till) -> None:
    begun = here.begin()
    here.cashier.answers = lambda: "away"
    for _ in range(9):
        here.work()
        here.pass_time(days=1)
    here.work()
    assert here.read(begun).state is PaymentState.DOUBT
    here.cashier.answers = lambda: "answer"
    here.pays(begun)
    here.notify(begun.reference)
    assert_paid_once(here, begun)


def test_it_is_not_asked_about_at_each_look(here: Till) -> None:
    begun = here.begin()
    here.look(begun)
    for _ in range(5):
        asking.ask(here.portal, begun)
    assert here.cashier.asked == 1
