"""The part of the suite about the documents of invoices."""

from dataclasses import replace

import pytest

from adapters.base import Adapter
from adapters.errors import NotFound, OwnerMismatch
from adapters.testing.facts import Facts
from adapters.testing.given import Given, an_invoice_with_document
from schemas import InvoiceDocument

_BEGINNINGS = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG", "application/xml": b"<", "text/xml": b"<"}


def read_whole(document: InvoiceDocument) -> None:
    """Its bytes must be what its media type and size say."""
    try:
        chunks = list(document.chunks)
    finally:
        document.close()
    assert all(type(chunk) is bytes for chunk in chunks)
    content = b"".join(chunks)
    assert content
    assert "/" in document.media_type
    assert content.startswith(_BEGINNINGS.get(document.media_type, b""))
    assert document.size in (None, len(content))


class Documents(Given):
    @pytest.mark.usefixtures("has_documents")
    def test_a_document_is_bytes_of_its_media_type(self, adapter: Adapter, facts: Facts) -> None:
        """The ERP's own bytes, decoded (base64) but never rendered again, and a media type that says what they are."""
        read_whole(adapter.document(an_invoice_with_document(adapter, facts.first.customer_no)))

    @pytest.mark.usefixtures("has_documents")
    def test_a_document_names_its_owner(self, adapter: Adapter, facts: Facts) -> None:
        """``customer_no`` is whose the ERP says it is; only where it was found by owner, the invoice's."""
        for known in (facts.first, facts.second):
            document = adapter.document(an_invoice_with_document(adapter, known.customer_no))
            document.close()
            assert document.customer_no == known.customer_no

    @pytest.mark.usefixtures("has_documents")
    def test_another_customers_document_is_not_given(self, adapter: Adapter, facts: Facts) -> None:
        """Ask the ERP with both customer and invoice, or give the owner that it names.

        A document that is stamped with the number that was asked for fails here.
        """
        theirs = an_invoice_with_document(adapter, facts.second.customer_no)
        with pytest.raises((NotFound, OwnerMismatch)):
            adapter.document(replace(theirs, customer_no=facts.first.customer_no))

    @pytest.mark.usefixtures("has_documents")
    def test_the_document_of_an_unknown_invoice_is_not_found(self, adapter: Adapter, facts: Facts) -> None:
        """``NotFound``, raised by ``document`` itself, not while the bytes are read."""
        invoice = an_invoice_with_document(adapter, facts.first.customer_no)
        with pytest.raises(NotFound):
            adapter.document(replace(invoice, invoice_ref=facts.unknown_invoice_ref, invoice_no="0/0/0"))

    @pytest.mark.usefixtures("has_documents")
    def test_a_document_may_be_closed_early_and_twice(self, adapter: Adapter, facts: Facts) -> None:
        """A customer who goes away must not hold a connection: ``chunks.close`` gives it back whenever it is called."""
        invoice = an_invoice_with_document(adapter, facts.first.customer_no)
        unread = adapter.document(invoice)
        unread.close()
        unread.close()
        begun = adapter.document(invoice)
        next(begun.chunks)
        begun.close()
        begun.close()
        again = adapter.document(invoice)
        assert b"".join(again.chunks)
        again.close()
