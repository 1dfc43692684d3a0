"""Who of the staff is asking: a session and a cookie of their own, which open nothing of a customer's."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort, after_this_request, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from werkzeug import Response

from gateway import audit
from gateway.outbox.desk import By
from gateway.portal import portal
from gateway.requester import device, network
from gateway.session_store import SignedIn

SECOND_FACTOR, ENROLMENT, PASSWORD = "second_factor", "enrolment", "password"
_STEPS = {SECOND_FACTOR: "staff.second_factor", ENROLMENT: "staff.enrol", PASSWORD: "staff.password"}


def cookie_name() -> str:
    return "__Host-ebok-staff" if current_app.config["SESSION_COOKIE_SECURE"] else "ebok-staff"


def asking() -> SignedIn | None:
    """Whoever holds a session of the staff, also one that still waits for a step of the login."""
    if "staff" not in g:
        key = request.cookies.get(cookie_name(), "")
        g.staff = portal().staff_sessions.find(key, portal().clock.now()) if key else None
    found: SignedIn | None = g.staff
    return found


def staff() -> SignedIn:
    """Who is asking; only behind ``staff_only`` or ``at_step``."""
    found = asking()
    assert found is not None
    return found


def staff_id() -> int:
    found = staff().staff_id
    assert found is not None
    return found


def begin(person_id: int, *, waits_for: str) -> None:
    """Sign this browser in with a fresh session in place of the one it had; the cookie goes out with the answer."""
    end()
    sessions, now = portal().staff_sessions, portal().clock.now()
    key, _ = sessions.begin(now, staff_id=person_id, waits_for=waits_for, device=device())
    g.staff = sessions.find(key, now)
    _send_cookie(key)


def end() -> None:
    """End this browser's session on the server."""
    found = asking()
    if found is not None:
        portal().staff_sessions.end(found.key)
    g.staff = None
    if request.cookies.get(cookie_name()):
        _send_cookie("")


def staff_only(role: str = "") -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """Let nobody in who is not signed in to the end; with ``role`` nobody of another role, to whom it is not there."""

    def wrapped(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            found = asking()
            if found is None:
                return redirect(url_for("staff.login", next=_wanted()), 303)
            if found.waits_for:
                return redirect(url_for(_STEPS[found.waits_for]), 303)
            if role and found.role != role:
                abort(404)
            return view(*args, **kwargs)

        return checked

    return wrapped


def at_step(step: str) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """Let only those in whose login waits for this step."""

    def wrapped(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            found = asking()
            if found is None:
                return redirect(url_for("staff.login"), 303)
            if found.waits_for != step:
                return redirect(url_for(_STEPS.get(found.waits_for, "staff.queue")), 303)
            return view(*args, **kwargs)

        return checked

    return wrapped


def by() -> By:
    """Whoever is asking, for a deed at a clerk's desk."""
    return By(audit.actor_staff(staff().login), network())


def note(connection: Connection, action: str, **more: Any) -> None:
    """Write into the audit log what whoever is asking does, in the transaction of the deed."""
    now, who = portal().clock.now(), audit.actor_staff(staff().login)
    audit.record(connection, at=now, actor=who, action=action, network=network(), **more)


def looked(action: str, **more: Any) -> None:
    """Write into the audit log that whoever is asking looked at something."""
    with portal().database.transaction() as connection:
        note(connection, action, **more)


def _wanted() -> str | None:
    """Where to go after the login, where that is not the first page anyway."""
    first = url_for("staff.queue")
    return request.full_path.rstrip("?") if request.method == "GET" and request.path != first else None


def _send_cookie(key: str) -> None:
    name, secure = cookie_name(), bool(current_app.config["SESSION_COOKIE_SECURE"])
    g.staff_cookie = key
    if g.get("staff_cookie_goes_out"):
        return
    g.staff_cookie_goes_out = True

    @after_this_request
    def send(answer: Response) -> Response:
        if g.staff_cookie:
            answer.set_cookie(name, g.staff_cookie, secure=secure, httponly=True, samesite="Strict")
        else:
            answer.delete_cookie(name, secure=secure, httponly=True, samesite="Strict")
        return answer
