"""The next-day rule: which entries a balance shown on a given day contains, and when the others will count.

The utility's terms: *the balance is updated on the day after an operation is posted on the customer's account or
an invoice is issued.* Pure functions of dates; no clock, no I/O.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from schemas import LedgerEntry, PendingEntry, StatementLine

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RefreshDays:
    """The days on which balances are updated: every day, or only those that ``is_refresh_day`` accepts.

    With business days, what is posted from Friday to Sunday counts on Monday.
    """

    is_refresh_day: Callable[[date], bool] | None = None

    def cutoff(self, today: date) -> date:
        """The last day whose entries count on ``today``: D−1, or the day before the latest refresh day."""
        while not self._is(today):
            today -= _DAY
        return today - _DAY

    def after(self, day: date) -> date:
        """The first refresh day after ``day``: when an entry posted on ``day`` counts."""
        day += _DAY
        while not self._is(day):
            day += _DAY
        return day

    def _is(self, day: date) -> bool:
        return self.is_refresh_day is None or self.is_refresh_day(day)


EVERY_DAY = RefreshDays()


@dataclass(frozen=True, slots=True)
class Settled:
    """``amount`` of all that counts (positive: owes), ``pending`` the rest in order of booking."""

    amount: Decimal
    as_of: date
    next_refresh_on: date
    pending: tuple[PendingEntry, ...] | None


def settle_ledger(
    opening: Decimal, entries: Iterable[LedgerEntry], *, today: date, days: RefreshDays = EVERY_DAY
) -> Settled:
    """Basis ``ledger``: an opening amount and every entry since it was struck."""
    cutoff = days.cutoff(today)
    amount = opening
    waiting = []
    for entry in entries:
        if entry.posted_on <= cutoff:
            amount += entry.amount
        else:
            waiting.append(entry)
    return Settled(amount, cutoff, days.after(today), _pending(waiting, days))


def settle_as_of(
    amount: Decimal,
    later: Iterable[LedgerEntry] | None,
    *,
    today: date,
    days: RefreshDays = EVERY_DAY,
) -> Settled:
    """Basis ``as_of``: the ERP's own balance at the end of the cutoff day; ``later`` are entries after it, if known."""
    cutoff = days.cutoff(today)
    pending = None
    if later is not None:
        pending = _pending([entry for entry in later if entry.posted_on > cutoff], days)
    return Settled(amount, cutoff, days.after(today), pending)


def settle_live(
    amount: Decimal, recent: Iterable[LedgerEntry], *, today: date, days: RefreshDays = EVERY_DAY
) -> Settled:
    """Basis ``live_less_today``: the balance now, less the entries that it holds and that do not count yet.

    ``recent`` are the entries posted after the cutoff day; an ERP that sends more of them does no harm.
    """
    cutoff = days.cutoff(today)
    waiting = [entry for entry in recent if entry.posted_on > cutoff]
    amount -= sum((entry.amount for entry in waiting), Decimal("0.00"))
    return Settled(amount, cutoff, days.after(today), _pending(waiting, days))


def running_statement(amount: Decimal, entries: Sequence[LedgerEntry], *, cutoff: date) -> list[StatementLine]:
    """The entries that count, newest first, each with the balance after it; the newest stands at ``amount``."""
    lines = []
    for entry in sorted(entries, key=lambda each: each.order, reverse=True):
        if entry.posted_on <= cutoff:
            lines.append(StatementLine(entry, amount))
            amount -= entry.amount
    return lines


def _pending(entries: list[LedgerEntry], days: RefreshDays) -> tuple[PendingEntry, ...]:
    return tuple(
        PendingEntry(
            kind=entry.kind,
            document_no=entry.document_no,
            amount=entry.amount,
            posted_on=entry.posted_on,
            counts_on=days.after(entry.posted_on),
        )
        for entry in sorted(entries, key=lambda each: each.order)
    )
