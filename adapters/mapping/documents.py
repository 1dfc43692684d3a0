"""Makes sure that what comes as a document is one, before its first byte reaches a customer."""

from collections.abc import Iterator

from adapters.errors import BadData

PDF = "application/pdf"
_ENOUGH = 1024  # a PDF says so within its first bytes


class Proven(Iterator[bytes]):
    """The chunks of a document whose first bytes were looked at; closing it closes what they come from."""

    def __init__(self, first: bytes, rest: Iterator[bytes]) -> None:
        self._first: bytes | None = first
        self._rest = rest

    def __next__(self) -> bytes:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return next(self._rest)

    def close(self) -> None:
        """Give the connection back; harmless to repeat."""
        close = getattr(self._rest, "close", None)
        if close is not None:
            close()


def proven(media_type: str, chunks: Iterator[bytes], *, operation: str = "document") -> Iterator[bytes]:
    """The same chunks, once the first of them fit the media type; raises ``BadData`` and closes them otherwise."""
    content = Proven(b"", chunks)
    try:
        first = b""
        while len(first) < _ENOUGH:
            chunk = next(chunks, None)
            if chunk is None:
                break
            first += chunk
        if not first:
            raise BadData(f"{operation}: the document is empty")
        if media_type == PDF and not first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
            raise BadData(f"{operation}: the document says that it is a PDF, and is none")
    except BaseException:
        content.close()
        raise
    return Proven(first, chunks)
