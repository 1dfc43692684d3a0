"""Changing what one logs in with: asked for with the password; an address is proved by a link to it."""

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from gateway import requester
from gateway.pages.account.forgotten import link_problem
from gateway.pages.blueprint import bp
from gateway.portal import Portal, portal
from gateway.selfservice import identity as service
from gateway.selfservice.person import Refused, Who
from gateway.sessions import begin, signed_in, who
from gateway.tokens import TokenProblem


@bp.route("/konto/login", methods=["GET", "POST"])
@login_required
def change_login() -> ResponseReturnValue:
    return _changed("login", _change_login, done="login", now=signed_in().login)


@bp.route("/konto/e-mail", methods=["GET", "POST"])
@login_required
def change_email() -> ResponseReturnValue:
    return _changed("email", service.ask_for_email, done="e-mail")


@bp.route("/konto/e-mail/<token>", methods=["GET", "POST"])
def prove_email(token: str) -> ResponseReturnValue:
    try:
        email = service.read_link(portal(), token)
        if request.method == "POST":
            mine = who().account_id if current_user.is_authenticated and not signed_in().waits_for else None
            changed = service.prove_email(portal(), token, network=requester.network())
            if changed == mine:
                begin(changed)
            return render_template("account/email_proved.html")
    except TokenProblem as problem:
        return link_problem(problem, url_for("pages.change_email"))
    return render_template("account/prove_email.html", token=token, email=email)


def _change_login(portal: Portal, asking: Who, current: str, wanted: str) -> None:
    """All that was signed in ends, so this browser begins anew."""
    service.change_login(portal, asking, current, wanted)
    begin(asking.account_id)


def _changed(
    field: str, change: Callable[[Portal, Who, str, str], None], *, done: str, now: str = ""
) -> ResponseReturnValue:
    """A form of one field and the current password, and what is done with it."""
    mistakes, typed = {}, request.form.get(field, "")[:254]
    if request.method == "POST":
        try:
            change(portal(), who(), request.form.get("current_password", ""), typed)
        except Refused as refused:
            mistakes = refused.mistakes
        else:
            return redirect(url_for("pages.account", zmienione=done), 303)
    page = render_template(f"account/change_{field}.html", mistakes=mistakes, typed=typed or now)
    return page, 422 if mistakes else 200
