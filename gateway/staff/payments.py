"""Payments that wait for a person: a clerk sees why, asks the operator again, or says what became of them."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from gateway.pages.paging import paged
from gateway.pages.question import Question
from gateway.payments import desk, operators
from gateway.payments.states import PaymentState
from gateway.portal import portal
from gateway.staff.blueprint import bp
from gateway.staff.handles import account_handle
from gateway.staff.troubles import of_payment
from gateway.staff.who import by, looked, staff_only

_STATES = {
    PaymentState.INTENT: _l("zapisana, operator jest właśnie pytany"),
    PaymentState.STARTED: _l("klient jest u operatora"),
    PaymentState.UNKNOWN: _l("nie wiadomo, czy operator ją ma"),
    PaymentState.PENDING: _l("operator jeszcze nie jest pewny"),
    PaymentState.PAID: _l("zapłacona, czeka na zaksięgowanie"),
    PaymentState.DOUBT: _l("czeka na decyzję pracownika"),
    PaymentState.BOOKED: _l("zaksięgowana"),
    PaymentState.FAILED: _l("nic nie pobrano"),
}
_OUTCOMES = {
    "paid": _l("klient zapłacił: przekaż wpłatę do systemu rozliczeniowego"),
    "failed": _l("nic nie pobrano albo pieniądze zwrócono"),
    "booked": _l("wpłata jest już zaksięgowana"),
    "overpaid": _l("nadpłata jest zwrócona albo zaliczona"),
}


@bp.get("/platnosci")
@staff_only()
def payments() -> ResponseReturnValue:
    found = desk.in_doubt(portal().database, portal().clock.now())
    page = paged(found, Question(request.args).number("strona"))
    looked("payments.listed", detail=f"{len(page.rows)} of {page.total}")
    done = request.args.get("done", "")
    return render_template("staff/payments.html", page=page, done=done, where=_STATES, why=of_payment)


@bp.get("/platnosci/<public_id>")
@staff_only()
def payment(public_id: str) -> ResponseReturnValue:
    return _shown(_get(public_id))


@bp.get("/platnosci/<public_id>/tresc")
@staff_only()
def payment_content(public_id: str) -> ResponseReturnValue:
    found = _get(public_id)
    return _shown(found, opened=desk.contents(portal(), public_id, by()))


@bp.post("/platnosci/<public_id>/zapytaj")
@staff_only()
def ask_payment(public_id: str) -> ResponseReturnValue:
    _get(public_id)
    try:
        desk.ask(portal(), public_id, by())
    except desk.NotNow:
        return _shown(_get(public_id), late=True, status=409)
    return redirect(url_for("staff.payment", public_id=public_id), 303)


@bp.post("/platnosci/<public_id>/rozlicz")
@staff_only()
def settle_payment(public_id: str) -> ResponseReturnValue:
    found = _get(public_id)
    outcome = request.form.get("outcome", "")
    if outcome not in desk.OUTCOMES:
        return _shown(found, mistakes={"outcome": _l("Wybierz, co się stało. Zapiszemy to w dzienniku.")}, status=400)
    try:
        desk.settle(portal(), public_id, by(), outcome=outcome)
    except desk.NotNow:
        return _shown(_get(public_id), late=True, status=409)
    return redirect(url_for("staff.payments", done="settled"), 303)


def _get(public_id: str) -> desk.Shown:
    try:
        return desk.get(portal().database, public_id)
    except desk.NotThere:
        abort(404)


def _shown(found: desk.Shown, *, status: int = 200, **more: Any) -> ResponseReturnValue:
    looked("payment.viewed", subject=found.public_id, account_id=found.account_id)
    values = {"mistakes": {}, "late": False, "opened": None, **more}
    return render_template(
        "staff/payment.html",
        each=found,
        account=account_handle(found.account_id) if found.account_id else None,
        operator=operators.title(portal(), found.operator),
        where=_STATES,
        why=of_payment,
        outcomes={name: said for name, said in _OUTCOMES.items() if name in found.outcomes},
        **values,
    ), status
