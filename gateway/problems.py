"""One table from what went wrong to what is answered: a page for people, problem+json (RFC 9457) for programs.

Views hold no ``try``; everything that they let through ends here. Nothing of the ERP's answer is repeated.
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, jsonify, request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, SecurityError

from adapters.errors import BadData, NotFound, NotSupported, Rejected, Unavailable
from gateway import incidents
from gateway.field_words import in_words
from gateway.files.limits import too_many_parts
from gateway.outbox import KeyReused, NoRoom, StillRunning
from gateway.passwords import Busy
from gateway.problem_kinds import KINDS, Problem
from gateway.throttle import Slowed
from gateway.tokens import TokenProblem

PREFIX = "/api/v1/problems/"
PROBLEM_JSON = "application/problem+json"

Page = Callable[[Problem, Exception, str], str]
"""Writes the page of a problem: its kind, the error, and the sentence about it."""

# The first class that fits decides, so the narrower stand before the wider.
_OF_ERRORS: tuple[tuple[type[Exception], str], ...] = (
    (Unavailable, "unavailable"),
    (BadData, "bad-data"),
    (NotFound, "not-found"),
    (NotSupported, "not-supported"),
    (Rejected, "rejected"),
    (CSRFError, "form-expired"),
    (SecurityError, "wrong-host"),
    (TokenProblem, "token-not-usable"),
    (SQLAlchemyError, "memory-unavailable"),
    (Slowed, "too-many-tries"),
    (Busy, "busy"),
    (KeyReused, "idempotency-key-reused"),
    (StillRunning, "still-running"),
    (NoRoom, "memory-unavailable"),
)
_MANY_PARTS = _(
    "Przesłany formularz ma za dużo pól i plików, więc go nie przyjęliśmy. Razem może ich być najwyżej %(most)d."
)
_NO_PLACE = _("Nie mamy tego teraz gdzie zapisać, więc nic nie przyjęliśmy. To nasz kłopot. Spróbuj ponownie później.")
_FOR_PROGRAMS = ("/api/", "/hooks/")
# Of several failures: a wait may mend the first, an operator the second.
_PARTS = ("unavailable", "bad-data", "rejected", "not-found", "not-supported")
_OF_STATUS = {400: "malformed", 401: "unauthorized", 404: "not-found", 405: "method-not-allowed"} | {
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid-request",
}


def kind_of(error: Exception) -> Problem:
    """Which kind of problem an exception is; anything unknown is a mistake of ours."""
    for class_, name in _OF_ERRORS:
        if isinstance(error, class_):
            return KINDS[name]
    if isinstance(error, HTTPException):
        return KINDS[_OF_STATUS.get(error.code or 500, "malformed" if (error.code or 500) < 500 else "internal")]
    return KINDS["internal"]


def status_of(errors: Iterable[Exception]) -> tuple[int, dict[str, str]]:
    """Status and headers of a page on which all parts failed: those of the failure that can pass, then of the worst."""
    errors = list(errors)
    found = min(errors, key=lambda error: _PARTS.index(kind_of(error).name))
    waits = [error.retry_after for error in errors if isinstance(error, Unavailable)]
    return kind_of(found).status, {"Retry-After": _seconds(max(waits))} if waits else {}


def refusal(error: Rejected) -> str:
    """Why the billing system refused, in the reader's language as far as the adapter has it."""
    return error.words_in(str(get_locale())) or str(KINDS["rejected"].detail)


def problem_response(kind: Problem, *, detail: str = "", **members: Any) -> Response:
    """The answer for programs: application/problem+json; ``detail`` in place of what is usually said."""
    told = detail or str(kind.detail)
    body = {"type": PREFIX + kind.name, "title": kind.title, "status": kind.status, "detail": told}
    if "errors" in members:
        members["errors"] = in_words(members["errors"])
    answer = jsonify({**body, **members})
    answer.status_code = kind.status
    answer.content_type = PROBLEM_JSON
    answer.content_language = str(get_locale())
    return answer


def init_app(app: Flask, *, page: Page) -> None:
    """Answer every exception from the table; ``page`` writes the page of a problem for people."""
    app.add_template_filter(refusal)
    app.add_template_filter(lambda error: kind_of(error).name, "problem")
    app.register_error_handler(Exception, lambda error: _answer(error, page))


def _answer(error: Exception, page: Page) -> Response:
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
        return error.get_response()  # type: ignore[return-value]  # a redirect of the router's
    kind = kind_of(error)
    incidents.record(error, failed=kind.name in ("internal", "memory-unavailable"))
    if request.path.startswith(_FOR_PROGRAMS):
        answer = problem_response(kind, detail=_detail(kind, error), **_members(error))
    else:
        answer = Response(page(kind, error, _detail(kind, error)), kind.status)
    if isinstance(error, HTTPException) and error.code == 405:
        answer.headers.extend([each for each in error.get_headers() if each[0] == "Allow"])
    if isinstance(error, Unavailable | Slowed | Busy | StillRunning | NoRoom):
        answer.headers["Retry-After"] = _seconds(error.retry_after)
    elif kind.name == "unauthorized":
        answer.headers["WWW-Authenticate"] = "Bearer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _detail(kind: Problem, error: Exception) -> str:
    if kind.name == "too-large" and too_many_parts():
        return str(_MANY_PARTS) % {"most": request.max_form_parts}
    if isinstance(error, NoRoom) and error.disk_is_full:
        return str(_NO_PLACE)
    return refusal(error) if isinstance(error, Rejected) else str(kind.detail)


def _seconds(wait: float) -> str:
    return str(max(1, math.ceil(wait)))


def _members(error: Exception) -> dict[str, Any]:
    """What a program is told besides: the fields that are wrong, or the refusal with the ERP's code."""
    if isinstance(error, Rejected):
        return {"refusal": refusal(error)} | ({"code": error.code} if error.code else {})
    if isinstance(error, TokenProblem):
        return {"reason": error.reason}
    data = getattr(error, "data", None)
    return {"errors": data["messages"]} if isinstance(data, dict) and data.get("messages") else {}
