"""The part of the suite that books on the back end, moves its clock, and compares with the rule to the grosz."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from adapters.base import Adapter
from adapters.capabilities import Capability
from adapters.clock import local_day
from adapters.settlement import EVERY_DAY, RefreshDays
from adapters.testing.facts import Facts
from adapters.testing.given import Given
from adapters.testing.midnights import (
    DAY,
    SECOND,
    SPECIAL_DAYS,
    counted,
    is_business_day,
    moment,
    next_day,
    pending_of,
    waiting,
)
from adapters.testing.world import World
from schemas import Basis

FIFTY = Decimal("50.00")


def _is_tuesday(day: date) -> bool:
    return day.weekday() == 1


def _is_saturday(day: date) -> bool:
    return day.weekday() == 5


class History(Given):
    @pytest.fixture
    def customer_no(self, facts: Facts) -> str:
        return facts.first.customer_no

    @pytest.mark.usefixtures("keeps_the_rule")
    def test_what_is_booked_today_counts_tomorrow(self, adapter: Adapter, steered: World, customer_no: str) -> None:
        """A payment of today is pending today and in the balance tomorrow."""
        day = next_day(steered.now(), _is_tuesday)
        steered.set_now(moment(day, 9))
        before = _compared(adapter, steered, customer_no, day)
        steered.book_payment(customer_no, FIFTY)
        assert _compared(adapter, steered, customer_no, day) == before
        steered.set_now(moment(day + DAY, 9))
        assert _compared(adapter, steered, customer_no, day + DAY) == before - FIFTY

    @pytest.mark.usefixtures("keeps_the_rule")
    def test_an_invoice_issued_today_is_in_the_list_today_and_in_the_balance_tomorrow(
        self, adapter: Adapter, steered: World, customer_no: str
    ) -> None:
        """``_invoices`` holds today's; look for a date filter, or a list that the ERP makes at night."""
        day = next_day(steered.now(), _is_tuesday)
        steered.set_now(moment(day, 9))
        before = _compared(adapter, steered, customer_no, day)
        known = {each.invoice_ref for each in adapter.invoices(customer_no)}
        steered.issue_invoice(customer_no, Decimal("123.45"), due_on=day + 14 * DAY)
        new = [each for each in adapter.invoices(customer_no) if each.invoice_ref not in known]
        assert [(each.gross, each.issued_on, each.due_on) for each in new] == [(Decimal("123.45"), day, day + 14 * DAY)]
        assert _compared(adapter, steered, customer_no, day) == before
        steered.set_now(moment(day + DAY, 9))
        assert _compared(adapter, steered, customer_no, day + DAY) == before + Decimal("123.45")

    @pytest.mark.parametrize("special", SPECIAL_DAYS)
    @pytest.mark.usefixtures("keeps_the_rule")
    def test_midnight_in_warsaw_decides_on_the_day(
        self, adapter: Adapter, steered: World, customer_no: str, special: str
    ) -> None:
        """Booked at 23:59:59 it counts on the next day, at 00:00:00 a day later.

        Look for a timestamp in UTC whose date was taken as it stands, or for a fixed offset of one hour.
        """
        day = next_day(steered.now(), SPECIAL_DAYS[special])
        midnight = moment(day + DAY, 0)
        steered.set_now(moment(day, 0))
        start = _compared(adapter, steered, customer_no, day)
        steered.book_payment(customer_no, Decimal("1.00"))
        steered.set_now(midnight - SECOND)
        steered.book_payment(customer_no, Decimal("2.00"))
        assert _compared(adapter, steered, customer_no, day) == start
        steered.set_now(midnight)
        steered.book_payment(customer_no, Decimal("4.00"))
        assert _compared(adapter, steered, customer_no, day + DAY) == start - 3
        steered.set_now(midnight + timedelta(minutes=30))
        steered.book_payment(customer_no, Decimal("8.00"))
        steered.set_now(moment(day + 2 * DAY, 0) - SECOND)
        steered.book_payment(customer_no, Decimal("16.00"))
        assert _compared(adapter, steered, customer_no, day + DAY) == start - 3
        steered.set_now(moment(day + 2 * DAY, 0))
        assert _compared(adapter, steered, customer_no, day + 2 * DAY) == start - 31

    @pytest.mark.usefixtures("keeps_the_rule")
    def test_the_banks_value_date_decides_nothing(self, adapter: Adapter, steered: World, customer_no: str) -> None:
        """Booked today with a value date of last week, it counts tomorrow: ``posted_on`` is the day of booking."""
        day = next_day(steered.now(), _is_tuesday)
        steered.set_now(moment(day, 15))
        before = _compared(adapter, steered, customer_no, day)
        steered.book_payment(customer_no, FIFTY, value_on=day - 7 * DAY)
        assert _compared(adapter, steered, customer_no, day) == before
        assert adapter.balance(customer_no, today=day - 3 * DAY).amount == _truth(steered, customer_no, day - 3 * DAY)
        steered.set_now(moment(day + DAY, 1))
        steered.book_payment(customer_no, Decimal("3.00"), value_on=day + 7 * DAY)
        assert _compared(adapter, steered, customer_no, day + DAY) == before - FIFTY
        steered.set_now(moment(day + 2 * DAY, 1))
        assert _compared(adapter, steered, customer_no, day + 2 * DAY) == before - FIFTY - 3

    @pytest.mark.usefixtures("keeps_the_rule")
    def test_an_invoice_dated_in_the_future_counts_after_its_date(
        self, adapter: Adapter, steered: World, customer_no: str
    ) -> None:
        """It is pending until the day after it is issued, also where the ERP's balance of the moment holds it."""
        day = next_day(steered.now(), _is_tuesday)
        steered.set_now(moment(day))
        before = _compared(adapter, steered, customer_no, day)
        issued_on = day + 3 * DAY
        steered.issue_invoice(customer_no, Decimal("70.00"), due_on=issued_on + 14 * DAY, issued_on=issued_on)
        for later in range(4):
            steered.set_now(moment(day + later * DAY))
            assert _compared(adapter, steered, customer_no, day + later * DAY) == before
        steered.set_now(moment(issued_on + DAY))
        assert _compared(adapter, steered, customer_no, issued_on + DAY) == before + 70

    @pytest.mark.usefixtures("keeps_the_rule")
    def test_an_entry_and_its_reversal_on_either_side_of_midnight_are_two_entries(
        self, adapter: Adapter, steered: World, customer_no: str
    ) -> None:
        """For one day the balance holds the payment and not yet its return; ask for an answer that hides neither."""
        day = next_day(steered.now(), _is_tuesday)
        steered.set_now(moment(day, 23, 59, 59))
        before = _compared(adapter, steered, customer_no, day)
        steered.book_payment(customer_no, FIFTY)
        steered.set_now(moment(day + DAY, 0, 0, 1))
        steered.book_payment(customer_no, -FIFTY)
        assert _compared(adapter, steered, customer_no, day + DAY) == before - FIFTY
        steered.set_now(moment(day + 2 * DAY))
        assert _compared(adapter, steered, customer_no, day + 2 * DAY) == before

    @pytest.mark.usefixtures("keeps_the_rule")
    def test_with_business_days_the_weekends_entries_count_on_monday(
        self, adapter: Adapter, steered: World, customer_no: str
    ) -> None:
        """What is posted from Friday to Sunday is pending until Monday. Use the day that the hook is given."""
        days = RefreshDays(is_business_day)
        saturday = next_day(steered.now(), _is_saturday)
        steered.set_now(moment(saturday - DAY))
        before = _compared(adapter, steered, customer_no, saturday - DAY, days)
        for step in range(-1, 2):
            steered.set_now(moment(saturday + step * DAY))
            steered.book_payment(customer_no, FIFTY)
            assert _compared(adapter, steered, customer_no, saturday + step * DAY, days) == before
        steered.set_now(moment(saturday + 2 * DAY))
        assert _compared(adapter, steered, customer_no, saturday + 2 * DAY, days) == before - 3 * FIFTY

    @pytest.mark.usefixtures("keeps_the_rule")
    def test_a_long_random_history_is_right_on_each_day(
        self, adapter: Adapter, steered: World, customer_no: str
    ) -> None:
        """Payments, returns, back-dated and future items over 25 days, compared after each: the seed is fixed."""
        random = Random(20260329)  # noqa: S311 (a history, not a secret)
        day = next_day(steered.now(), _is_tuesday)
        for _ in range(25):
            for hour in sorted(random.sample((0, 1, *range(3, 24)), random.randrange(3))):  # 2 may not be
                steered.set_now(moment(day, hour, random.randrange(60), random.randrange(60)))
                amount = Decimal(random.randrange(1, 50_000)).scaleb(-2)
                if random.random() < 0.6:
                    value_on = day + random.randrange(-9, 9) * DAY
                    steered.book_payment(
                        customer_no, amount * random.choice((1, 1, 1, -1)), value_on=random.choice((None, value_on))
                    )
                else:
                    ahead = random.choice((0, 0, 1, 2, 5))
                    steered.issue_invoice(customer_no, amount, due_on=day + 20 * DAY, issued_on=day + ahead * DAY)
            steered.set_now(moment(day, 23, 59, 59))
            _compared(adapter, steered, customer_no, day)
            day += random.choice((1, 1, 1, 2)) * DAY


class LiveFigures(Given):
    def test_a_balance_of_the_moment_is_never_dressed_up_as_yesterdays(
        self, adapter: Adapter, facts: Facts, steered: World
    ) -> None:
        """With basis ``live`` the figure holds everything, and says that it is of the day of asking."""
        if adapter.basis is not Basis.LIVE:
            pytest.skip("this adapter keeps the rule")
        customer_no = facts.first.customer_no
        steered.book_payment(customer_no, FIFTY)
        today = local_day(steered.now())
        balance = adapter.balance(customer_no, today=today)
        assert balance.amount == sum(entry.amount for entry in steered.ledger(customer_no))
        assert (balance.as_of, balance.next_refresh_on) == (today, None)


def _truth(world: World, customer_no: str, today: date, days: RefreshDays = EVERY_DAY) -> Decimal:
    return counted(world.ledger(customer_no), days.cutoff(today))


def _compared(adapter: Adapter, world: World, customer_no: str, today: date, days: RefreshDays = EVERY_DAY) -> Decimal:
    """The amount on ``today``, after balance, pending and statement were compared with the truth."""
    assert local_day(world.now()) == today
    entries = world.ledger(customer_no)
    last_day = days.cutoff(today)
    balance = adapter.balance(customer_no, today=today, days=days)
    assert balance.amount == counted(entries, last_day)
    assert balance.as_of == last_day
    pending = pending_of(balance)
    if Capability.LEDGER in adapter.capabilities or adapter.basis is not Basis.AS_OF:
        assert pending == waiting(entries, last_day)
    else:
        assert pending is None
    if Capability.LEDGER in adapter.capabilities:
        lines = adapter.statement(customer_no, today=today, since=last_day - 5 * DAY, days=days)
        recent = [(each.posted_on, each.amount) for each in entries if last_day - 5 * DAY <= each.posted_on <= last_day]
        assert sorted((line.entry.posted_on, line.entry.amount) for line in lines) == sorted(recent)
        assert not lines or lines[0].balance == balance.amount
    return balance.amount
