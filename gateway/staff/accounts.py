"""Customers' accounts as a clerk sees them: found by login, e-mail or customer number, looked at, locked, helped."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection

from gateway import audit, audit_query
from gateway.passwords import first_password
from gateway.portal import portal
from gateway.registration import service
from gateway.requester import network
from gateway.staff import care, words
from gateway.staff.blueprint import bp
from gateway.staff.handles import account_handle, open_account
from gateway.staff.who import note, staff, staff_only

_EVENTS = 100


@bp.route("/konta", methods=["GET", "POST"])
@staff_only()
def accounts() -> ResponseReturnValue:
    """The search; by POST, because an e-mail address does not belong into an address that logs keep."""
    sought = request.form.get("sought", "").strip()[:254]
    found: Any = None
    if request.method == "POST":
        with portal().database.transaction() as connection:
            found = care.search(connection, sought)
            note(connection, "accounts.searched", detail=f"{len(found)} found")
            for each in found:
                number = sought if sought in each.customer_nos else None
                note(connection, "account.found", account_id=each.id, customer_no=number)
    short = request.method == "POST" and len(sought) < 2
    return render_template(
        "staff/accounts.html",
        sought=sought,
        found=found,
        most=care.FOUND_AT_MOST,
        handle=account_handle,
        mistakes={"sought": _l("Wpisz co najmniej dwa znaki.")} if short else {},
    ), 400 if short else 200


@bp.get("/konta/<handle>")
@staff_only()
def account(handle: str) -> ResponseReturnValue:
    return _shown(open_account(handle))


@bp.post("/konta/<handle>/zablokuj")
@staff_only()
def lock(handle: str) -> ResponseReturnValue:
    account_id, reason = open_account(handle), request.form.get("reason", "")
    if reason not in care.LOCK_REASONS:
        return _shown(account_id, {"reason": _l("Wybierz powód. Zapiszemy go w dzienniku.")})
    return _done(account_id, "locked", lambda connection: care.lock(connection, account_id, _deed(), reason=reason))


@bp.post("/konta/<handle>/odblokuj")
@staff_only()
def unlock(handle: str) -> ResponseReturnValue:
    account_id, reason = open_account(handle), request.form.get("reason", "")
    if reason not in care.UNLOCK_REASONS:
        return _shown(account_id, {"reason": _l("Wybierz powód. Zapiszemy go w dzienniku.")})
    return _done(account_id, "unlocked", lambda connection: care.unlock(connection, account_id, _deed(), reason=reason))


@bp.post("/konta/<handle>/sesje")
@staff_only()
def end_account_sessions(handle: str) -> ResponseReturnValue:
    account_id = open_account(handle)
    return _done(account_id, "ended", lambda connection: care.end_sessions(connection, account_id, _deed()))


@bp.post("/konta/<handle>/haslo")
@staff_only()
def resend_password(handle: str) -> ResponseReturnValue:
    account_id, settings, password = open_account(handle), portal().settings, first_password()

    def resend(connection: Connection) -> None:
        care.resend_first_password(connection, account_id, _deed(), settings, password)

    return _done(account_id, "resent", resend)


def _deed() -> care.Deed:
    return care.Deed(
        actor=audit.actor_staff(staff().login), now=portal().clock.now(), sealer=portal().sealer, network=network()
    )


def _done(account_id: int, word: str, deed: Any) -> ResponseReturnValue:
    try:
        with portal().database.transaction() as connection:
            deed(connection)
    except care.CareProblem as problem:
        return _shown(account_id, problem=problem.word, status=409)
    return redirect(url_for("staff.account", handle=account_handle(account_id), done=word), 303)


def _shown(
    account_id: int, mistakes: dict[str, Any] | None = None, *, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    registrations = service.of_account(portal(), account_id)
    with portal().database.transaction() as connection:
        found = care.get(connection, account_id)
        if found is None:
            abort(404)
        for number in found.customer_nos or (None,):
            note(connection, "account.viewed", account_id=account_id, customer_no=number)
        sessions = care.sessions_of(connection, account_id, portal().clock.now())
        events = audit_query.find(connection, account_id=account_id, limit=_EVENTS)
    return render_template(
        "staff/account.html",
        each=found,
        handle=account_handle(account_id),
        sessions=sessions,
        events=events,
        registrations=registrations,
        reasons=words.UNLOCK_REASONS if found.locked_at else words.LOCK_REASONS,
        can_resend=found.waits_for_first_login and found.email and not found.locked_at,
        mistakes=mistakes or {},
        problem=problem,
        done=request.args.get("done", ""),
    ), 400 if mistakes else status
