"""Lets the views that take files read larger requests than others, before anything looks into the form."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_login import current_user

from gateway.files.limits import bounded
from gateway.portal import portal

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "takes_files"


def takes_files(view: View) -> View:
    """Mark a view; put it on the innermost function, as wrappers carry the mark along."""
    setattr(view, _MARK, True)
    return view


def init_app(app: Flask) -> None:
    """Must come before whatever reads forms, such as the protection against forged ones."""
    app.before_request(_widen)


def taking() -> bool:
    """Whether the view of this request takes files."""
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, _MARK, False))


def _widen() -> Any:
    """Whoever is not let in anyway, such as after half an hour of writing, is sent to log in without their files."""
    if request.method not in ("POST", "PUT") or not taking():
        return None
    of_a_customer = request.blueprint == "pages" and "cid" in (request.view_args or {})
    if not of_a_customer or current_user.is_authenticated:
        bounded(portal().settings)
    elif (request.content_length or 0) > (request.max_content_length or 0):
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    return None
