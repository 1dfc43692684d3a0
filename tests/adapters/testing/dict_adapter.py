"""A billing system that is a dict, and the adapter for it: the example of docs/adapters.md."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from marshmallow import ValidationError

from adapters.base import Adapter, Figures
from adapters.capabilities import Capability
from adapters.clock import local_day
from adapters.errors import BadData, NotFound
from schemas import (
    Basis,
    Contract,
    ContractSchema,
    Customer,
    CustomerSchema,
    Invoice,
    InvoiceDocument,
    InvoiceSchema,
    LedgerEntry,
    LedgerEntrySchema,
)
from schemas.fields import RecordSchema

Record = TypeVar("Record")


class DictAdapter(Adapter):
    """``books`` holds an account for each customer number: customer, contracts, invoices, files and bookings."""

    name = "dict"
    basis = Basis.LEDGER
    capabilities = frozenset({Capability.LEDGER, Capability.DOCUMENT})

    def __init__(self, books: Mapping[str, Mapping[str, Any]]) -> None:
        self._books = books

    def _customer(self, customer_no: str) -> Customer:
        return record_of(CustomerSchema(), self._account(customer_no)["customer"])

    def _contracts(self, customer_no: str) -> list[Contract]:
        return [record_of(ContractSchema(), row) for row in self._account(customer_no)["contracts"]]

    def _invoices(self, customer_no: str) -> list[Invoice]:
        return [record_of(InvoiceSchema(), row) for row in self._account(customer_no)["invoices"]]

    def _ledger(self, customer_no: str, since: date | None) -> Figures:
        entries = [_entry(row) for row in self._account(customer_no)["bookings"]]
        before = [entry.amount for entry in entries if since is not None and entry.posted_on < since]
        rest = [entry for entry in entries if since is None or entry.posted_on >= since]
        return Figures(customer_no, sum(before, Decimal("0.00")), "PLN", rest)

    def _document(self, invoice: Invoice) -> InvoiceDocument:
        content = self._account(invoice.customer_no)["files"].get(invoice.invoice_ref)
        if content is None:
            raise NotFound("no such document")
        return InvoiceDocument(invoice.customer_no, "application/pdf", iter([content]), size=len(content))

    def _account(self, customer_no: str) -> Mapping[str, Any]:
        try:
            return self._books[customer_no]
        except KeyError:
            raise NotFound("no such customer") from None


def record_of(schema: RecordSchema[Record], row: Mapping[str, Any]) -> Record:
    """A row as a record; what the schema refuses is an error here, never a surprise on a page."""
    try:
        record: Record = schema.load(row)
    except ValidationError as error:
        raise BadData(f"{type(schema).__name__}: {sorted(error.normalized_messages())}") from None
    return record


def _entry(row: Mapping[str, Any]) -> LedgerEntry:
    """The moment of booking becomes its day in Warsaw: 23:30 UTC may be tomorrow there."""
    rest = {name: value for name, value in row.items() if name != "booked_at"}
    posted_on = local_day(datetime.fromisoformat(row["booked_at"]))
    return record_of(LedgerEntrySchema(), {**rest, "posted_on": posted_on})
