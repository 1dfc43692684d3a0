"""The account's own page, the password, the login, and what is signed in."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from gateway.pages.account.first_login import new_password, strength_hint
from gateway.pages.blueprint import bp
from gateway.portal import portal
from gateway.selfservice import own_sessions, passwords
from gateway.selfservice.person import Refused, known
from gateway.sessions import begin, signed_in, who


@bp.get("/konto")
@login_required
def account() -> ResponseReturnValue:
    sessions = own_sessions.sessions_of(portal(), who(), signed_in().session_id)
    return render_template(
        "account/overview.html",
        person=known(portal(), who().account_id),
        sessions=sessions,
        codes_by_mail=portal().settings.security.second_factor == "email",
    )


@bp.route("/konto/haslo", methods=["GET", "POST"])
@login_required
def change_password() -> ResponseReturnValue:
    mistakes = {}
    if request.method == "POST":
        asking = who()
        try:
            passwords.change(portal(), asking, request.form.get("current_password", ""), new_password())
        except Refused as refused:
            mistakes = refused.mistakes
        else:
            begin(asking.account_id)
            return _back("haslo")
    hint = strength_hint(who().account_id)
    return render_template("account/change_password.html", mistakes=mistakes, strength=hint), 422 if mistakes else 200


@bp.post("/konto/sesje/<sid>")
@login_required
def end_session(sid: str) -> ResponseReturnValue:
    if not own_sessions.end_one(portal(), who(), sid):
        abort(404)
    return _back("sesja")


@bp.post("/konto/sesje")
@login_required
def end_other_sessions() -> ResponseReturnValue:
    own_sessions.end_others(portal(), who(), signed_in().session_id)
    return _back("sesje")


def _back(done: str) -> ResponseReturnValue:
    return redirect(url_for("pages.account", zmienione=done), 303)
