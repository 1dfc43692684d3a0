"""Changing the e-mail address: asked for with the password, proved by a link to the new address."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from gateway import requester
from gateway.pages.account.forgotten import link_problem
from gateway.pages.blueprint import bp
from gateway.portal import portal
from gateway.selfservice import identity
from gateway.selfservice.person import Refused
from gateway.sessions import who
from gateway.tokens import TokenProblem


@bp.route("/konto/e-mail", methods=["GET", "POST"])
@login_required
def change_email() -> ResponseReturnValue:
    mistakes = {}
    typed = request.form.get("email", "")[:254]
    if request.method == "POST":
        try:
            identity.ask_for_email(portal(), who(), request.form.get("current_password", ""), typed)
        except Refused as refused:
            mistakes = refused.mistakes
        else:
            return redirect(url_for("pages.account", zmienione="e-mail"), 303)
    return render_template("account/change_email.html", mistakes=mistakes, typed=typed), 422 if mistakes else 200


@bp.route("/konto/e-mail/<token>", methods=["GET", "POST"])
def prove_email(token: str) -> ResponseReturnValue:
    try:
        email = identity.read_link(portal(), token)
        if request.method == "POST":
            identity.prove_email(portal(), token, network=requester.network())
            return render_template("account/email_proved.html")
    except TokenProblem as problem:
        return link_problem(problem, url_for("pages.change_email"))
    return render_template("account/prove_email.html", token=token, email=email)
