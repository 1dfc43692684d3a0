"""Which customers an account sees: asking for one more, the same way as registering, and letting one go."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import login_required

from gateway.accounts import Link
from gateway.customers import current_links
from gateway.pages.blueprint import bp
from gateway.pages.registration import once_more, status_of
from gateway.pages.whose import for_customer
from gateway.portal import portal
from gateway.registration import flood, service
from gateway.registration.form import Form
from gateway.registration.letting_go import let_go as end_link
from gateway.registration.one_more import one_more
from gateway.requester import network
from gateway.sessions import signed_in


@bp.route("/konto/odbiorcy", methods=["GET", "POST"])
@login_required
def own_customers() -> ResponseReturnValue:
    form, wait = Form(request.form), 0
    if request.method == "POST":
        typed = one_more(portal(), form, account_id=signed_in().account_id or 0, links=current_links())
        wait = 0 if typed is None else flood.seconds_to_wait(portal(), network())
        if typed is not None and not wait:
            service.submit(
                portal(),
                typed,
                language=str(get_locale()),
                network=network(),
                account_id=signed_in().account_id,
                once=request.form.get("once", "")[:40],
            )
            flood.count(portal(), network())
            return redirect(url_for("pages.own_customers", przyjete=1), 303)
    page = render_template(
        "registration/own.html",
        form=form,
        wait=wait,
        once=once_more(),
        links=current_links(),
        asked=service.of_account(portal(), signed_in().account_id or 0),
        reason=service.reason_text,
        taken=request.args.get("przyjete") == "1",
    )
    return page, *status_of(form, wait)


@bp.route("/konto/odbiorcy/<cid>/odlacz", methods=["GET", "POST"])
@for_customer
def let_go(link: Link) -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("registration/let_go.html", own=link, last=len(current_links()) == 1)
    who = signed_in()
    end_link(portal(), link, account_id=who.account_id or 0, network=network())
    return redirect(url_for("pages.own_customers"), 303)
