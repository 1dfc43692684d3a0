"""The staff's login: name and password, then the second factor, and their own password."""

from math import ceil
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from gateway import audit
from gateway.codes import OF_STAFF
from gateway.next_page import safe_next
from gateway.password_rules import weakness
from gateway.portal import portal
from gateway.requester import network
from gateway.selfservice import sentences
from gateway.staff import people, who
from gateway.staff.blueprint import bp
from gateway.staff.who import ENROLMENT, PASSWORD, SECOND_FACTOR, at_step, note, staff, staff_id, staff_only
from gateway.totp import app_link, new_secret, qr_image

_NETWORK_FREE = 20  # a whole office may stand behind one address
_WRONG = _l("Login i hasło nie pasują do siebie. Sprawdź jedno i drugie i spróbuj jeszcze raz.")
_WRONG_CODE = _l("Ten kod nie pasuje albo był już użyty. Poczekaj na następny w aplikacji i wpisz go.")


@bp.route("/logowanie", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    wanted = _wanted()
    found = who.asking()
    if found is not None and not found.waits_for:
        return redirect(wanted, 303)
    if request.method == "GET":
        return render_template("staff/login.html", wanted=wanted, mistakes={}, typed="")
    name = request.form.get("login", "").strip()[:64]
    keys = (("staff", name.lower()), ("staff-network", network()))
    if slow := _slowed(*keys):
        return render_template("staff/login.html", wanted=wanted, mistakes={"login": slow}, typed=name), 429
    person = people.who_is(portal().database, name, request.form.get("password", ""), portal().clock.now())
    if person is None:
        _failed(keys, name)
        return render_template("staff/login.html", wanted=wanted, mistakes={"login": _WRONG}, typed=name), 401
    portal().throttles.succeeded(keys[0])
    return _go_on(person, wanted, shown=False)


@bp.route("/drugi-skladnik", methods=["GET", "POST"], endpoint="second_factor")
@at_step(SECOND_FACTOR)
def show_code() -> ResponseReturnValue:
    """The code of the app, or a recovery code in its place."""
    mistakes: dict[str, Any] = {}
    key = ("staff-code", str(staff_id()))
    status = 200
    if request.method == "POST":
        if slow := _slowed(key):
            mistakes, status = {"code": slow}, 429
        elif _code_fits(request.form.get("code", "")[:40]):
            portal().throttles.succeeded(key)
            person = people.by_id(portal().database, staff_id())
            assert person is not None
            return _go_on(person, _wanted(), shown=True)
        else:
            portal().throttles.failed(portal().clock.now(), key)
            who.looked("staff.code_failed")
            mistakes, status = {"code": _WRONG_CODE}, 401
    return render_template("staff/second_factor.html", mistakes=mistakes, wanted=_wanted()), status


@bp.route("/drugi-skladnik/nowy", methods=["GET", "POST"])
@at_step(ENROLMENT)
def enrol() -> ResponseReturnValue:
    """The first login: the app learns the secret, a code proves it, and the recovery codes are shown this once."""
    sealer, mine = portal().sealer, str(staff_id())
    sealed = request.form.get("sealed", "").encode()
    kept = sealer.open_json(sealed, "staff.enrolment", mine) if sealed else None
    secret = str(kept["secret"]) if kept else new_secret()
    mistakes: dict[str, Any] = {}
    if request.method == "POST":
        key = ("staff-code", mine)
        slow = _slowed(key)
        codes = None if slow else _enrolled(secret, request.form.get("code", "")[:40])
        if codes:
            return render_template("staff/recovery_codes.html", codes=codes)
        if not slow:
            portal().throttles.failed(portal().clock.now(), key)
        mistakes = {"code": slow or _WRONG_CODE}
    issuer = f"eBOK {portal().settings.utility.name}"
    qr = qr_image(app_link(secret, login=staff().login, issuer=issuer))
    sealed_again = sealer.seal_json({"secret": secret}, "staff.enrolment", mine).decode()
    page = render_template("staff/enrol.html", secret=secret, qr=qr, sealed=sealed_again, mistakes=mistakes)
    return page, 401 if mistakes else 200


@bp.route("/haslo/pierwsze", methods=["GET", "POST"])
@at_step(PASSWORD)
def password() -> ResponseReturnValue:
    """A password that somebody else chose is changed before anything else."""
    return _password_form("staff.password")


@bp.route("/haslo", methods=["GET", "POST"])
@staff_only()
def own_password() -> ResponseReturnValue:
    return _password_form("staff.own_password")


@bp.post("/wylogowanie")
def logout() -> ResponseReturnValue:
    if who.asking() is not None:
        who.looked("staff.logged_out")
    who.end()
    return redirect(url_for("staff.login"), 303)


def _go_on(person: people.Person, wanted: str, *, shown: bool) -> ResponseReturnValue:
    """A fresh session for whoever has come this far, and the next step; ``shown`` once the second factor was."""
    waits_for, target = "", wanted
    if portal().settings.security.staff_second_factor and not shown:
        waits_for = SECOND_FACTOR if person.enrolled else ENROLMENT
        target = url_for("staff.second_factor", next=wanted) if person.enrolled else url_for("staff.enrol")
    elif person.password_until is not None:
        waits_for, target = PASSWORD, url_for("staff.password")
    who.begin(person.id, waits_for=waits_for)
    who.looked("staff.password_shown" if waits_for in (SECOND_FACTOR, ENROLMENT) else "staff.logged_in")
    return redirect(target, 303)


def _code_fits(code: str) -> bool:
    sealer, now = portal().sealer, portal().clock.now()
    with portal().database.transaction() as connection:
        if OF_STAFF.use(connection, sealer, staff_id(), code, now):
            return True
        if not OF_STAFF.use_recovery(connection, sealer, staff_id(), code):
            return False
        note(connection, "staff.recovery_code_used")
        return True


def _enrolled(secret: str, code: str) -> list[str] | None:
    """The recovery codes, once the code shows that the app has the secret; the session is a full one from here."""
    sealer, mine = portal().sealer, staff_id()
    with portal().database.transaction() as connection:
        if not people.enrol(connection, sealer, mine, secret, code, portal().clock.now()):
            return None
        codes = OF_STAFF.renew_recovery(connection, sealer, mine)
        note(connection, "staff.second_factor_set")
    person = people.by_id(portal().database, mine)
    assert person is not None
    _go_on(person, "", shown=True)
    return codes


def _password_form(endpoint: str) -> ResponseReturnValue:
    mistakes = _password_mistakes() if request.method == "POST" else {}
    if request.method == "POST" and not mistakes:
        mine, password_hash = staff_id(), people.hashed(request.form["new"])
        with portal().database.transaction() as connection:
            note(connection, "staff.password_changed", subject=staff().login)
            people.set_password(connection, mine, password_hash, until=None)
        who.begin(mine, waits_for="")
        return redirect(url_for("staff.queue", done="password"), 303)
    return render_template("staff/password.html", mistakes=mistakes, action=url_for(endpoint)), 400 if mistakes else 200


def _password_mistakes() -> dict[str, Any]:
    given, new, again = (request.form.get(name, "") for name in ("current", "new", "again"))
    key = ("staff", staff().login)
    if slow := _slowed(key):
        return {"current": slow}
    if people.who_is(portal().database, staff().login, given, portal().clock.now()) is None:
        portal().throttles.failed(portal().clock.now(), key)
        return {"current": sentences.WRONG_CURRENT}
    if weak := weakness(new, (staff().login, portal().settings.utility.name)):
        return {"new": sentences.WEAK[weak]}
    if new == given:
        return {"new": sentences.SAME_PASSWORD}
    return {} if new == again else {"again": sentences.NOT_REPEATED}


def _slowed(*keys: tuple[str, str]) -> LazyString | None:
    seconds = ceil(portal().throttles.wait(portal().clock.now(), *keys).total_seconds())
    return sentences.too_often(seconds) if seconds > 0 else None


def _failed(keys: tuple[tuple[str, str], ...], name: str) -> None:
    now = portal().clock.now()
    portal().throttles.failed(now, keys[0])
    portal().throttles.failed(now, keys[1], free=_NETWORK_FREE)
    known = any(each.login == name.lower() for each in people.everybody(portal().database))
    # What was typed may be anything, a password too, so only a name that we know is written down.
    actor = audit.actor_staff(name.lower()) if known else "nobody"
    with portal().database.transaction() as connection:
        audit.record(connection, at=now, actor=actor, action="staff.login_failed", network=network())


def _wanted() -> str:
    return safe_next(request.values.get("next", ""), blueprint="staff", start="staff.queue")
