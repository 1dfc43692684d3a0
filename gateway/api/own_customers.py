"""Which customers an account sees, over the API: asking for one more, and letting one go."""

from typing import Any

from flask import Response, jsonify, request
from flask_babel import get_locale, gettext
from flask_smorest import abort
from marshmallow import RAISE, Schema

from gateway.api.bearer import token_holder
from gateway.api.registration import PROBLEM, Accepted, text
from gateway.api.views import customers
from gateway.customers import current_links, link_or_404
from gateway.portal import portal
from gateway.problem_kinds import KINDS
from gateway.problems import problem_response
from gateway.registration import flood, letting_go, service
from gateway.registration.form import Form
from gateway.registration.one_more import one_more
from gateway.requester import network

__all__ = ["customers"]
_SECURED: dict[str, Any] = {"security": [{"token": []}]}


class OneMore(Schema):
    """What is on a paper invoice of the customer who is asked for."""

    class Meta:
        unknown = RAISE

    customer_no = text("customer_no", "As on the invoice.")
    invoice_no = text("invoice_no", "The number of one invoice, from paper.")
    gross = text("gross", 'Its gross amount in PLN, such as "1 234,56" or "1234.56".')
    nip = text("nip", "Of a company; left out by a person.", required=False)


@customers.route("", methods=["POST"])
@customers.arguments(OneMore)
@customers.response(202, Accepted)
@customers.alt_response(429, description="Too many from this network; see Retry-After", **PROBLEM)
@customers.doc(**_SECURED)
def ask_for_customer(given: dict[str, str]) -> Response:
    """Ask to see one more customer; it is compared with an invoice, a clerk gives access, and a mail says how it ended.

    With a header Idempotency-Key of 1 to 40 characters, a repetition with the same body asks once.
    """
    account_id = token_holder().account_id or 0
    form = Form({**given, "kind": "company" if given["nip"] else "person"})
    typed = one_more(portal(), form, account_id=account_id, links=current_links())
    if typed is None:
        mistakes = {name: [str(said)] for name, said in form.mistakes.items()}
        return abort(422, messages={"json": mistakes})
    wait = flood.seconds_to_wait(portal(), network())
    if wait:
        later = problem_response(KINDS["too-many-requests"])
        later.headers["Retry-After"] = str(wait)
        return later
    service.submit(
        portal(),
        typed,
        language=str(get_locale()),
        network=network(),
        account_id=account_id,
        channel="api",
        once=request.headers.get("Idempotency-Key", "")[:40],
    )
    flood.count(portal(), network())
    answer = jsonify({"status": "accepted", "detail": gettext("Przyjęliśmy zgłoszenie. Sprawdzimy je.")})
    answer.status_code = 202
    return answer


@customers.route("/<cid>", methods=["DELETE"])
@customers.response(204)
@customers.doc(**_SECURED)
def let_customer_go(cid: str) -> None:
    """Stop seeing a customer, at once; personal tokens that read their invoices end with it."""
    holder, link = token_holder(), link_or_404(cid)
    letting_go.let_go(portal(), link, account_id=holder.account_id or 0, network=network())
