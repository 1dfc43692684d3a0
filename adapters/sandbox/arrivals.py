"""Makes what a face has read into something that can be taken, or refuses it: the shapes are the contract's own."""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from marshmallow import ValidationError

from adapters.sandbox.calls import Reason, Refused
from adapters.sandbox.sending import FileNote, Sending
from schemas import SubmissionKind, values
from schemas.submission import CONTENT_SCHEMAS

MOST_FILES = 20
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
_YEARS = range(2000, 2101)
_SPACE = re.compile(r"[ \t\r\n]+", re.ASCII)


def sending(
    kind: SubmissionKind,
    content: Mapping[str, Any],
    *,
    reference: object,
    customer_no: str | None,
    accepted_at: object = None,
    files: Iterable[FileNote] = (),
) -> Sending:
    """``content`` has our names, and None or nothing for what was not given; raises ``Refused``."""
    given = {name: value for name, value in content.items() if value is not None and value != ""}
    try:
        return Sending(
            reference=_reference(reference),
            kind=kind,
            customer_no=customer_no or None,
            content=CONTENT_SCHEMAS[kind]().load(given),
            files=tuple(files),
            accepted_at=_moment(accepted_at) if accepted_at else None,
        )
    except (ValidationError, ValueError, OverflowError):
        raise Refused(Reason.BAD_ARGUMENT) from None


def file_note(name: object, media_type: object, content: object) -> FileNote:
    """What is to be remembered of a file that came in base64; raises ``Refused``."""
    try:
        if not isinstance(content, str):
            raise ValueError("expected base64")
        octets = base64.b64decode(_SPACE.sub("", content), validate=True)
        digest = hashlib.sha256(octets).hexdigest()
        return FileNote(values.text(name), values.text(media_type), len(octets), digest)
    except ValueError:
        raise Refused(Reason.BAD_ARGUMENT) from None


def _reference(given: object) -> str:
    if not isinstance(given, str) or not _REFERENCE.fullmatch(given):
        raise ValueError("expected a reference of letters, digits and . _ -")
    return given


def _moment(given: object) -> datetime:
    moment = values.instant(given)
    if moment.year not in _YEARS:
        raise ValueError("expected a moment of this century")
    return moment
