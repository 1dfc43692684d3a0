"""Answers that are no plain SOAP envelopes never get as far as being read."""

import tracemalloc

import pytest

from adapters.errors import BadData, NotFound, Rejected, Unavailable
from tests.adapters.soap.erp import NS, SOAP, envelope, erp, http, invoices, row

GOOD = envelope(invoices(row()))
DTD = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>'
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"

UNTRUSTED = {
    "a DTD": envelope(invoices(row()), start=DTD),
    "an entity bomb": envelope(invoices(row(Numer="&a9;")), start=BOMB),
    "an external entity": envelope(
        invoices(row(Numer="&x;")), start='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    ),
    "an external DTD": envelope(invoices(row()), start='<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'),
    "a DTD in UTF-16": envelope(invoices(row()), start='<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x>')
    .decode()
    .encode("utf-16"),
    "an instruction in front": envelope(invoices(row()), start='<?xml-stylesheet href="x"?>'),
    "an instruction inside": envelope(invoices("<?x y?>", row())),
    "cut in the middle": GOOD[: len(GOOD) // 2],
    "nothing": b"",
    "something after it": GOOD + b"<a/>",
    "another root": b"<a/>",
    "SOAP 1.2": GOOD.replace(SOAP.encode(), SOAP_12.encode()),
    "no body": f'<s:Envelope xmlns:s="{SOAP}"/>'.encode(),
    "an empty body": envelope(""),
    "two answers in the body": envelope(invoices(row()) + invoices(row())),
    "another operation's answer": envelope(f'<b:Inna xmlns:b="{NS}"/>'),
    "a wrong encoding": GOOD.replace(b"FV/0", "ż".encode("cp1250")),
    "an undeclared prefix": envelope(invoices("<q:Faktura/>")),
    "a text of 11 MB": envelope(invoices(row(Numer="x" * 11_000_000))),
    "JSON": b'{"faktury": []}',
}


@pytest.mark.parametrize("told", UNTRUSTED)
@pytest.mark.parametrize("way", ["whole", "streamed"])
def test_what_cannot_be_trusted_is_bad_data(told: str, way: str) -> None:
    with erp(http(UNTRUSTED[told])) as (adapter, _), pytest.raises(BadData) as caught:
        list(adapter.iter_invoices("100001")) if way == "streamed" else adapter.invoices("100001")
    assert len(str(caught.value)) < 200


def test_an_entity_bomb_costs_nothing() -> None:
    with erp(http(UNTRUSTED["an entity bomb"])) as (adapter, _):
        tracemalloc.start()
        with pytest.raises(BadData):
            adapter.invoices("100001")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize(
    "given",
    [
        http(b"<html><body>Zaloguj</body></html>", media="text/html"),
        http(b"<!DOCTYPE html><html></html>"),  # called XML by a careless proxy
        http(b"  <HTML></HTML>"),
        http(b"<html/>", status="500 Oops", media="text/html"),
        http(b"Bad gateway", status="502 Bad Gateway", media="text/plain"),
        http(b"", status="503 Service Unavailable"),
        http(b"", status="404 Not Found"),
        http(GOOD, status="500 Oops"),  # an answer that says it failed
        http(b"no", status="401 Unauthorized"),
        http(envelope("<soap:Fault><faultcode>b:ODB-404</faultcode></soap:Fault>"), status="403 Forbidden"),
    ],
)
@pytest.mark.parametrize("way", ["whole", "streamed"])
def test_pages_and_being_kept_out_are_unavailable(given: bytes, way: str) -> None:
    with erp(given) as (adapter, _), pytest.raises(Unavailable):
        list(adapter.iter_invoices("100001")) if way == "streamed" else adapter.invoices("100001")


def test_another_media_type_is_refused() -> None:
    with erp(http(GOOD, media="application/json")) as (adapter, _), pytest.raises(BadData):
        adapter.invoices("100001")


def fault(code: str, detail: str = "") -> bytes:
    told = f"<detail><b:Blad><b:Kod>{detail}</b:Kod></b:Blad></detail>" if detail else ""
    words = "<faultstring>Jan Kowalski nie płaci</faultstring>"
    return envelope(f"<soap:Fault><faultcode>{code}</faultcode>{words}{told}</soap:Fault>")


@pytest.mark.parametrize("status", ["200 OK", "500 Internal Server Error", "400 Bad Request"])
@pytest.mark.parametrize(
    ("body", "error"),
    [
        (fault("b:ODB-404"), NotFound),
        (fault("soap:Server", "DOK-404"), NotFound),
        (fault("soap:Server", "ODB-423"), Rejected),
        (fault("b:ODB-423", "SYS-1"), Unavailable),  # the detail's code is the one that counts
        (fault("soap:Client"), Unavailable),
        (fault("soap:Server", "Jan Kowalski"), Unavailable),
        (fault(""), Unavailable),
    ],
)
@pytest.mark.parametrize("way", ["whole", "streamed"])
def test_only_codes_on_the_list_are_answers(status: str, body: bytes, error: type[Exception], way: str) -> None:
    with erp(http(body, status=status)) as (adapter, _), pytest.raises(error) as caught:
        list(adapter.iter_invoices("100001")) if way == "streamed" else adapter.invoices("100001")
    assert type(caught.value) is error
    assert "Kowalski" not in str(caught.value)


def test_a_refusal_carries_the_erps_code() -> None:
    with erp(http(fault("b:ODB-423"))) as (adapter, _), pytest.raises(Rejected) as caught:
        adapter.customer("100001")
    assert caught.value.code == "ODB-423"


def test_a_refusal_says_what_the_mapping_has_for_its_code() -> None:
    with erp(http(fault("b:ODB-423"))) as (adapter, _), pytest.raises(Rejected) as caught:
        adapter.customer("100001")
    assert caught.value.words_in("en").startswith("This customer's data is locked")
    assert caught.value.words_in("de") == caught.value.words_in("pl")


def test_the_header_of_an_envelope_is_no_matter() -> None:
    header = '<soap:Header><x:T xmlns:x="urn:x">1</x:T></soap:Header>'
    with erp(http(envelope(invoices(row()), header=header))) as (adapter, _):
        assert len(adapter.invoices("100001")) == 1
        assert len(list(adapter.iter_invoices("100001"))) == 1


def test_what_is_asked_is_what_the_wsdl_says() -> None:
    with erp(http(GOOD)) as (adapter, server):
        adapter.invoices("100001")
    assert b'SOAPAction: "urn:bilans:PobierzFaktury"\r\n' in server.requests[0]
    assert b"POST /soap HTTP/1.1\r\n" in server.requests[0]
    assert f'<ns0:PobierzFaktury xmlns:ns0="{NS}"><ns0:NrOdbiorcy>100001</ns0:NrOdbiorcy>'.encode() in server.bodies[0]
