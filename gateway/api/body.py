"""Refuses bodies that are no readable JSON before anything else looks at them."""

import json
from typing import Any

from flask import Flask, abort, request

from gateway.unwritable import has_nul

READ_BY_THE_CALL = {"customers.send_submission", "outages.report_outage"}
"""The calls that also take forms with files, and read their bodies only once they know who sends them."""


def init_app(app: Flask) -> None:
    app.before_request(_readable)


def readable_json() -> Any:
    """The body's JSON; answers 400 for what is none, nested without end, or no text that can be kept."""
    try:
        body = request.get_json()
        json.dumps(body, ensure_ascii=False).encode()
    except (RecursionError, UnicodeEncodeError):
        abort(400)
    if has_nul(body):
        abort(400)
    return body


def _readable() -> None:
    """415 for another type of content; 400 as above."""
    if not request.path.startswith("/api/") or not request.content_length or request.endpoint in READ_BY_THE_CALL:
        return
    if request.mimetype != "application/json":
        abort(415)
    readable_json()
