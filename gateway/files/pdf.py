"""Judges a PDF by the names that stand in it: none that runs, opens, sends or hides something, and no encryption.

Opening it may turn to a page (``/OpenAction`` with a place or ``/GoTo``, as most writers have it), and do nothing else.

It begins with its header and ends where it says where its table is (7.5); behind that end nothing but padding or a
real change to the file may stand, and there are an object and a trailer that names the first one.

Names may be written with escapes (``/J#53``) and stand inside compressed object streams (ISO 32000-1, 7.3.5 and 7.5.7),
so the first are undone and the second unfolded, up to a bound; what cannot be unfolded is refused, and so is a file
whose object streams are not all found. Pages and pictures are not read.
"""

import re
import zlib
from collections.abc import Iterator

from gateway.files.records import RefusedFile

_HEADER = re.compile(rb"%PDF-[12]\.[0-9]")
_ESCAPE = re.compile(rb"#(3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa])")
"""Of letters and digits alone, as all our names are: anything else undone would be read as what it is not."""
_ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_SPACE = rb"[\0\t\n\f\r ]"
_PADDING = 64 * 1024
"""Scanners and mail gateways fill the last block of a file up."""
_END = re.compile(rb"startxref%(s)b*+[0-9]++%(s)b*+(?:%%%%EOF%(s)b*+)++\Z" % {b"s": _SPACE})
_SECTION = re.compile(
    # Consumes what it steps over, so that a file of nothing but ends is read once.
    rb"startxref%(s)b*+[0-9]++%(s)b*+%%%%EOF(?:%(s)b++|%%[^\r\n]*+)*+"
    rb"(\Z|[0-9]++%(s)b++[0-9]++%(s)b++obj|xref|startxref|trailer)?" % {b"s": _SPACE}
)
"""An end of the file, and how the change begins that was added behind it."""
_OBJECT = re.compile(rb"[0-9]%b++obj(?![A-Za-z0-9])" % _SPACE)
_TRAILER = re.compile(rb"trailer|/XRef(?![A-Za-z0-9])")
_ROOT = re.compile(rb"/Root%(s)b*+[0-9]++%(s)b++[0-9]++%(s)b++R(?![A-Za-z0-9])" % {b"s": _SPACE})
_ACTIVE = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|Filespec|RichMedia|XFA|SubmitForm|ImportData|GoToE|GoToR|Rendition|Sound|Movie"
    rb"|Collection)(?![A-Za-z0-9])"
    # Three letters stand in a large scan by chance, so these count with what comes before or after them.
    rb"|/JS(%(s)b*+[(<]|%(s)b++[0-9])|/Subtype%(s)b*+/3D(?![A-Za-z0-9])" % {b"s": _SPACE}
)
_OF_ITSELF = re.compile(rb"/AA(%(s)b*+(<<|%%)|%(s)b++[0-9])" % {b"s": _SPACE})
_AT_OPENING = re.compile(rb"/OpenAction(?![A-Za-z0-9])" + _SPACE + rb"*+")
_REFERENCE = re.compile(rb"([0-9]{1,10})" + _SPACE + rb"++[0-9]{1,5}" + _SPACE + rb"++R(?![A-Za-z0-9])")
_TEXT = rb"\((?:[^()\\]|\\.)*+\)|<[0-9A-Fa-f\s]*+>"
_ACTION = re.compile(rb"<<(?:%b|[/A-Za-z0-9.+\[\]-]|%b)*+>>" % (_SPACE, _TEXT), re.DOTALL)
_TEXTS = re.compile(_TEXT, re.DOTALL)
_SORT = re.compile(rb"/(?:S%b*+(/GoTo)?|Next)(?![A-Za-z0-9])" % _SPACE)
_FIRST = re.compile(rb"/First" + _SPACE + rb"*+([0-9]{1,9})")
_SECOND_FILE = re.compile(rb"%PDF-[0-9]\.[0-9]")
_OBJECT_STREAM = re.compile(rb"/ObjStm(?![A-Za-z0-9])")
_OPENING = re.compile(rb"obj(?<=\sobj)(?![A-Za-z0-9])")
_STREAM = re.compile(rb"stream(?<!endstream)\r?\n")
_DICTIONARY = 2048
_MOST_UNFOLDED = 24 * 1024 * 1024
_MOST_STREAMS = 20_000
_MOST_ESCAPES = 200_000
_PIECE = 16 * 1024
_MOST_LOOKS = 100
_LONGEST_TABLE = 128 * 1024


def judge_pdf(data: bytes, most_pixels: int) -> None:
    """Raises ``RefusedFile``; ``most_pixels`` says nothing of a PDF."""
    if not _HEADER.match(data):
        raise RefusedFile("not_its_ending")
    if not _END.search(data[-1024 - _PADDING :]) or not all(each[1] is not None for each in _SECTION.finditer(data)):
        raise RefusedFile("cut_or_added")
    if _SECOND_FILE.search(data, 1):  # changes to a file are added without a header of their own
        raise RefusedFile("twofold")
    _Names(data).judge()


class _Names:
    """The names of one file, and how much of the work that it may cost is left."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._escapes = _MOST_ESCAPES
        self._folded = len(data)  # streams do not overlap
        self._unfolded = _MOST_UNFOLDED
        self._looks = _MOST_LOOKS
        self._inside: list[tuple[int, bytes]] = []
        """What stood in object streams, and where behind their tables it begins."""

    def judge(self) -> None:
        plain = self._harmless(self._data)
        if not all(part.search(plain) for part in (_OBJECT, _TRAILER, _ROOT)):
            raise RefusedFile("broken")
        named = sum(1 for _ in _OBJECT_STREAM.finditer(plain))
        # one whose dictionary is written so that it is not seen here may still be seen by whoever opens the file
        if named and named != self._unfold_all():
            raise RefusedFile("unreadable")
        self._opens_a_page_at_most(plain)

    def _unfold_all(self) -> int:
        """Read the object streams into ``_inside``; how many objects there are of that kind."""
        found = set()
        for number, (opened, stream) in enumerate(self._streams()):
            if number > _MOST_STREAMS:
                raise RefusedFile("broken")
            dictionary = self._plain(self._data[opened : stream.start()])
            if _OBJECT_STREAM.search(dictionary):
                found.add(opened)
                inside = self._harmless(self._unfold(stream.end(), dictionary))
                self._inside.append((_table_of(dictionary), inside))
        return len(found)

    def _streams(self) -> Iterator[tuple[int, re.Match[bytes]]]:
        """Each stream, and where its object opens (where it begins itself, if none opens shortly before)."""
        openings, opened = _OPENING.finditer(self._data), -1
        following = next(openings, None)
        for stream in _STREAM.finditer(self._data):
            while following is not None and following.end() <= stream.start():
                opened, following = following.start(), next(openings, None)
            near = opened >= 0 and opened > stream.start() - _DICTIONARY
            yield (opened if near else stream.start()), stream

    def _opens_a_page_at_most(self, plain: bytes) -> None:
        """What happens when the file is opened (ISO 32000-1, 12.6): it may turn to a page, and nothing else."""
        contents = (plain, *(inside for _, inside in self._inside))
        found = ((each, content) for content in contents for each in _AT_OPENING.finditer(content))
        for each, content in found:
            self._look()
            value = content[each.end() : each.end() + _DICTIONARY]
            reference = _REFERENCE.match(value)
            meant = [value] if reference is None else self._objects(int(reference[1]), plain)
            if not meant or not all(_turns_to_a_page(each) for each in meant):
                raise RefusedFile("opens")

    def _objects(self, number: int, plain: bytes) -> list[bytes]:
        """How each object of this number begins, in every version of the file that is in it."""
        named = rb"(?<![0-9])0*+%d%b++" % (number, _SPACE)
        found = []
        for each in re.finditer(rb"%b[0-9]++%b++obj%b*+" % (named, _SPACE, _SPACE), plain):
            self._look()
            found.append(plain[each.end() : each.end() + _DICTIONARY])
        for first, inside in self._inside:
            for each in re.finditer(rb"%b([0-9]{1,9})" % named, inside[:first]):
                self._look()
                if len(inside[: each.start()].split()) % 2 == 0:  # or it was another's place
                    place = first + int(each[1])
                    found.append(inside[place : place + _DICTIONARY])
        self._look()
        return found

    def _look(self) -> None:
        self._looks -= 1
        if self._looks < 0:
            raise RefusedFile("unreadable")

    def _harmless(self, content: bytes) -> bytes:
        plain = self._plain(content)
        if _ENCRYPTED.search(plain):
            raise RefusedFile("encrypted")
        if _ACTIVE.search(plain):
            raise RefusedFile("active")
        if _OF_ITSELF.search(plain):
            raise RefusedFile("opens")
        return plain

    def _plain(self, content: bytes) -> bytes:
        if b"#" not in content:
            return content
        plain, undone = _ESCAPE.subn(lambda found: bytes([int(found[1], 16)]), content, self._escapes + 1)
        self._escapes -= undone
        if self._escapes < 0:
            raise RefusedFile("unreadable")
        return plain

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


def _table_of(dictionary: bytes) -> int:
    """How long the table of an object stream is, which says which object begins where behind it."""
    first = _FIRST.search(dictionary)
    if first is None or int(first[1]) > _LONGEST_TABLE:
        raise RefusedFile("unreadable")
    return int(first[1])


def _turns_to_a_page(value: bytes) -> bool:
    """Whether it is a place in the file, or an action that goes to one and leads to no other."""
    if value.startswith((b"[", b"null")):
        return True
    action = _ACTION.match(value)
    return action is not None and _SORT.findall(_TEXTS.sub(b"", action[0])) == [b"/GoTo"]
