"""The part of the suite that tries the next-day rule by asking on different days, on any back end."""

from datetime import date
from decimal import Decimal

import pytest

from adapters.base import Adapter
from adapters.errors import NotFound
from adapters.settlement import RefreshDays
from adapters.testing.facts import Facts
from adapters.testing.given import Given
from adapters.testing.midnights import DAY, is_business_day
from adapters.testing.records import misfits
from adapters.testing.world import World
from schemas import BalanceSchema, Basis

_DAYS_TRIED = 6


class Balances(Given):
    def test_a_balance_names_its_owner_its_day_and_its_basis(self, adapter: Adapter, facts: Facts, today: date) -> None:
        """Take ``customer_no`` of the figures from the answer; amounts are ``Decimal`` with two places."""
        for known in facts.customers:
            balance = adapter.balance(known.customer_no, today=today)
            assert balance.customer_no == known.customer_no
            assert balance.basis is adapter.basis
            assert misfits(balance, BalanceSchema) == []
            if adapter.basis is Basis.LIVE:
                assert (balance.as_of, balance.next_refresh_on, balance.pending) == (today, None, None)
            else:
                assert (balance.as_of, balance.next_refresh_on) == (today - DAY, today + DAY)

    def test_an_unknown_customer_has_no_balance(self, adapter: Adapter, facts: Facts, today: date) -> None:
        """``NotFound``, or at most nothing owed and nothing pending; never somebody else's figure."""
        try:
            balance = adapter.balance(facts.unknown_customer_no, today=today)
        except NotFound:
            return
        assert balance.amount == 0
        assert not balance.pending

    def test_amount_and_pending_together_are_what_the_erp_shows(
        self, adapter: Adapter, facts: Facts, today: date, world: World | None
    ) -> None:
        """``amount + Σ pending`` is the ERP's balance of this moment. Look for entries that an answer leaves out:
        today's, a second page, or those dated in the future."""
        compared = 0
        for known in facts.customers:
            if world is not None:
                world.book_payment(known.customer_no, Decimal("7.00"))  # so that something is pending
                now = sum((entry.amount for entry in world.ledger(known.customer_no)), Decimal("0.00"))
            elif known.amount_now is not None:
                now = known.amount_now
            else:
                continue
            balance = adapter.balance(known.customer_no, today=today)
            if balance.basis is not Basis.LIVE and balance.pending is None:
                continue
            compared += 1
            assert balance.amount + sum((entry.amount for entry in balance.pending or ()), Decimal("0.00")) == now
        if not compared:
            pytest.skip("neither `world` nor `amount_now` of a customer in `facts` was given, or no pending entries")

    @pytest.mark.usefixtures("keeps_the_rule", "has_ledger")
    def test_each_days_balance_holds_what_was_posted_before_that_day(
        self, adapter: Adapter, facts: Facts, today: date
    ) -> None:
        """On day D: Σ of the entries with ``posted_on`` up to D−1, and no other.

        The balance is asked for as of several days around postings. A hook that ignores the day it is given and
        answers with the balance of the moment fails here.
        """
        for known in facts.customers:
            entries = [line.entry for line in adapter.statement(known.customer_no, today=today)]
            days = sorted({entry.posted_on for entry in entries}, reverse=True)[:_DAYS_TRIED]
            for day in {each + step * DAY for each in days for step in (0, 1)}:
                if day > today:
                    continue
                balance = adapter.balance(known.customer_no, today=day)
                expected = sum((each.amount for each in entries if each.posted_on < day), Decimal("0.00"))
                assert balance.amount == expected, f"asked on {day}"
                assert balance.as_of == day - DAY

    @pytest.mark.usefixtures("keeps_the_rule")
    def test_pending_entries_were_posted_after_the_day_of_the_balance(
        self, adapter: Adapter, facts: Facts, today: date
    ) -> None:
        """Each is shown with the day on which it will count: the day after it was posted."""
        for known in facts.customers:
            balance = adapter.balance(known.customer_no, today=today)
            for entry in balance.pending or ():
                assert entry.posted_on > balance.as_of
                assert entry.counts_on == entry.posted_on + DAY

    @pytest.mark.usefixtures("keeps_the_rule")
    def test_with_business_days_the_balance_stands_still_over_a_weekend(
        self, adapter: Adapter, facts: Facts, today: date
    ) -> None:
        """On Saturday and Sunday it is Friday's. Ask the ERP with the day that the hook is given, no other."""
        days = RefreshDays(is_business_day)
        friday = today - DAY * ((today.weekday() - 4) % 7)
        if today - friday < 2 * DAY:
            friday -= 7 * DAY
        for known in facts.customers:
            shown = [adapter.balance(known.customer_no, today=friday + step * DAY, days=days) for step in range(3)]
            assert {each.amount for each in shown} == {shown[0].amount}
            assert {each.as_of for each in shown} == {friday - DAY}
            assert {each.next_refresh_on for each in shown} == {friday + 3 * DAY}
