"""Whose page this is: settled before a view starts, from the session's account alone."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import g
from flask.typing import ResponseReturnValue
from flask_login import login_required

from gateway.accounts import Link
from gateway.customers import current_links, link_or_404

P = ParamSpec("P")


def for_customer(
    view: Callable[Concatenate[Link, P], ResponseReturnValue],
) -> Callable[..., ResponseReturnValue]:
    """Turn ``<cid>`` of the URL into one of the account's own links, or 404; the frame finds it in ``g`` as well."""

    @wraps(view)
    @login_required
    def own(cid: str, *args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        g.link = link_or_404(cid)
        g.several = len(current_links()) > 1
        return view(g.link, *args, **kwargs)

    return own
