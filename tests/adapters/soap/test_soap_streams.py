"""Long lists that are read as they come."""

import time

import pytest

from adapters.errors import BadData, OwnerMismatch, Unavailable
from adapters.limits import Limits
from adapters.soap.rowstream import StreamedRows
from schemas import Invoice
from tests.adapters.http.servers import peer
from tests.adapters.soap.erp import NS, adapter_at, envelope, erp, http, invoices, row

PATIENT = Limits(read_seconds=10, total_seconds=10)


def rows(count: int) -> list[str]:
    return [row(IdDok=str(number)) for number in range(count)]


def read(body: bytes) -> list[Invoice]:
    with erp(http(body)) as (adapter, _):
        return list(adapter.iter_invoices("100001"))


def test_every_row_comes_once_and_in_order() -> None:
    found = read(envelope(invoices(*rows(3000))))
    assert [each.invoice_ref for each in found] == [str(number) for number in range(3000)]


def test_an_empty_list_is_empty() -> None:
    assert read(envelope(invoices())) == []


def test_rows_anywhere_else_are_not_ours() -> None:
    hidden = f"<b:Inne><b:Faktury>{row(IdDok='9')}</b:Faktury></b:Inne>"
    body = envelope(invoices(row(IdDok="1"), row(IdDok="2")).replace("<b:Faktury>", f"{hidden}<b:Faktury>", 1))
    assert [each.invoice_ref for each in read(body)] == ["1", "2"]


def test_a_row_inside_a_row_is_not_ours() -> None:
    inner = row(IdDok="1").replace("</b:Faktura>", f"<b:Faktury>{row(IdDok='9')}</b:Faktury></b:Faktura>")
    assert [each.invoice_ref for each in read(envelope(invoices(inner)))] == ["1"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (envelope(invoices(*rows(500)))[:-40], BadData),
        (envelope(invoices(*rows(500), row(Brutto="x"))), BadData),
        (envelope(invoices(*rows(500), "<?x y?>")), BadData),
        (envelope(invoices(*rows(500)) + invoices(*rows(1))), BadData),
        (envelope(invoices(*rows(500), owner="100002")), OwnerMismatch),
        (envelope(invoices(*rows(2)).replace("<b:NrOdbiorcy>100001</b:NrOdbiorcy>", "")), BadData),
        (envelope(f'<b:PobierzFakturyOdpowiedz xmlns:b="{NS}"/>'), BadData),
    ],
)
def test_what_is_wrong_is_an_error_even_after_good_rows(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(body)


def test_nothing_of_another_customer_is_handed_out() -> None:
    with erp(http(envelope(invoices(*rows(5), owner="100002")))) as (adapter, _), pytest.raises(OwnerMismatch):
        next(adapter.iter_invoices("100001"))


def test_leaving_early_frees_the_connection() -> None:
    start = envelope(invoices("|")).split(b"|")[0]

    def endless(connection: object, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" + start)  # type: ignore[attr-defined]
        while True:
            connection.sendall(row().encode() * 100)  # type: ignore[attr-defined]

    with peer(endless) as server, adapter_at(server.url, limits=PATIENT) as adapter:
        for _ in range(10):
            server.closed_by_client.clear()
            found = adapter.iter_invoices("100001")
            assert next(found).invoice_no == "FV/0100014/2026"
            found.close()  # type: ignore[attr-defined]
            assert server.closed_by_client.wait(2)


def test_a_stream_that_stops_is_left() -> None:
    start = envelope(invoices(*rows(200))).split(b"</b:Faktury>")[0]

    def stop(connection: object, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" + start)  # type: ignore[attr-defined]
        time.sleep(5)

    with peer(stop) as server, adapter_at(server.url) as adapter, pytest.raises(Unavailable):
        list(adapter.iter_invoices("100001"))


def test_an_answer_with_figures_of_its_own_is_not_streamed() -> None:
    with erp(http(b"")) as (adapter, _):
        assert StreamedRows.can(adapter._calls["invoices"])
        assert not StreamedRows.can(adapter._calls["ledger"])
        assert not StreamedRows.can(adapter._calls["balance_on"])
