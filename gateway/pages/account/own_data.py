"""Taking one's data away as a file, and closing the account."""

import json

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from gateway.pages.blueprint import bp
from gateway.portal import portal
from gateway.selfservice import own_data as service
from gateway.selfservice import sentences
from gateway.selfservice.person import Refused
from gateway.sessions import log_out, who


@bp.get("/konto/dane")
@login_required
def own_data() -> ResponseReturnValue:
    text = json.dumps(service.export(portal(), who()), ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="ebok-moje-dane.json"'}
    return Response(text + "\n", mimetype="application/json", headers=headers)


@bp.route("/konto/zamkniecie", methods=["GET", "POST"])
@login_required
def close_account() -> ResponseReturnValue:
    mistakes = {}
    if request.method == "POST":
        try:
            if not request.form.get("sure"):
                raise Refused(sure=sentences.NOT_CONFIRMED)
            service.close(portal(), who(), request.form.get("current_password", ""))
        except Refused as refused:
            mistakes = refused.mistakes
        else:
            log_out()
            return redirect(url_for("pages.account_closed"), 303)
    months = portal().settings.security.keep_months
    return render_template("account/close.html", mistakes=mistakes, keep_months=months), 422 if mistakes else 200


@bp.get("/konto/zamkniete")
def account_closed() -> ResponseReturnValue:
    return render_template("account/closed.html")
