"""Signing in and out in a browser, and who is asking."""

from typing import Any

from flask import current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user, logout_user
from werkzeug import Response

from gateway import requester
from gateway.portal import portal
from gateway.selfservice import devices, second_factor
from gateway.selfservice.entry import EMAIL, enter
from gateway.selfservice.person import Who
from gateway.session_store import Overtaken, SignedIn

UNSENT = "nie-wyslano"
"""Tells the login page that a form was not taken, so that it says where what was typed still is."""


def log_in(login: str, password: str) -> bool:
    """Sign the browser in with a fresh session; False, after the same time, when login or password are wrong."""
    network, device_key = requester.network(), request.cookies.get(_device_cookie(), "")
    entry = enter(portal(), login, password, network=network, device_key=device_key)
    if entry is None:
        return False
    try:
        begin(entry.person.id, waits_for=entry.waits_for, password_hash=entry.password_hash)
    except Overtaken:
        return False
    if entry.method == EMAIL:
        second_factor.send_code(portal(), entry.person, signed_in().session_id)
    return True


def begin(account_id: int, **more: Any) -> None:
    """Give the browser a fresh session, in place of the one that it has; ``more`` as ``Sessions.begin`` takes it.

    Raises ``Overtaken``.
    """
    sessions, now = portal().page_sessions, portal().clock.now()
    key, _ = sessions.begin(now, account_id=account_id, device=requester.device(), **more)
    log_out()
    session.clear()  # with the form token of whoever sat here before
    found = sessions.find(key, now)
    if found:
        login_user(found)


def trust_this_browser(answer: Response, account_id: int) -> Response:
    """Remember that this browser has shown its second factor."""
    key, life = devices.trust(portal(), account_id)
    answer.set_cookie(
        _device_cookie(),
        key,
        max_age=life,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return answer


def _device_cookie() -> str:
    return "__Host-ebok-device" if current_app.config["SESSION_COOKIE_SECURE"] else "ebok-device"


def log_out() -> None:
    """End the browser's session on the server."""
    if current_user.is_authenticated:
        portal().page_sessions.end(current_user.key)
    logout_user()


def signed_in() -> SignedIn:
    """Who is asking: by cookie on the pages, by bearer token over the API; only behind a check of either."""
    found = g.get("token_holder") or current_user._get_current_object()
    assert isinstance(found, SignedIn)
    return found


def who() -> Who:
    """The same, as the audit log names them."""
    found = signed_in()
    return Who(found.account_id or 0, requester.network())


def init_app(manager: LoginManager) -> None:
    """Teach flask-login where the portal keeps its sessions."""
    manager.session_protection = None  # the server's own rows decide, not addresses
    manager.unauthorized_handler(_to_the_login_page)
    manager.user_loader(lambda key: portal().page_sessions.find(key, portal().clock.now()))


def _to_the_login_page() -> Response:
    """And back to the page afterwards. What was typed is kept by nobody but the browser, so the page says so."""
    address = request.full_path.rstrip("?")
    rule = request.url_rule
    values: dict[str, Any] = {"next": address}
    if request.method == "POST" and rule is not None and "GET" in (rule.methods or ()):
        values[UNSENT] = "1"
    return redirect(url_for("pages.login", **values))
