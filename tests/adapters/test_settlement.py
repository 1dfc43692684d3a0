"""The next-day rule against a slow independent sum, and each case that the terms name."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import Adapter, Figures
from adapters.capabilities import Capability
from adapters.clock import WARSAW, SetClock, local_day, local_midnight, today_by
from adapters.settlement import EVERY_DAY, RefreshDays, running_statement, settle_as_of, settle_ledger, settle_live
from schemas import Basis, Contract, Customer, EntryKind, Invoice, LedgerEntry

_POLISH = holidays.country_holidays("PL")
BUSINESS = RefreshDays(lambda day: day.weekday() < 5 and day not in _POLISH)
ZERO = Decimal("0.00")
days = st.dates(date(2023, 12, 1), date(2028, 3, 31))


def entry(number: int, posted_on: date, amount: str, value_on: date | None = None) -> LedgerEntry:
    return LedgerEntry("1", str(number), EntryKind.PAYMENT, None, Decimal(amount), posted_on, value_on)


@st.composite
def ledgers(draw: st.DrawFn) -> list[LedgerEntry]:
    rows = draw(st.lists(st.tuples(days, st.integers(-(10**6), 10**6), days), max_size=40))
    return [entry(n, posted, str(Decimal(grosze).scaleb(-2)), value) for n, (posted, grosze, value) in enumerate(rows)]


def slow_counts_on(posted_on: date, refresh: RefreshDays) -> date:
    """Walks the calendar as the terms say it, knowing nothing of cutoffs."""
    day = posted_on + timedelta(days=1)
    while refresh.is_refresh_day is not None and not refresh.is_refresh_day(day):
        day += timedelta(days=1)
    return day


@pytest.mark.parametrize("refresh", [EVERY_DAY, BUSINESS], ids=["calendar days", "business days"])
@given(history=ledgers(), today=days)
def test_the_three_bases_agree_with_a_slow_sum_and_nothing_is_hidden(
    refresh: RefreshDays, history: list[LedgerEntry], today: date
) -> None:
    counted = [each for each in history if slow_counts_on(each.posted_on, refresh) <= today]
    expected = sum((each.amount for each in counted), ZERO)
    now = sum((each.amount for each in history), ZERO)

    by_ledger = settle_ledger(ZERO, history, today=today, days=refresh)
    as_of = by_ledger.as_of
    at_end = sum((each.amount for each in history if each.posted_on <= as_of), ZERO)
    by_as_of = settle_as_of(at_end, history, today=today, days=refresh)
    recent = [each for each in history if each.posted_on > as_of]
    by_live = settle_live(now, recent, today=today, days=refresh)

    assert by_ledger.amount == expected
    assert by_ledger == by_as_of == by_live
    assert by_ledger.pending is not None
    assert by_ledger.amount + sum((each.amount for each in by_ledger.pending), ZERO) == now
    for each in by_ledger.pending:
        assert each.counts_on == slow_counts_on(each.posted_on, refresh) > today


@given(ledgers(), days)
def test_a_day_later_exactly_todays_entries_have_moved_in(history: list[LedgerEntry], today: date) -> None:
    before = settle_ledger(ZERO, history, today=today)
    after = settle_ledger(ZERO, history, today=today + timedelta(days=1))
    assert after.amount - before.amount == sum((each.amount for each in history if each.posted_on == today), ZERO)
    assert before.next_refresh_on == today + timedelta(days=1)


@given(ledgers(), days)
def test_the_statement_runs_up_to_the_balance(history: list[LedgerEntry], today: date) -> None:
    settled = settle_ledger(ZERO, history, today=today)
    lines = running_statement(settled.amount, history, cutoff=settled.as_of)
    oldest_first = list(reversed(lines))
    assert [line.balance for line in oldest_first] == list(accumulate(line.entry.amount for line in oldest_first))
    assert all(line.entry.posted_on <= settled.as_of for line in lines)
    if lines:
        assert lines[0].balance == settled.amount


@pytest.mark.parametrize(
    ("now", "counted"),
    [
        ("2026-03-10T23:59:59+01:00", "0.00"),  # the last second of the day it was posted on
        ("2026-03-11T00:00:00+01:00", "50.00"),  # and the first of the next
        ("2026-03-10T22:59:59+00:00", "0.00"),  # the same two, told in UTC
        ("2026-03-10T23:00:00+00:00", "50.00"),
    ],
)
def test_midnight_is_midnight_in_warsaw(now: str, counted: str) -> None:
    today = today_by(SetClock(datetime.fromisoformat(now)))()
    assert settle_ledger(ZERO, [entry(1, date(2026, 3, 10), "50.00")], today=today).amount == Decimal(counted)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 3, 28), 24)])
def test_a_day_in_warsaw_is_as_long_as_its_clocks_say(day: date, hours: int) -> None:
    start, end = local_midnight(day), local_midnight(day + timedelta(days=1))
    assert end - start == timedelta(hours=hours)
    assert local_day(start) == day
    assert local_day(end - timedelta(microseconds=1)) == day
    moment = start
    while moment < end:
        assert local_day(moment) == day == moment.astimezone(WARSAW).date()
        moment += timedelta(minutes=7)


CASES = {
    "value date last week": ([entry(1, date(2026, 3, 10), "-50.00", date(2026, 3, 3))], date(2026, 3, 10), "0.00"),
    "invoice dated in the future": ([entry(1, date(2026, 3, 20), "80.00")], date(2026, 3, 10), "0.00"),
    "the future one on its own day": ([entry(1, date(2026, 3, 20), "80.00")], date(2026, 3, 20), "0.00"),
    "the future one a day after": ([entry(1, date(2026, 3, 20), "80.00")], date(2026, 3, 21), "80.00"),
    "entry and reversal on two sides of midnight": (
        [entry(1, date(2026, 3, 9), "-50.00"), entry(2, date(2026, 3, 10), "50.00")],
        date(2026, 3, 10),
        "-50.00",
    ),
    "and both counted": (
        [entry(1, date(2026, 3, 9), "-50.00"), entry(2, date(2026, 3, 10), "50.00")],
        date(2026, 3, 11),
        "0.00",
    ),
    "a correction": (
        [entry(1, date(2026, 3, 1), "80.00"), entry(2, date(2026, 3, 9), "-30.00")],
        date(2026, 3, 10),
        "50.00",
    ),
    "the year's end": ([entry(1, date(2025, 12, 31), "80.00")], date(2026, 1, 1), "80.00"),
    "29 February": ([entry(1, date(2028, 2, 29), "80.00")], date(2028, 2, 29), "0.00"),
    "1 March of a leap year": ([entry(1, date(2028, 2, 29), "80.00")], date(2028, 3, 1), "80.00"),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases_that_must_be_right(case: str) -> None:
    history, today, amount = CASES[case]
    assert settle_ledger(ZERO, history, today=today).amount == Decimal(amount)


@pytest.mark.parametrize(
    ("today", "as_of", "following"),
    [
        (date(2026, 3, 13), date(2026, 3, 12), date(2026, 3, 16)),  # Friday
        (date(2026, 3, 14), date(2026, 3, 12), date(2026, 3, 16)),  # Saturday: nothing new
        (date(2026, 3, 16), date(2026, 3, 15), date(2026, 3, 17)),  # Monday: the weekend's too
        (date(2026, 12, 24), date(2026, 12, 22), date(2026, 12, 28)),  # Christmas Eve is free since 2025
        (date(2026, 4, 6), date(2026, 4, 2), date(2026, 4, 7)),  # Easter Monday
    ],
)
def test_business_days(today: date, as_of: date, following: date) -> None:
    settled = settle_ledger(ZERO, [], today=today, days=BUSINESS)
    assert (settled.as_of, settled.next_refresh_on) == (as_of, following)


class Generous(Adapter):
    """Sends every entry it has, whatever day it was asked from."""

    basis = Basis.LEDGER
    capabilities = frozenset({Capability.LEDGER})

    def __init__(self, history: list[LedgerEntry]) -> None:
        self.history = history

    def _customer(self, customer_no: str) -> Customer:
        raise NotImplementedError

    def _contracts(self, customer_no: str) -> list[Contract]:
        return []

    def _invoices(self, customer_no: str) -> list[Invoice]:
        return []

    def _ledger(self, customer_no: str, since: date | None) -> Figures:
        before = (each.amount for each in self.history if since is not None and each.posted_on < since)
        return Figures(customer_no, sum(before, ZERO), "PLN", self.history)


@given(history=ledgers(), today=days, since=days)
def test_entries_beyond_those_asked_for_are_never_counted_twice(
    history: list[LedgerEntry], today: date, since: date
) -> None:
    adapter = Generous(history)
    balance = adapter.balance("1", today=today)
    assert balance.amount == sum((each.amount for each in history if each.posted_on < today), ZERO)
    assert balance.pending is not None
    assert sorted(each.posted_on for each in balance.pending) == sorted(
        each.posted_on for each in history if each.posted_on >= today
    )
    lines = adapter.statement("1", today=today, since=since)
    assert not lines or lines[0].balance == balance.amount
