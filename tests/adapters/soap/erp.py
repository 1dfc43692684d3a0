"""A SOAP ERP on loopback that answers what a test tells it to, and the sandbox's words to tell it with."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.limits import Limits
from adapters.soap import SoapAdapter
from tests.adapters.http.servers import Peer, answer, peer

NS = "http://bilans.wodkan.example/v2"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
QUICK = Limits(connect_seconds=1, read_seconds=0.8, total_seconds=1.2, document_seconds=20)
ERPS = Path(__file__).parents[3] / "adapters" / "erps"

INVOICE = {
    "IdDok": "10000014",
    "Numer": "FV/0100014/2026",
    "Rodzaj": "FV",
    "DataWyst": "28.03.2026",
    "TerminPlat": "11.04.2026",
    "Netto": "100,00",
    "Vat": "8,00",
    "Brutto": "108,00",
    "DoZaplaty": "108,00",
    "Waluta": "PLN",
    "NrRachunku": "61 1090 1014 0000 0712 1981 2874",
    "JestPdf": "T",
}


def row(name: str = "Faktura", **changes: str | None) -> str:
    """A row of the sandbox; None takes a field out."""
    fields = {**INVOICE, **changes}
    inner = "".join(f"<b:{key}>{text}</b:{key}>" for key, text in fields.items() if text is not None)
    return f"<b:{name}>{inner}</b:{name}>"


def invoices(*rows: str, owner: str = "100001") -> str:
    """What stands in the body of an answer to PobierzFaktury."""
    return (
        f"<b:PobierzFakturyOdpowiedz><b:NrOdbiorcy>{owner}</b:NrOdbiorcy>"
        f"<b:Faktury>{''.join(rows)}</b:Faktury></b:PobierzFakturyOdpowiedz>"
    )


def document(
    content: str, *, owner: str = "100001", size: int | str | None = None, media: str = "application/pdf"
) -> str:
    """What stands in the body of an answer to PobierzFakturePdf."""
    told = "" if size is None else f"<b:Rozmiar>{size}</b:Rozmiar>"
    return (
        f"<b:PobierzFakturePdfOdpowiedz><b:NrOdbiorcy>{owner}</b:NrOdbiorcy><b:NazwaPliku>a.pdf</b:NazwaPliku>"
        f"<b:TypMime>{media}</b:TypMime>{told}<b:Plik>{content}</b:Plik></b:PobierzFakturePdfOdpowiedz>"
    )


def envelope(content: str, *, start: str = '<?xml version="1.0" encoding="UTF-8"?>\n', header: str = "") -> bytes:
    """A SOAP 1.1 envelope around the content."""
    return (
        f'{start}<soap:Envelope xmlns:soap="{SOAP}" xmlns:b="{NS}">{header}'
        f"<soap:Body>{content}</soap:Body></soap:Envelope>"
    ).encode()


def http(body: bytes, *, status: str = "200 OK", media: str = "text/xml; charset=utf-8") -> bytes:
    """An HTTP answer."""
    return answer(body, status=status, headers=(f"Content-Type: {media}",))


@contextmanager
def adapter_at(
    url: str, *, limits: Limits = QUICK, mapping: str = "sandbox_soap", **options: str
) -> Iterator[SoapAdapter]:
    """An adapter for the length of a ``with``."""
    opened = SoapAdapter.from_settings({"mapping": mapping, "url": url, **options}, limits=limits)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def erp(given: bytes, **options: str) -> Iterator[tuple[SoapAdapter, Peer]]:
    """An adapter in front of an ERP that always gives this HTTP answer."""
    with peer(given) as server, adapter_at(f"{server.url}/soap", **options) as adapter:
        yield adapter, server
