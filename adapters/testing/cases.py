"""The part of the suite about cases, their documents, and what is on offer."""

from contextlib import suppress
from dataclasses import replace

import pytest

from adapters.base import Adapter
from adapters.capabilities import Capability
from adapters.errors import NotFound, OwnerMismatch
from adapters.testing.documents import read_whole
from adapters.testing.facts import Facts
from adapters.testing.given import Given, needs
from adapters.testing.records import misfits
from schemas import Case, CaseDocument, CaseSchema, CaseStatus, OfferSchema


class Cases(Given):
    @pytest.fixture
    def has_cases(self, adapter: Adapter) -> None:
        """Skips where the adapter lists no cases."""
        needs(adapter, Capability.CASES)

    @pytest.mark.usefixtures("has_cases")
    def test_every_case_names_its_owner(self, adapter: Adapter, facts: Facts) -> None:
        """Take ``customer_no`` from the answer, not from the question: that is how a mix-up comes to light."""
        for known in facts.customers:
            assert {each.customer_no for each in adapter.cases(known.customer_no)} <= {known.customer_no}

    @pytest.mark.usefixtures("has_cases")
    def test_all_cases_are_there_once_the_newest_first(self, adapter: Adapter, facts: Facts) -> None:
        """Closed ones too; look for a page size or a filter in the request."""
        seen: set[str] = set()
        for known in facts.customers:
            cases = adapter.cases(known.customer_no)
            assert known.cases in (None, len(cases))
            numbers = {each.case_no for each in cases}
            assert len(numbers) == len(cases)
            assert not numbers & seen, "two customers have a case with the same number"
            seen |= numbers
            days = [each.opened_on for each in cases]
            assert days == sorted(days, reverse=True)

    @pytest.mark.usefixtures("has_cases")
    def test_every_field_of_a_case_is_of_its_exact_type(self, adapter: Adapter, facts: Facts) -> None:
        """Compare with ``schemas.CaseSchema``: documents are a tuple of records, days are ``date``."""
        for known in facts.customers:
            wrong = {name for each in adapter.cases(known.customer_no) for name in misfits(each, CaseSchema)}
            assert wrong == set()

    @pytest.mark.usefixtures("has_cases")
    def test_what_was_answered_is_answered(self, adapter: Adapter, facts: Facts) -> None:
        """An answer and its day go with the status: look for a code of the ERP's that means something else."""
        for known in facts.customers:
            for case in adapter.cases(known.customer_no):
                if case.answered_on is not None:
                    assert case.answered_on >= case.opened_on
                if case.answer is not None or case.answered_on is not None:
                    assert case.status in (CaseStatus.ANSWERED, CaseStatus.CLOSED)

    @pytest.mark.usefixtures("has_cases")
    def test_an_unknown_customer_has_no_cases(self, adapter: Adapter, facts: Facts) -> None:
        """``NotFound`` or an empty list, and never what belongs to somebody else."""
        with suppress(NotFound):
            assert list(adapter.cases(facts.unknown_customer_no)) == []


class CaseDocuments(Given):
    @pytest.fixture
    def cases_with_documents(self, adapter: Adapter, facts: Facts) -> list[Case]:
        """One for each customer who has such a case; skips where there are none."""
        needs(adapter, Capability.CASE_DOCUMENT)
        needs(adapter, Capability.CASES)
        found = [
            next((each for each in adapter.cases(known.customer_no) if each.documents), None)
            for known in facts.customers
        ]
        if not any(found):
            pytest.skip("no customer of `facts` has a case with a document: choose one who has")
        return [each for each in found if each is not None]

    def test_a_document_of_a_case_is_whole_and_names_its_owner(
        self, adapter: Adapter, cases_with_documents: list[Case]
    ) -> None:
        """The ERP's own bytes, decoded (base64), a media type that says what they are, and whose the ERP says it is."""
        for case in cases_with_documents:
            for each in case.documents:
                document = adapter.case_document(case, each.document_ref)
                assert document.customer_no == case.customer_no
                read_whole(document)

    def test_a_document_of_another_customers_case_is_not_given(
        self, adapter: Adapter, facts: Facts, cases_with_documents: list[Case]
    ) -> None:
        """Ask the ERP with customer, case and document, or give the owner that it names.

        A document that is stamped with the number that was asked for fails here.
        """
        for case in cases_with_documents:
            stranger = next(each.customer_no for each in facts.customers if each.customer_no != case.customer_no)
            with pytest.raises((NotFound, OwnerMismatch)):
                adapter.case_document(replace(case, customer_no=stranger), case.documents[0].document_ref)

    def test_an_unknown_document_of_a_case_is_not_found(
        self, adapter: Adapter, cases_with_documents: list[Case]
    ) -> None:
        """``NotFound``, raised by ``case_document`` itself, not while the bytes are read."""
        case = replace(cases_with_documents[0], documents=(CaseDocument("999999999", "nothing.pdf"),))
        with pytest.raises(NotFound):
            adapter.case_document(case, "999999999")

    def test_a_document_of_a_case_may_be_closed_early_and_twice(
        self, adapter: Adapter, cases_with_documents: list[Case]
    ) -> None:
        """A customer who goes away must not hold a connection: ``chunks.close`` gives it back whenever it is called."""
        case = cases_with_documents[0]
        reference = case.documents[0].document_ref
        for pieces in (0, 1):
            document = adapter.case_document(case, reference)
            for _ in range(pieces):
                next(document.chunks)
            document.close()
            document.close()
        read_whole(adapter.case_document(case, reference))


class Offers(Given):
    @pytest.fixture
    def has_offers(self, adapter: Adapter) -> None:
        """Skips where the adapter has no offers."""
        needs(adapter, Capability.OFFERS)

    @pytest.mark.usefixtures("has_offers")
    def test_every_field_of_an_offer_is_of_its_exact_type(self, adapter: Adapter, facts: Facts) -> None:
        """Compare with ``schemas.OfferSchema``; ``text`` is Markdown, so turn HTML into it or leave it out."""
        for known in facts.customers:
            wrong = {name for each in adapter.offers(known.customer_no) for name in misfits(each, OfferSchema)}
            assert wrong == set()

    @pytest.mark.usefixtures("has_offers")
    def test_each_offer_is_there_once_with_its_days_in_order(self, adapter: Adapter, facts: Facts) -> None:
        """``offer_ref`` finds an offer again. Ended ones and future ones may be there: the portal looks at the days."""
        for known in facts.customers:
            offers = adapter.offers(known.customer_no)
            assert len({each.offer_ref for each in offers}) == len(offers)
            for offer in offers:
                if offer.valid_from is not None and offer.valid_until is not None:
                    assert offer.valid_from <= offer.valid_until
