"""The call about a customer's particulars, as the billing system has them; changing them is a submission."""

from typing import Any, ClassVar

from flask import jsonify

from gateway.api.views import customers
from gateway.customers import link_or_404
from gateway.erp import erp
from schemas import Customer, CustomerKind, fields
from schemas.dump import dumper

_SECURED: dict[str, Any] = {"security": [{"token": []}]}


class Particulars(fields.RecordSchema[Customer]):
    record: ClassVar = Customer

    customer_no = fields.CustomerNo(required=True)
    name = fields.Text(required=True)
    kind = fields.Word(CustomerKind, required=True)
    address = fields.Text(required=True)
    postal_address = fields.Text(
        required=True, allow_none=True, metadata={"description": "Where letters go, where that is another address."}
    )
    email = fields.Text(required=True, allow_none=True)
    phone = fields.Text(required=True, allow_none=True)
    payment_account = fields.Nrb(required=True, allow_none=True)
    e_invoices = fields.Flag(
        required=True,
        allow_none=True,
        metadata={"description": "Whether invoices go by e-mail; null where the billing system does not say."},
    )


@customers.route("/<cid>/profile")
@customers.response(200, Particulars)
@customers.doc(**_SECURED)
def get_particulars(cid: str) -> Any:
    """The customer's particulars as the billing system has them."""
    return jsonify(dumper(Particulars)(erp().customer(link_or_404(cid).customer_no)))
