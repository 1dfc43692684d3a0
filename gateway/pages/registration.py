"""Becoming a user: the form from a paper invoice, the proof of one's address, the answer to a clerk's question."""

import secrets

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import current_user

from gateway.pages.blueprint import bp
from gateway.portal import portal
from gateway.registration import flood, service
from gateway.registration.form import Form
from gateway.requester import network
from gateway.tokens import Purpose, TokenProblem

_LONGEST_TOKEN = 400


@bp.route("/rejestracja", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(url_for("pages.own_customers"), 303)
    form, wait = Form(request.form), 0
    if request.method == "POST":
        typed = form.registration()
        wait = 0 if typed is None else flood.seconds_to_wait(portal(), network())
        if typed is not None and not wait:
            once = request.form.get("once", "")[:40]
            service.submit(portal(), typed, language=str(get_locale()), network=network(), once=once)
            flood.count(portal(), network())
            return redirect(url_for("pages.registered"), 303)
    page = render_template("registration/form.html", form=form, wait=wait, once=once_more())
    return page, *status_of(form, wait)


@bp.get("/rejestracja/przyjeta")
def registered() -> str:
    """The same page for everybody, whoever they are."""
    hours = portal().settings.security.link_hours
    return render_template("registration/taken.html", hours=hours)


@bp.route("/rejestracja/potwierdz", methods=["GET", "POST"])
def prove() -> ResponseReturnValue:
    """Programs that look at links in mail only ask; a person sends the form, and only that uses the token up."""
    token = _token()
    try:
        if request.method == "POST":
            service.prove(portal(), token)
            return redirect(url_for("pages.proved"), 303)
        with portal().database.reading() as connection:
            portal().tokens.read(Purpose.PROVE_EMAIL, token, connection)
    except TokenProblem as problem:
        return _link_problem(problem)
    return render_template("registration/prove.html", token=token)


@bp.get("/rejestracja/potwierdzono")
def proved() -> str:
    return render_template("registration/proved.html")


@bp.route("/rejestracja/odpowiedz", methods=["GET", "POST"])
def answer_question() -> ResponseReturnValue:
    token = _token()
    try:
        before = service.question_of(portal(), token)
        form = Form(request.form, known=before)
        typed = form.corrected(before) if request.method == "POST" else None
        if typed is not None:
            service.answer(portal(), token, typed)
            return redirect(url_for("pages.answered"), 303)
    except TokenProblem as problem:
        return _link_problem(problem)
    return render_template("registration/answer.html", form=form, token=token), *status_of(form, 0)


@bp.get("/rejestracja/odpowiedziano")
def answered() -> str:
    return render_template("registration/answered.html")


@bp.get("/regulamin")
def terms_text() -> str:
    return render_template("registration/document.html", document=portal().terms.terms, which="terms")


@bp.get("/dane-osobowe")
def privacy_text() -> str:
    return render_template("registration/document.html", document=portal().terms.privacy, which="privacy")


def once_more() -> str:
    """Names one filled-in form, so that a double click is one registration; kept while its mistakes are put right."""
    return request.form.get("once", "")[:40] or secrets.token_urlsafe(12)


def status_of(form: Form, wait: int) -> tuple[int, dict[str, str]]:
    """The status and headers of a form's page: as new, with mistakes, or to be sent later."""
    if wait:
        return 429, {"Retry-After": str(wait)}
    return (422 if form.mistakes else 200), {}


def _token() -> str:
    return request.values.get("token", "")[:_LONGEST_TOKEN]


def _link_problem(problem: TokenProblem) -> ResponseReturnValue:
    return render_template("registration/link.html", reason=problem.reason), 404 if problem.reason == "wrong" else 410
