"""The calls for what a customer sends: accepted at once with a receipt, which tells where it stands."""

from typing import Any

from flask import Response, abort, jsonify
from marshmallow import RAISE

from gateway.api import schemas
from gateway.api.bearer import token_holder
from gateway.api.paging import Key, cut
from gateway.api.receiving import answer, receipt_json, received
from gateway.api.sent_schemas import KEY_HEADER, SENDING, DoubtProblem, ReceiptItem, ReceiptPage, request_body
from gateway.api.views import customers
from gateway.customers import link_or_404
from gateway.outbox import Receipt, receipts
from gateway.portal import portal
from gateway.problems import PROBLEM_JSON

_SECURED: dict[str, Any] = {"security": [{"token": []}]}
_PROBLEM = {"schema": schemas.Problem, "content_type": PROBLEM_JSON}


@customers.route("/<cid>/submissions", methods=["POST"])
@customers.response(201, ReceiptItem)
@customers.alt_response(200, schema=ReceiptItem, description="The same was accepted before: Idempotent-Replayed: true")
@customers.alt_response(400, description="The key is missing, or the body cannot be read", **_PROBLEM)
@customers.alt_response(404, description="No such customer, or the billing system does not take this", **_PROBLEM)
@customers.alt_response(409, description="The same is being accepted just now; see Retry-After", **_PROBLEM)
@customers.alt_response(413, description="The body as a whole is too large; one large file in it is 422", **_PROBLEM)
@customers.alt_response(415, description="Neither JSON nor a form with files", **_PROBLEM)
@customers.alt_response(
    422,
    schema=DoubtProblem,
    content_type=PROBLEM_JSON,
    description="A field or file is wrong or too large, a reading is unlikely, or the key was used for something else",
)
@customers.doc(parameters=[KEY_HEADER], requestBody=request_body(*SENDING.values()), **_SECURED)
def send_submission(cid: str) -> Response:
    """Send a reading, complaint, remark, petition, grievance, data change, consent or outage; kind says which.

    It is accepted for good before the answer, with or without the billing system, and delivered afterwards.
    """
    link = link_or_404(cid)
    return answer(received(link, token_holder().account_id), link)


@customers.route("/<cid>/submissions")
@customers.arguments(schemas.CursorQuery, location="query", unknown=RAISE)
@customers.response(200, ReceiptPage)
@customers.doc(**_SECURED)
def list_submissions(query: dict[str, Any], cid: str) -> Any:
    """The receipts of what this account sent for this customer, the newest first."""
    link = link_or_404(cid)
    found = receipts.of(portal(), account_id=token_holder().account_id or 0, customer_no=link.customer_no)
    found.sort(key=_receipt_key, reverse=True)
    page, following = cut(
        found, _receipt_key, link=link, kind="submissions", cursor=query.get("cursor"), limit=query["limit"]
    )
    return jsonify({"items": [receipt_json(each, link) for each in page], "next_cursor": following})


@customers.route("/<cid>/submissions/<receipt>")
@customers.response(200, ReceiptItem)
@customers.doc(**_SECURED)
def get_submission(cid: str, receipt: str) -> Any:
    """One receipt; what was sent is not kept once the billing system has it."""
    link = link_or_404(cid)
    found = receipts.one(portal(), receipt, account_id=token_holder().account_id or 0)
    if found is None or found.customer_no != link.customer_no:
        abort(404)
    return jsonify(receipt_json(found, link))


def _receipt_key(receipt: Receipt) -> Key:
    return receipt.accepted_at.isoformat(timespec="microseconds"), receipt.public_id
