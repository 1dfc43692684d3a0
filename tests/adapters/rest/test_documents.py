"""A document is the right customer's, of an allowed type, and streams; anything else is not handed out."""

from typing import Any

import pytest

from adapters.errors import AdapterError, BadData, NotFound, OwnerMismatch, Unavailable
from adapters.rest import RestAdapter
from tests.adapters.rest.erp import Asked, Given, adapter, erp, invoice, mapping

PDF = b"%PDF-1.7\n" + b"x" * 300_000


def read(given: Given, **keys: Any) -> bytes:
    def respond(asked: Asked) -> Given:
        return given if asked.path.startswith("/d") else Given({"nr": "1", "rows": [invoice(7)]})

    document = {"path": "/d/{invoice_ref}", "owner": "header:X-Owner", **keys}
    errors = {"code": "code", "not_found": ["NONE"]}
    with erp(respond) as served:
        ask: RestAdapter = adapter(served.url, mapping(document=document, errors=errors))
        (found,) = ask.invoices("1")
        opened = ask.document(found)
        content = b"".join(opened.chunks)
        assert opened.size == len(content)
        opened.close()
        opened.close()
        ask.close()
    return content


def pdf(content: bytes = PDF, owner: str | None = "1", media_type: str = "application/pdf", status: int = 200) -> Given:
    return Given(content, status, media_type, {"X-Owner": owner} if owner else {})


def test_a_document_comes_as_the_erp_has_it() -> None:
    assert read(pdf()) == PDF
    assert read(pdf(b"\n" + PDF)) == b"\n" + PDF
    assert read(pdf(owner=None), owner="invoice") == PDF
    assert read(pdf(b"<Faktura/>", media_type="application/xml"), media_types=["application/xml"]) == b"<Faktura/>"
    assert read(pdf(b"{}", media_type="application/json"), media_types=["application/json"]) == b"{}"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (pdf(owner="2"), OwnerMismatch),
        (pdf(owner=None), BadData),
        (pdf(b"<html>"), BadData),
        (pdf(b""), BadData),
        (pdf(b"%PD"), BadData),
        (pdf(b"<html>", media_type="text/html"), Unavailable),
        (pdf(media_type="application/octet-stream"), BadData),
        (pdf(media_type=""), BadData),
        (pdf(status=404), Unavailable),
        (pdf(status=401), Unavailable),
        (Given(b"<html>", 500, "text/html"), Unavailable),
        (Given({"code": "NONE"}, 404), NotFound),
        (Given({"code": "NONE"}), NotFound),
        (Given({"odd": 1}), BadData),
        (pdf(PDF * 10), BadData),
    ],
)
def test_anything_else_is_refused_before_its_first_byte(given: Given, expected: type[AdapterError]) -> None:
    with pytest.raises(AdapterError) as raised:
        read(given)
    assert type(raised.value) is expected


def test_a_document_that_was_closed_gives_its_connection_back() -> None:
    def respond(asked: Asked) -> Given:
        return pdf() if asked.path.startswith("/d") else Given({"nr": "1", "rows": [invoice(7)]})

    with erp(respond) as served:
        ask = adapter(served.url, mapping(document={"path": "/d", "owner": "header:X-Owner"}))
        (found,) = ask.invoices("1")
        for _ in range(40):  # more than the pool has
            opened = ask.document(found)
            next(opened.chunks)
            opened.close()
        ask.close()
