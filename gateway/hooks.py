"""Where payment operators tell that something happened: signed bodies under a size limit, and nothing else gets in.

What a notification says is not believed: it is a reason to ask its operator.
"""

from flask import Blueprint, Flask, Response, request

from gateway.payments.notices import Outcome, taken
from gateway.portal import portal
from gateway.problem_kinds import KINDS
from gateway.problems import problem_response
from gateway.requester import network

bp = Blueprint("hooks", __name__, url_prefix="/hooks")

LARGEST = 16 * 1024
_PROBLEMS = {Outcome.NO_OPERATOR: "not-found", Outcome.FORGED: "unsigned", Outcome.LATER: "operator-away"}
_LATER_SECONDS = "60"


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.post("/payments/<operator>")
def payment_notification(operator: str) -> Response:
    """404 for an operator that is not configured, 401 for what it did not sign, 503 for what it shall send again."""
    request.max_content_length = LARGEST
    result = taken(portal(), operator, dict(request.headers), request.get_data(cache=False), network=network())
    if result.outcome not in _PROBLEMS:
        return Response(result.body, result.status, content_type="text/plain; charset=utf-8")
    answer = problem_response(KINDS[_PROBLEMS[result.outcome]])
    if result.outcome is Outcome.LATER:
        answer.headers["Retry-After"] = _LATER_SECONDS
    return answer
