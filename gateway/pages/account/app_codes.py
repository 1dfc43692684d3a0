"""Taking up an app for codes, and giving it up."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from gateway.pages.blueprint import bp
from gateway.portal import portal
from gateway.selfservice import app_codes as service
from gateway.selfservice.entry import TOTP
from gateway.selfservice.person import Refused, known
from gateway.sessions import signed_in, who
from gateway.totp import app_link, qr_image


@bp.route("/konto/aplikacja", methods=["GET", "POST"])
@login_required
def app_codes() -> ResponseReturnValue:
    asking, mistakes = who(), {}
    if known(portal(), asking.account_id).second_factor == TOTP:
        return redirect(url_for("pages.no_app_codes"), 303)
    sealed = request.form.get("offer", "")[:500]
    secret = service.opened(portal(), asking, sealed) if sealed else None
    if request.method == "POST":
        typed = request.form.get("code", "")[:20], request.form.get("current_password", "")
        try:
            codes = service.take_up(portal(), asking, sealed, *typed)
        except Refused as refused:
            mistakes = refused.mistakes
        else:
            return render_template("account/recovery_codes.html", codes=codes)
    if secret is None:
        secret, sealed = service.offer(portal(), asking)
    link = app_link(secret, login=signed_in().login, issuer=f"eBOK {portal().settings.utility.name}")
    page = render_template(
        "account/app_codes.html", mistakes=mistakes, offer=sealed, secret=secret, image=qr_image(link)
    )
    return page, 422 if mistakes else 200


@bp.route("/konto/bez-aplikacji", methods=["GET", "POST"])
@login_required
def no_app_codes() -> ResponseReturnValue:
    mistakes = {}
    if request.method == "POST":
        try:
            service.give_up(portal(), who(), request.form.get("current_password", ""))
        except Refused as refused:
            mistakes = refused.mistakes
        else:
            return redirect(url_for("pages.account", zmienione="kody"), 303)
    return render_template("account/no_app_codes.html", mistakes=mistakes), 422 if mistakes else 200
