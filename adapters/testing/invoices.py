"""The part of the suite about invoices, corrections and interest notes."""

from decimal import Decimal

import pytest

from adapters.base import Adapter
from adapters.errors import AdapterError, NotFound, OwnerMismatch
from adapters.testing.facts import Facts
from adapters.testing.given import ODD, Given, some_invoices
from adapters.testing.records import misfits
from schemas import InvoiceKind, InvoiceSchema

_NOTHING = Decimal("0.00")


class Invoices(Given):
    def test_every_invoice_names_its_owner(self, adapter: Adapter, facts: Facts) -> None:
        """Take ``customer_no`` from the answer, not from the question: that is how a mix-up comes to light."""
        for known in facts.customers:
            assert {each.customer_no for each in adapter.invoices(known.customer_no)} <= {known.customer_no}

    def test_all_invoices_are_there_the_newest_first(self, adapter: Adapter, facts: Facts) -> None:
        """Paid ones, corrections and notes too; look for a page size or a filter in the request."""
        for known in facts.customers:
            invoices = some_invoices(adapter, known.customer_no)
            assert known.invoices in (None, len(invoices))
            days = [each.issued_on for each in invoices]
            assert days == sorted(days, reverse=True)

    def test_each_invoice_has_a_ref_and_a_number_of_its_own(self, adapter: Adapter, facts: Facts) -> None:
        """``invoice_ref`` finds one invoice again, so two cannot share it; twice the same row is a paging mistake."""
        seen: set[str] = set()
        for known in facts.customers:
            invoices = adapter.invoices(known.customer_no)
            refs = {each.invoice_ref for each in invoices}
            assert len(refs) == len(invoices)
            assert len({each.invoice_no for each in invoices}) == len(invoices)
            assert not refs & seen, "two customers have invoices with the same ref"
            seen |= refs

    def test_every_field_of_an_invoice_is_of_its_exact_type(self, adapter: Adapter, facts: Facts) -> None:
        """Compare with ``schemas.InvoiceSchema``: amounts are ``Decimal`` with two places, days are ``date``."""
        for known in facts.customers:
            wrong = {name for each in adapter.invoices(known.customer_no) for name in misfits(each, InvoiceSchema)}
            assert wrong == set()

    def test_net_and_vat_make_gross(self, adapter: Adapter, facts: Facts) -> None:
        """Look for a swapped column, or a correction whose sign is lost in one of the three."""
        for known in facts.customers:
            for invoice in adapter.invoices(known.customer_no):
                assert invoice.net + invoice.vat == invoice.gross

    def test_amounts_have_their_signs(self, adapter: Adapter, facts: Facts) -> None:
        """Positive is what the customer owes: invoices and notes are, a correction may be negative."""
        for known in facts.customers:
            for invoice in adapter.invoices(known.customer_no):
                if invoice.kind is not InvoiceKind.CORRECTION:
                    assert invoice.gross >= 0
                assert min(invoice.gross, _NOTHING) <= invoice.outstanding <= max(invoice.gross, _NOTHING)

    def test_the_known_invoice_has_its_known_fields(self, adapter: Adapter, facts: Facts) -> None:
        """Compare the fields in your facts with the mapping: a swapped column or code shows here."""
        known_fields = InvoiceSchema().fields
        for known in facts.customers:
            if not known.invoice:
                continue
            expected = {name: known_fields[name].deserialize(value) for name, value in known.invoice.items()}
            found = [each for each in adapter.invoices(known.customer_no) if each.invoice_no == expected["invoice_no"]]
            assert len(found) == 1, "the invoice in your facts is not in the list"
            assert {name: getattr(found[0], name) for name in expected} == expected

    def test_one_invoice_is_the_same_as_in_the_list(self, adapter: Adapter, facts: Facts) -> None:
        """``_invoice`` and ``_invoices`` are two operations of the ERP; both must be mapped alike."""
        for known in facts.customers:
            invoices = some_invoices(adapter, known.customer_no)
            for invoice in {id(each): each for each in (*invoices[:3], invoices[-1])}.values():
                assert adapter.invoice(known.customer_no, invoice.invoice_ref) == invoice

    def test_a_customer_without_invoices_has_an_empty_list(self, adapter: Adapter, facts: Facts) -> None:
        """An empty answer is a list without rows, not an error; some ERPs leave the element out altogether."""
        if facts.without_invoices is None:
            pytest.skip("`facts.without_invoices` was not given")
        assert list(adapter.invoices(facts.without_invoices)) == []

    def test_an_unknown_invoice_is_not_found(self, adapter: Adapter, facts: Facts) -> None:
        """``NotFound`` where the customer is known and the invoice is not."""
        with pytest.raises(NotFound):
            adapter.invoice(facts.first.customer_no, facts.unknown_invoice_ref)

    def test_another_customers_invoice_is_not_found(self, adapter: Adapter, facts: Facts) -> None:
        """Ask the ERP with both customer and ref, or give the owner that it names: ``NotFound`` or ``OwnerMismatch``.

        A record that is stamped with the number that was asked for fails here.
        """
        theirs = some_invoices(adapter, facts.second.customer_no)[0]
        with pytest.raises((NotFound, OwnerMismatch)):
            adapter.invoice(facts.first.customer_no, theirs.invoice_ref)

    def test_odd_refs_raise_nothing_but_the_projects_errors(self, adapter: Adapter, facts: Facts) -> None:
        """Put the ref into a request as data, quoted by the library; turn foreign exceptions into ours."""
        for odd in ODD:
            with pytest.raises(AdapterError):
                adapter.invoice(facts.first.customer_no, odd)
