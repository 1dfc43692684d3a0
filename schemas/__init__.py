"""The shared language: what a billing system, the portal and its API say to each other.

Each record is a frozen dataclass beside its marshmallow schema. Amounts are ``Decimal`` with two places in the
record's currency, positive when the customer owes; volumes are ``Decimal`` in m³; days are calendar days in
Europe/Warsaw.
"""

from schemas.balance import Balance, BalanceSchema, Basis, PendingEntry, PendingEntrySchema
from schemas.contract import (
    Contract,
    ContractSchema,
    Meter,
    MeterRole,
    MeterSchema,
    Reading,
    ReadingSchema,
    ReadingSource,
    Service,
    SupplyPoint,
    SupplyPointSchema,
)
from schemas.customer import Customer, CustomerKind, CustomerSchema
from schemas.invoice import Invoice, InvoiceDocument, InvoiceKind, InvoiceSchema, InvoiceStatus
from schemas.ledger import EntryKind, LedgerEntry, LedgerEntrySchema, StatementLine, StatementLineSchema

__all__ = [
    "Balance",
    "BalanceSchema",
    "Basis",
    "Contract",
    "ContractSchema",
    "Customer",
    "CustomerKind",
    "CustomerSchema",
    "EntryKind",
    "Invoice",
    "InvoiceDocument",
    "InvoiceKind",
    "InvoiceSchema",
    "InvoiceStatus",
    "LedgerEntry",
    "LedgerEntrySchema",
    "Meter",
    "MeterRole",
    "MeterSchema",
    "PendingEntry",
    "PendingEntrySchema",
    "Reading",
    "ReadingSchema",
    "ReadingSource",
    "Service",
    "StatementLine",
    "StatementLineSchema",
    "SupplyPoint",
    "SupplyPointSchema",
]
