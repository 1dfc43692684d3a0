"""What customers sent and what is stuck of it: a clerk sees why, sends it again, settles it by hand, takes it away."""

from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from gateway.outbox import desk, exporting, parcel, words
from gateway.outbox.records import LONGEST_CASE_NO, State
from gateway.pages.paging import paged_by
from gateway.pages.question import Question
from gateway.portal import portal
from gateway.readings.by_serial import Reason
from gateway.staff.blueprint import bp
from gateway.staff.handles import account_handle
from gateway.staff.troubles import Trouble, of_submission
from gateway.staff.who import by, looked, staff_only

_STATES = {
    State.SCANNING: _l("czeka na skaner wirusów"),
    State.RECEIVED: _l("przyjęte, czeka w kolejce"),
    State.SENDING: _l("właśnie wysyłane"),
    State.RETRY: _l("nie wysłane, będzie ponawiane"),
    State.UNKNOWN: _l("nie wiadomo, czy dotarło"),
    State.MANUAL: _l("czeka na decyzję pracownika"),
    State.DELIVERED: _l("w systemie rozliczeniowym"),
    State.REJECTED: _l("odmowa systemu"),
    State.SETTLED: _l("załatwione ręcznie"),
}
_REASONS = {
    "in-erp": _l("jest już w systemie rozliczeniowym"),
    "withdrawn": _l("klient się wycofał"),
    "repeated": _l("klient wysłał to ponownie"),
    "other": _l("inny powód"),
}
_FOR_A_PERSON = {
    Reason.NO_METER.value: _l("żaden wodomierz tego odbiorcy nie ma takiego numeru fabrycznego"),
    Reason.SEVERAL_METERS.value: _l("kilka wodomierzy tego odbiorcy ma ten sam numer fabryczny"),
    Reason.NOT_ON_THE_DIAL.value: _l("wskazanie ma więcej cyfr niż liczydło tego wodomierza"),
    Reason.UNLIKELY.value: _l("odczyt nie pasuje do tego wodomierza, a klienta nie dało się o to zapytać"),
}


@bp.get("/przesylki")
@staff_only()
def outbox() -> ResponseReturnValue:
    stuck = desk.Stuck(portal().database, portal().clock.now())
    page = paged_by(stuck.rows, stuck.total(), Question(request.args).number("strona"))
    looked("submissions.listed", detail=f"{len(page.rows)} of {page.total}")
    done = request.args.get("done", "")
    return render_template("staff/outbox.html", page=page, done=done, **_names())


@bp.get("/przesylki/<public_id>")
@staff_only()
def submission(public_id: str) -> ResponseReturnValue:
    return _shown(_get(public_id))


@bp.get("/przesylki/<public_id>/tresc")
@staff_only()
def submission_content(public_id: str) -> ResponseReturnValue:
    found = _get(public_id)
    opened = _opened(found)
    return _shown(found, rows=words.rows(opened.content, str(get_locale())), opened=opened)


@bp.post("/przesylki/<public_id>/ponow")
@staff_only()
def send_submission(public_id: str) -> ResponseReturnValue:
    _get(public_id)
    try:
        desk.retry(portal(), public_id, by())
    except desk.NotNow:
        return _shown(_get(public_id), late=True, status=409)
    return redirect(url_for("staff.outbox", done="sent"), 303)


@bp.post("/przesylki/<public_id>/rozlicz")
@staff_only()
def settle_submission(public_id: str) -> ResponseReturnValue:
    found = _get(public_id)
    reason, case_no = request.form.get("reason", ""), request.form.get("case_no", "").strip()
    mistakes: dict[str, Any] = {}
    if reason not in desk.REASONS:
        mistakes["reason"] = _l("Wybierz powód. Zapiszemy go w dzienniku.")
    if len(case_no) > LONGEST_CASE_NO:
        mistakes["case_no"] = _l("Numer sprawy jest za długi.")
    elif not case_no.isprintable():
        mistakes["case_no"] = _l("Są tu znaki, których nie da się wydrukować. Wpisz to jeszcze raz ręcznie.")
    if mistakes:
        return _shown(found, mistakes=mistakes, status=400)
    try:
        desk.settle(portal(), public_id, by(), reason=reason, case_no=case_no)
    except desk.NotNow:
        return _shown(_get(public_id), late=True, status=409)
    return redirect(url_for("staff.outbox", done="settled"), 303)


@bp.get("/przesylki/<public_id>/eksport")
@staff_only()
def export_submission(public_id: str) -> ResponseReturnValue:
    found = _get(public_id)
    try:
        pieces = exporting.export(portal(), public_id, by())
    except parcel.Unreadable:
        return _shown(found, unreadable=True, status=409)
    answer = Response(pieces, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.public_id}.zip"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _get(public_id: str) -> desk.Shown:
    try:
        return desk.get(portal().database, public_id)
    except desk.NotThere:
        abort(404)


def _opened(found: desk.Shown) -> parcel.Parcel:
    try:
        return desk.content(portal(), found.public_id, by())
    except parcel.Unreadable:
        abort(404)


def _why(error: str) -> Trouble:
    said = {**_REASONS, **_FOR_A_PERSON}.get(error)
    return Trouble(said) if said else of_submission(error)


def _names() -> dict[str, Any]:
    language = str(get_locale())
    return {
        "where": _STATES,
        "reasons": _REASONS,
        "why": _why,
        "kind_name": lambda kind: words.kind_name(kind, language),
    }


def _shown(found: desk.Shown, *, status: int = 200, **more: Any) -> ResponseReturnValue:
    looked("submission.viewed", subject=found.public_id, account_id=found.account_id, customer_no=found.customer_no)
    values = {"mistakes": {}, "late": False, "unreadable": False, "rows": None, "opened": None, **more}
    return render_template(
        "staff/outbox_one.html",
        each=found,
        account=account_handle(found.account_id) if found.account_id else None,
        **values,
        **_names(),
    ), status
