"""Logging in and out."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from gateway.next_page import safe_next
from gateway.pages.blueprint import bp
from gateway.sessions import UNSENT, log_in, log_out


@bp.route("/logowanie", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    wanted = safe_next(request.values.get("next", ""))
    if current_user.is_authenticated:
        return redirect(wanted, 303)
    failed = request.method == "POST"
    if failed and log_in(request.form.get("login", ""), request.form.get("password", "")):
        return redirect(wanted, 303)
    unsent = UNSENT in request.values
    return render_template("login.html", failed=failed, wanted=wanted, unsent=unsent), 401 if failed else 200


@bp.post("/wylogowanie")
@login_required
def logout() -> ResponseReturnValue:
    log_out()
    return redirect(url_for("pages.login"), 303)
