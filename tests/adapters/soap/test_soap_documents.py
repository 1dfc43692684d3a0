"""Documents out of SOAP: decoded as they come, whose they are known before the first byte, and memory flat."""

import base64
import os
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.errors import BadData, OwnerMismatch, Unavailable
from adapters.mapping import load
from adapters.soap import SoapAdapter
from adapters.soap.call import SoapCall
from adapters.soap.document import open_streamed
from adapters.soap.kind import Described
from schemas import Invoice
from tests.adapters.http.servers import peer
from tests.adapters.soap.erp import ERPS, adapter_at, document, envelope, erp, http, invoices, row

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 20


@pytest.fixture(scope="module")
def invoice() -> Invoice:
    with erp(http(envelope(invoices(row())))) as (adapter, _):
        return adapter.invoices("100001")[0]


def read(adapter: SoapAdapter, invoice: Invoice) -> bytes:
    opened = adapter.document(invoice)
    try:
        return b"".join(opened.chunks)
    finally:
        opened.close()


def b64(content: bytes = PDF) -> str:
    return base64.b64encode(content).decode()


def test_the_bytes_are_the_erps_own(invoice: Invoice) -> None:
    with erp(http(envelope(document(b64(), size=len(PDF))))) as (adapter, _):
        opened = adapter.document(invoice)
        assert (opened.customer_no, opened.media_type, opened.size) == ("100001", "application/pdf", len(PDF))
        assert b"".join(opened.chunks) == PDF


def lines(text: str) -> str:
    return "\r\n".join(text[place : place + 76] for place in range(0, len(text), 76))


@pytest.mark.parametrize(
    "written",
    [
        lambda text: lines(text),
        lambda text: f"\n   {text}\n",
        lambda text: f"<![CDATA[{text}]]>",
        lambda text: text[:100] + "<!-- x -->" + text[100:],
        lambda text: text.replace("A", "&#65;"),
    ],
)
def test_base64_may_be_written_in_many_ways(invoice: Invoice, written: Callable[[str], str]) -> None:
    with erp(http(envelope(document(written(b64()))))) as (adapter, _):
        assert read(adapter, invoice) == PDF


@pytest.mark.parametrize("inside", ["<b:Strona/>", "<b:Strona>AAAA</b:Strona>", '<xop:Include xmlns:xop="urn:x"/>'])
@pytest.mark.parametrize("place", [0, 4, 400])
def test_an_element_within_the_content_is_refused(invoice: Invoice, inside: str, place: int) -> None:
    text = b64()
    body = envelope(document(text[:place] + inside + text[place:]))
    with erp(http(body)) as (adapter, _), pytest.raises(BadData, match="content: expected text"):
        read(adapter, invoice)


class Pieces:
    """A download whose chunks are cut where a test says."""

    status = 200
    headers = {"Content-Type": "text/xml"}  # noqa: RUF012

    def __init__(self, body: bytes, cuts: list[int]) -> None:
        edges = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
        self._chunks = iter([body[a:b] for a, b in pairwise(edges) if a != b])
        self.closed = False

    def __iter__(self) -> "Pieces":
        return self

    def __next__(self) -> bytes:
        return next(self._chunks)

    def take_time(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


@pytest.fixture(scope="module")
def call() -> SoapCall:
    described = Described()
    mapped = load(ERPS / "sandbox_soap.toml", described.kind())
    return SoapCall(mapped.operations["document"], mapped, described)


@settings(max_examples=150, deadline=None)
@given(
    content=st.binary(max_size=300).map(lambda tail: b"%PDF-" + tail),
    cuts=st.lists(st.integers(0, 20_000), max_size=30),
    padding=st.integers(0, 6000),
)
def test_wherever_the_network_cuts_the_bytes_are_the_same(
    call: SoapCall, invoice: Invoice, content: bytes, cuts: list[int], padding: int
) -> None:
    body = envelope(document(b64(content), size=len(content)), header=f"<soap:Header>{' ' * padding}</soap:Header>")
    opened = open_streamed(call, Pieces(body, cuts), invoice.customer_no)  # type: ignore[arg-type]
    assert b"".join(opened.chunks) == content


def owner_last(content: str) -> str:
    return (
        "<b:PobierzFakturePdfOdpowiedz><b:TypMime>application/pdf</b:TypMime>"
        f"<b:Plik>{content}</b:Plik><b:NrOdbiorcy>100001</b:NrOdbiorcy></b:PobierzFakturePdfOdpowiedz>"
    )


REFUSED_AT_ONCE = {
    "another customer's": (document(b64(), owner="100002"), OwnerMismatch),
    "nobody's": (document(b64()).replace("<b:NrOdbiorcy>100001</b:NrOdbiorcy>", ""), BadData),
    "whose it is comes too late": (owner_last(b64()), BadData),
    "no content": (document(b64()).replace("<b:Plik>", "<b:Inny>").replace("</b:Plik>", "</b:Inny>"), BadData),
    "empty": (document(""), BadData),
    "no PDF": (document(b64(b"<html></html>")), BadData),
    "another media type": (document(b64(), media="text/html"), BadData),
    "no base64": (document("%%%%" * 1000), BadData),
    "letters outside ASCII": (document("ĄĆĘŁ" * 1000), BadData),
    "padding in the middle": (document("JVBERi0=JVBERi0=" * 200), BadData),
    "a size that is none": (document(b64(), size="dużo"), BadData),
    "a fault": ("<soap:Fault><faultcode>x</faultcode></soap:Fault>", Unavailable),
    "another operation's answer": (invoices(row()), BadData),
}


@pytest.mark.parametrize("told", REFUSED_AT_ONCE)
def test_no_byte_of_a_wrong_document_is_given_out(invoice: Invoice, told: str) -> None:
    content, error = REFUSED_AT_ONCE[told]
    with erp(http(envelope(content))) as (adapter, _), pytest.raises(error):
        adapter.document(invoice)


REFUSED_AT_THE_END = {
    "shorter than said": envelope(document(b64(), size=len(PDF) + 1)),
    "longer than said": envelope(document(b64(), size=1)),
    "base64 that stops": envelope(document(b64()[:-3])),
    "XML that stops": envelope(document(b64()))[:-30],
    "an instruction": envelope(document(b64() + "<?x y?>")),
    "a second content": envelope(document(b64() + "</b:Plik><b:Plik>AAAA")),
    "a second owner": envelope(document(b64() + "</b:Plik><b:NrOdbiorcy>100002</b:NrOdbiorcy><b:Plik>")),
}


@pytest.mark.parametrize("told", REFUSED_AT_THE_END)
def test_a_document_that_ends_badly_is_never_taken_for_whole(invoice: Invoice, told: str) -> None:
    with erp(http(REFUSED_AT_THE_END[told])) as (adapter, _), pytest.raises(BadData):
        read(adapter, invoice)


def test_a_dtd_is_refused(invoice: Invoice) -> None:
    with erp(http(envelope(document(b64()), start="<!DOCTYPE x>"))) as (adapter, _), pytest.raises(BadData):
        adapter.document(invoice)


def test_giving_up_frees_the_connection(invoice: Invoice) -> None:
    start = envelope(document("JVBERi0xLjQK")).split(b"</b:Plik>")[0]

    def endless(connection: object, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" + start)  # type: ignore[attr-defined]
        while True:
            connection.sendall(b"QUJD" * 10_000)  # type: ignore[attr-defined]

    with peer(endless) as server, adapter_at(server.url) as adapter:
        for _ in range(10):
            server.closed_by_client.clear()
            opened = adapter.document(invoice)
            assert next(opened.chunks).startswith(b"%PDF-")
            opened.close()
            opened.close()
            assert server.closed_by_client.wait(2)


def test_a_document_that_drips_before_its_content_is_given_up_at_the_total_deadline(invoice: Invoice) -> None:
    whole = envelope(document(b64()))

    def drip(connection: object, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")  # type: ignore[attr-defined]
        for number in range(40):
            connection.sendall(whole[number : number + 1])  # type: ignore[attr-defined]
            time.sleep(0.1)

    with peer(drip) as server, adapter_at(server.url) as adapter:
        started = time.monotonic()
        with pytest.raises(Unavailable):
            adapter.document(invoice)
        assert time.monotonic() - started < 3.5


CHILD = """
import sys
from pathlib import Path
from adapters.limits import Limits
from adapters.soap import SoapAdapter
from schemas import Invoice
from datetime import date
from decimal import Decimal as D
def kilobytes(name):
    return next(int(l.split()[1]) for l in Path("/proc/self/status").read_text().splitlines() if l.startswith(name))
adapter = SoapAdapter.from_settings({"mapping": "sandbox_soap", "url": sys.argv[1]}, limits=Limits())
day = date(2026, 3, 28)
invoice = Invoice("100001", "1", "FV/1", "invoice", day, day, D(1), D(0), D(1), D(1), "PLN", has_document=True)
opened = adapter.document(invoice); [next(opened.chunks) for _ in range(8)]; opened.close()
Path("/proc/self/clear_refs").write_text("5")
before = kilobytes("VmRSS")
opened = adapter.document(invoice)
size = sum(map(len, opened.chunks))
print(size, kilobytes("VmHWM") - before)
"""


@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="needs Linux's /proc")
def test_60_mb_cost_a_few_mb_of_memory() -> None:
    piece = b"%PDF-1.4" + bytes(59_992)
    encoded = base64.b64encode(piece)
    start, end = envelope(document("|", size=len(piece) * 1000)).split(b"|")
    length = len(start) + len(encoded) * 1000 + len(end)

    def behave(connection: object, head: bytes) -> None:
        headers = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n\r\n".encode()
        connection.sendall(headers + start)  # type: ignore[attr-defined]
        for _ in range(1000):
            connection.sendall(encoded)  # type: ignore[attr-defined]
        connection.sendall(end)  # type: ignore[attr-defined]

    with peer(behave) as server:
        done = subprocess.run(
            [sys.executable, "-c", CHILD, server.url],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=Path(__file__).parents[3],
        )
    assert done.returncode == 0, done.stderr
    size, grown = map(int, done.stdout.split())
    assert size == 60_000_000
    assert grown < 6 * 1024
