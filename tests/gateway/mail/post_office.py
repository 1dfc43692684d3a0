"""An SMTP server for tests, which can be told to refuse, to put off, and to fall at a given moment."""

import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Arrived:
    """A mail as the server took it."""

    to: str
    message: EmailMessage

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    def part(self, kind: str) -> str:
        body = self.message.get_body((kind,))
        assert body is not None
        return str(body.get_content())


class PostOffice:
    """Takes mail at one port; ``stop`` and ``start`` as often as wanted.

    ``rcpt`` and ``data`` answer in place of taking where they return text; ``falls`` says when the connection breaks:
    ``"before"`` or ``"after"`` the mail is taken, in both cases without an answer.
    """

    def __init__(self, **more: Any) -> None:
        self.port = free_port()
        self.arrived: list[Arrived] = []
        self.connections = 0
        self.rcpt: Callable[[str], str | None] = lambda _to: None
        self.data: Callable[[], str | None] = lambda: None
        self.falls: Callable[[], str] = lambda: ""
        self._more = more
        self._controller: Controller | None = None

    def start(self) -> "PostOffice":
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=30, **self._more)
        self._controller.start()
        return self

    def stop(self) -> None:
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()

    def how_often(self) -> Counter[str]:
        return Counter(each.message_id for each in self.arrived)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        no = self.rcpt(address)
        if no is not None:
            return no
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        no = self.data()
        if no is not None:
            return no
        falls = self.falls()
        if falls != "before":
            message = message_from_bytes(envelope.content or b"", policy=default)  # type: ignore[arg-type]
            self.arrived.append(Arrived(envelope.rcpt_tos[0], message))  # type: ignore[arg-type]
        if falls:
            server.transport.abort()
        return "250 taken"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
