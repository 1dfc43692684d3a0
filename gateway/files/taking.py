"""Takes the files of a form: judges all of them, and says of each what is wrong with it."""

import hashlib
from collections.abc import Iterable, Iterator
from threading import BoundedSemaphore
from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage

from gateway.files.judging import judge
from gateway.files.names import clean
from gateway.files.records import AcceptedFile, RefusedFile, RefusedFiles, Scan
from gateway.files.scanner import Scanner
from gateway.settings import Settings

_MIB = 1024 * 1024
CHUNK_BYTES = 256 * 1024
_judging = BoundedSemaphore(2)
"""Each may hold one file whole."""


def take(files: Iterable[FileStorage], settings: Settings) -> tuple[AcceptedFile, ...]:
    """The files that may go along, in their order; raises ``RefusedFiles`` with what is wrong with any of them.

    A part of the form without name and content is a field that was left empty.
    """
    bounds = settings.files
    given = [each for each in files if each.filename or _size(cast(BinaryIO, each.stream))]
    if len(given) > bounds.most:
        raise RefusedFiles(RefusedFile("too_many"))
    refused: list[RefusedFile] = []
    taken: list[AcceptedFile] = []
    for each in given:
        try:
            # A scanner that is away is not waited for again with each file: all that follow are scanned later.
            away = bool(taken) and taken[-1].scan is Scan.PENDING
            taken.append(_taken(each, settings, away=away))
        except RefusedFile as error:
            refused.append(error)
    if sum(each.size for each in taken) > bounds.megabytes_together * _MIB:
        refused.append(RefusedFile("too_large_together"))
    if refused:
        raise RefusedFiles(*refused)
    return tuple(taken)


def chunks(content: BinaryIO) -> Iterator[bytes]:
    """The bytes from the start, a piece at a time."""
    content.seek(0)
    while piece := content.read(CHUNK_BYTES):
        yield piece


def _taken(given: FileStorage, settings: Settings, *, away: bool) -> AcceptedFile:
    name, content = clean(given.filename), cast(BinaryIO, given.stream)
    size = _size(content)
    if not size:
        raise RefusedFile("empty", name)
    if size > settings.files.megabytes_each * _MIB:
        raise RefusedFile("too_large", name)
    with _judging:
        media_type = judge(name, content, megapixels=settings.files.megapixels)
    digest = hashlib.sha256()
    for piece in chunks(content):
        digest.update(piece)
    scan = Scan.PENDING if away else _scanned(name, content, settings)
    return AcceptedFile(name, media_type, size, digest.hexdigest(), scan, content)


def _scanned(name: str, content: BinaryIO, settings: Settings) -> Scan:
    if not settings.files.clamav:
        return Scan.UNSCANNED
    said = Scanner(settings).scan(chunks(content))
    if said == "found":
        raise RefusedFile("virus", name)
    return Scan.CLEAN if said == "clean" else Scan.PENDING


def _size(content: BinaryIO) -> int:
    return content.seek(0, 2)
