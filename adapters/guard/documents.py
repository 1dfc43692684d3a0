"""Holds a permit for as long as a document streams, however its reading ends."""

from typing import Self

from adapters.errors import BadData
from adapters.guard.lane import Stay, own_error
from schemas import InvoiceDocument


class GuardedChunks:
    """A document's chunks; the permit goes back when they end, fail, are closed, or nobody has them any more."""

    def __init__(self, document: InvoiceDocument, stay: Stay) -> None:
        self._document = document
        self._stay = stay
        self._over = False
        stay.keep()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        try:
            chunk = next(self._document.chunks)
            if not isinstance(chunk, bytes):
                raise BadData("document: its chunks are not bytes")
            return chunk
        except StopIteration:
            self.close()
            raise
        except Exception as raised:
            error = own_error("document", raised)
            if not self._over:
                self._stay.broke(error)
            self.close()
            raise error from None

    def close(self) -> None:
        """Give the connection and the permit back; harmless to repeat."""
        self._over = True
        try:
            self._document.close()
        finally:
            self._stay.release()

    def __del__(self) -> None:
        # The garbage collector runs anywhere, also while this thread is inside the connections' pool or the bulkhead.
        if not getattr(self, "_over", True):
            self._stay.forget(self._document.close)


def guarded(document: InvoiceDocument, stay: Stay) -> InvoiceDocument:
    """The same document, whose end gives the permit back."""
    return InvoiceDocument(
        customer_no=document.customer_no,
        media_type=document.media_type,
        chunks=GuardedChunks(document, stay),
        size=document.size,
    )
