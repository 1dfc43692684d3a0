"""A document on its way from the billing system to the reader: never held whole, named by us, always closed."""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator

from flask import Response

from adapters.errors import BadData
from schemas import Case, Invoice, InvoiceDocument, InvoiceKind

_KINDS = {InvoiceKind.INVOICE: "faktura", InvoiceKind.CORRECTION: "korekta", InvoiceKind.INTEREST_NOTE: "nota"}
_ENDINGS = {
    "application/pdf": "pdf",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/vnd.oasis.opendocument.text": "odt",
}
_LONGEST = 60
LARGEST_UNSIZED = 16 * 1024 * 1024


def file_stem(invoice: Invoice) -> str:
    """``faktura-FV-2026-00012``: our word and the number's ASCII letters and digits, nothing that a disk could mind."""
    return f"{_KINDS[invoice.kind]}-{_plain(invoice.invoice_no)}".rstrip("-")


def case_stem(case: Case, document_ref: str) -> str:
    """``pismo-BOK-4021-12-2026``, the case's later documents with their place behind it."""
    place = [each.document_ref for each in case.documents].index(document_ref)
    stem = f"pismo-{_plain(case.case_no)}".rstrip("-")
    return f"{stem}-{place + 1}" if place else stem


def as_download(document: InvoiceDocument, stem: str) -> Response:
    """The ERP's bytes as an attachment; the first of them are awaited, so that a failure still gets its page."""
    media_type = document.media_type.partition(";")[0].strip().lower()
    ending = _ENDINGS.get(media_type, "bin")
    if ending == "bin":
        media_type = "application/octet-stream"
    pieces, size = _begun(document)
    response = Response(pieces, mimetype=media_type)
    response.call_on_close(document.close)
    response.content_length = size
    response.headers["Content-Disposition"] = f'attachment; filename="{stem}.{ending}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    return response


def _plain(number: str) -> str:
    plain = unicodedata.normalize("NFKD", number.replace("ł", "l").replace("Ł", "L"))
    return re.sub(r"[^A-Za-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")[:_LONGEST]


def _begun(document: InvoiceDocument) -> tuple[Iterable[bytes], int]:
    """The document's pieces and its length, without which a reader could not tell a part from the whole."""
    try:
        if document.size is None:
            return _whole(document.chunks)
        first = next(document.chunks, b"")
        if not first:
            raise BadData("empty document")
    except BaseException:
        document.close()
        raise
    return itertools.chain([first], document.chunks), document.size


def _whole(chunks: Iterator[bytes]) -> tuple[list[bytes], int]:
    """All of a document whose size the ERP does not say beforehand; such a one is kept in memory for a moment."""
    pieces, size = [], 0
    for chunk in chunks:
        pieces.append(chunk)
        size += len(chunk)
        if size > LARGEST_UNSIZED:
            raise BadData("a document of unsaid size is too large; let the mapping say its size")
    if not size:
        raise BadData("empty document")
    return pieces, size
