"""Judges a PDF by the names that stand in it: none that runs, opens, sends or hides something, and no encryption.

Names may be written with escapes (``/J#53``) and stand inside compressed object streams (ISO 32000-1, 7.3.5 and 7.5.7),
so the first are undone and the second unfolded, up to a bound; what cannot be unfolded is refused. Pages and pictures
are not read.
"""

import re
import zlib

from gateway.files.records import RefusedFile

_HEADER = re.compile(rb"%PDF-[12]\.[0-9]")
_END = re.compile(rb"%%EOF\s*\Z")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_ACTIVE = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|Filespec|RichMedia|XFA|SubmitForm|ImportData|GoToE|Rendition|Sound|Movie|3D"
    rb"|Collection)(?![A-Za-z0-9])"
)
_OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm(?![A-Za-z0-9])")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_DICTIONARY = 2048
_MOST_UNFOLDED = 64 * 1024 * 1024
_MOST_STREAMS = 20_000


def judge_pdf(data: bytes, most_pixels: int) -> None:
    """Raises ``RefusedFile``; ``most_pixels`` says nothing of a PDF."""
    if not _HEADER.match(data):
        raise RefusedFile("not_its_ending")
    if not _END.search(data[-1024:]):
        raise RefusedFile("cut_or_added")
    _judge_names(data)
    left = _MOST_UNFOLDED
    for number, found in enumerate(_STREAM.finditer(data)):
        if number > _MOST_STREAMS:
            raise RefusedFile("broken")
        dictionary = _plain(
            data[data.rfind(b" obj", max(0, found.start() - _DICTIONARY), found.start()) : found.start()]
        )
        if not _OBJECT_STREAM.search(dictionary):
            continue
        unfolded = _unfolded(data, found.end(), dictionary, left)
        left -= len(unfolded)
        _judge_names(unfolded)


def _judge_names(content: bytes) -> None:
    plain = _plain(content)
    if _ENCRYPTED.search(plain):
        raise RefusedFile("encrypted")
    if _ACTIVE.search(plain):
        raise RefusedFile("active")


def _plain(content: bytes) -> bytes:
    if b"#" not in content:
        return content
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), content)


def _unfolded(data: bytes, start: int, dictionary: bytes, left: int) -> bytes:
    filters = re.findall(rb"/(\w+Decode)", dictionary)
    end = data.find(b"endstream", start)
    if end < 0:
        raise RefusedFile("broken")
    if not filters:
        return data[start:end]
    if filters != [b"FlateDecode"] or b"/Predictor" in dictionary:
        raise RefusedFile("unreadable")
    unfolding = zlib.decompressobj()
    try:
        # the word may stand inside the compressed bytes: zlib itself knows where they end
        unfolded = unfolding.decompress(data[start:], left + 1)
    except zlib.error:
        raise RefusedFile("broken") from None
    if len(unfolded) > left or not unfolding.eof:
        raise RefusedFile("unreadable")
    return unfolded
