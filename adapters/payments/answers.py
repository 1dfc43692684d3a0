"""Says what an operator's HTTP answer means, the same for each operator; nothing of an answer goes into the log."""

from typing import Any

from adapters.errors import BadData, Rejected, Unavailable
from adapters.http import Answer
from adapters.limits import Limits
from adapters.strict_json import is_json, strict_json

LIMITS = Limits(
    connect_seconds=2,
    read_seconds=4,
    total_seconds=5,
    submission_seconds=10,
    answer_bytes=256 * 1024,
    read_connections=8,
    submission_connections=8,
    document_connections=1,
)
"""How long and how much an operator may take; beginning a payment may take longer, since it is not asked twice."""

# Statuses that an order is turned away with before anything is done with it. Not 409: it may well be there already.
TURNED_AWAY = frozenset({400, 401, 403, 404, 405, 413, 415, 422, 429})


def table(answer: Answer, what: str) -> dict[str, Any]:
    """The JSON object of an answer of any status; ``BadData`` or ``Unavailable`` where it has none."""
    succeeded = answer.status < 400
    if not is_json(answer.media_type):
        raise Unavailable(f"{what}: HTTP {answer.status} with no JSON, perhaps an error page")
    try:
        content = strict_json(answer.body)
        if not isinstance(content, dict):
            raise ValueError
    except ValueError:
        problem = f"{what}: HTTP {answer.status} with JSON that cannot be read"
        raise (BadData(problem) if succeeded else Unavailable(problem)) from None
    return content


def taken(answer: Answer, what: str) -> dict[str, Any]:
    """The JSON object of an answer to an order that the operator took.

    ``Rejected`` where it certainly did not take it, and whatever else is wrong leaves that open.
    """
    content = table(answer, what)
    if answer.status in TURNED_AWAY:
        told = f"{what}: HTTP {answer.status}"
        if answer.status in (401, 403):
            told += ": the operator refuses the portal's own credentials"
        raise Rejected(told)
    if answer.status >= 400:
        raise Unavailable(f"{what}: HTTP {answer.status}")
    return content


def told(answer: Answer, what: str) -> dict[str, Any]:
    """The JSON object of an answer to a question; ``Unavailable`` where it is no success."""
    if answer.status in (401, 403):
        raise Unavailable(f"{what}: HTTP {answer.status}: the operator refuses the portal's own credentials")
    if not 200 <= answer.status < 300:
        raise Unavailable(f"{what}: HTTP {answer.status}")
    return table(answer, what)
