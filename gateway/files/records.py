"""A file that may go with a submission, and why another may not."""

from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO


class Scan(StrEnum):
    """What the virus scanner said; ``UNSCANNED`` where none is configured."""

    CLEAN = "clean"
    UNSCANNED = "unscanned"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class AcceptedFile:
    """A judged file; ``content`` is read from its start whenever needed, and closed with the request."""

    name: str
    media_type: str
    size: int
    sha256: str
    scan: Scan
    content: BinaryIO


class RefusedFile(ValueError):
    """A file that is not taken; ``reason`` is a word of ``gateway.files``, ``name`` is cleaned and safe to show."""

    def __init__(self, reason: str, name: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.name = name


class RefusedFiles(ValueError):
    """All that is wrong with the files of one form."""

    def __init__(self, *refused: RefusedFile) -> None:
        super().__init__(", ".join(each.reason for each in refused))
        self.refused = refused
