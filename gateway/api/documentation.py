"""The API's documentation page: the OpenAPI description as plain HTML, nothing loaded from elsewhere."""

from typing import Any

from flask import Blueprint, Flask, abort, current_app, render_template
from flask_babel import get_locale

from gateway.problem_kinds import KINDS

ABOUT = (
    "Contracts, invoices and the dated balance of a utility's customers, asked from its billing system at the moment "
    "of the call. Amounts are strings with two places, positive when the customer owes. Days are calendar days in "
    "Europe/Warsaw. The balance is updated on the day after an operation is posted or an invoice is issued. "
    "Errors are problem+json (RFC 9457) with a stable type."
)

bp = Blueprint("api-pages", __name__, url_prefix="/api/v1")
_METHODS = ("get", "post", "put", "delete")


def init_app(app: Flask, api: Any) -> None:
    app.extensions["ebok.openapi"] = api
    app.register_blueprint(bp)


@bp.get("/")
def page() -> str:
    """Every call, its parameters and answers."""
    spec = current_app.extensions["ebok.openapi"].spec.to_dict()
    calls = [
        {"path": path, "method": method, **operation, "answers": _answers(spec, operation)}
        for path, item in spec["paths"].items()
        for method, operation in item.items()
        if method in _METHODS
    ]
    return render_template("api/documentation.html", spec=spec, calls=calls, problems=KINDS.values())


def _answers(spec: dict[str, Any], operation: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The answers of a call by status, the default last; a reference is replaced by what it names."""
    named = spec["components"].get("responses", {})
    answers = {
        status: named[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
        for status, answer in operation["responses"].items()
    }
    return sorted(answers.items())


@bp.get("/problems/<name>")
def problem(name: str) -> str:
    """What a problem's ``type`` means."""
    if name not in KINDS:
        abort(404)
    return render_template("api/problem.html", problem=KINDS[name], get_locale=get_locale)
