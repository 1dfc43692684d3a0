"""Choosing the language, the contrast and the size of letters, with links and a form that need no JavaScript."""

from dataclasses import replace

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug import Response

from gateway.next_page import safe_next
from gateway.pages.blueprint import bp
from gateway.pages.preferences import LANGUAGES, SIZES, THEMES, look, remember


@bp.get("/jezyk/<code>")
def language(code: str) -> ResponseReturnValue:
    if code not in LANGUAGES:
        abort(404)
    return remember(replace(look(), language=code), _back())


@bp.get("/wyglad")
def appearance() -> ResponseReturnValue:
    """The form; or, with ``motyw`` or ``czcionka`` in the address, the choice is made and the reader is taken back."""
    theme = request.args.get("motyw", look().theme)
    size = request.args.get("czcionka", look().size)
    if "motyw" not in request.args and "czcionka" not in request.args:
        return render_template("appearance.html")
    if theme not in THEMES or size not in SIZES:
        abort(404)
    return remember(replace(look(), theme=theme, size=size), _back())


def _back() -> Response:
    """To where the reader was; the login form is such a place too, and checks its own ``next`` again."""
    wanted = request.args.get("next", "")
    if wanted.startswith("/staff/"):
        back = safe_next(wanted, blueprint="staff", start="staff.queue", besides="staff.login")
    else:
        back = safe_next(wanted, besides="pages.login")
    return redirect(back, 303)
