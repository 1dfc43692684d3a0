"""Tokens for programs: making one, seeing its last use, revoking it."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from gateway.customers import current_links
from gateway.pages.blueprint import bp
from gateway.pages.question import Question
from gateway.portal import portal
from gateway.selfservice import personal_tokens as service
from gateway.selfservice.person import Refused
from gateway.sessions import who


@bp.route("/konto/tokeny", methods=["GET", "POST"])
@login_required
def personal_tokens() -> ResponseReturnValue:
    mistakes, key = {}, ""
    if request.method == "POST":
        try:
            key, _ = service.make(
                portal(),
                who(),
                name=request.form.get("name", ""),
                link_public_id=request.form.get("customer", ""),
                last_day=Question(request.form).day("last_day"),
            )
        except Refused as refused:
            mistakes = refused.mistakes
    page = render_template(
        "account/personal_tokens.html",
        mistakes=mistakes,
        key=key,
        address=_address() if key else "",
        typed={} if key else request.form,
        links=current_links(),
        tokens=service.tokens_of(portal(), who()),
    )
    return page, 422 if mistakes else 200


def _address() -> str:
    """Where the new token reads; a program could not find the customer's id by itself."""
    below = url_for("customers.list_invoices", cid=request.form["customer"])
    return portal().settings.mail.base_url.rstrip("/") + below


@bp.post("/konto/tokeny/<tid>")
@login_required
def revoke_token(tid: str) -> ResponseReturnValue:
    if not service.revoke(portal(), who(), tid):
        abort(404)
    return redirect(url_for("pages.personal_tokens"), 303)
