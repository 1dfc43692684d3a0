"""An invoice's document: the ERP's bytes, our name, always closed."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import Unavailable
from gateway.download import file_stem
from schemas import InvoiceKind
from tests.gateway.pages.books import ANNA, DOCUMENT, TODAY, Books, _invoice
from tests.gateway.pages.conftest import Browser
from tests.gateway.pages.reading import link, words

Home = Callable[[FlaskClient], str]


@pytest.fixture
def anna(browser: Browser) -> FlaskClient:
    return browser("anna")


@pytest.fixture
def address(anna: FlaskClient, home: Home) -> str:
    return link(anna.get(home(anna) + "faktury"), "FV/2026/00041") + "/dokument"


def test_it_is_the_erps_own_bytes_under_our_own_name(anna: FlaskClient, address: str, books: Books) -> None:
    with anna.get(address) as answer:
        assert answer.status_code == 200
        assert answer.data == DOCUMENT
        assert answer.content_type == "application/pdf"
        assert answer.content_length == len(DOCUMENT)
        assert answer.headers["Content-Disposition"] == 'attachment; filename="faktura-FV-2026-00041.pdf"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert books.closed == 1


def test_a_size_that_the_erp_does_not_say_is_counted_first(anna: FlaskClient, address: str, books: Books) -> None:
    books.document_size = None
    with anna.get(address) as answer:
        assert answer.content_length == len(DOCUMENT)
        assert answer.data == DOCUMENT


def test_one_of_unsaid_size_that_breaks_off_is_a_failure_and_not_half_a_file(
    anna: FlaskClient, address: str, books: Books
) -> None:
    books.document_size, books.chunks = None, _fails_later
    with anna.get(address) as answer:
        assert answer.status_code == 503
        assert "Content-Disposition" not in answer.headers
    assert books.closed == 1


def test_one_of_unsaid_size_is_not_kept_in_memory_without_end(anna: FlaskClient, address: str, books: Books) -> None:
    books.document_size, books.chunks = None, lambda: (b"%PDF" + bytes(2**20) for _ in range(1000))
    with anna.get(address) as answer:
        assert answer.status_code == 502
    assert books.closed == 1


@pytest.mark.parametrize(
    ("given", "sent", "ending"),
    [
        ("Application/PDF; charset=binary", "application/pdf", "pdf"),
        ("text/xml", "text/xml; charset=utf-8", "xml"),
        ("text/html", "application/octet-stream", "bin"),
        ("image/svg+xml", "application/octet-stream", "bin"),
    ],
)
def test_only_types_that_cannot_run_keep_their_name(
    anna: FlaskClient, address: str, books: Books, given: str, sent: str, ending: str
) -> None:
    books.media_type = given
    with anna.get(address) as answer:
        assert answer.content_type == sent
        assert answer.headers["Content-Disposition"].endswith(f'.{ending}"')


def test_it_is_closed_when_the_reader_goes_away(anna: FlaskClient, address: str, books: Books) -> None:
    anna.get(address, buffered=False).close()
    assert books.closed == 1
    anna.head(address).close()
    assert books.closed == 2


def _fails_at_once() -> Iterator[bytes]:
    raise Unavailable("away")
    yield b""


def _fails_later() -> Iterator[bytes]:
    yield DOCUMENT[:1000]
    raise Unavailable("away")


@pytest.mark.parametrize(("chunks", "status"), [(_fails_at_once, 503), (lambda: iter(()), 502)])
def test_a_document_that_never_begins_gets_a_page(
    anna: FlaskClient, address: str, books: Books, chunks: Callable[[], Iterator[bytes]], status: int
) -> None:
    books.chunks = chunks
    answer = anna.get(address)
    assert answer.status_code == status
    assert answer.content_type.startswith("text/html")
    assert "Content-Disposition" not in answer.headers
    assert books.closed == 1


def test_one_that_breaks_off_is_not_passed_on_as_whole(anna: FlaskClient, address: str, books: Books) -> None:
    books.chunks = _fails_later
    with anna.get(address) as answer, pytest.raises(Unavailable):
        answer.get_data()
    assert books.closed == 1


def test_an_invoice_without_one_has_none(anna: FlaskClient, home: Home, books: Books) -> None:
    page = link(anna.get(home(anna) + "faktury"), "FV/2026/00012")
    assert anna.get(page + "/dokument").status_code == 404
    assert "Pobierz dokument" not in words(anna.get(page))
    assert "document" not in books.calls


@given(st.text(max_size=300), st.sampled_from(InvoiceKind))
def test_a_file_name_is_safe_whatever_the_number(number: str, kind: InvoiceKind) -> None:
    stem = file_stem(_invoice(ANNA, number, TODAY, "1.00", "0.00", kind=kind))
    assert re.fullmatch(r"(faktura|korekta|nota)(-[A-Za-z0-9]+)*", stem)
    assert len(stem) < 70


@pytest.mark.parametrize(
    ("number", "stem"),
    [
        ("FV/2026/00012", "faktura-FV-2026-00012"),
        ("ŁÓDŹ 1/łk", "faktura-LODZ-1-lk"),
        ("../../etc/passwd", "faktura-etc-passwd"),
        ('a"; filename="b.exe', "faktura-a-filename-b-exe"),
        ("一二三", "faktura"),
    ],
)
def test_a_file_name_can_be_read(number: str, stem: str) -> None:
    assert file_stem(_invoice(ANNA, number, TODAY, "1.00", "0.00")) == stem
