"""The stories that the books tell: who pays in time, who owes, who overpaid, who was corrected."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from adapters.sandbox.pen import Pen
from adapters.sandbox.records import Bill, Party, Posting
from schemas import CustomerKind, InvoiceKind

_MONTH = 30.44
_WATER_AND_SEWAGE = 1430  # grosze for a cubic metre


@dataclass(frozen=True, slots=True)
class _Habit:
    """How often there is a bill, how many there are, and when each is paid, in days after it was due."""

    months: int = 2
    count: tuple[int, int] = (12, 40)
    unpaid: int = 1
    late: tuple[int, int] = (-7, 0)
    correct_every: int = 0
    interest_every: int = 0
    newest: tuple[int, int] = (3, 12)
    finale: Callable[[Pen], None] | None = None


def write(party: Party, seed: int, today: date) -> tuple[list[Bill], list[Posting]]:
    """The bills and postings of a customer up to ``today``, the same for the same seed and day."""
    pen = Pen(party, Random(f"{seed}:{party.customer_no}:history"), today)  # noqa: S311 (a world, not a secret)
    if party.persona == "largest":
        _tell_largest(pen)
    elif party.persona != "new":
        _tell(pen, _HABITS[party.persona])
    return pen.bills, pen.postings()


def _tell(pen: Pen, habit: _Habit) -> None:
    random = pen.random
    count = random.randrange(habit.count[0], habit.count[1] + 1)
    newest = pen.today - timedelta(days=random.randrange(habit.newest[0], habit.newest[1] + 1))
    for place in range(count):
        left = count - 1 - place
        day = newest - timedelta(days=round(_MONTH * habit.months * left))
        bill = pen.bill(day, _consumption(pen, habit.months))
        due = bill.gross
        if habit.correct_every and place % habit.correct_every == habit.correct_every - 1 and left:
            part = random.randrange(5, 40) * (-1 if place // habit.correct_every % 2 == 0 else 1)
            due += _correct(pen, bill, day + timedelta(days=5), part).gross
        if left < habit.unpaid:
            continue
        paid_on = bill.due_on + timedelta(days=random.randrange(habit.late[0], habit.late[1] + 1))
        pen.pay(paid_on, int(due * 100))
        if habit.interest_every and paid_on > bill.due_on and place % habit.interest_every == 0:
            note = pen.bill(paid_on + timedelta(days=3), random.randrange(90, 900), kind=InvoiceKind.INTEREST_NOTE)
            pen.pay(note.due_on, int(note.gross * 100))
    if habit.finale:
        habit.finale(pen)


def _consumption(pen: Pen, months: int) -> int:
    scale = 1000 if pen.party.persona.startswith("managed") else 100 if pen.party.kind is CustomerKind.COMPANY else 20
    return pen.random.randrange(scale // 4, scale) * months * _WATER_AND_SEWAGE // 2


def _correct(pen: Pen, bill: Bill, day: date, percent: int) -> Bill:
    return pen.bill(day, int(bill.net * percent), kind=InvoiceKind.CORRECTION, corrects=bill)


def _paid_last(pen: Pen) -> int:
    return int(pen.bills[-1].gross * 100)


def _a_payment_today(pen: Pen) -> None:
    pen.pay(pen.today, 50_00, transit=1)


def _paid_twice(pen: Pen) -> None:
    pen.pay(pen.today - timedelta(days=2), _paid_last(pen))
    pen.pay(pen.today - timedelta(days=1), _paid_last(pen))


def _paid_by_half(pen: Pen) -> None:
    pen.pay(pen.today - timedelta(days=1), _paid_last(pen) // 2)


def _taken_back_at_midnight(pen: Pen) -> None:
    amount = _paid_last(pen)
    pen.pay(pen.today - timedelta(days=2), amount, second=86_399)
    pen.pay(pen.today - timedelta(days=1), -amount, second=0, transit=0)


def _refunded(pen: Pen) -> None:
    pen.pay(pen.today - timedelta(days=2), 3 * _paid_last(pen))
    pen.refund(pen.today - timedelta(days=1), 2 * _paid_last(pen))


def _interest_on_arrears(pen: Pen) -> None:
    for days in (2, 1):
        pen.bill(pen.today - timedelta(days=days), pen.random.randrange(300, 4000), kind=InvoiceKind.INTEREST_NOTE)


def _standing_order(pen: Pen) -> None:
    start = pen.bills[0].issued_on
    days = range(0, (pen.today - start).days, 30)
    tens = int(sum(bill.gross for bill in pen.bills)) // len(days) // 10 + 1
    for passed in days:
        pen.pay(start + timedelta(days=passed), tens * 10_00, transit=0)


def _paid_at_once(pen: Pen) -> None:
    pen.pay(pen.today - timedelta(days=1), _paid_last(pen))


_HABITS = {
    "anna": _Habit(count=(24, 24), unpaid=2, correct_every=9, newest=(8, 8), finale=_a_payment_today),
    "managed": _Habit(months=1, count=(30, 60), correct_every=11, late=(-9, 4), interest_every=3),
    "managed_arrears": _Habit(months=1, count=(30, 60), unpaid=4, finale=_interest_on_arrears),
    "one_invoice": _Habit(count=(1, 1)),
    "ten_years_monthly": _Habit(months=1, count=(120, 120)),
    "regular": _Habit(count=(12, 60)),
    "arrears": _Habit(count=(10, 24), unpaid=5, finale=_interest_on_arrears),
    "overpaid": _Habit(months=3, finale=_paid_twice),
    "part_paid": _Habit(newest=(20, 30), finale=_paid_by_half),
    "corrected": _Habit(months=1, count=(20, 50), correct_every=4),
    "reversal": _Habit(months=3, finale=_taken_back_at_midnight),
    "refunded": _Habit(months=6, count=(4, 19), finale=_refunded),
    "no_account": _Habit(),
    "late": _Habit(months=2, late=(5, 40), interest_every=2),
    "two_contracts": _Habit(months=1, count=(20, 60)),
    "prepaid": _Habit(months=6, count=(6, 18), unpaid=18, finale=_standing_order),
    "paid_up": _Habit(months=3, newest=(5, 9), finale=_paid_at_once),
}

_LARGEST_MONTHS = 120
_LARGEST_BILLS_A_MONTH = 25
_LARGEST_ENTRIES = 20_000


def _tell_largest(pen: Pen) -> None:
    """3,000 bills and 20,000 entries: a bill for each building each month, paid in many small transfers."""
    payments = _LARGEST_ENTRIES - _LARGEST_MONTHS * _LARGEST_BILLS_A_MONTH
    newest = pen.today - timedelta(days=6)
    for month in range(_LARGEST_MONTHS):
        left = _LARGEST_MONTHS - 1 - month
        day = newest - timedelta(days=round(_MONTH * left))
        bills = [pen.bill(day, pen.random.randrange(150_000, 900_000)) for _ in range(_LARGEST_BILLS_A_MONTH - 1)]
        if month % 12 == 6:
            bills.append(pen.bill(day, pen.random.randrange(500, 9_000), kind=InvoiceKind.INTEREST_NOTE))
        else:
            percent = pen.random.choice((-10, -5, 5))
            bills.append(_correct(pen, bills[0], day + timedelta(days=1), percent))
        # The last month is paid in small change only, so that most of it is still open.
        share = payments * (month + 1) // _LARGEST_MONTHS - payments * month // _LARGEST_MONTHS
        total = int(sum(bill.gross for bill in bills) * 100) // (1 if left else 10)
        _pay_in_parts(pen, day, total, share, spread=15 if left else 6)


def _pay_in_parts(pen: Pen, day: date, total: int, parts: int, *, spread: int) -> None:
    each, rest = divmod(total, parts)
    for part in range(parts):
        paid_on = day + timedelta(days=1 + part % spread)
        pen.pay(paid_on, each + (rest if part == 0 else 0), transit=0)
