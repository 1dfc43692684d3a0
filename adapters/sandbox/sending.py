"""What arrives from a sender, whichever face it came through, and what the sandbox says on taking it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from schemas import Content, SubmissionKind
from schemas.submission import CONTENT_SCHEMAS, LETTERS


class Hashed(Protocol):
    """A file by its name, size and hash."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...

    @property
    def sha256(self) -> str: ...


@dataclass(frozen=True, slots=True)
class FileNote:
    """What is kept of a file that was sent along; its bytes are not."""

    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Sending:
    """Something sent in; ``reference`` is the sender's own, ``accepted_at`` when their customer sent it, in UTC."""

    reference: str
    kind: SubmissionKind
    customer_no: str | None
    content: Content
    files: tuple[FileNote, ...] = ()
    accepted_at: datetime | None = None

    @property
    def payload_sha256(self) -> str:
        return payload_sha256(self.kind, self.customer_no, self.content, self.files)


@dataclass(frozen=True, slots=True)
class Receipt:
    """It was taken; ``again`` if it had been before, ``count`` is how often it was taken altogether."""

    reference: str
    kind: SubmissionKind
    customer_no: str | None
    case_no: str | None = None
    reply_by: date | None = None
    count: int = 1
    again: bool = False


def payload_sha256(
    kind: SubmissionKind, customer_no: str | None, content: Content, files: Iterable[Hashed] = ()
) -> str:
    """One number for everything that was understood, the same over SOAP, over REST and in process."""
    told = CONTENT_SCHEMAS[kind]().dump(content)
    if "value" in told:
        told["value"] = format(Decimal(told["value"]).normalize(), "f")  # 12.50 and 12.5 are one volume
    whole = {
        "kind": kind.value,
        "customer_no": customer_no,
        "content": told,
        "files": [{"name": each.name, "size": each.size, "sha256": each.sha256} for each in files],
    }
    return hashlib.sha256(json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def operation_of(kind: SubmissionKind) -> str:
    """The call by which a kind is sent."""
    return "submit_letter" if kind in LETTERS else f"submit_{kind.value}"
