"""What the API answers and takes; the answers are written by functions generated from these."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, validate, validates_schema
from marshmallow import fields as marshmallow_fields

from schemas import (
    Balance,
    Basis,
    Contract,
    EntryKind,
    Invoice,
    InvoiceKind,
    InvoiceStatus,
    LedgerEntry,
    PendingEntrySchema,
    Service,
    SupplyPointSchema,
    fields,
)
from schemas.fields import RecordSchema

_DIGITS = re.compile("[0-9]{1,9}", re.ASCII)


class Problem(Schema):
    """RFC 9457."""

    type = marshmallow_fields.String(required=True)
    title = marshmallow_fields.String(required=True)
    status = marshmallow_fields.Integer(required=True)
    detail = marshmallow_fields.String(required=True)
    errors = marshmallow_fields.Dict(metadata={"description": "Which fields are wrong, and how."})
    refusal = marshmallow_fields.String(
        metadata={"description": "Why the billing system refused, in the language asked for where it is known."}
    )
    code = marshmallow_fields.String(metadata={"description": "The billing system's own code of the refusal."})
    reason = marshmallow_fields.String(metadata={"description": "Why a token does not work: wrong, expired or used."})


class SecondFactorProblem(Problem):
    challenge = marshmallow_fields.String(metadata={"description": "To be sent back together with the code."})
    method = marshmallow_fields.String(validate=validate.OneOf(["email", "totp"]))


class Credentials(Schema):
    class Meta:
        unknown = RAISE

    login = marshmallow_fields.String(required=True, validate=validate.Length(1, 254))
    password = marshmallow_fields.String(required=True, validate=validate.Length(1, 128))


class Token(Schema):
    token = marshmallow_fields.String(required=True)
    expires_at = fields.Instant(required=True)


class CustomerItem(Schema):
    id = marshmallow_fields.String(required=True, metadata={"description": "Opaque; names this customer in URLs."})
    customer_no = fields.CustomerNo(required=True)
    name = fields.Text(
        required=True,
        allow_none=True,
        metadata={"description": "null while the billing system does not answer."},
    )


class ContractItem(RecordSchema[Contract]):
    record: ClassVar = Contract

    contract_no = fields.Text(required=True)
    services = fields.Words(Service, required=True)
    valid_from = fields.Day(required=True)
    valid_until = fields.Day(required=True, allow_none=True)
    supply_points = fields.Rows(SupplyPointSchema, required=True)


class InvoiceItem(RecordSchema[Invoice]):
    record: ClassVar = Invoice

    id = marshmallow_fields.String(required=True, metadata={"description": "Opaque; names this invoice in URLs."})
    invoice_no = fields.Text(required=True)
    kind = fields.Word(InvoiceKind, required=True)
    issued_on = fields.Day(required=True)
    due_on = fields.Day(required=True)
    net = fields.Money(required=True)
    vat = fields.Money(required=True)
    gross = fields.Money(required=True)
    outstanding = fields.Money(required=True, metadata={"description": "What remains to be paid."})
    currency = fields.Currency(required=True)
    status = fields.Word(InvoiceStatus, required=True)
    payment_account = fields.Nrb(required=True, allow_none=True)
    corrects_no = fields.Text(required=True, allow_none=True)
    ksef_no = fields.KsefNo(required=True, allow_none=True)
    has_document = fields.Flag(required=True)


class InvoicePage(Schema):
    items = marshmallow_fields.List(marshmallow_fields.Nested(InvoiceItem), required=True)
    next_cursor = marshmallow_fields.String(required=True, allow_none=True)


class BalanceItem(RecordSchema[Balance]):
    record: ClassVar = Balance

    amount = fields.Money(required=True, metadata={"description": "Positive: the customer owes."})
    currency = fields.Currency(required=True)
    as_of = fields.Day(required=True, metadata={"description": "Entries posted up to the end of this day count."})
    next_refresh_on = fields.Day(required=True, allow_none=True)
    basis = fields.Word(Basis, required=True)
    payment_account = fields.Nrb(required=True, allow_none=True)
    pending = fields.Rows(
        PendingEntrySchema,
        required=True,
        allow_none=True,
        metadata={"description": "Booked, and not in the balance yet; null where the ERP cannot list it."},
    )


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """An entry that counts, as the API tells it; ``balance`` is after it."""

    kind: EntryKind
    document_no: str | None
    amount: Any
    posted_on: date
    value_on: date | None
    balance: Any

    @classmethod
    def of(cls, entry: LedgerEntry, balance: Any) -> "LedgerLine":
        return cls(entry.kind, entry.document_no, entry.amount, entry.posted_on, entry.value_on, balance)


class LedgerItem(RecordSchema[LedgerLine]):
    record: ClassVar = LedgerLine

    kind = fields.Word(EntryKind, required=True)
    document_no = fields.Text(required=True, allow_none=True)
    amount = fields.Money(required=True, metadata={"description": "Positive: the customer owes more by it."})
    posted_on = fields.Day(required=True)
    value_on = fields.Day(required=True, allow_none=True)
    balance = fields.Money(required=True, metadata={"description": "The balance after this entry."})


class LedgerPage(Schema):
    items = marshmallow_fields.List(marshmallow_fields.Nested(LedgerItem), required=True)
    next_cursor = marshmallow_fields.String(required=True, allow_none=True)


class StatusFilter(StrEnum):
    """``unpaid`` is open and overdue together."""

    OPEN = "open"
    OVERDUE = "overdue"
    UNPAID = "unpaid"
    PAID = "paid"


class WholeNumber(marshmallow_fields.Integer):
    """Written in the digits 0 to 9 alone: Python's own reading also takes ``1_0`` and the digits of other scripts."""

    def _validated(self, value: Any) -> int:
        if isinstance(value, str) and not _DIGITS.fullmatch(value):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class CursorQuery(Schema):
    """Which part of a list; the newest come first."""

    limit = WholeNumber(
        load_default=50, validate=validate.Range(1, 200), metadata={"description": "At most this many."}
    )
    cursor = marshmallow_fields.String(
        validate=validate.Length(1, 300), metadata={"description": "next_cursor of the page before."}
    )


class PageQuery(CursorQuery):
    """Which part of a list: days are inclusive, the newest come first."""

    since = fields.Day(metadata={"description": "The first day, inclusive."})
    until = fields.Day(metadata={"description": "The last day, inclusive."})

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_: Any) -> None:
        if "since" in data and "until" in data and data["since"] > data["until"]:
            raise ValidationError("expected a day that is not before since", "until")


class InvoiceQuery(PageQuery):
    status = fields.Word(StatusFilter)
