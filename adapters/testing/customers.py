"""The part of the suite about customers and their contracts, and about what an adapter may not do at all."""

from dataclasses import fields
from datetime import date

import pytest

from adapters.base import Adapter
from adapters.capabilities import Acceptance, Capability, Recognition
from adapters.errors import AdapterError, NotFound, NotSupported
from adapters.testing.facts import Facts
from adapters.testing.given import ODD, Given, some_invoices
from adapters.testing.records import misfits
from schemas import Basis, ContractSchema, CustomerSchema, SubmissionKind

FINAL = (
    *("customer", "contracts", "invoices", "invoice", "document", "balance", "statement"),
    *("meters", "readings", "cases", "case_document", "offers", "submit", "find_submission"),
)
HOOK_OF_BASIS = {
    Basis.LEDGER: "_ledger",
    Basis.AS_OF: "_balance_on",
    Basis.LIVE_LESS_TODAY: "_live",
    Basis.LIVE: "_live",
}


class ContractWithThePortal(Given):
    def test_it_is_an_adapter_with_a_known_basis(self, adapter: Adapter) -> None:
        """Derive from ``adapters.base.Adapter`` and set ``basis`` to a member of ``schemas.Basis``."""
        assert isinstance(adapter, Adapter)
        assert isinstance(adapter.basis, Basis)
        assert all(isinstance(each, Capability) for each in adapter.capabilities)

    def test_it_supplies_facts_and_overrides_no_public_method(self, adapter: Adapter) -> None:
        """The public methods keep the rule and check owners. Supply the hooks (``_customer``, ``_ledger``, …) alone."""
        overridden = [name for name in FINAL if getattr(type(adapter), name) is not getattr(Adapter, name)]
        assert overridden == []
        assert [name for name in FINAL if name in getattr(adapter, "__dict__", {})] == []

    def test_it_has_the_hook_that_its_basis_needs(self, adapter: Adapter) -> None:
        """``ledger`` needs ``_ledger``, ``as_of`` ``_balance_on``, ``live_less_today`` and ``live`` ``_live``."""
        assert _without_hook(adapter, [HOOK_OF_BASIS[adapter.basis]]) == []

    def test_it_has_the_hooks_that_its_capabilities_need(self, adapter: Adapter) -> None:
        """Each has a hook of its name: ``meters`` needs ``_meters``, ``case_document`` needs ``_case_document``."""
        assert _without_hook(adapter, [f"_{each}" for each in adapter.capabilities]) == []

    def test_it_declares_how_it_takes_each_kind(self, adapter: Adapter) -> None:
        """``accepts`` is an ``Acceptance`` for each ``SubmissionKind`` that ``_submit`` can send; ``FINDABLE`` needs
        ``_find_submission`` too."""
        for kind, acceptance in adapter.accepts.items():
            assert isinstance(kind, SubmissionKind)
            assert isinstance(acceptance, Acceptance)
            assert isinstance(acceptance.recognition, Recognition)
            assert acceptance.lag_seconds >= 0
            finds = acceptance.recognition is Recognition.FINDABLE
            assert _without_hook(adapter, ["_submit", *(["_find_submission"] if finds else [])]) == []

    def test_what_is_not_declared_is_not_offered(self, adapter: Adapter, facts: Facts, today: date) -> None:
        """Whatever is missing in ``capabilities`` raises ``NotSupported``; add it there once the hook works."""
        customer_no = facts.first.customer_no
        if Capability.LEDGER not in adapter.capabilities:
            with pytest.raises(NotSupported):
                adapter.statement(customer_no, today=today)
        if Capability.DOCUMENT not in adapter.capabilities:
            invoice = some_invoices(adapter, customer_no)[0]
            assert not invoice.has_document, "an invoice says that it has a document, and there is no way to get it"
            with pytest.raises(NotSupported):
                adapter.document(invoice)
        for name in ("meters", "cases", "offers"):
            if Capability(name) not in adapter.capabilities:
                with pytest.raises(NotSupported):
                    getattr(adapter, name)(customer_no)

    def test_ping_answers_while_the_back_end_runs(self, adapter: Adapter) -> None:
        """``ping`` asks for something cheap and raises only when the back end is out."""
        adapter.ping()


def _without_hook(adapter: Adapter, names: list[str]) -> list[str]:
    """What was declared, and the hook for it is not there."""
    return [name for name in names if getattr(type(adapter), name) is getattr(Adapter, name)]


class Customers(Given):
    def test_a_known_customer_is_found(self, adapter: Adapter, facts: Facts) -> None:
        """``_customer`` finds each customer of your facts, under the number that was asked for."""
        for known in facts.customers:
            customer = adapter.customer(known.customer_no)
            assert customer.customer_no == known.customer_no
            assert known.name in (None, customer.name)

    def test_an_unknown_customer_is_not_found(self, adapter: Adapter, facts: Facts) -> None:
        """``NotFound`` where the ERP knows no such customer: neither an empty record nor another error."""
        with pytest.raises(NotFound):
            adapter.customer(facts.unknown_customer_no)

    def test_an_unknown_customer_has_nothing(self, adapter: Adapter, facts: Facts) -> None:
        """``NotFound`` or an empty list, and never what belongs to somebody else."""
        for question in (adapter.contracts, adapter.invoices):
            try:
                assert list(question(facts.unknown_customer_no)) == []
            except NotFound:
                continue

    def test_odd_customer_numbers_raise_nothing_but_the_projects_errors(self, adapter: Adapter, facts: Facts) -> None:
        """Put the number into a request as data, quoted by the library; turn foreign exceptions into ours."""
        for odd in ODD:
            try:
                customer = adapter.customer(odd)
            except AdapterError:
                continue
            assert customer.customer_no == odd

    def test_every_field_of_a_customer_is_of_its_exact_type(self, adapter: Adapter, facts: Facts) -> None:
        """Compare with ``schemas.CustomerSchema``; best let the schema build the record."""
        for known in facts.customers:
            assert misfits(adapter.customer(known.customer_no), CustomerSchema) == []

    def test_customers_are_told_apart(self, adapter: Adapter, facts: Facts) -> None:
        """Two customers asked for in turn are two: look for an answer that is kept under the wrong key."""
        first, second = adapter.customer(facts.first.customer_no), adapter.customer(facts.second.customer_no)
        same = [each.name for each in fields(first) if getattr(first, each.name) == getattr(second, each.name)]
        assert len(same) < len(fields(first)) - 1, "both have the same particulars under two numbers"


class Contracts(Given):
    def test_every_contract_names_its_owner(self, adapter: Adapter, facts: Facts) -> None:
        """Take ``customer_no`` from the answer, not from the question: that is how a mix-up comes to light."""
        for known in facts.customers:
            assert {each.customer_no for each in adapter.contracts(known.customer_no)} <= {known.customer_no}

    def test_all_contracts_are_there_the_newest_first(self, adapter: Adapter, facts: Facts) -> None:
        """Ended ones too; look for a page size or a filter in the request."""
        for known in facts.customers:
            contracts = adapter.contracts(known.customer_no)
            assert known.contracts in (None, len(contracts))
            assert len({each.contract_no for each in contracts}) == len(contracts)
            days = [each.valid_from for each in contracts]
            assert days == sorted(days, reverse=True)

    def test_every_field_of_a_contract_is_of_its_exact_type(self, adapter: Adapter, facts: Facts) -> None:
        """Compare with ``schemas.ContractSchema``: rows inside are tuples, volumes and days exact."""
        for known in facts.customers:
            for contract in adapter.contracts(known.customer_no):
                assert misfits(contract, ContractSchema) == []
                assert contract.services, "a contract is for water, sewage or both"
