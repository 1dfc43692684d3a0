"""Judges a file by its ending, its first and last bytes and its own structure, without decoding what it shows.

Three sorts are taken, and the pictures that phones make: PDF, JPEG, PNG, HEIC. Whatever could also be read as something
else (an archive behind a picture, a page with scripts in a comment) is refused.
"""

import re
from collections.abc import Callable
from typing import BinaryIO

from gateway.files.names import ending
from gateway.files.pdf import judge_pdf
from gateway.files.pictures import judge_heic, judge_jpeg, judge_png
from gateway.files.records import RefusedFile

_HEAD = 4096
_TAIL = 66_000
"""The directory of a ZIP archive lies no further from its end."""
_ARCHIVE_END = b"PK\x05\x06"
_MARKUP = re.compile(rb"<\s*(script|html|svg|iframe|body|object|embed|!doctype)|<\?php|javascript:", re.IGNORECASE)

Judge = Callable[[bytes, int], None]
"""Takes the whole file and the most pixels; raises ``RefusedFile``."""

_SORTS: dict[str, tuple[str, Judge]] = {
    "pdf": ("application/pdf", judge_pdf),
    "jpg": ("image/jpeg", judge_jpeg),
    "jpeg": ("image/jpeg", judge_jpeg),
    "png": ("image/png", judge_png),
    "heic": ("image/heic", judge_heic),
    "heif": ("image/heic", judge_heic),
}
ENDINGS = tuple(_SORTS)


def judge(name: str, content: BinaryIO, *, megapixels: int) -> str:
    """The media type of a file that may be taken; raises ``RefusedFile`` with the reason.

    ``content`` is read whole: the caller bounds its size and how many are judged at once.
    """
    sort = _SORTS.get(ending(name))
    if sort is None:
        raise RefusedFile("sort", name)
    media_type, judge_content = sort
    content.seek(0)
    data = content.read()
    try:
        judge_content(data, megapixels * 1_000_000)
        _one_meaning(data, media_type)
    except RefusedFile as refused:
        raise RefusedFile(refused.reason, name) from None
    return media_type


def _one_meaning(data: bytes, media_type: str) -> None:
    if _ARCHIVE_END in data[-_TAIL:] or _MARKUP.search(data[:_HEAD]):
        raise RefusedFile("twofold")
    if media_type != "application/pdf" and b"%PDF-" in data[:_HEAD]:
        raise RefusedFile("twofold")
