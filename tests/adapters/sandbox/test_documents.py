"""E-invoices are the same bytes over both faces, whatever their size, and cost no memory."""

import base64
import re
import tracemalloc

import pytest

from adapters.sandbox.pdf import Pdf
from adapters.sandbox.register import ANNA
from adapters.sandbox.server import SandboxServer
from adapters.sandbox.world import World
from tests.adapters.sandbox.asking import Asking, text


def _soap_document(ask: Asking, identity: str) -> bytes:
    answer = ask.xml("PobierzFakturePdf", NrOdbiorcy=ANNA, IdDok=identity)
    content = base64.b64decode(text(answer, "Plik") or "", validate=True)
    assert text(answer, "NrOdbiorcy") == ANNA
    assert int(text(answer, "Rozmiar") or "") == len(content)
    return content


def test_both_faces_give_the_same_pdf(still: Asking, world: World) -> None:
    bill = world.account(ANNA).books.bills[-1]
    answer = still.rest(f"odbiorcy/{ANNA}/faktury/{bill.bill_id}/pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Odbiorca"] == ANNA
    assert f"{bill.invoice_no}.pdf" in answer.headers["Content-Disposition"]
    assert answer.content == _soap_document(still, str(bill.bill_id))
    assert answer.content.startswith(b"%PDF-1.4")
    for told in (bill.invoice_no, str(bill.gross), bill.issued_on.isoformat(), ANNA):
        assert told.encode() in answer.content


@pytest.mark.parametrize("size", [0, 2000, 65_536, 300_001])
def test_the_table_of_a_pdf_points_at_its_objects(size: int, world: World) -> None:
    books = world.account(ANNA).books
    pdf = Pdf(books.party, books.bills[0], size)
    content = b"".join(pdf.pieces())
    assert len(content) == len(pdf) >= size
    if size > 2000:
        assert len(content) == size
    table = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", content)[1])  # type: ignore[index]
    assert content[table:].startswith(b"xref\n0 7\n")
    for number, offset in enumerate(re.findall(rb"(\d{10}) 00000 n", content[table:]), 1):
        assert content[int(offset) :].startswith(b"%d 0 obj\n" % number)


def test_a_document_can_be_made_large(ask: Asking, sandbox: SandboxServer) -> None:
    bill = sandbox.world.account(ANNA).books.bills[-1]
    asked = {"customer_no": ANNA, "invoice_no": bill.invoice_no, "size": 1_000_000}
    ask.control("PUT", "documents", asked)
    content = ask.rest(f"odbiorcy/{ANNA}/faktury/{bill.bill_id}/pdf").content
    assert len(content) == 1_000_000
    assert _soap_document(ask, str(bill.bill_id)) == content


def test_a_document_of_60_mb_is_made_while_it_is_sent(ask: Asking, sandbox: SandboxServer) -> None:
    size = 60 * 1024 * 1024
    bill = sandbox.world.account(ANNA).books.bills[-1]
    ask.control("PUT", "documents", {"customer_no": ANNA, "invoice_no": bill.invoice_no, "size": size})
    tracemalloc.start()
    with ask.session.get(
        f"{ask.url}/rest/odbiorcy/{ANNA}/faktury/{bill.bill_id}/pdf", stream=True, timeout=20
    ) as answer:
        assert sum(len(piece) for piece in answer.iter_content(256 * 1024)) == size
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024
