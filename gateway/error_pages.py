"""An error as a page, in the frame that whoever is signed in knows: their menu and the way out.

The billing system is never asked for it, and our own memory only where it is not what failed.
"""

from typing import Any

from flask import g, render_template, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from adapters.errors import AdapterError
from gateway.customers import current_links
from gateway.files.limits import too_many_parts
from gateway.portal import portal
from gateway.problem_kinds import Problem
from gateway.selfservice import gate
from gateway.session_store import SignedIn
from gateway.staff.who import asking
from gateway.submitting import uploads

_OURS = ("internal", "memory-unavailable")
_PAY = ("pages.pay", "pages.pay_for_several")


def render(kind: Problem, error: Exception, detail: str) -> str:
    """The page of a problem, in the reader's language."""
    frame = _staff if request.path.startswith("/staff") else _customer
    try:
        found = frame(ask=kind.name not in _OURS)
    except SQLAlchemyError:
        found = frame(ask=False)
    if kind.name == "too-large" and request.blueprint == "pages" and uploads.taking():
        found |= {"form_with_files": portal().settings.files, "many_parts": too_many_parts()}
    # The operator is told of a payment only after the billing system was asked, and is never asked for an error of it.
    found["not_begun"] = request.endpoint in _PAY and isinstance(error, AdapterError)
    return render_template(f"errors/{kind.name}.html", problem=kind, error=error, detail=detail, **found)


def _customer(*, ask: bool) -> dict[str, Any]:
    """Who reads a customer's page; without ``ask`` as far as the request had found out before it failed."""
    reader = current_user._get_current_object() if ask or "_login_user" in g else None
    if not isinstance(reader, SignedIn):
        return {}
    if gate.step_of(reader) is not None:
        return {"reader": reader, "half_in": True}
    links = current_links() if ask or "links" in g else []
    link = g.get("link") or (links[0] if len(links) == 1 else None)
    return {"reader": reader, "link": link, "several": len(links) > 1}


def _staff(*, ask: bool) -> dict[str, Any]:
    found = asking() if ask or "staff" in g else None
    if found is None:
        return {}
    return {"half_in": True} if found.waits_for else {"me": found}
