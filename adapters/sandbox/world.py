"""The world of invented customers: what can be booked in their accounts, and the office that takes what they send."""

from datetime import date, timedelta
from decimal import Decimal
from threading import Lock

from adapters.clock import Clock, SystemClock, local_day
from adapters.sandbox import history, pen
from adapters.sandbox.account import Account
from adapters.sandbox.bureau import Bureau
from adapters.sandbox.journal import Booking, Journal, NoJournal
from adapters.sandbox.records import Bill, Party, Posting
from adapters.sandbox.register import parties
from adapters.sandbox.till import Till
from schemas import EntryKind, InvoiceKind

_PAYMENT_TERM = timedelta(days=14)


class UnknownCustomer(LookupError):
    """The register has no customer with that number."""


class UnknownInvoice(LookupError):
    """The customer has no invoice with that number."""


class World:
    """Customers and their books: everything up to ``base_day`` follows from the seed, the rest was booked.

    ``clock`` dates the bookings. Accounts are written when first asked for, so that a world costs little.
    """

    def __init__(
        self,
        seed: int = 1,
        *,
        clock: Clock | None = None,
        base_day: date | None = None,
        journal: Journal | NoJournal | None = None,
    ) -> None:
        self.clock = clock or SystemClock()
        self._journal = journal or NoJournal()
        self.seed, self.base_day = self._journal.begin(seed, base_day or local_day(self.clock.now()))
        self.parties = {party.customer_no: party for party in parties(self.seed, self.base_day)}
        self._accounts: dict[str, Account] = {}
        self._lock = Lock()
        self._booking = Lock()
        till = Till(self.account)
        self.bureau = Bureau(self.parties, self.seed, self.base_day, self.clock, self._journal, till)
        for booking in self._journal.bookings():
            self._enter(booking)

    def account(self, customer_no: str) -> Account:
        """The books of a customer, with what was to be booked by now; raises ``UnknownCustomer``."""
        found = self._accounts.get(customer_no)
        if found is not None:
            if found.waiting:
                found.let_in(local_day(self.clock.now()))
            return found
        party = self.parties.get(customer_no)
        if party is None:
            raise UnknownCustomer(customer_no)
        with self._lock:
            if customer_no not in self._accounts:
                self._accounts[customer_no] = Account(party, *history.write(party, self.seed, self.base_day))
            return self._accounts[customer_no]

    def another_than(self, customer_no: str) -> Party:
        """Somebody else, with invoices: whose data must not be shown to this customer."""
        return next(each for each in self.parties.values() if each.customer_no != customer_no)

    def book_payment(self, customer_no: str, amount: Decimal, *, value_on: date | None = None) -> Posting:
        """Book a payment now; a negative amount takes a payment back."""
        now = self.clock.now()
        booking = Booking(customer_no, "payment", amount, local_day(now), now, value_on or local_day(now), None)
        return self._keep(booking)[1]

    def issue_invoice(
        self, customer_no: str, gross: Decimal, *, due_on: date | None = None, issued_on: date | None = None
    ) -> tuple[Bill, Posting]:
        """Issue an invoice now, or dated ``issued_on``, past or future; a negative ``gross`` is a correction."""
        now = self.clock.now()
        posted_at = now if issued_on is None else None
        posted_on = issued_on or local_day(now)
        booking = Booking(customer_no, "invoice", gross, posted_on, posted_at, None, due_on or _due(posted_on))
        bill, posting = self._keep(booking)
        assert bill is not None
        return bill, posting

    def resize_document(self, customer_no: str, invoice_no: str, size: int) -> None:
        """Make the document of an invoice this large, in bytes; raises ``UnknownInvoice``. Not kept in a file."""
        account = self.account(customer_no)
        with account.lock:
            bill = account.books.bill_by_no(invoice_no)
            if bill is None:
                raise UnknownInvoice(invoice_no)
            account.resize(bill.bill_id, size)

    def close(self) -> None:
        self._journal.close()

    def _keep(self, booking: Booking) -> tuple[Bill | None, Posting]:
        self.account(booking.customer_no)  # an unknown customer never reaches the journal
        with self._booking:  # the same order in the journal and in the books
            self._journal.add(booking)
            return self._enter(booking)

    def _enter(self, booking: Booking) -> tuple[Bill | None, Posting]:
        account = self.account(booking.customer_no)
        with account.lock:
            bill = _bill(account, booking) if booking.kind == "invoice" else None
            posting = Posting(
                entry_no=account.next_entry_no(),
                kind=pen.ENTRY_OF[bill.kind] if bill else EntryKind.PAYMENT,
                document_no=bill.invoice_no if bill else None,
                amount=bill.gross if bill else -booking.amount,
                posted_on=booking.posted_on,
                posted_at=booking.posted_at,
                value_on=booking.value_on,
            )
            account.book(posting, bill)
        return bill, posting


def _bill(account: Account, booking: Booking) -> Bill:
    kind = InvoiceKind.CORRECTION if booking.amount < 0 else InvoiceKind.INVOICE
    corrected = account.books.last_invoice() if kind is InvoiceKind.CORRECTION else None
    net = (booking.amount / Decimal("1.08")).quantize(Decimal("0.01"))
    bill_id = account.next_bill_id()
    return Bill(
        bill_id=bill_id,
        invoice_no=pen.invoice_no(kind, bill_id, booking.posted_on),
        kind=kind,
        issued_on=booking.posted_on,
        due_on=booking.due_on or _due(booking.posted_on),
        net=net,
        vat=booking.amount - net,
        gross=booking.amount,
        corrects_no=corrected.invoice_no if corrected else None,
        ksef_no=pen.ksef_no(account.party, kind, bill_id, booking.posted_on),
    )


def _due(issued_on: date) -> date:
    return min(issued_on, date.max - _PAYMENT_TERM) + _PAYMENT_TERM
