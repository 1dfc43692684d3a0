"""The calls that tell how to pay an invoice by bank transfer: the data, and the 2D code as a picture."""

from typing import Any

from flask import Response, abort, jsonify
from flask_babel import gettext as _
from marshmallow import Schema, validate
from marshmallow import fields as marshmallow_fields

from gateway.api.bearer import token_holder
from gateway.api.payment_open import OpenProblem, refuse_what_is_open
from gateway.api.views import customers
from gateway.customers import link_or_404
from gateway.erp import erp
from gateway.handles import open_handle
from gateway.payments import qr
from gateway.payments.records import Transfer
from gateway.payments.transfer import ON_ITS_WAY, transfer_for
from gateway.portal import portal
from gateway.problems import PROBLEM_JSON
from schemas import fields

_SECURED: dict[str, Any] = {"security": [{"token": []}]}


class TransferItem(Schema):
    customer_no = fields.CustomerNo(required=True)
    recipient = fields.Text(required=True)
    recipient_nip = marshmallow_fields.String(required=True, metadata={"description": "Empty where it is not told."})
    recipient_address = marshmallow_fields.String(
        required=True, metadata={"description": "Empty where it is not told."}
    )
    payment_account = fields.Nrb(required=True, allow_none=True)
    amount = fields.Money(required=True, metadata={"description": "What remains to be paid."})
    currency = fields.Currency(required=True)
    title = fields.Text(required=True, metadata={"description": "At most 32 characters."})
    invoice_nos = marshmallow_fields.List(fields.Text(), required=True)
    qr_text = marshmallow_fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The text of the Polish bank association's 2D code; null where there is no code."},
    )
    why_no_qr = marshmallow_fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(["too-much", "currency", "no-account", "no-recipient", ON_ITS_WAY, None]),
        metadata={"description": "Why there is none; on-its-way: a payment pays it already, so no transfer should."},
    )
    on_its_way = marshmallow_fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "The number of the payment that pays it already, with why_no_qr on-its-way; null where that "
            "is another account's. If it fails, the code is here again."
        },
    )


def transfer_json(transfer: Transfer) -> dict[str, Any]:
    """A transfer as the API tells it."""
    told: dict[str, Any] = TransferItem().dump(transfer)
    return told


@customers.route("/<cid>/invoices/<iid>/transfer")
@customers.response(200, TransferItem)
@customers.doc(**_SECURED)
def get_transfer(cid: str, iid: str) -> Any:
    """What a bank transfer of what remains of an invoice needs; 404 where nothing remains.

    There is no 2D code above 9,999.99 PLN (too-much), in another currency (currency), where the billing system tells
    no account (no-account), where the portal is not set up for it (no-recipient), or while a payment pays the invoice
    already (on-its-way): then do not offer a transfer, which would pay it twice.
    """
    return jsonify(transfer_json(_transfer(cid, iid)))


@customers.route("/<cid>/invoices/<iid>/transfer.svg")
@customers.response(200, {"type": "string"}, content_type="image/svg+xml")
@customers.alt_response(
    409, schema=OpenProblem, content_type=PROBLEM_JSON, description="A payment of the invoice is on its way"
)
@customers.doc(**_SECURED)
def get_transfer_svg(cid: str, iid: str) -> Response:
    """The same as the Polish bank association's 2D code, for a bank's app; 404 where there is none."""
    found = _transfer(cid, iid)
    if found.why_no_qr == ON_ITS_WAY:
        refuse_what_is_open(found.on_its_way)
    if found.qr_text is None:
        abort(404)
    return Response(qr.svg(found.qr_text, title=_("Kod QR z danymi przelewu")), mimetype="image/svg+xml")


def _transfer(cid: str, iid: str) -> Transfer:
    link = link_or_404(cid)
    invoice = erp().invoice(link.customer_no, open_handle(link, "invoice", iid))
    found = transfer_for(portal(), invoice, account_id=token_holder().account_id)
    return found if found is not None else abort(404)
