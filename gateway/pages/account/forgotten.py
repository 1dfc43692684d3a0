"""A forgotten password: the same page for every name that is typed, and a link by mail for those that exist."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from gateway import requester
from gateway.pages.account.first_login import new_password, strength_hint
from gateway.pages.blueprint import bp
from gateway.portal import portal
from gateway.selfservice import passwords, sentences
from gateway.selfservice.person import Refused
from gateway.tokens import TokenProblem


@bp.route("/haslo", methods=["GET", "POST"])
def forgotten() -> ResponseReturnValue:
    typed = request.form.get("login", "").strip()
    if request.method == "POST" and typed:
        passwords.send_link(portal(), typed, language=str(get_locale()), network=requester.network())
        return render_template("account/forgotten_sent.html", hours=portal().settings.security.link_hours)
    mistakes = {"login": sentences.NO_LOGIN} if request.method == "POST" else {}
    return render_template("account/forgotten.html", mistakes=mistakes), 422 if mistakes else 200


@bp.route("/haslo/nowe/<token>", methods=["GET", "POST"])
def reset_password(token: str) -> ResponseReturnValue:
    mistakes = {}
    try:
        person = passwords.read_link(portal(), token)
        if request.method == "POST":
            passwords.reset(portal(), token, new_password(), network=requester.network())
            return redirect(url_for("pages.login", nowe="haslo"), 303)
    except TokenProblem as problem:
        return link_problem(problem, url_for("pages.forgotten"))
    except Refused as refused:
        mistakes = refused.mistakes
    hint = strength_hint(person.id)
    page = render_template("account/reset_password.html", mistakes=mistakes, token=token, strength=hint)
    return page, 422 if mistakes else 200


def link_problem(problem: TokenProblem, next_step: str) -> ResponseReturnValue:
    """Says why a link from a mail does not work, and what to do instead."""
    page = render_template("account/link_problem.html", reason=problem.reason, next_step=next_step)
    return page, 404 if problem.reason == "wrong" else 410
