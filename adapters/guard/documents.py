"""Holds a permit for as long as a document streams, however its reading ends."""

from contextlib import suppress
from typing import Self

from adapters.errors import BadData
from adapters.guard.bulkhead import Permit
from adapters.guard.lane import own_error
from schemas import InvoiceDocument


class GuardedChunks:
    """A document's chunks; the permit goes back when they end, fail, are closed, or nobody has them any more."""

    def __init__(self, document: InvoiceDocument, permit: Permit) -> None:
        self._document = document
        self._permit = permit
        permit.keep()

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
            self.close()
            raise own_error("document", raised) from None

    def close(self) -> None:
        """Give the connection and the permit back; harmless to repeat."""
        try:
            self._document.close()
        finally:
            self._permit.release()

    def __del__(self) -> None:
        with suppress(Exception):
            self.close()


def guarded(document: InvoiceDocument, permit: Permit) -> InvoiceDocument:
    """The same document, whose end gives the permit back."""
    return InvoiceDocument(
        customer_no=document.customer_no,
        media_type=document.media_type,
        chunks=GuardedChunks(document, permit),
        size=document.size,
    )
