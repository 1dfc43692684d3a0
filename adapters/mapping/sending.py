"""Turns what a customer sends into the values that a request's placeholders stand for; the same each time."""

import base64
import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from adapters.clock import local_day
from adapters.errors import Unavailable
from adapters.mapping.language import Operation
from adapters.mapping.shapes import SHAPES
from adapters.mapping.templates import Params
from schemas import SentFile, Submission, SubmissionKind

_INVENTED: Mapping[type, Any] = {
    str: "1",
    int: 1,
    bool: True,
    date: date(2026, 1, 2),
    datetime: datetime(2026, 1, 2, 12, tzinfo=UTC),
    Decimal: Decimal("1"),
}


def params_of(operation: Operation, submission: Submission) -> Params:
    """The values of a submission by their placeholders' names, in the ERP's own words where the mapping has them."""
    content = _named(submission.content)
    rows = {name: [_named(each) for each in value] for name, value in content.items() if isinstance(value, tuple)}
    ours = {
        **content,
        "reference": submission.reference,
        "customer_no": submission.customer_no,
        "accepted_on": local_day(submission.accepted_at),
        "accepted_at": submission.accepted_at,
        "kind": submission.kind,
    }
    files = [_file(each) for each in submission.files]
    return {**{name: _said(operation, name, value) for name, value in ours.items()}, **rows, "files": files}


def params_to_find(operation: Operation, kind: SubmissionKind, customer_no: str | None, reference: str) -> Params:
    """What is known of a submission when the ERP is asked for it."""
    return {"reference": reference, "customer_no": customer_no, "kind": _said(operation, "kind", kind)}


def invented(operation: Operation) -> Iterator[Params]:
    """Values to build the request with at start: all that there can be, then no more than there must be."""
    shape = SHAPES[operation.name]
    made = {name: _INVENTED[kind] for name, kind in shape.params.items()}
    made |= {name: next(iter(words.values())) for name, words in operation.words.items() if words}
    lists = {
        name: [{each: _INVENTED[kind] for each, kind in known.items()}] for name, known in (shape.lists or {}).items()
    }
    yield {**made, **lists}
    if operation.may_lack or lists:
        yield {name: None if name in operation.may_lack else value for name, value in made.items()}


def _named(record: Any) -> dict[str, Any]:
    return {each.name: getattr(record, each.name) for each in dataclasses.fields(record)}


def _said(operation: Operation, name: str, value: Any) -> Any:
    if value is None or name not in operation.words:
        return value
    word = str(value).lower() if isinstance(value, bool) else str(value)
    return operation.words[name][word]


def _file(file: SentFile) -> Params:
    """A file with its content in base64; raises ``Unavailable`` where it cannot be read or is not what was accepted."""
    try:
        octets = b"".join(file.chunks())
    except Exception as error:  # wherever it is kept may be away, and nothing has left yet
        raise Unavailable(f"a file cannot be read: {type(error).__name__}", sent=False) from error
    if len(octets) != file.size or hashlib.sha256(octets).hexdigest() != file.sha256:
        raise Unavailable("a file is not as it was accepted", sent=False)
    return {
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "content": base64.b64encode(octets).decode("ascii"),
    }
