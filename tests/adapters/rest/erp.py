"""A small real HTTP server whose answers a test writes itself, and an adapter that asks it."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from adapters.http import HttpClient
from adapters.limits import Limits
from adapters.mapping.language import examine
from adapters.rest import RestAdapter
from adapters.rest.kind import REST

LIMITS = Limits(
    connect_seconds=1, read_seconds=1, total_seconds=2, answer_bytes=1024 * 1024, document_bytes=1024 * 1024
)
JSON = "application/json; charset=utf-8"


@dataclass
class Asked:
    """A request as it came over the wire; ``path`` is not decoded."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Given:
    """An answer to give; ``content`` becomes JSON unless it is bytes."""

    content: Any = None
    status: int = 200
    media_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


Respond = Callable[[Asked], Given]


class Erp:
    """What a test sees of the server: where it is, and what it was asked."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond
        self.asked: list[Asked] = []
        self.url = ""


@contextmanager
def erp(respond: Respond) -> Iterator[Erp]:
    """A server on loopback that answers with what ``respond`` says."""
    served = Erp(respond)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(self.command, parts.path, parse_qsl(parts.query), dict(self.headers), body)
            served.asked.append(asked)
            given = served.respond(asked)
            content = given.content if isinstance(given.content, bytes) else json.dumps(given.content).encode()
            self.send_response(given.status)
            for name, value in {"Content-Type": given.media_type, **given.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PUT = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


CUSTOMER = {
    "path": "/c/{customer_no}",
    "owner": "nr",
    "fields": {"name": "n", "kind": {"const": "person"}, "address": "a"},
}
INVOICE_FIELDS: dict[str, Any] = {
    "invoice_ref": "id",
    "invoice_no": "no",
    "kind": {"const": "invoice"},
    "issued_on": "on",
    "due_on": "on",
    "net": "gross",
    "vat": {"const": "0.00"},
    "gross": "gross",
    "outstanding": "gross",
}
CONTRACT_FIELDS: dict[str, Any] = {"contract_no": "no", "services": {"const": ["water"]}, "valid_from": "on"}


def mapping(**operations: Any) -> dict[str, Any]:
    """A small mapping; ``operations`` are added or replaced, ``errors`` is that table."""
    errors = operations.pop("errors", {})
    usual = {
        "customer": CUSTOMER,
        "contracts": {"path": "/u/{customer_no}", "owner": "nr", "records": "rows", "fields": CONTRACT_FIELDS},
        "invoices": {"path": "/f/{customer_no}", "owner": "nr", "records": "rows", "fields": INVOICE_FIELDS},
        "balance_on": {"path": "/b/{customer_no}/{day}", "owner": "nr", "fields": {"amount": "amount"}},
    }
    erp = {"name": "test", "kind": "rest", "basis": "as_of"}
    return {"erp": erp, "errors": errors, "operations": {**usual, **operations}}


def adapter(url: str, document: Mapping[str, Any], **client: Any) -> RestAdapter:
    """An adapter over ``document``, as it would be after reading it from a file."""
    return RestAdapter(examine(Path("test.toml"), document, REST), HttpClient(url, limits=LIMITS, **client))


def invoice(number: int, **more: Any) -> dict[str, Any]:
    """A row as ``INVOICE_FIELDS`` reads it."""
    return {"id": number, "no": f"FV/{number}", "on": "2026-03-01", "gross": "10.00", **more}
