"""Consent to invoices by e-mail instead of paper: given and withdrawn, with the text that it is about."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from gateway.accounts import Link
from gateway.erp import erp, side_by_side
from gateway.pages.blueprint import bp
from gateway.pages.receipt import Paper, accepted_kinds, receipt_page
from gateway.pages.whose import for_customer
from gateway.portal import portal
from gateway.selfservice.person import known
from gateway.sessions import signed_in
from gateway.submitting import consent as reader
from gateway.submitting import consent_text
from schemas import SubmissionKind


@bp.route("/o/<cid>/e-faktura", methods=["GET", "POST"])
@for_customer
def e_invoices(link: Link) -> ResponseReturnValue:
    if not accepted_kinds(SubmissionKind.CONSENT):
        abort(404)
    paper, text = Paper(), consent_text.in_force(portal().settings)
    if paper.sent:
        content = paper.read(lambda: reader.read(request.form, version=text.version))
        taken = None if content is None else paper.accepted(SubmissionKind.CONSENT, content, link=link)
        if taken is not None:
            return receipt_page(*taken, link)
    customer = side_by_side(customer=lambda: erp().customer(link.customer_no))["customer"]
    ours = known(portal(), signed_in().account_id or 0).email or ""
    page = render_template(
        "cases/consent.html",
        paper=paper,
        text=text,
        customer=customer.value,
        away=customer.error is not None,
        email=(customer.value.email if customer.value else None) or ours,
    )
    return paper.answer(page)
