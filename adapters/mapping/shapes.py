"""What each operation of a mapping is for: the record its rows become, and what its request may name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from marshmallow import Schema

from adapters.mapping.amounts import AmountsSchema, OpeningSchema
from schemas import (
    CaseSchema,
    ContractSchema,
    CustomerSchema,
    InvoiceSchema,
    LedgerEntrySchema,
    MeterReadingSchema,
    MeterToReadSchema,
    OfferSchema,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """An operation's record, its figures, and the placeholders of its request.

    ``proves`` is what a document's ``owner`` may say instead of a place in the answer: what is asked for first, and
    whose it is proves whose the document is.
    """

    params: Mapping[str, type]
    record: type[Schema] | None = None
    answer: type[Schema] | None = None
    proves: str | None = None


_WHO: Mapping[str, type] = {"customer_no": str}
SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "customer": Shape(_WHO, CustomerSchema),
        "contracts": Shape(_WHO, ContractSchema),
        "invoices": Shape(_WHO, InvoiceSchema),
        "invoice": Shape({**_WHO, "invoice_ref": str}, InvoiceSchema),
        "document": Shape({**_WHO, "invoice_ref": str, "invoice_no": str}, proves="invoice"),
        "ledger": Shape({**_WHO, "since": date}, LedgerEntrySchema, OpeningSchema),
        "balance_on": Shape({**_WHO, "day": date}, AmountsSchema),
        "live": Shape({**_WHO, "since": date}, LedgerEntrySchema, AmountsSchema),
        "meters": Shape(_WHO, MeterToReadSchema),
        "readings": Shape({**_WHO, "meter_no": str}, MeterReadingSchema),
        "cases": Shape(_WHO, CaseSchema),
        "case_document": Shape({**_WHO, "case_no": str, "document_ref": str}, proves="case"),
        "offers": Shape(_WHO, OfferSchema),
        "ping": Shape({}),
    }
)
DOCUMENTS = frozenset(name for name, shape in SHAPES.items() if shape.proves is not None)
"""The operations whose answer is a file."""
