"""Judges a PDF by the names that stand in it: none that runs, opens, sends or hides something, and no encryption.

Names may be written with escapes (``/J#53``) and stand inside compressed object streams (ISO 32000-1, 7.3.5 and 7.5.7),
so the first are undone and the second unfolded, up to a bound; what cannot be unfolded is refused, and so is a file
whose object streams are not all found. Pages and pictures are not read.
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
_OBJECT_STREAM = re.compile(rb"/ObjStm(?![A-Za-z0-9])")
_OPENING = re.compile(rb"\sobj(?![A-Za-z0-9])")
_STREAM = re.compile(rb"/Type\s*/ObjStm(?![A-Za-z0-9])")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_DICTIONARY = 2048
_MOST_UNFOLDED = 64 * 1024 * 1024
_MOST_STREAMS = 20_000
_MOST_ESCAPES = 200_000
_PIECE = 16 * 1024


def judge_pdf(data: bytes, most_pixels: int) -> None:
    """Raises ``RefusedFile``; ``most_pixels`` says nothing of a PDF."""
    if not _HEADER.match(data):
        raise RefusedFile("not_its_ending")
    if not _END.search(data[-1024:]):
        raise RefusedFile("cut_or_added")
    _Names(data).judge()


class _Names:
    """The names of one file, and how much of the work that it may cost is left."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._escapes = _MOST_ESCAPES
        self._folded = len(data)  # streams do not overlap
        self._unfolded = _MOST_UNFOLDED

    def judge(self) -> None:
        plain, found = self._harmless(self._data), set()
        for number, stream in enumerate(_STREAM.finditer(self._data)):
            if number > _MOST_STREAMS:
                raise RefusedFile("broken")
            opened, dictionary = self._dictionary(stream.start())
            if _OBJECT_STREAM.search(dictionary):
                found.add(opened)
                self._harmless(self._unfold(stream.end(), dictionary))
        # one whose dictionary is written so that it is not seen here may still be seen by whoever opens the file
        if len(_OBJECT_STREAM.findall(plain)) != len(found):
            raise RefusedFile("unreadable")

    def _harmless(self, content: bytes) -> bytes:
        plain = self._plain(content)
        if _ENCRYPTED.search(plain):
            raise RefusedFile("encrypted")
        if _ACTIVE.search(plain):
            raise RefusedFile("active")
        return plain

    def _plain(self, content: bytes) -> bytes:
        if b"#" not in content:
            return content
        plain, undone = _ESCAPE.subn(lambda found: bytes([int(found[1], 16)]), content, self._escapes + 1)
        self._escapes -= undone
        if self._escapes < 0:
            raise RefusedFile("unreadable")
        return plain

    def _dictionary(self, end: int) -> tuple[int, bytes]:
        """Where the object opens whose stream begins at ``end``, and what stands between."""
        since = max(0, end - _DICTIONARY)
        opened = max((each.start() for each in _OPENING.finditer(self._data, since, end)), default=end)
        return opened, self._plain(self._data[opened:end])

    def _unfold(self, start: int, dictionary: bytes) -> bytes:
        if re.findall(rb"/(\w+Decode)", dictionary) != [b"FlateDecode"] or b"/Predictor" in dictionary:
            raise RefusedFile("unreadable")
        unfolding, pieces = zlib.decompressobj(), []
        # the word "endstream" may stand inside the compressed bytes: zlib itself knows where they end
        for at in range(start, len(self._data), _PIECE):
            folded = self._data[at : at + _PIECE]
            try:
                pieces.append(unfolding.decompress(folded, self._unfolded + 1))
            except zlib.error:
                raise RefusedFile("broken") from None
            self._unfolded -= len(pieces[-1])
            self._folded -= len(folded) - len(unfolding.unused_data)
            if self._unfolded < 0 or self._folded < 0:
                raise RefusedFile("unreadable")
            if unfolding.eof:
                return b"".join(pieces)
        raise RefusedFile("unreadable")
