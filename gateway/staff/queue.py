"""The queue of registrations: what was typed beside what the ERP said of it, and a clerk's decision."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from gateway.pages.paging import paged
from gateway.pages.question import Question
from gateway.portal import portal
from gateway.registration import service
from gateway.registration.service import AlreadyDecided, ChangedMeanwhile, NotChecked, NotThere, Waiting
from gateway.requester import network
from gateway.staff.blueprint import bp
from gateway.staff.handles import account_handle
from gateway.staff.who import looked, staff, staff_id, staff_only
from gateway.staff.words import comparison

LONGEST_TEXT = 600
_TOO_LATE: dict[type[Exception], str] = {AlreadyDecided: "decided", NotChecked: "unripe", ChangedMeanwhile: "changed"}
_LATE: tuple[type[Exception], ...] = (*_TOO_LATE, NotThere)


@bp.get("/")
@staff_only()
def queue() -> ResponseReturnValue:
    waiting = service.waiting(portal())
    page = paged(waiting, Question(request.args).number("strona"))
    looked("registrations.listed", detail=f"{len(page.rows)} of {page.total}")
    return render_template("staff/queue.html", page=page, done=request.args.get("done", ""))


@bp.get("/zgloszenia/<public_id>")
@staff_only()
def registration(public_id: str) -> ResponseReturnValue:
    return _shown(_get(public_id))


@bp.post("/zgloszenia/<public_id>/potwierdz")
@staff_only()
def confirm(public_id: str) -> ResponseReturnValue:
    _get(public_id)
    try:
        is_new = service.confirm(portal(), public_id, seen=request.form.get("seen", ""), **_by())
    except _LATE as error:
        return _too_late(public_id, error)
    return redirect(url_for("staff.queue", done="confirmed" if is_new else "linked"), 303)


@bp.post("/zgloszenia/<public_id>/odmow")
@staff_only()
def refuse(public_id: str) -> ResponseReturnValue:
    found = _get(public_id)
    reason, words = request.form.get("reason", ""), _text("note")
    if reason not in service.REASONS:
        return _shown(found, {"reason": _l("Wybierz powód odmowy. Napiszemy go w wiadomości.")})
    if len(words) > LONGEST_TEXT:
        return _shown(found, {"note": _too_long()})
    try:
        service.refuse(portal(), public_id, **_by(), reason=reason, note=words)
    except _LATE as error:
        return _too_late(public_id, error)
    return redirect(url_for("staff.queue", done="refused"), 303)


@bp.post("/zgloszenia/<public_id>/zapytaj")
@staff_only()
def ask(public_id: str) -> ResponseReturnValue:
    found = _get(public_id)
    question = _text("question")
    if len(question) < 5:
        return _shown(found, {"question": _l("Napisz, o co pytasz. Wyślemy to e-mailem.")})
    if len(question) > LONGEST_TEXT:
        return _shown(found, {"question": _too_long()})
    try:
        service.ask_again(portal(), public_id, **_by(), question=question)
    except _LATE as error:
        return _too_late(public_id, error)
    return redirect(url_for("staff.queue", done="asked"), 303)


def _get(public_id: str) -> Waiting:
    try:
        return service.get(portal(), public_id)
    except NotThere:
        abort(404)


def _by() -> dict[str, Any]:
    return {"staff_login": staff().login, "staff_id": staff_id(), "network": network()}


def _text(name: str) -> str:
    return "\n".join(request.form.get(name, "").split("\r\n")).strip()


def _too_long() -> Any:
    return _l("Skróć ten tekst do %(longest)s znaków.", longest=str(LONGEST_TEXT))


def _too_late(public_id: str, error: Exception) -> ResponseReturnValue:
    """Decided by another, not ripe, or another by now: the page as it is now, and a word about it; 404 where gone."""
    return _shown(_get(public_id), late=_TOO_LATE.get(type(error), ""), status=409)


def _shown(
    found: Waiting, mistakes: dict[str, Any] | None = None, *, late: str = "", status: int = 200
) -> ResponseReturnValue:
    number = found.typed.customer_no[:32] if found.typed else None
    looked("registration.viewed", subject=found.public_id, account_id=found.account_id, customer_no=number)
    return render_template(
        "staff/registration.html",
        each=found,
        course=service.course(portal(), found),
        rows=comparison(found),
        mistakes=mistakes or {},
        late=late,
        reasons=service.reason_texts(str(get_locale())),
        account=account_handle(found.account_id) if found.account_id else None,
    ), 400 if mistakes else status
