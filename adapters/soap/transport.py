"""zeep's transports over the hardened client: zeep writes what goes out, and what comes back is checked before it."""

from typing import Any

import zeep
from lxml import etree

from adapters.http import Answer, Download, HttpClient, Kind
from adapters.soap.envelope import check_head
from adapters.soap.wsdl import LocalFiles

# The WSDL's own address is not trusted: everything goes to the address in the configuration, HttpClient's base_url.


class WholeAnswers(LocalFiles):
    """Sends an envelope and hands back the whole answer, its head checked; with ``raw_response`` zeep passes it on.

    ``kind`` "document" is for documents that are read whole, because their signature must be verified.
    """

    def __init__(self, http: HttpClient, *, kind: Kind = "read") -> None:
        super().__init__()
        self._http = http
        self._kind: Kind = kind

    def post_xml(self, address: str, envelope: etree._Element, headers: dict[str, str]) -> Answer:
        body = _written(envelope)
        if self._kind != "document":
            answer = self._http.send("POST", body=body, headers=headers, kind=self._kind)
            check_head(answer.status, answer.headers)
            return answer
        with self._http.stream("POST", body=body, headers=headers, kind="document") as download:
            check_head(download.status, download.headers)
            download.take_time()
            return Answer(download.status, download.headers, download.read())


class StreamedAnswers(LocalFiles):
    """Sends an envelope and hands back the answer as it comes; its head is checked, its body is for the reader."""

    def __init__(self, http: HttpClient) -> None:
        super().__init__()
        self._http = http

    def post_xml(self, address: str, envelope: etree._Element, headers: dict[str, str]) -> Download:
        download = self._http.stream("POST", body=_written(envelope), headers=headers, kind="document")
        try:
            check_head(download.status, download.headers)
        except BaseException:
            download.close()
            raise
        return download


def service(transport: Any, document: Any, binding: Any, wsse: Any) -> Any:
    """zeep's service over one of these transports; both share the WSDL as it was read once."""
    make: Any = zeep.Client
    client = make(document, transport=transport, wsse=wsse, settings=document.settings)
    return client.create_service(binding.name, "")


def _written(envelope: etree._Element) -> bytes:
    return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
