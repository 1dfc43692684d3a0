"""Asks ClamAV's clamd about a file, over its INSTREAM command (clamd(8)); its absence is an answer of its own."""

import re
import socket
import struct
from collections.abc import Iterator
from typing import Literal

import structlog

from gateway.settings import Settings

Said = Literal["clean", "found", "away"]

_CONNECT_SECONDS = 2.0
_ANSWER_SECONDS = 30.0
_FOUND = re.compile(rb"stream: [^\0]+ FOUND\0")
_log = structlog.get_logger("ebok.scanner")


class Scanner:
    """The one at ``files.clamav``: ``host:port``, or the path of a socket."""

    def __init__(self, settings: Settings) -> None:
        self._address = settings.files.clamav

    def scan(self, chunks: Iterator[bytes]) -> Said:
        """``away`` says that nobody knows: no clamd, no time, or an answer that is none."""
        try:
            with self._connected() as line:
                line.sendall(b"zINSTREAM\0")
                for chunk in chunks:
                    line.sendall(struct.pack("!L", len(chunk)) + chunk)
                line.sendall(struct.pack("!L", 0))
                answer = _answer(line)
        except OSError as error:
            _log.warning("scanner_away", error=type(error).__name__)
            return "away"
        if answer == b"stream: OK\0":
            return "clean"
        if _FOUND.fullmatch(answer):
            return "found"
        _log.warning("scanner_away", error="an answer that is none")
        return "away"

    def _connected(self) -> socket.socket:
        host, colon, port = self._address.rpartition(":")
        if colon and port.isdigit():
            line = socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS)
        else:
            line = socket.socket(socket.AF_UNIX)
            line.settimeout(_CONNECT_SECONDS)
            try:
                line.connect(self._address)
            except OSError:
                line.close()
                raise
        line.settimeout(_ANSWER_SECONDS)
        return line


def _answer(line: socket.socket) -> bytes:
    found = b""
    while len(found) < 4096 and not found.endswith(b"\0"):
        piece = line.recv(1024)
        if not piece:
            break
        found += piece
    return found
