"""Refuses the one character that a database may not keep (NUL), before anything looks for what was typed."""

import json

from flask import Flask, abort, request
from werkzeug.datastructures import MultiDict


def init_app(app: Flask) -> None:
    app.before_request(_readable)


def _readable() -> None:
    """400 for a NUL in the path, the query or a form; the API and the hooks look into their bodies themselves."""
    form = () if request.path.startswith(("/api/", "/hooks/")) else _texts(request.form)
    typed = (request.path, *_texts(request.args), *form)
    if any("\0" in each for each in typed):
        abort(400)


def has_nul(body: object) -> bool:
    """Whether a text anywhere in a JSON value has a NUL."""
    return "\\u0000" in json.dumps(body).replace("\\\\", "")


def _texts(pairs: MultiDict[str, str]) -> list[str]:
    return [text for name, values in pairs.lists() for text in (name, *values)]
