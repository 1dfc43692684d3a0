"""What the API takes for beginning a payment, and what it tells of one."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, validate, validates_schema
from marshmallow import fields as marshmallow_fields

from gateway.api.transfers import TransferItem
from schemas import fields

TRANSFER = "transfer"


class PaymentRequest(Schema):
    """What to pay, and how; amounts of invoices are asked from the billing system, never taken from here."""

    class Meta:
        unknown = RAISE

    invoices = marshmallow_fields.List(
        marshmallow_fields.String(validate=validate.Length(1, 300)),
        validate=validate.Length(1, 100),
        metadata={"description": "Ids of invoices, from GET invoices."},
    )
    all_overdue = marshmallow_fields.Boolean(
        truthy={True}, falsy={False}, metadata={"description": "true: whatever is overdue, in place of invoices."}
    )
    on_account = fields.Money(metadata={"description": "A sum for invoices to come, from 1.00 to 50000.00."})
    operator = marshmallow_fields.String(
        required=True,
        validate=validate.Length(1, 16),
        metadata={"description": "p24 or payu, as configured, or transfer for the data of a bank transfer."},
    )

    @validates_schema
    def _something(self, data: dict[str, Any], **_: Any) -> None:
        if not (data.get("invoices") or data.get("all_overdue") or data.get("on_account") is not None):
            raise ValidationError("expected invoices, all_overdue or on_account", "invoices")
        if data.get("invoices") and data.get("all_overdue"):
            raise ValidationError("expected one of invoices and all_overdue", "all_overdue")


class PaymentStage(StrEnum):
    """Where a payment stands, in few words that stay."""

    OPEN = "open"
    CHECKING = "checking"
    PAID = "paid"
    WITH_A_PERSON = "with_a_person"
    BOOKED = "booked"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PaidPart:
    """One thing that a payment pays."""

    customer_no: str
    invoice_no: str | None
    amount: Decimal


class PaidPartSchema(fields.RecordSchema[PaidPart]):
    record: ClassVar = PaidPart

    customer_no = fields.CustomerNo(required=True)
    invoice_no = fields.Text(required=True, allow_none=True, metadata={"description": "null: on account."})
    amount = fields.Money(required=True)


@dataclass(frozen=True, slots=True)
class ShownPayment:
    """A payment, as the API tells it."""

    number: str
    operator: str
    state: PaymentStage
    amount: Decimal | None
    currency: str
    parts: tuple[PaidPart, ...]
    redirect_url: str | None
    created_at: datetime
    valid_until: datetime
    paid_at: datetime | None
    settled_at: datetime | None
    paid_twice: bool


class PaymentItem(fields.RecordSchema[ShownPayment]):
    record: ClassVar = ShownPayment

    number = fields.Text(required=True, metadata={"description": "Names this payment, on paper and in URLs."})
    operator = fields.Text(required=True)
    state = fields.Word(
        PaymentStage,
        required=True,
        metadata={
            "description": "open: to be paid at redirect_url until valid_until; checking: the operator is being asked; "
            "paid: it waits to be booked, and no balance has changed; with_a_person: the utility finds out; booked: "
            "the ledger has it; failed: nothing was taken."
        },
    )
    amount = fields.Money(
        required=True, allow_none=True, metadata={"description": "null once nothing is kept of the money."}
    )
    currency = fields.Currency(required=True)
    parts = fields.Rows(PaidPartSchema, required=True)
    redirect_url = fields.Text(
        required=True, allow_none=True, metadata={"description": "The operator's page, while it is open."}
    )
    created_at = fields.Instant(required=True)
    valid_until = fields.Instant(required=True)
    paid_at = fields.Instant(required=True, allow_none=True)
    settled_at = fields.Instant(required=True, allow_none=True, metadata={"description": "When its way ended."})
    paid_twice = fields.Flag(
        required=True,
        metadata={
            "description": "true: another payment had paid an invoice of this one already. Nothing is lost: staff see "
            "to what was paid too much, and it is false again once they have."
        },
    )


class PaymentPage(Schema):
    items = marshmallow_fields.List(marshmallow_fields.Nested(PaymentItem), required=True)
    next_cursor = marshmallow_fields.String(required=True, allow_none=True)


class PaymentBegun(Schema):
    """A payment with its redirect_url, or with operator transfer what a bank transfer needs and no payment."""

    redirect_url = marshmallow_fields.String(required=True, allow_none=True)
    payment = marshmallow_fields.Nested(PaymentItem, required=True, allow_none=True)
    transfers = marshmallow_fields.List(marshmallow_fields.Nested(TransferItem), required=True)
