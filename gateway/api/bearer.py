"""Lets in whoever holds a token; cookies belong to the pages and are not looked at here."""

from typing import Any

from flask import abort, g, request
from sqlalchemy import select

from gateway.models import CustomerLink
from gateway.portal import portal
from gateway.problem_kinds import KINDS
from gateway.problems import problem_response
from gateway.selfservice import gate
from gateway.session_store import SignedIn

_OF_ONE_LINK = {
    *("customers.list_invoices", "customers.get_invoice", "customers.get_document"),
    *("customers.get_transfer", "customers.get_transfer_svg"),
}


def require_token() -> Any:
    """Before a view: find the holder of the bearer token and let them in, or answer why not.

    A personal token opens the invoices of its one link: another link is 404, another call 403.
    """
    find_holder(personal=True)
    holder = token_holder()
    if holder.link_id is None:
        return gate.problem(holder)
    if request.endpoint not in _OF_ONE_LINK:
        return problem_response(KINDS["out-of-scope"])
    with portal().database.reading() as connection:
        own = connection.execute(select(CustomerLink.public_id).where(CustomerLink.id == holder.link_id)).scalar()
    if own is None or own != (request.view_args or {}).get("cid"):
        abort(404)
    return None


def find_holder(*, personal: bool = False) -> None:
    """Find the holder of the bearer token, whatever they still have to do, or answer 401."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    found = None
    if scheme.lower() == "bearer" and key.strip():
        now = portal().clock.now()
        found = portal().token_sessions.find(key.strip(), now)
        if found is None and personal:
            found = portal().personal_sessions.find(key.strip(), now)
    if found is None:
        abort(401)
    g.token_holder = found


def token_holder() -> SignedIn:
    """The holder whom ``require_token`` found."""
    holder = g.token_holder
    assert isinstance(holder, SignedIn)
    return holder
