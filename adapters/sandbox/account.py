"""The books of one customer: bills, postings, and the sums that follow from them."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from threading import Lock
from typing import Any, TypeVar

from adapters.sandbox.records import Bill, Party, Posting
from schemas import InvoiceKind

_NOTHING = Decimal("0.00")
_TILL = 250_000  # from there on; no other booking comes so far
_T = TypeVar("_T")


@dataclass(frozen=True)
class Books:
    """One state of an account; a booking makes the next state and leaves this one as it is."""

    party: Party
    bills: tuple[Bill, ...]
    postings: tuple[Posting, ...]
    sizes: dict[int, int] = field(default_factory=dict)
    _kept: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def ordered(self) -> list[Posting]:
        """Every posting by day, and within a day in the order of booking."""
        return sorted(self.postings, key=lambda each: (each.posted_on, each.entry_no))

    def since(self, day: date | None) -> int:
        """Where in ``ordered`` the postings of ``day`` and later begin."""
        return 0 if day is None else bisect_left(self._days, day)

    def before(self, position: int) -> Decimal:
        """The sum of ``ordered`` up to a position: an opening amount."""
        return self._sums[position]

    @property
    def balance(self) -> Decimal:
        """What the customer owes now, all that is booked included."""
        return self._sums[-1]

    def balance_on(self, day: date) -> Decimal:
        """What the customer owed when ``day`` ended."""
        return self._sums[bisect_right(self._days, day)]

    @cached_property
    def outstanding(self) -> dict[int, Decimal]:
        """What remains of each bill: credits settle the bills that they name, then the oldest, then stay as credit."""
        debts = sum((bill.gross for bill in self.bills if bill.gross > 0), _NOTHING)
        credit = debts - self.balance
        named = self._named
        remains = {bill.bill_id: max(_NOTHING, bill.gross) for bill in self.bills}
        bills = sorted(self.bills, key=lambda each: (each.issued_on, each.bill_id))
        for limits in (named, None):
            for bill in bills if limits is None else (each for each in bills if each.invoice_no in limits):
                most = remains[bill.bill_id] if limits is None else min(remains[bill.bill_id], limits[bill.invoice_no])
                settled = max(_NOTHING, min(most, credit))
                credit -= settled
                remains[bill.bill_id] -= settled
        return remains

    def bill(self, bill_id: str) -> Bill | None:
        """The bill with that id, as it came in a request."""
        return self._by_id.get(bill_id)

    def bill_by_no(self, invoice_no: str) -> Bill | None:
        return next((bill for bill in self.bills if bill.invoice_no == invoice_no), None)

    def last_invoice(self) -> Bill | None:
        """The invoice that a correction booked now would correct."""
        return next((bill for bill in reversed(self.bills) if bill.kind is InvoiceKind.INVOICE), None)

    def keep(self, name: str, build: Callable[[], _T]) -> _T:
        """What ``build`` gives, made once for this state: the faces keep their rendered rows here."""
        if name not in self._kept:
            self._kept[name] = build()
        kept: _T = self._kept[name]
        return kept

    @cached_property
    def _named(self) -> dict[str, Decimal]:
        named: dict[str, Decimal] = {}
        for posting in self.postings:
            for invoice_no, amount in posting.settles:
                named[invoice_no] = named.get(invoice_no, _NOTHING) + amount
        return named

    @cached_property
    def _days(self) -> list[date]:
        return [posting.posted_on for posting in self.ordered]

    @cached_property
    def _sums(self) -> list[Decimal]:
        return list(accumulate((posting.amount for posting in self.ordered), initial=_NOTHING))

    @cached_property
    def _by_id(self) -> dict[str, Bill]:
        return {str(bill.bill_id): bill for bill in self.bills}


class Account:
    """The current books of one customer; bookings are made one at a time, readers take a state and keep it.

    Payments of the till have numbers of their own, which are reserved before they are in the books.
    """

    def __init__(self, party: Party, bills: list[Bill], postings: list[Posting]) -> None:
        self.party = party
        self.books = Books(party, tuple(bills), tuple(postings))
        self.lock = Lock()
        self.waiting: tuple[Posting, ...] = ()
        self._reserved = 0
        self._next_entry_no = first_entry_no(party) + len(postings)

    def next_bill_id(self) -> int:
        return first_bill_id(self.party) + len(self.books.bills)

    def next_entry_no(self) -> int:
        """For a booking that is made now."""
        return self._next_entry_no

    def book(self, posting: Posting, bill: Bill | None = None) -> None:
        """Add a posting, with the bill that it stands for."""
        self._next_entry_no += 1
        self._add(posting, bill)

    def reserve_entry_no(self) -> int:
        with self.lock:
            self._reserved += 1
            return first_entry_no(self.party) + _TILL + self._reserved

    def take(self, posting: Posting, today: date) -> None:
        """A posting under a reserved number, which is in the books from its day on."""
        with self.lock:
            self.waiting = (*self.waiting, posting)
        self.let_in(today)

    def let_in(self, today: date) -> None:
        """Book what has waited for its day."""
        with self.lock:
            waiting, self.waiting = self.waiting, tuple(each for each in self.waiting if each.posted_on > today)
            for posting in waiting:
                if posting.posted_on <= today:
                    self._add(posting)

    def _add(self, posting: Posting, bill: Bill | None = None) -> None:
        old = self.books
        bills = (*old.bills, bill) if bill else old.bills
        self.books = Books(self.party, bills, (*old.postings, posting), old.sizes)

    def resize(self, bill_id: int, size: int) -> None:
        """Make the document of a bill this large, in bytes."""
        old = self.books
        self.books = Books(self.party, old.bills, old.postings, {**old.sizes, bill_id: size})


def first_bill_id(party: Party) -> int:
    """Bills of all customers have different ids, and no customer's number can be read in the digits of any."""
    return (party.ordinal + 300) * 100_000 + 50_001


def first_entry_no(party: Party) -> int:
    return (party.ordinal + 300) * 1_000_000 + 500_001
