"""The button that begins a payment: what was chosen is asked once more, and the customer goes on to the operator."""

import time
from collections.abc import Sequence

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_login import login_required

from gateway.accounts import Link
from gateway.customers import current_links
from gateway.outbox import KeyReused, NoRoom, StillRunning
from gateway.pages import payment_form as form
from gateway.pages.blueprint import bp
from gateway.pages.choosing import choosing_again
from gateway.pages.payment_summary import choosing_url, summary
from gateway.pages.payments import account_id
from gateway.pages.whose import for_customer
from gateway.payments import intents
from gateway.payments.choosing import ChoiceRefused, choose
from gateway.payments.records import AlreadyOpen, Chosen, Payment
from gateway.portal import portal
from gateway.selfservice.person import known

_LONGEST_KEY = 60
_TWIN_SECONDS, _STEP_SECONDS = 4.0, 0.2


class Running:
    """A payment that is being begun by a twin, for longer than anybody waits here."""


@bp.route("/o/<cid>/platnosci/zaplac", methods=["GET", "POST"])
@for_customer
def pay(link: Link) -> ResponseReturnValue:
    return _pay([link])


@bp.route("/platnosci/zaplac", methods=["GET", "POST"])
@login_required
def pay_for_several() -> ResponseReturnValue:
    return _pay(current_links())


def _pay(links: Sequence[Link]) -> ResponseReturnValue:
    key = request.form.get("key", "")[:_LONGEST_KEY]
    if request.method == "GET" or not key:
        return redirect(choosing_url(), 303)
    try:
        before = _given(key)
    except KeyReused:
        before, key = None, ""
    if before is not None:
        return _on(before)
    found = form.picked(links)
    try:
        chosen = choose(portal(), found.wanted(()), account_id=account_id())
    except ChoiceRefused as refused:
        twin = _given(key) if key else None  # what is open may be this very form's, sent a moment earlier
        return _on(twin) if twin is not None else choosing_again(links, form.refusals(refused.refused), found)
    if not key or found.mistakes or request.form.get("razem") != str(chosen.amount):
        return summary(chosen, links, found, changed=True, status=409)
    if request.form.get("operator") not in portal().operators:
        told = {"operator": gettext("Wybierz, jak chcesz zapłacić.")}
        return summary(chosen, links, found, key=key, mistakes=told, status=422)
    return _begin(chosen, links, found, key=key)


def _begin(chosen: Chosen, links: Sequence[Link], found: form.Picked, *, key: str) -> ResponseReturnValue:
    try:
        begun = intents.begin(
            portal(),
            chosen,
            account_id=account_id(),
            operator=request.form["operator"],
            key=key,
            language=str(get_locale()),
            email=known(portal(), account_id()).email,
            customer_ip=request.remote_addr or "",
            body=form.body(),
        )
    except AlreadyOpen:
        told = gettext("To jest już w drodze w innej płatności. Nie płać tego drugi raz.")
        return choosing_again(links, {"faktura": told}, found)
    except StillRunning:
        return _on(_given(key))
    except KeyReused:
        return summary(chosen, links, found, changed=True, status=409)
    except NoRoom as full:
        trouble = (
            gettext("Nie mogliśmy teraz zapisać płatności, więc się nie zaczęła. Spróbuj później.")
            if full.disk_is_full
            else gettext("Nie mogliśmy teraz zapisać płatności, więc się nie zaczęła. Spróbuj za pół minuty.")
        )
        wait = int(full.retry_after)
        return summary(chosen, links, found, key=key, trouble=trouble, status=503, retry_after=wait)
    return _on(begun)


def _given(key: str) -> Payment | Running | None:
    """What was begun with this key.

    A twin that tells the operator just now is waited for: a browser shows only the answer to the last click.
    """
    end = time.monotonic() + _TWIN_SECONDS
    while True:
        try:
            return intents.given(portal(), key=key, account_id=account_id(), body=form.body())
        except StillRunning:
            if time.monotonic() > end:
                return Running()
            time.sleep(_STEP_SECONDS)


def _on(payment: Payment | Running | None) -> ResponseReturnValue:
    """To the operator's page while it waits there, else to the payment's own."""
    if not isinstance(payment, Payment):
        return redirect(url_for("pages.payment_return"), 303)
    if payment.redirect_url is not None:
        return redirect(payment.redirect_url, 303)
    return redirect(url_for("pages.payment", no=payment.public_id), 303)
