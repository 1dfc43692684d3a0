"""The part of the suite about the entries of an account."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from adapters.base import Adapter
from adapters.testing.facts import Facts
from adapters.testing.given import Given
from adapters.testing.records import misfits
from schemas import EntryKind, InvoiceKind, LedgerEntrySchema


class Statements(Given):
    @pytest.mark.usefixtures("has_ledger")
    def test_every_entry_names_its_owner(self, adapter: Adapter, facts: Facts, today: date) -> None:
        """Take ``customer_no`` from the answer, not from the question: that is how a mix-up comes to light."""
        for known in facts.customers:
            lines = adapter.statement(known.customer_no, today=today)
            assert lines, "a customer named in `facts.customers` has no entry: choose one who has"
            assert {line.entry.customer_no for line in lines} == {known.customer_no}

    @pytest.mark.usefixtures("has_ledger")
    def test_every_field_of_an_entry_is_of_its_exact_type(self, adapter: Adapter, facts: Facts, today: date) -> None:
        """Compare with ``schemas.LedgerEntrySchema``; ``posted_on`` is a day, not an instant."""
        for known in facts.customers:
            lines = adapter.statement(known.customer_no, today=today)
            assert {name for line in lines for name in misfits(line.entry, LedgerEntrySchema)} == set()

    @pytest.mark.usefixtures("has_ledger")
    def test_each_entry_is_there_once(self, adapter: Adapter, facts: Facts, today: date) -> None:
        """``entry_no`` is the ERP's own number of the entry; twice the same is a paging mistake."""
        for known in facts.customers:
            lines = adapter.statement(known.customer_no, today=today)
            assert len({line.entry.entry_no for line in lines}) == len(lines)

    @pytest.mark.usefixtures("has_ledger")
    def test_running_balances_follow_from_the_entries(self, adapter: Adapter, facts: Facts, today: date) -> None:
        """The oldest line stands at its own amount, so with ``since`` None the opening amount must be 0.00."""
        for known in facts.customers:
            lines = adapter.statement(known.customer_no, today=today)
            for newer, older in pairwise(lines):
                assert newer.entry.posted_on >= older.entry.posted_on
                assert newer.balance - newer.entry.amount == older.balance
            assert lines[-1].balance == lines[-1].entry.amount

    @pytest.mark.usefixtures("has_ledger")
    def test_a_part_of_the_statement_is_that_part(self, adapter: Adapter, facts: Facts, today: date) -> None:
        """``_ledger`` with ``since`` opens with all that was posted before that day, and lists the rest."""
        for known in facts.customers:
            lines = adapter.statement(known.customer_no, today=today)
            for since in {lines[0].entry.posted_on, lines[len(lines) // 2].entry.posted_on, today}:
                part = adapter.statement(known.customer_no, today=today, since=since)
                assert part == [line for line in lines if line.entry.posted_on >= since]

    @pytest.mark.usefixtures("has_ledger")
    def test_invoices_raise_what_is_owed_and_payments_lower_it(
        self, adapter: Adapter, facts: Facts, today: date
    ) -> None:
        """Positive means that the customer owes more by it: look for debit and credit the wrong way round."""
        for known in facts.customers:
            sums = dict.fromkeys(EntryKind, Decimal("0.00"))
            for line in adapter.statement(known.customer_no, today=today):
                sums[line.entry.kind] += line.entry.amount
            assert sums[EntryKind.INVOICE] >= 0
            assert sums[EntryKind.PAYMENT] <= 0

    @pytest.mark.usefixtures("has_ledger")
    def test_an_invoice_is_entered_with_its_own_amount(self, adapter: Adapter, facts: Facts, today: date) -> None:
        """Where entries name an invoice's number, they make its amount, be it in instalments; look for net amounts."""
        for known in facts.customers:
            gross = {
                each.invoice_no: each.gross
                for each in adapter.invoices(known.customer_no)
                if each.kind is InvoiceKind.INVOICE
            }
            entered: dict[str, Decimal] = {}
            for line in adapter.statement(known.customer_no, today=today):
                if line.entry.kind is EntryKind.INVOICE and line.entry.document_no in gross:
                    number = line.entry.document_no
                    entered[number] = entered.get(number, Decimal("0.00")) + line.entry.amount
            assert entered == {number: gross[number] for number in entered}

    @pytest.mark.usefixtures("has_ledger", "keeps_the_rule")
    def test_statement_and_balance_agree(self, adapter: Adapter, facts: Facts, today: date) -> None:
        """The newest line stands at the balance of the day, and nothing posted today is in it."""
        for known in facts.customers:
            lines = adapter.statement(known.customer_no, today=today)
            balance = adapter.balance(known.customer_no, today=today)
            assert lines[0].balance == balance.amount
            assert lines[0].entry.posted_on <= balance.as_of == today - timedelta(days=1)
