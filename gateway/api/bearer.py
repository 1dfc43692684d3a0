"""Lets in whoever holds a token; cookies belong to the pages and are not looked at here."""

from flask import abort, g, request

from gateway.portal import portal
from gateway.session_store import SignedIn


def require_token() -> None:
    """Before a view: find the holder of the bearer token, or answer 401."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    found = None
    if scheme.lower() == "bearer" and key.strip():
        found = portal().token_sessions.find(key.strip(), portal().clock.now())
    if found is None:
        abort(401)
    g.token_holder = found


def token_holder() -> SignedIn:
    """The holder whom ``require_token`` found."""
    holder = g.token_holder
    assert isinstance(holder, SignedIn)
    return holder
