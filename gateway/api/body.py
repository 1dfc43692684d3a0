"""Refuses bodies that are no readable JSON before anything else looks at them."""

import json

from flask import Flask, abort, request

from gateway.unwritable import has_nul


def init_app(app: Flask) -> None:
    app.before_request(_readable)


def _readable() -> None:
    """415 for another type of content; 400 for what is no JSON, nested without end, or no text at all."""
    if not request.path.startswith("/api/") or not request.content_length:
        return
    if request.mimetype != "application/json":
        abort(415)
    try:
        body = request.get_json()
        json.dumps(body, ensure_ascii=False).encode()
    except (RecursionError, UnicodeEncodeError):
        abort(400)
    if has_nul(body):
        abort(400)
