"""The contract between the portal and a billing system.

Subclass ``Adapter``, supply the hooks (their names begin with an underscore), and declare what else the ERP can
do, here or in ``adapters.office``. The public methods are final: they keep the next-day rule and refuse another
customer's data, so that no adapter can forget either. Days are calendar days in Europe/Warsaw; amounts are positive
when the customer owes. Every method raises only the errors of ``adapters.errors``.
"""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Self, final

from adapters.capabilities import Capability
from adapters.errors import BadData, NotFound, NotSupported, OwnerMismatch
from adapters.limits import Limits
from adapters.office import Office
from adapters.owners import all_own, own
from adapters.settlement import (
    EVERY_DAY,
    RefreshDays,
    running_statement,
    settle_as_of,
    settle_ledger,
    settle_live,
)
from schemas import Balance, Basis, Contract, Customer, Invoice, InvoiceDocument, LedgerEntry, StatementLine


@dataclass(frozen=True, slots=True)
class Figures:
    """What the ERP says of an account: an ``amount``, what it is of, and ``entries`` that go with it.

    Which amount it is depends on the hook. ``entries`` may hold more than was asked for, never less.
    """

    customer_no: str
    amount: Decimal
    currency: str
    entries: Sequence[LedgerEntry] = ()
    payment_account: str | None = None


class Adapter(Office):
    """One billing system. An instance is shared by many threads."""

    name: ClassVar[str] = ""
    basis: Basis

    @classmethod
    def from_settings(cls, options: Mapping[str, Any], *, limits: Limits) -> Self:
        """Build from the adapter's own table; raises ``Misconfigured`` with all the mistakes at once. No I/O.

        That is ``[erp.soap]`` or ``[erp.rest]`` for the mapped adapters, and ``[erp.options]`` for every other.
        """
        raise NotSupported(f"{cls.__name__} has no from_settings")

    # What the portal calls

    @final
    def customer(self, customer_no: str) -> Customer:
        """The customer's own particulars; ``NotFound`` if the ERP does not know them."""
        return own(customer_no, self._customer(customer_no))

    @final
    def contracts(self, customer_no: str) -> list[Contract]:
        """All contracts, the newest first."""
        found = all_own(customer_no, self._contracts(customer_no))
        return sorted(found, key=lambda each: (each.valid_from, each.contract_no), reverse=True)

    @final
    def invoices(self, customer_no: str) -> list[Invoice]:
        """All invoices, corrections and notes, today's included, the newest first."""
        found = all_own(customer_no, self._invoices(customer_no))
        return sorted(found, key=lambda each: (each.issued_on, each.invoice_no, each.invoice_ref), reverse=True)

    @final
    def invoice(self, customer_no: str, invoice_ref: str) -> Invoice:
        """The one invoice with this ``invoice_ref``; ``NotFound`` if it is not there or not theirs."""
        found = own(customer_no, self._invoice(customer_no, invoice_ref))
        if found.invoice_ref != invoice_ref:
            raise BadData("the ERP answered with another invoice than was asked for")
        return found

    @final
    def document(self, invoice: Invoice) -> InvoiceDocument:
        """The ERP's own bytes of an invoice that came from ``invoice`` or ``invoices``; close it after use."""
        self._require(Capability.DOCUMENT)
        found = self._document(invoice)
        if found.customer_no != invoice.customer_no:
            found.close()
            raise OwnerMismatch("document of another customer")
        return found

    @final
    def balance(self, customer_no: str, *, today: date, days: RefreshDays = EVERY_DAY) -> Balance:
        """The balance by the next-day rule, as shown on ``today``; with basis ``live`` the figure of the moment."""
        cutoff = days.cutoff(today)
        if self.basis is Basis.LIVE:
            figures = own(customer_no, self._live(customer_no, cutoff + timedelta(days=1)))
            return Balance(
                customer_no,
                figures.amount,
                figures.currency,
                today,
                None,
                self.basis,
                None,
                figures.payment_account,
            )
        if self.basis is Basis.LEDGER:
            figures = self._checked(customer_no, self._ledger(customer_no, cutoff + timedelta(days=1)))
            # an ERP may send more than was asked for: what counts already is in the opening amount
            later = [entry for entry in figures.entries if entry.posted_on > cutoff]
            settled = settle_ledger(figures.amount, later, today=today, days=days)
        elif self.basis is Basis.LIVE_LESS_TODAY:
            figures = self._checked(customer_no, self._live(customer_no, cutoff + timedelta(days=1)))
            settled = settle_live(figures.amount, figures.entries, today=today, days=days)
        else:
            figures = self._checked(customer_no, self._balance_on(customer_no, cutoff))
            known = None
            if Capability.LEDGER in self.capabilities:
                known = self._checked(customer_no, self._ledger(customer_no, cutoff + timedelta(days=1))).entries
            settled = settle_as_of(figures.amount, known, today=today, days=days)
        return Balance(
            customer_no=customer_no,
            amount=settled.amount,
            currency=figures.currency,
            as_of=settled.as_of,
            next_refresh_on=settled.next_refresh_on,
            basis=self.basis,
            pending=settled.pending,
            payment_account=figures.payment_account,
        )

    @final
    def statement(
        self, customer_no: str, *, today: date, since: date | None = None, days: RefreshDays = EVERY_DAY
    ) -> list[StatementLine]:
        """The entries that count on ``today``, posted on or after ``since``, newest first, with running balances."""
        self._require(Capability.LEDGER)
        figures = self._checked(customer_no, self._ledger(customer_no, since))
        cutoff = days.cutoff(today)
        counted = [
            entry
            for entry in figures.entries
            if entry.posted_on <= cutoff and (since is None or entry.posted_on >= since)
        ]
        amount = figures.amount + sum((entry.amount for entry in counted), Decimal("0.00"))
        return running_statement(amount, counted, cutoff=cutoff)

    def ping(self) -> None:
        """Cheaply prove that the ERP answers; raises ``Unavailable``. By default nothing is asked."""

    def close(self) -> None:
        """Give back connections; the adapter is not used afterwards."""

    # Hooks: every adapter has these

    @abstractmethod
    def _customer(self, customer_no: str) -> Customer: ...

    @abstractmethod
    def _contracts(self, customer_no: str) -> Iterable[Contract]: ...

    @abstractmethod
    def _invoices(self, customer_no: str) -> Iterable[Invoice]: ...

    def _invoice(self, customer_no: str, invoice_ref: str) -> Invoice:
        """One invoice; override where the ERP can be asked for one, by default it is looked for among all."""
        for invoice in self._invoices(customer_no):
            if invoice.invoice_ref == invoice_ref:
                return invoice
        raise NotFound("no such invoice")

    # Hooks: those that the declared basis and capabilities need

    def _ledger(self, customer_no: str, since: date | None) -> Figures:
        """The balance when ``since`` began (all entries before that day) and the entries from then on; None: all."""
        raise NotSupported("_ledger")

    def _balance_on(self, customer_no: str, day: date) -> Figures:
        """The balance at the end of ``day``."""
        raise NotSupported("_balance_on")

    def _live(self, customer_no: str, since: date) -> Figures:
        """The balance of this moment, and the entries in it that were posted on ``since`` or later."""
        raise NotSupported("_live")

    def _document(self, invoice: Invoice) -> InvoiceDocument:
        """Open the document; ``customer_no`` must be whose the ERP says it is, or the invoice's if it was found by
        owner."""
        raise NotSupported("_document")

    # Private

    @staticmethod
    def _checked(customer_no: str, figures: Figures) -> Figures:
        own(customer_no, figures)
        all_own(customer_no, figures.entries)
        return figures
