"""What an administrator looks after: the staff, the terms in force, the settings without their secrets, the log."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection

from adapters.clock import WARSAW
from gateway import audit_query
from gateway.pages.question import Question
from gateway.password_rules import weakness
from gateway.portal import portal
from gateway.staff import people
from gateway.staff.blueprint import bp
from gateway.staff.handles import account_handle, open_person, person_handle
from gateway.staff.people import ADMINISTRATOR
from gateway.staff.settings_shown import shown
from gateway.staff.who import looked, note, staff_id, staff_only

_EVENTS = 300
_PASSWORD = _l("Podaj od 12 do 128 znaków, nic oczywistego: bez loginu, nazwy firmy i częstych haseł.")
_SAID = {
    "login": _l("Podaj inny login: od 2 do 64 małych liter, cyfr albo znaków . _ @ + -, którego nikt jeszcze nie ma."),
    "password": _PASSWORD,
    "role": _l("Wybierz rolę."),
}


@bp.get("/pracownicy")
@staff_only(ADMINISTRATOR)
def colleagues() -> ResponseReturnValue:
    return _people()


@bp.post("/pracownicy")
@staff_only(ADMINISTRATOR)
def add_colleague() -> ResponseReturnValue:
    login, password = request.form.get("login", "").strip().lower(), request.form.get("password", "")
    if weakness(password, (login, portal().settings.utility.name)):
        return _people({"password": _PASSWORD})
    now = portal().clock.now()
    until = people.first_password_end(now, portal().settings.security.first_password_days)
    try:
        people.add_staff(
            portal().database,
            login=login,
            role=request.form.get("role", ""),
            password=password,
            now=now,
            password_until=until,
        )
    except people.StaffProblem as problem:
        return _people({problem.field: _SAID[problem.field]})
    looked("staff.added", subject=login, detail=request.form["role"])
    return redirect(url_for("staff.colleagues", done="added"), 303)


@bp.post("/pracownicy/<handle>/zablokuj")
@staff_only(ADMINISTRATOR)
def lock_colleague(handle: str) -> ResponseReturnValue:
    now = portal().clock.now()
    return _changed(handle, "locked", lambda connection, person: people.lock(connection, person, now))


@bp.post("/pracownicy/<handle>/odblokuj")
@staff_only(ADMINISTRATOR)
def unlock_colleague(handle: str) -> ResponseReturnValue:
    return _changed(handle, "unlocked", people.unlock)


@bp.post("/pracownicy/<handle>/drugi-skladnik")
@staff_only(ADMINISTRATOR)
def reset_colleague(handle: str) -> ResponseReturnValue:
    return _changed(handle, "second_factor_reset", people.forget_second_factor)


@bp.post("/pracownicy/<handle>/haslo")
@staff_only(ADMINISTRATOR)
def set_colleague_password(handle: str) -> ResponseReturnValue:
    password, person = request.form.get("password", ""), people.by_id(portal().database, open_person(handle))
    if person is None or weakness(password, (person.login, portal().settings.utility.name)):
        return _people({f"password-{handle}": _PASSWORD})
    until = people.first_password_end(portal().clock.now(), portal().settings.security.first_password_days)
    password_hash = people.hashed(password)

    def set_it(connection: Connection, person_id: int) -> None:
        people.set_password(connection, person_id, password_hash, until=until)

    return _changed(handle, "password_set", set_it)


@bp.get("/regulamin")
@staff_only(ADMINISTRATOR)
def terms() -> ResponseReturnValue:
    looked("terms.viewed")
    return render_template("staff/terms.html", terms=portal().terms)


@bp.get("/ustawienia")
@staff_only(ADMINISTRATOR)
def settings() -> ResponseReturnValue:
    looked("settings.viewed")
    return render_template("staff/settings.html", sections=shown(portal().settings))


@bp.route("/dziennik", methods=["GET", "POST"])
@staff_only(ADMINISTRATOR)
def audit_log() -> ResponseReturnValue:
    """Who saw or changed what; by POST, so that whom one asks about stays out of addresses."""
    question = Question(request.form)
    since = question.day("since")
    asked = {name: question.typed(name) for name in ("customer_no", "account", "staff")}
    number = asked["customer_no"][:32] or None  # as long as one can be
    events: Any = None
    if request.method == "POST" and not question.mistakes:
        start = datetime.combine(since, time(), WARSAW) if since else None
        with portal().database.transaction() as connection:
            events = audit_query.find(
                connection,
                customer_no=asked["customer_no"],
                account=asked["account"],
                staff=asked["staff"],
                since=start,
                limit=_EVENTS,
            )
            note(connection, "audit.searched", customer_no=number, detail=f"{len(events)} found")
    page = render_template(
        "staff/audit.html", question=question, asked=asked, events=events, most=_EVENTS, handle=account_handle
    )
    return page, 400 if question.mistakes else 200


def _changed(handle: str, word: str, change: Callable[[Connection, int], None]) -> ResponseReturnValue:
    person = people.by_id(portal().database, open_person(handle))
    if person is None:
        abort(404)
    if person.id == staff_id():
        return _people(problem="oneself", status=409)
    try:
        with portal().database.transaction() as connection:
            change(connection, person.id)
            note(connection, f"staff.{word}", subject=person.login)
    except people.StaffProblem as problem:
        return _people(problem=problem.field, status=409)
    return redirect(url_for("staff.colleagues", done=word), 303)


def _people(mistakes: dict[str, Any] | None = None, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    looked("staff.listed")
    return render_template(
        "staff/people.html",
        everybody=people.everybody(portal().database),
        handle=person_handle,
        own_id=staff_id(),
        mistakes=mistakes or {},
        problem=problem,
        done=request.args.get("done", ""),
    ), 400 if mistakes else status
