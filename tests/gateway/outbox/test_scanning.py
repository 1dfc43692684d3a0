"""Files that came while the scanner was away: held until it speaks, and then sent or refused; never sent unscanned."""

import socket
import struct
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from gateway.files import Scan
from gateway.models import FileChunk, SubmissionRow
from gateway.outbox import desk
from tests.gateway.outbox.office import NOON, Office, a_file, office

SIGNATURE = b"EBOK-TEST-SIGNATURE-7719"


class Clamd:
    """What of clamd's INSTREAM is needed, at a port that stays the same when it goes away and comes back."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port = found.getsockname()[1]
        self.scanned: list[bytes] = []
        self._listening: socket.socket | None = None

    def start(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._serve, args=[self._listening], daemon=True).start()

    def stop(self) -> None:
        if self._listening is not None:
            self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
            self._listening = None

    def _serve(self, listening: socket.socket) -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            with line, line.makefile("rb") as said:
                assert said.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack("!L", said.read(4))[0]:
                    content += said.read(size)
                self.scanned.append(content)
                verdict = b"Ebok.Test FOUND" if SIGNATURE in content else b"OK"
                line.sendall(b"stream: " + verdict + b"\0")


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    made = Clamd()
    yield made
    made.stop()


@pytest.fixture
def scanned(tmp_path: Path, clamd: Clamd) -> Iterator[Office]:
    with office(f"sqlite:///{tmp_path}/portal.sqlite", FILES__CLAMAV=f"127.0.0.1:{clamd.port}") as made:
        yield made


def test_it_is_held_while_the_scanner_is_away_and_goes_on_when_it_is_back(scanned: Office, clamd: Clamd) -> None:
    content = b"%PDF-" + b"x" * 600_000
    number = scanned.send(files=(a_file(scan=Scan.CLEAN), a_file(content, scan=Scan.PENDING))).public_id
    behind = scanned.send().public_id
    for _ in range(8):
        scanned.deliver()
        assert scanned.states() == ["scanning", "received"]
        scanned.pass_time(minutes=13)
    assert scanned.row(number).error == "the virus scanner does not answer"
    clamd.start()
    scanned.deliver()
    assert [scanned.row(each).state for each in (number, behind)] == ["delivered", "delivered"]
    assert clamd.scanned == [content]
    assert scanned.erp.sends == 2


def test_what_the_scanner_finds_is_refused_and_its_sender_told(scanned: Office, clamd: Clamd) -> None:
    clamd.start()
    behind_another = scanned.send()
    scanned.erp.behave = lambda _: "not_sent"
    file = a_file(b"%PDF-" + SIGNATURE, scan=Scan.PENDING)
    number = scanned.send(files=(file,), email="anna@example.pl", language="en").public_id
    scanned.deliver()
    row = scanned.row(number)
    assert (row.state, row.refusal, row.payload) == ("rejected", "virus", None)
    assert scanned.row(behind_another.public_id).state == "retry", "scanning waits for nobody's turn"
    assert scanned.count(FileChunk) == 0
    (mail,) = scanned.mails("submission_refused")
    assert mail["to"] == "anna@example.pl"
    assert "virus" not in mail["values"]["number"]


def test_what_cannot_be_read_any_more_comes_before_a_person(scanned: Office) -> None:
    receipt = scanned.send(files=(a_file(scan=Scan.PENDING),))
    older = {"content": {"words": "of a former version"}, "email": None, "files": [{"name": "a.pdf", "sha256": ""}]}
    sealed = scanned.portal.sealer.seal_json(older, "submission", receipt.reference)
    with scanned.portal.database.transaction() as connection:
        connection.execute(update(SubmissionRow).values(payload=sealed))
    scanned.deliver()
    assert (scanned.states(), scanned.row().error) == (["scanning"], "ValidationError")
    while scanned.states() == ["scanning"]:
        assert scanned.clock.now() < NOON + timedelta(days=4)
        scanned.pass_time(hours=1)
        scanned.deliver()
    assert scanned.states() == ["manual"]


def test_a_scanner_that_stays_away_is_a_persons_matter_and_nothing_is_sent_unscanned(
    scanned: Office, clamd: Clamd
) -> None:
    number = scanned.send(files=(a_file(scan=Scan.PENDING),)).public_id
    while scanned.states() == ["scanning"]:
        assert scanned.clock.now() < NOON + timedelta(days=4)
        scanned.deliver()
        scanned.pass_time(minutes=55)
    assert scanned.states() == ["manual"]
    assert desk.retry(scanned.portal, number, desk.By("staff:bok")) == "scanning"
    scanned.deliver()
    assert scanned.states() == ["scanning"]
    assert scanned.erp.sends == 0
    clamd.start()
    scanned.pass_time(minutes=1)
    scanned.deliver()
    assert scanned.states() == ["delivered"]
