"""The calls that need no login: reporting that something is broken, and the text of the consent to e-invoices."""

from typing import Any

from flask import Response, abort
from flask_smorest import Blueprint

from gateway.api import schemas
from gateway.api.receiving import answer, received
from gateway.api.registration import TermsText
from gateway.api.sent_schemas import KEY_HEADER, OutageReport, ReceiptItem, request_body
from gateway.portal import portal
from gateway.problem_kinds import KINDS
from gateway.problems import PROBLEM_JSON, problem_response
from gateway.requester import network
from gateway.submitting import flood
from gateway.submitting.consent_text import in_force
from schemas import SubmissionKind

_PROBLEM = {"schema": schemas.Problem, "content_type": PROBLEM_JSON}

outages = Blueprint("outages", __name__, url_prefix="/api/v1", description="Without logging in")


@outages.route("/outages", methods=["POST"])
@outages.response(201, ReceiptItem)
@outages.alt_response(200, schema=ReceiptItem, description="The same was accepted before: Idempotent-Replayed: true")
@outages.alt_response(400, description="The key is missing, or the body cannot be read", **_PROBLEM)
@outages.alt_response(404, description="The billing system does not take this", **_PROBLEM)
@outages.alt_response(409, description="The same is being accepted just now; see Retry-After", **_PROBLEM)
@outages.alt_response(413, description="The body as a whole is too large; one large file in it is 422", **_PROBLEM)
@outages.alt_response(415, description="Neither JSON nor a form with files", **_PROBLEM)
@outages.alt_response(
    422, description="A field or file is wrong or too large, or the key was used for something else", **_PROBLEM
)
@outages.alt_response(429, description="Too many from this network; see Retry-After", **_PROBLEM)
@outages.doc(parameters=[KEY_HEADER], requestBody=request_body(OutageReport))
def report_outage() -> Response:
    """Report that something is broken, without logging in; whoever has a token sends a submission instead."""
    receipt = received(None, None, kind=SubmissionKind.OUTAGE, admit=_admit)
    if receipt.is_new:
        flood.count(portal(), network())
    return answer(receipt, None)


@outages.route("/e-invoice-consent")
@outages.response(200, TermsText)
def get_consent_text() -> Any:
    """The text that consent to e-invoices is given to, with its version."""
    return in_force(portal().settings)


def _admit() -> None:
    wait = flood.seconds_to_wait(portal(), network())
    if wait:
        later = problem_response(KINDS["too-many-requests"])
        later.headers["Retry-After"] = str(wait)
        abort(later)
