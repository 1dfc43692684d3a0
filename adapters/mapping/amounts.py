"""The figures that stand in an answer itself, beside or instead of rows, as a record with a schema like the others."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from schemas import fields


@dataclass(frozen=True, slots=True)
class Amounts:
    """An amount of an account (positive: owes) and what goes with it; None where the ERP gives no opening amount."""

    customer_no: str
    amount: Decimal | None
    currency: str
    payment_account: str | None = None


class AmountsSchema(fields.RecordSchema[Amounts]):
    record: ClassVar = Amounts

    customer_no = fields.CustomerNo(required=True)
    amount = fields.Money(required=True)
    currency = fields.Currency(required=True)
    payment_account = fields.Nrb(load_default=None, allow_none=True)


class OpeningSchema(AmountsSchema):
    amount = fields.Money(load_default=None, allow_none=True)
