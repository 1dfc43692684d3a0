"""The books of every invented customer agree with themselves."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from stdnum.pl import nip

from adapters.clock import SetClock, local_day
from adapters.sandbox.register import ANNA, LARGEST, MANAGED, NEWCOMER, OTHERS
from adapters.sandbox.world import UnknownCustomer, World
from schemas import CustomerKind, EntryKind, InvoiceKind, MeterRole, values
from tests.adapters.sandbox.conftest import BASE_DAY, NOON

NOTHING = Decimal("0.00")
EVERYBODY = (ANNA, *MANAGED, NEWCOMER, LARGEST, *OTHERS)


def test_there_are_at_least_200_customers_and_each_has_a_number_of_digits(world: World) -> None:
    assert set(world.parties) == set(EVERYBODY)
    assert len(EVERYBODY) >= 200
    assert all(number.isdigit() for number in EVERYBODY)


def test_the_balance_is_the_sum_of_the_ledger(world: World) -> None:
    for number in EVERYBODY:
        books = world.account(number).books
        assert books.balance == sum((each.amount for each in books.postings), NOTHING)
        assert books.balance_on(date.max) == books.balance
        assert books.balance_on(date.min) == 0


def test_the_balance_at_the_end_of_a_day_holds_that_day_and_no_later_one(world: World) -> None:
    for number in (ANNA, *MANAGED):
        books = world.account(number).books
        for day in {posting.posted_on for posting in books.postings}:
            expected = sum((each.amount for each in books.postings if each.posted_on <= day), NOTHING)
            assert books.balance_on(day) == expected
            assert books.before(books.since(day + timedelta(days=1))) == expected


def test_what_is_outstanding_less_what_is_left_over_is_the_balance(world: World) -> None:
    for number in EVERYBODY:
        books = world.account(number).books
        left = sum(books.outstanding.values(), NOTHING)
        assert left == max(books.balance, NOTHING)
        assert all(0 <= books.outstanding[each.bill_id] <= max(each.gross, NOTHING) for each in books.bills)


def test_the_oldest_bill_is_settled_first(world: World) -> None:
    for number in EVERYBODY:
        books = world.account(number).books
        open_since = None
        for bill in sorted(books.bills, key=lambda each: (each.issued_on, each.bill_id)):
            if open_since and bill.gross > 0:
                assert books.outstanding[bill.bill_id] == bill.gross
            if books.outstanding[bill.bill_id] > 0:
                open_since = bill


def test_each_bill_stands_in_the_ledger_on_the_day_it_was_issued(world: World) -> None:
    for number in EVERYBODY:
        books = world.account(number).books
        booked = {each.document_no: each for each in books.postings if each.document_no}
        assert set(booked) == {bill.invoice_no for bill in books.bills}
        for bill in books.bills:
            posting = booked[bill.invoice_no]
            assert (posting.amount, posting.posted_on) == (bill.gross, bill.issued_on)
            assert bill.net + bill.vat == bill.gross


def test_a_posting_with_a_time_has_the_day_of_that_time_in_warsaw(world: World) -> None:
    timed = untimed = 0
    for number in EVERYBODY:
        for posting in world.account(number).books.postings:
            assert posting.posted_on <= BASE_DAY
            if posting.posted_at is None:
                untimed += 1
            else:
                timed += 1
                assert local_day(posting.posted_at) == posting.posted_on
    assert timed > 1000
    assert untimed > 1000


def test_entry_numbers_grow_in_the_order_of_booking(world: World) -> None:
    for number in EVERYBODY:
        postings = world.account(number).books.postings
        keys = [(each.posted_on, each.posted_at.timestamp() if each.posted_at else 0) for each in postings]
        assert keys == sorted(keys)
        assert [each.entry_no for each in postings] == sorted({each.entry_no for each in postings})


def test_no_two_customers_share_a_number_of_any_kind(world: World) -> None:
    seen: Counter[object] = Counter()
    for number in EVERYBODY:
        account = world.account(number)
        seen.update(each.bill_id for each in account.books.bills)
        seen.update(each.invoice_no for each in account.books.bills)
        seen.update(-each.entry_no for each in account.books.postings)
        seen.update(each.contract_no for each in account.party.contracts)
        seen.update([account.party.payment_account] if account.party.payment_account else [])
        seen.update(
            meter.meter_no
            for contract in account.party.contracts
            for point in contract.supply_points
            for meter in point.meters
        )
    assert max(seen.values()) == 1


def test_numbers_with_check_digits_pass_their_checks(world: World) -> None:
    in_ksef = 0
    for number in EVERYBODY:
        account = world.account(number)
        party = account.party
        if party.payment_account:
            values.nrb(party.payment_account)
        assert (party.nip is not None) == (party.kind is CustomerKind.COMPANY)
        assert party.nip is None or nip.is_valid(party.nip)
        for bill in account.books.bills:
            if bill.ksef_no:
                values.ksef_no(bill.ksef_no)
                assert party.kind is CustomerKind.COMPANY
                in_ksef += 1
    assert in_ksef > 100


def test_the_world_has_everybody_that_a_portal_must_cope_with(world: World) -> None:
    bills = {number: world.account(number).books.bills for number in EVERYBODY}
    counts = {len(each) for each in bills.values()}
    assert {0, 1, 120, 3000} <= counts
    balances = [world.account(number).books.balance for number in EVERYBODY]
    assert min(balances) < 0 < max(balances)
    assert 0 in balances
    assert {bill.kind for each in bills.values() for bill in each} == set(InvoiceKind)
    kinds = {posting.kind for number in EVERYBODY for posting in world.account(number).books.postings}
    assert kinds == set(EntryKind)
    oldest = min(bill.issued_on for each in bills.values() for bill in each)
    assert BASE_DAY - timedelta(days=3700) < oldest < BASE_DAY - timedelta(days=3600)
    assert any(bill.gross < 0 for each in bills.values() for bill in each)
    assert any(party.payment_account is None for party in world.parties.values())
    roles = {
        meter.role
        for party in world.parties.values()
        for contract in party.contracts
        for point in contract.supply_points
        for meter in point.meters
    }
    assert roles == set(MeterRole)
    assert any(len(party.contracts) > 1 for party in world.parties.values())


def test_anna_has_one_bill_overdue_one_open_and_a_payment_of_today(world: World) -> None:
    books = world.account(ANNA).books
    left = [bill for bill in books.bills if books.outstanding[bill.bill_id]]
    assert [bill.due_on < BASE_DAY for bill in left] == [True, False]
    assert [each.kind for each in books.postings if each.posted_on == BASE_DAY] == [EntryKind.PAYMENT]
    roles = [meter.role for meter in books.party.contracts[0].supply_points[0].meters]
    assert roles == [MeterRole.MAIN, MeterRole.GARDEN]


def test_the_largest_has_3000_invoices_and_20000_entries(world: World) -> None:
    books = world.account(LARGEST).books
    assert (len(books.bills), len(books.postings)) == (3000, 20_000)


def test_the_same_seed_and_day_make_the_same_world() -> None:
    one, two, other = (World(seed, base_day=BASE_DAY) for seed in (7, 7, 8))
    for number in (ANNA, MANAGED[0], *OTHERS[:20]):
        assert one.account(number).books == two.account(number).books
    assert one.parties == two.parties
    assert one.parties != other.parties


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2026, 3, 29), date(2026, 10, 25), date(2025, 12, 31)])
def test_a_world_can_begin_on_any_day(day: date) -> None:
    world = World(3, base_day=day)
    for number in (ANNA, *OTHERS[:15]):
        books = world.account(number).books
        assert all(each.posted_on <= day for each in books.postings)
        assert all(local_day(each.posted_at) == each.posted_on for each in books.postings if each.posted_at)


def test_a_world_begins_on_the_day_of_its_clock_in_warsaw() -> None:
    assert World(clock=SetClock(NOON)).base_day == BASE_DAY


def test_a_stranger_is_unknown(world: World) -> None:
    with pytest.raises(UnknownCustomer):
        world.account("999999")
