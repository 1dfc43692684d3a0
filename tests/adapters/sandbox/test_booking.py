"""What is booked dates itself by the clock, settles the oldest bill first, and survives a restart in a file."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.clock import SetClock
from adapters.sandbox.journal import Journal
from adapters.sandbox.register import ANNA, NEWCOMER
from adapters.sandbox.world import World
from schemas import EntryKind, InvoiceKind
from tests.adapters.sandbox.conftest import NOON

NOTHING = Decimal("0.00")
amounts = st.decimals(Decimal("-500.00"), Decimal("500.00"), places=2)
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
bookings = st.lists(st.tuples(st.booleans(), amounts, st.none() | days), max_size=25)


@settings(max_examples=30, deadline=None)
@given(bookings)
def test_balance_and_what_is_outstanding_follow_from_what_was_booked(
    made: list[tuple[bool, Decimal, date | None]],
) -> None:
    world = World(clock=SetClock(NOON))
    for is_payment, amount, day in made:
        if is_payment:
            world.book_payment(NEWCOMER, amount, value_on=day)
        else:
            world.issue_invoice(NEWCOMER, amount, issued_on=day)
    books = world.account(NEWCOMER).books
    expected = sum((-amount if is_payment else amount for is_payment, amount, _ in made), NOTHING)
    assert books.balance == expected == sum((each.amount for each in books.postings), NOTHING)
    debts = sum((bill.gross for bill in books.bills if bill.gross > 0), NOTHING)
    assert sum(books.outstanding.values(), NOTHING) == max(NOTHING, min(debts, expected))
    remains = [
        books.outstanding[bill.bill_id]
        for bill in sorted(books.bills, key=lambda each: (each.issued_on, each.bill_id))
        if bill.gross > 0
    ]
    partly = [bill for bill in books.bills if 0 < books.outstanding[bill.bill_id] < bill.gross]
    assert len(partly) <= 1
    assert [amount == 0 for amount in remains] == sorted((amount == 0 for amount in remains), reverse=True)


def test_a_payment_is_booked_now_whatever_its_value_date() -> None:
    world = World(clock=SetClock(datetime(2026, 3, 28, 23, 30, tzinfo=UTC)))
    posting = world.book_payment(ANNA, Decimal("50.00"), value_on=date(2026, 3, 20))
    assert posting.kind is EntryKind.PAYMENT
    assert posting.amount == Decimal("-50.00")
    assert posting.posted_on == date(2026, 3, 29)  # half past midnight in Warsaw
    assert posting.posted_at == datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
    assert posting.value_on == date(2026, 3, 20)


def test_an_invoice_is_issued_now_or_on_the_day_given() -> None:
    world = World(clock=SetClock(NOON))
    bill, posting = world.issue_invoice(ANNA, Decimal("108.00"))
    assert (bill.net, bill.vat, bill.gross) == (Decimal("100.00"), Decimal("8.00"), Decimal("108.00"))
    assert (bill.issued_on, bill.due_on) == (date(2026, 3, 28), date(2026, 4, 11))
    assert (posting.posted_on, posting.posted_at) == (date(2026, 3, 28), NOON)
    bill, posting = world.issue_invoice(ANNA, Decimal("1.00"), issued_on=date(2026, 5, 1), due_on=date(2026, 5, 2))
    assert (bill.issued_on, bill.due_on) == (date(2026, 5, 1), date(2026, 5, 2))
    assert (posting.posted_on, posting.posted_at) == (date(2026, 5, 1), None)


def test_a_negative_invoice_is_a_correction_of_the_last_one() -> None:
    world = World(clock=SetClock(NOON))
    first, _ = world.issue_invoice(NEWCOMER, Decimal("108.00"))
    bill, posting = world.issue_invoice(NEWCOMER, Decimal("-8.00"))
    assert (bill.kind, bill.corrects_no) == (InvoiceKind.CORRECTION, first.invoice_no)
    assert posting.kind is EntryKind.CORRECTION
    assert world.account(NEWCOMER).books.outstanding == {first.bill_id: Decimal("100.00"), bill.bill_id: NOTHING}


def test_a_payment_makes_less_outstanding_and_taking_it_back_makes_it_more_again() -> None:
    world = World(clock=SetClock(NOON))
    before = world.account(ANNA).books.outstanding
    world.book_payment(ANNA, Decimal("10.00"))
    assert sum(world.account(ANNA).books.outstanding.values()) == sum(before.values()) - Decimal("10.00")
    world.book_payment(ANNA, Decimal("-10.00"))
    assert world.account(ANNA).books.outstanding == before


def test_what_was_booked_survives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "world.sqlite"
    clock = SetClock(NOON)
    first = World(5, clock=clock, journal=Journal(file))
    first.book_payment(ANNA, Decimal("12.34"), value_on=date(2026, 3, 1))
    clock.advance(timedelta(days=3).total_seconds())
    first.issue_invoice(ANNA, Decimal("50.00"), issued_on=date(2026, 6, 1))
    first.issue_invoice(NEWCOMER, Decimal("-7.00"), due_on=date(2026, 7, 1))
    first.close()
    second = World(99, clock=clock, journal=Journal(file))  # the file knows better which world it is
    for number in (ANNA, NEWCOMER):
        assert second.account(number).books == first.account(number).books
    second.close()
