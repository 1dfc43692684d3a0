"""Whose data may be shown: the session's account decides through its links, never the request."""

import secrets

from flask import abort, g

from gateway.accounts import Link, links_of
from gateway.portal import portal
from gateway.sessions import signed_in


def current_links() -> list[Link]:
    """The customers whom the signed-in account may see."""
    if "links" not in g:
        g.links = links_of(portal().database, signed_in().account_id or 0)
    found: list[Link] = g.links
    return found


def link_or_404(public_id: str) -> Link:
    """The account's link of that name; a stranger's and one that does not exist are both 404."""
    for link in current_links():
        if secrets.compare_digest(link.public_id.encode(), public_id.encode()):
            return link
    return abort(404)
