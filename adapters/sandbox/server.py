"""The sandbox as an HTTP server: ``/soap``, ``/rest`` and ``/p24`` for the portal, the rest for us."""

import base64
import ipaddress
import re
import socket
import socketserver
import sys
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, quote, unquote

from adapters.clock import SetClock
from adapters.sandbox import mail_page, p24, spoiled, wire
from adapters.sandbox.calls import Answer, CallCounts, Refused
from adapters.sandbox.control import ControlDesk
from adapters.sandbox.faces import Face, Request
from adapters.sandbox.failing import CLOSING, Asked, FaceCall, fail
from adapters.sandbox.faults import FaultBoard, FaultKind
from adapters.sandbox.journal import Journal
from adapters.sandbox.mailbox import Mailbox
from adapters.sandbox.p24 import Notices, P24Call, Transactions
from adapters.sandbox.rest_face import RestFace
from adapters.sandbox.soap_face import SoapFace, wsdl
from adapters.sandbox.world import World

_LARGEST_REQUEST = 64 * 1024 * 1024
_LENGTH = re.compile(r"[0-9]{1,12}", re.ASCII)
_TEXT = "text/plain; charset=utf-8"


class SandboxServer:
    """A running sandbox, also as a context manager; ``port`` 0 takes a free one.

    ``auth`` is a user and a password that ``/soap`` and ``/rest`` then ask for. ``data`` is a file for what is booked
    and what is sent in.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        world: World | None = None,
        seed: int = 1,
        clock: SetClock | None = None,
        data: Path | str | None = None,
        auth: tuple[str, str] | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        if clock is None:
            clock = world.clock if world and isinstance(world.clock, SetClock) else SetClock()
        self.clock = clock
        self.world = world or World(seed, clock=clock, journal=Journal(Path(data)) if data else None)
        self.faults = FaultBoard()
        self.calls = CallCounts()
        self.mailbox = Mailbox()
        self.p24 = Transactions(clock)
        self.notices = Notices(clock)
        self.desk = ControlDesk(self.world, clock, self.faults, self.calls, self.mailbox, self.p24, self.notices)
        self.faces: dict[str, Face] = {"soap": SoapFace(self.world), "rest": RestFace(self.world)}
        self.credentials = _basic(*auth) if auth else None
        self._host = host
        self._port = port
        self._listener: _Listener | None = None

    @property
    def url(self) -> str:
        return f"http://{self._host}:{self._port}"

    def start(self) -> Self:
        """Listen; after ``stop`` again at the same port."""
        self._listener = _Listener((self._host, self._port), self)
        self._port = self._listener.server_address[1]
        Thread(target=self._listener.serve_forever, args=(0.05,), name="sandbox", daemon=True).start()
        self.notices.start()
        return self

    def stop(self) -> None:
        """Refuse connections from now on and cut those that are open; the world stays. Harmless to repeat."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.stop()
            self.notices.stop()
            self.faults.clear()

    def close(self) -> None:
        """Stop, and give back the file."""
        self.stop()
        self.world.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Listener(socketserver.ThreadingTCPServer):
    """A thread for each connection; knows the open ones, so that a stopped server leaves none behind."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 1024

    def __init__(self, address: tuple[str, int], sandbox: SandboxServer) -> None:
        self.sandbox = sandbox
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__(address, _Handler)

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        with self._lock:
            for connection in self._open:
                _hang_up(connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):  # clients may leave when they like
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener
    connection: socket.socket

    def serve(self) -> None:
        """Any request of any method."""
        length = self.headers.get("Content-Length", "0")
        if not _LENGTH.fullmatch(length) or int(length) > _LARGEST_REQUEST or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            said = b'{"errors": {"body": "expected at most 64 MB, and their number as Content-Length"}}'
            return self._send(Answer(413, "application/json", said))
        path, _, query = self.path.partition("?")
        request = Request(
            method=self.command,
            parts=tuple(unquote(part) for part in path.strip("/").split("/")),
            query=dict(parse_qsl(query, keep_blank_values=True)),
            action=self.headers.get("SOAPAction", ""),
        )
        if self._resets_before_body(request):
            return wire.reset(self.connection)
        body = self.rfile.read(int(length))
        if len(body) < int(length):  # who leaves in the middle has asked for nothing
            self.close_connection = True
            return None
        return self._route(replace(request, body=body))

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = serve

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def _resets_before_body(self, request: Request) -> bool:
        sandbox = self.server.sandbox
        face = sandbox.faces.get(request.parts[0])
        operation = face.announced(request) if face else p24.operation_of(request)
        if operation is None or sandbox.faults.take(operation, FaultKind.RESET_BEFORE_BODY) is None:
            return False
        sandbox.calls.add(operation)
        self.close_connection = True
        return True

    def _route(self, request: Request) -> None:
        sandbox = self.server.sandbox
        if request.parts[0] in ("control", "mail", "p24"):
            return self._for_us(request)
        if request.parts == ("soap",) and request.method == "GET" and "wsdl" in request.query:
            return self._send(wsdl(sandbox.url))
        if request.parts[0] in sandbox.faces:
            return self._ask(sandbox.faces[request.parts[0]], request)
        if request.parts[0] == "redirected":  # only who follows a redirect comes here, and that is told
            sandbox.calls.add("redirected")
        return self._send(Answer(404, _TEXT, b"There are /soap?wsdl, /soap, /rest, /p24, /control and /mail.\n"))

    def _for_us(self, request: Request) -> None:
        if not ipaddress.ip_address(self.client_address[0]).is_loopback:
            return self._send(Answer(403, _TEXT, f"/{request.parts[0]} is for this machine alone\n".encode()))
        sandbox = self.server.sandbox
        if request.parts[0] == "mail":
            return self._send(mail_page.respond(sandbox.mailbox, request))
        if request.parts[0] == "p24":
            return self._pay(request)
        return self._send(sandbox.desk.respond(request))

    def _ask(self, face: Face, request: Request) -> None:
        sandbox = self.server.sandbox
        if sandbox.credentials and self.headers.get("Authorization") != sandbox.credentials:
            return self._send(spoiled.unauthorized())
        try:
            return self._tell(FaceCall(face, face.read(request)))
        except Refused as refused:
            return self._send(face.refuse(refused.reason))

    def _pay(self, request: Request) -> None:
        sandbox = self.server.sandbox
        operation = p24.operation_of(request)
        if operation is None:
            return self._send(p24.page(sandbox.p24, sandbox.notices, request))
        return self._tell(P24Call(operation, request, self.headers.get("Authorization", ""), sandbox.p24))

    def _tell(self, asked: Asked) -> None:
        sandbox = self.server.sandbox
        lifted = sandbox.faults.lifted
        fault = sandbox.faults.take(asked.operation)
        if fault is None or fault.kind is not FaultKind.REFUSE_CONNECTION:  # a call that was never taken is none
            sandbox.calls.add(asked.operation)
        if fault is None:
            return self._send(asked.answer())
        elsewhere = f"{sandbox.url.replace('127.0.0.1', 'localhost')}/redirected{quote(self.path.partition('?')[0])}"
        self.close_connection = self.close_connection or fault.kind in CLOSING
        answer = fail(self.connection, asked, fault, elsewhere=elsewhere, clock=sandbox.clock, lifted=lifted)
        if answer is None:
            self.close_connection = True
            return None
        return self._send(answer)

    def _send(self, answer: Answer) -> None:
        wire.send(self.connection, answer, keep_alive=not self.close_connection)


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):  # it may be gone already
        connection.shutdown(socket.SHUT_RDWR)
