"""Signing in and out in a browser, and who is asking."""

from flask import g, session
from flask_login import LoginManager, current_user, login_user, logout_user

from gateway.accounts import account_id_for
from gateway.portal import portal
from gateway.session_store import SignedIn


def log_in(login: str, password: str) -> bool:
    """Sign the browser in with a fresh session; False, after the same time, when login or password are wrong."""
    account_id = account_id_for(portal().database, login, password)
    if account_id is None:
        return False
    log_out()
    session.clear()  # with the form token of whoever sat here before
    sessions, now = portal().page_sessions, portal().clock.now()
    key, _ = sessions.begin(account_id, now)
    found = sessions.find(key, now)
    return bool(found and login_user(found))


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


def init_app(manager: LoginManager) -> None:
    """Teach flask-login where the portal keeps its sessions."""
    manager.session_protection = None  # the server's own rows decide, not addresses
    manager.login_view = "pages.login"
    manager.login_message = None  # the login page says it itself, in the reader's language

    manager.user_loader(lambda key: portal().page_sessions.find(key, portal().clock.now()))
