"""Documents out of SOAP answers: base64 is decoded as it comes, so that a large one costs no memory."""

import binascii
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from adapters.errors import BadData, Unavailable
from adapters.http import CHUNK_BYTES, Answer, Download
from adapters.mapping.adapter import owner_of
from adapters.mapping.documents import PDF, proven
from adapters.soap.call import Found, SoapCall
from adapters.soap.envelope import check_start
from adapters.soap.paths import Place
from adapters.soap.source import Rows, single
from schemas import InvoiceDocument

_HEAD = 4096
_LARGEST_FAULT = 1024 * 1024
_BLANKS = b" \t\r\n"
_NOT_WELL_FORMED = "the answer is not well-formed XML"


def open_streamed(call: SoapCall, download: Download, whose: str) -> InvoiceDocument:
    """The document as it comes, asked for as ``whose``.

    Whose the answer says it is must stand before its content: no byte is given out before that.
    """
    try:
        content = _StreamedContent(call, download)
        content.begin()
        values = content.values
        size = _size(call, values.get("size"))
        document = _document(call, whose, values.get("owner"), values.get("media_type"), content, size)
        content.expect(size)
        download.take_time()
    except BaseException:
        download.close()
        raise
    return document


def open_whole(call: SoapCall, found: Found, whose: str) -> InvoiceDocument:
    """The document out of an answer that had to be read whole, because its signature is verified."""
    if any(len(element) for element in Rows(call.places["content"]).of(found.answer)):
        raise BadData(_not_text(call, "content"))
    text = {name: single(place, found.answer) for name, place in call.places.items()}
    decoder = _Base64(call.operation.name)
    content = decoder.decode(text.get("content") or "")
    decoder.end()
    size = _size(call, text.get("size"))
    if size not in (None, len(content)):
        raise BadData(f"{call.operation.name}: the document is not as long as the ERP says")
    pieces = iter([content[start : start + CHUNK_BYTES] for start in range(0, len(content), CHUNK_BYTES)])
    return _document(call, whose, found.owner, text.get("media_type"), pieces, len(content))


def _document(
    call: SoapCall,
    whose: str,
    owner: str | None,
    media_type: str | None,
    chunks: Iterator[bytes],
    size: int | None,
) -> InvoiceDocument:
    operation = call.operation
    if not operation.proven_before or "owner" in call.places:
        whose = owner_of(operation, owner, {"customer_no": whose})
    kind = (media_type or "").strip().lower() if "media_type" in call.places else PDF
    if kind not in operation.own.get("media_types", [PDF]):
        raise BadData(f"{operation.name}: the document's media type is not one that the mapping allows")
    return InvoiceDocument(whose, kind, proven(kind, chunks, operation=operation.name), size)


def _not_text(call: SoapCall, name: str) -> str:
    return f"{call.operation.name}: {name}: expected text, and there is an element in it"


def _size(call: SoapCall, raw: str | None) -> int | None:
    if "size" not in call.places or raw is None:
        return None
    text = raw.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise BadData(f"{call.operation.name}: size: expected a whole number of bytes")
    return int(text)


class _Base64:
    """Decodes base64 that comes in pieces of any length."""

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self._rest = b""
        self._padded = False

    def decode(self, text: str) -> bytes:
        try:
            given = self._rest + text.encode("ascii").translate(None, _BLANKS)
            whole = len(given) - len(given) % 4
            self._rest = given[whole:]
            if self._padded and given:
                raise ValueError
            self._padded = given[:whole].endswith(b"=")
            return binascii.a2b_base64(given[:whole], strict_mode=True) if whole else b""
        except ValueError:
            raise BadData(f"{self._operation}: content: expected base64") from None

    def end(self) -> None:
        if self._rest:
            raise BadData(f"{self._operation}: content: expected base64, and it ends in the middle")


class _StreamedContent(Iterator[bytes]):
    """Follows the answer with expat: first the values before the content, then the content's own bytes."""

    def __init__(self, call: SoapCall, download: Download) -> None:
        self.values: dict[str, str] = {}
        self._call = call
        self._download = download
        self._wanted = {self._path(place): name for name, place in call.places.items()}
        self._path_now: list[str] = []
        self._reading: str | None = None
        self._text: list[str] = []
        self._begun = self._ended = False
        self._raw: list[bytes] | None = []  # until we know that it is no fault
        self._base64 = _Base64(call.operation.name)
        self._expected: int | None = None
        self._given = 0
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.buffer_text = True
        self._parser.buffer_size = CHUNK_BYTES
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.ProcessingInstructionHandler = self._refuse

    def begin(self) -> None:
        """Read until the content begins; raises what a fault stands for, or ``BadData`` where there is no content."""
        head = b""
        while len(head) < _HEAD and (chunk := next(self._download, None)) is not None:
            head += chunk
        check_start(head, self._download.status)
        self._feed(head)
        while not self._begun and self._feed(next(self._download, None)):
            pass
        if not self._begun:
            raise BadData(f"{self._call.operation.name}: content: expected an element, and it is not there")

    def expect(self, size: int | None) -> None:
        """The content must turn out to be ``size`` bytes long."""
        self._expected = size

    def __next__(self) -> bytes:
        while True:
            text, self._text = "".join(self._text), []
            content = self._base64.decode(text)
            if content:
                self._given += len(content)
                return content
            if not self._feed(next(self._download, None)) and not self._text:
                self._base64.end()
                if self._expected not in (None, self._given):
                    raise BadData(f"{self._call.operation.name}: the document is not as long as the ERP says")
                raise StopIteration

    def close(self) -> None:
        """Give the connection back; harmless to repeat."""
        self._download.close()

    def _path(self, place: Place) -> tuple[str, ...]:
        steps = (f"{{{self._call.soap}}}Envelope", f"{{{self._call.soap}}}Body", self._call.answer_tag)
        return tuple(tag.lstrip("{") for tag in (*steps, *(step.tag for step in place.steps)))

    def _feed(self, chunk: bytes | None) -> bool:
        """Parse the next chunk; False at the end of a whole answer."""
        try:
            if chunk is None:
                if not self._ended:
                    self._ended = True
                    self._parser.Parse(b"", True)
                return False
            if self._raw is not None:
                self._raw.append(chunk)
            self._parser.Parse(chunk, False)
        except expat.ExpatError:
            self.close()
            raise BadData(_NOT_WELL_FORMED) from None
        except BaseException:
            self.close()
            raise
        return True

    def _start(self, name: str, attributes: Any) -> None:
        if self._reading is not None:
            raise BadData(_not_text(self._call, self._reading))
        self._path_now.append(name)
        if len(self._path_now) == 3:
            self._check_answer(name)
        found = self._wanted.get(tuple(self._path_now))
        if found is not None:
            if self._begun and found in ("content", "owner"):
                raise BadData(f"{self._call.operation.name}: {found}: expected once, before the content's end")
            self._reading = found
            self._begun = self._begun or found == "content"

    def _characters(self, text: str) -> None:
        if self._reading == "content":
            self._text.append(text)
        elif self._reading is not None:
            self.values[self._reading] = self.values.get(self._reading, "") + text

    def _end(self, name: str) -> None:
        self._path_now.pop()
        self._reading = None

    def _refuse(self, *_: Any) -> None:
        raise BadData("the answer has a DTD or a processing instruction")

    def _check_answer(self, name: str) -> None:
        """Let the answer itself pass; anything else is read whole and judged as every other answer is."""
        raw, self._raw = self._raw, None
        if name == self._call.answer_tag.lstrip("{") and self._download.status == 200:
            return
        body = b"".join(raw or [])
        for chunk in self._download:
            body += chunk
            if len(body) > _LARGEST_FAULT:
                raise BadData(f"{self._call.operation.name}: a fault of more than {_LARGEST_FAULT} bytes")
        self._call.found(Answer(self._download.status, self._download.headers, body))
        raise Unavailable(f"{self._call.operation.name}: HTTP {self._download.status} with an answer that is none")
