"""The demo's mailbox: takes every mail that is sent to it over SMTP, delivers none, and keeps them in memory."""

import socketserver
from dataclasses import asdict, dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Lock, Thread
from typing import Any, Self

_KEPT = 1000
_LARGEST_LINE = 4096
_LARGEST_MAIL = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as its reader sees it; ``number`` counts from 1."""

    number: int
    to: str
    subject: str
    text: str
    html: str
    message_id: str
    language: str


class Mailbox:
    """What arrived, oldest first; the oldest go when there are too many."""

    def __init__(self) -> None:
        self._letters: list[Letter] = []
        self._count = 0
        self._lock = Lock()

    def put(self, to: list[str], content: bytes) -> None:
        """Take a mail as it came over SMTP."""
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        with self._lock:
            self._count += 1
            letter = Letter(
                number=self._count,
                to=", ".join(to),
                subject=str(message["Subject"] or ""),
                text=_part(message, "plain"),
                html=_part(message, "html"),
                message_id=str(message["Message-ID"] or ""),
                language=str(message["Content-Language"] or "pl"),
            )
            self._letters = [*self._letters, letter][-_KEPT:]

    def read(self) -> list[Letter]:
        with self._lock:
            return list(self._letters)

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(each) for each in self.read()]

    def clear(self) -> None:
        with self._lock:
            self._letters = []


class MailReceiver:
    """Listens for SMTP on this machine; ``port`` 0 takes a free one."""

    def __init__(self, mailbox: Mailbox, port: int = 0) -> None:
        self.mailbox = mailbox
        self._port = port
        self._listener: _Listener | None = None

    @property
    def port(self) -> int:
        return self._port

    def start(self) -> Self:
        self._listener = _Listener(("127.0.0.1", self._port), self.mailbox)
        self._port = self._listener.server_address[1]
        Thread(target=self._listener.serve_forever, args=(0.05,), name="mailbox", daemon=True).start()
        return self

    def stop(self) -> None:
        """Harmless to repeat."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.shutdown()
            listener.server_close()


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        super().__init__(address, _Conversation)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients may leave when they like."""


class _Conversation(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a mail client needs."""

    server: _Listener
    timeout = 60

    def handle(self) -> None:
        to: list[str] = []
        self._say("220 sandbox mailbox")
        while line := self.rfile.readline(_LARGEST_LINE):
            words = line.decode("utf-8", "replace").strip()
            match words.upper().split(" ", 1)[0]:
                case "EHLO" | "HELO" | "NOOP":
                    self._say("250 sandbox")
                case "MAIL" | "RSET":
                    to = []
                    self._say("250 OK")
                case "RCPT":
                    to.append(words.partition(":")[2].strip().partition(" ")[0].strip("<>"))
                    self._say("250 OK")
                case "DATA" if to:
                    self._say("354 go on")
                    content = self._content()
                    if content is None:
                        self._say("552 too large")
                        return
                    self.server.mailbox.put(to, content)
                    to = []
                    self._say("250 taken")
                case "DATA":
                    self._say("503 whom to?")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("502 not here")

    def _content(self) -> bytes | None:
        lines, size = [], 0
        while (line := self.rfile.readline(_LARGEST_LINE)) not in (b".\r\n", b".\n"):
            size += len(line)
            if not line or size > _LARGEST_MAIL:
                return None
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content())
