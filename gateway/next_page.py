"""Decides where to go after logging in: only to a page of our own."""

import re

from flask import current_app, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

# One slash, then neither a slash nor a backslash: browsers read "//", "/\" and control characters as another host.
_OWN = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", re.ASCII)


def safe_next(value: str | None, *, blueprint: str = "pages", start: str = "pages.start", besides: str = "") -> str:
    """The path itself if it leads to one of our pages by GET, else the start page.

    The staff have pages, and a start page, of their own. The login page is none, unless ``besides`` names its endpoint.
    """
    start_page = url_for(start)
    if not value or len(value) > 500 or not _OWN.fullmatch(value):
        return start_page
    path = value.partition("?")[0].partition("#")[0]
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return start_page
    own = endpoint.startswith(f"{blueprint}.") and not endpoint.endswith(".login")
    return value if own or endpoint == besides else start_page
