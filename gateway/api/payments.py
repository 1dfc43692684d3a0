"""The calls for paying: what was chosen is asked from the billing system, and the customer goes on to the operator."""

import json
from typing import Any

from flask import Response, abort, jsonify, request, url_for
from flask_babel import get_locale
from marshmallow import RAISE, ValidationError

from gateway.accounts import Link
from gateway.api import schemas
from gateway.api.bearer import token_holder
from gateway.api.body import readable_json
from gateway.api.paging import Key, cut
from gateway.api.payment_open import OpenProblem, refuse_what_is_open
from gateway.api.payment_schemas import (
    TRANSFER,
    PaidPart,
    PaymentBegun,
    PaymentItem,
    PaymentPage,
    PaymentRequest,
    PaymentStage,
    ShownPayment,
)
from gateway.api.receiving import idempotency_key
from gateway.api.sent_schemas import KEY_HEADER
from gateway.api.transfers import transfer_json
from gateway.api.views import customers
from gateway.customers import current_links, link_or_404
from gateway.handles import open_handle
from gateway.payments import asking, intents, paid_twice, receipts
from gateway.payments.choosing import ChoiceRefused, Reason, Wanted, choose
from gateway.payments.records import AlreadyOpen, Chosen, Payment
from gateway.payments.states import PaymentState
from gateway.payments.transfer import transfers
from gateway.payments.words import sentence
from gateway.portal import portal
from gateway.problem_kinds import KINDS
from gateway.problems import PROBLEM_JSON, problem_response
from gateway.selfservice.person import known
from schemas.dump import dumper

_SECURED: dict[str, Any] = {"security": [{"token": []}]}
_PROBLEM = {"schema": schemas.Problem, "content_type": PROBLEM_JSON}
_STAGES = {
    PaymentState.PAID: PaymentStage.PAID,
    PaymentState.DOUBT: PaymentStage.WITH_A_PERSON,
    PaymentState.BOOKED: PaymentStage.BOOKED,
    PaymentState.FAILED: PaymentStage.FAILED,
}


@customers.route("/<cid>/payments", methods=["POST"])
@customers.response(201, PaymentBegun)
@customers.alt_response(200, schema=PaymentBegun, description="The same was begun before: Idempotent-Replayed: true")
@customers.alt_response(400, description="The key is missing, or the body cannot be read", **_PROBLEM)
@customers.alt_response(404, description="No such customer or invoice", **_PROBLEM)
@customers.alt_response(
    409,
    schema=OpenProblem,
    content_type=PROBLEM_JSON,
    description="Something chosen is on its way in another payment, or the same is being begun just now",
)
@customers.alt_response(
    422, description="A field is wrong, something is not owed, or the key was used for something else", **_PROBLEM
)
@customers.doc(
    parameters=[KEY_HEADER],
    requestBody={"required": True, "content": {"application/json": {"schema": PaymentRequest}}},
    **_SECURED,
)
def begin_payment(cid: str) -> Response:
    """Pay invoices, whatever is overdue, or a sum on account: at a payment operator's page, or by bank transfer.

    The payment changes no balance; it is paid once its operator says so, and booked once the ledger has it.
    """
    link, key = link_or_404(cid), idempotency_key()
    given = _given()
    wanted = _wanted(link, given)
    if given["operator"] == TRANSFER:
        made = jsonify(_begun(None, _chosen(wanted)))
        made.status_code = 201
        return made
    if given["operator"] not in portal().operators:
        _refuse("operator", f"expected one of {', '.join([*portal().operators, TRANSFER])}")
    account_id, body = _account_id(), json.dumps([link.customer_no, request.json], sort_keys=True)
    payment = intents.given(portal(), key=key, account_id=account_id, body=body)
    if payment is None:
        payment = _begin(_chosen(wanted), given, key=key, account_id=account_id, body=body)
    made = jsonify(_begun(payment, None))
    made.status_code = 201 if payment.is_new else 200
    if not payment.is_new:
        made.headers["Idempotent-Replayed"] = "true"
    made.headers["Location"] = url_for("customers.get_payment", cid=link.public_id, no=payment.public_id)
    return made


@customers.route("/<cid>/payments")
@customers.arguments(schemas.CursorQuery, location="query", unknown=RAISE)
@customers.response(200, PaymentPage)
@customers.doc(**_SECURED)
def list_payments(query: dict[str, Any], cid: str) -> Any:
    """The payments that this account began for this customer, the newest first, as they stood when last asked."""
    link = link_or_404(cid)
    found = receipts.of(portal(), account_id=_account_id(), customer_no=link.customer_no, limit=10_000)
    found.sort(key=_payment_key, reverse=True)
    page, following = cut(
        found, _payment_key, link=link, kind="payments", cursor=query.get("cursor"), limit=query["limit"]
    )
    return jsonify({"items": [payment_json(each) for each in page], "next_cursor": following})


@customers.route("/<cid>/payments/<no>")
@customers.response(200, PaymentItem)
@customers.doc(**_SECURED)
def get_payment(cid: str, no: str) -> Any:
    """One payment; its operator is asked where it stands now."""
    found = receipts.one(portal(), no, account_id=_account_id(), customer_no=link_or_404(cid).customer_no)
    if found is None:
        return abort(404)
    return jsonify(payment_json(asking.ask(portal(), found)))


def payment_json(payment: Payment) -> dict[str, Any]:
    """A payment as the API tells it, with the parts of those whom the account sees."""
    seen = payment.only_of({each.customer_no for each in current_links()})
    stage = PaymentStage.OPEN if payment.redirect_url else _STAGES.get(payment.state, PaymentStage.CHECKING)
    told: dict[str, Any] = dumper(PaymentItem)(
        ShownPayment(
            number=payment.public_id,
            operator=payment.operator,
            state=stage,
            amount=payment.amount,
            currency=payment.currency,
            parts=tuple(PaidPart(each.customer_no, each.invoice_no, each.amount) for each in seen.parts),
            redirect_url=payment.redirect_url,
            created_at=payment.created_at,
            valid_until=payment.valid_until,
            paid_at=payment.paid_at,
            settled_at=payment.settled_at,
            paid_twice=paid_twice.is_told(payment),
        )
    )
    return told


def _given() -> dict[str, Any]:
    """The body, read once it is known who sends it; answers 422 for fields that are wrong."""
    try:
        given: dict[str, Any] = PaymentRequest().load(readable_json())
        return given
    except ValidationError as error:
        abort(problem_response(KINDS["invalid-request"], errors={"json": error.messages_dict}))


def _wanted(link: Link, given: dict[str, Any]) -> Wanted:
    if given.get("all_overdue"):
        return Wanted(link, None, given.get("on_account"))
    refs = tuple(open_handle(link, "invoice", each) for each in given.get("invoices", ()))
    return Wanted(link, refs, given.get("on_account"))


def _chosen(wanted: Wanted) -> Chosen:
    try:
        return choose(portal(), [wanted], account_id=_account_id())
    except ChoiceRefused as error:
        taken = next((each for each in error.refused if each.reason is Reason.OPEN), None)
        if taken is not None:
            refuse_what_is_open(taken.payment_public_id)
        told: dict[str, list[str]] = {}
        for each in error.refused:
            told.setdefault("on_account" if each.is_on_account else "invoices", []).append(sentence(each))
        return abort(problem_response(KINDS["invalid-request"], errors={"json": told}))


def _begin(chosen: Chosen, given: dict[str, Any], *, key: str, account_id: int, body: str) -> Payment:
    try:
        return intents.begin(
            portal(),
            chosen,
            account_id=account_id,
            operator=given["operator"],
            key=key,
            language=str(get_locale()),
            email=known(portal(), account_id).email,
            customer_ip=request.remote_addr or "",
            body=body,
        )
    except AlreadyOpen as error:
        refuse_what_is_open(error.public_id)


def _begun(payment: Payment | None, by_transfer: Chosen | None) -> dict[str, Any]:
    told = None if payment is None else payment_json(payment)
    made = [] if by_transfer is None else transfers(portal(), by_transfer)
    return {
        "redirect_url": None if told is None else told["redirect_url"],
        "payment": told,
        "transfers": [transfer_json(each) for each in made],
    }


def _refuse(field: str, said: str) -> None:
    abort(problem_response(KINDS["invalid-request"], errors={"json": {field: [said]}}))


def _account_id() -> int:
    return token_holder().account_id or 0


def _payment_key(payment: Payment) -> Key:
    return payment.created_at.isoformat(timespec="microseconds"), payment.public_id
