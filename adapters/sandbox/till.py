"""The till: books what payment operators have taken, on the clock's day or as many days later as banks may need."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from adapters.clock import local_day
from adapters.sandbox.account import Account
from adapters.sandbox.records import Posting
from adapters.sandbox.sending import Sending
from schemas import EntryKind, PaymentContent

_NOTHING = Decimal("0.00")


class Till:
    """Takes one payment at a time. ``book_after_days`` is how long until the next ones are in the books."""

    def __init__(self, account: Callable[[str], Account]) -> None:
        self.book_after_days = 0
        self._account = account

    def reserve(self, customer_no: str) -> int:
        """The number that a payment's entry will have, told to the sender before it is in the books."""
        return self._account(customer_no).reserve_entry_no()

    def enter(self, sending: Sending, entry_no: int, received_at: datetime) -> None:
        """Let it have its effect, on the day on which it is booked."""
        content = sending.content
        assert isinstance(content, PaymentContent)
        assert sending.customer_no is not None
        today = local_day(received_at)
        posting = Posting(
            entry_no=entry_no,
            kind=EntryKind.PAYMENT,
            document_no=sending.reference,
            amount=-content.amount,
            posted_on=today + timedelta(days=self.book_after_days),
            posted_at=None if self.book_after_days else received_at,
            value_on=content.paid_on,
            settles=tuple((each.invoice_no, each.amount) for each in content.invoices),
        )
        self._account(sending.customer_no).take(posting, today)


def is_sound(content: PaymentContent) -> bool:
    """Whether this is money: more than nothing, and none of it promised twice."""
    named = [each.amount for each in content.invoices]
    return content.amount > 0 and all(each > 0 for each in named) and sum(named, _NOTHING) <= content.amount
