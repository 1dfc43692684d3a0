"""The customer: the party to the contract, as the ERP knows them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from schemas import fields


class CustomerKind(StrEnum):
    PERSON = "person"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer's own particulars; ``payment_account`` is their individual account (NRB), if they have one.

    ``nip`` is a company's tax number as the ERP writes it, where it tells it.
    ``postal_address`` is where letters go where that is another than ``address``. ``e_invoices`` is whether they agreed
    to invoices by e-mail, None where the ERP does not say.
    """

    customer_no: str
    name: str
    kind: CustomerKind
    address: str
    payment_account: str | None = None
    nip: str | None = None
    postal_address: str | None = None
    email: str | None = None
    phone: str | None = None
    e_invoices: bool | None = None


class CustomerSchema(fields.RecordSchema[Customer]):
    record: ClassVar = Customer

    customer_no = fields.CustomerNo(required=True)
    name = fields.Text(required=True)
    kind = fields.Word(CustomerKind, required=True)
    address = fields.Text(required=True)
    payment_account = fields.Nrb(load_default=None, allow_none=True)
    nip = fields.Text(load_default=None, allow_none=True)
    postal_address = fields.Text(load_default=None, allow_none=True)
    email = fields.Text(load_default=None, allow_none=True)
    phone = fields.Text(load_default=None, allow_none=True)
    e_invoices = fields.Flag(load_default=None, allow_none=True)
