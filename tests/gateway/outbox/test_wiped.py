"""Of what was sent nothing is found on the disk or in the log: sealed from the beginning, and then not even that."""

import hashlib
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.background import run_once
from gateway.models import FileChunk
from gateway.outbox import State, desk
from tests.gateway.mail.post_office import PostOffice
from tests.gateway.outbox.office import Office, a_file, office

MARKS = ["Woda pachnie znakiem-5417.", "tajny-plik-9902", "ewa.tajna@example.pl", "MARK-IN-A-FILE-3316"]


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def in_pieces(sealed: bytes) -> list[bytes]:
    return [sealed[start : start + 40] for start in range(0, len(sealed) - 40, 997)]


@pytest.mark.parametrize("ending", [State.DELIVERED, State.REJECTED, State.SETTLED])
def test_not_even_the_sealed_bytes_are_left(
    tmp_path: Path, ending: State, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, elsewhere = tmp_path / "database", tmp_path / "temporary"
    folder.mkdir()
    elsewhere.mkdir()
    monkeypatch.setenv("TMPDIR", str(elsewhere))
    server = PostOffice().start()
    mail = {"MAIL__HOST": "127.0.0.1", "MAIL__PORT": str(server.port), "MAIL__SECURITY": "none"}
    try:
        with office(f"sqlite:///{folder}/portal.sqlite", **mail, MAIL__SENDER="ebok@wodociagi.example") as here:
            sealed = _sent(here)
            found = everything_in(folder)
            for mark in MARKS:
                assert mark.encode() not in found
            pieces = [piece for each in sealed for piece in in_pieces(each)]
            there = [piece for piece in pieces if piece in found]
            assert len(there) > 0.9 * len(pieces), "all but those that stand on two pages"
            _end(here, ending)
            run_once(here.portal)
            assert set(here.states()) == {ending.value}
            here.portal.database.forget()
            found = everything_in(tmp_path)
            assert not [piece for piece in pieces if piece in found]
            told = "".join(capsys.readouterr()) + json.dumps([row.error for row in here.rows()])
            for mark in MARKS:
                assert mark.encode() not in found
                assert mark not in told
    finally:
        server.stop()


def _sent(here: Office) -> list[bytes]:
    """Some with files, for many pages of the database; their sealed payloads and chunks."""
    content = MARKS[3].encode() + b"".join(hashlib.sha256(bytes([n % 256, n // 256])).digest() for n in range(12_000))
    for number in range(4):
        here.send(f"10000{number}", text=MARKS[0], email=MARKS[2], files=(a_file(content, name=f"{MARKS[1]}.pdf"),))
    with here.portal.database.reading() as connection:
        chunks = list(connection.execute(select(FileChunk.sealed)).scalars())
    assert len(chunks) == 8
    return [*chunks, *(row.payload for row in here.rows())]


def _end(here: Office, ending: State) -> None:
    if ending is State.SETTLED:
        for row in here.rows():
            desk.settle(here.portal, row.public_id, desk.By("staff:bok"), reason="in-erp", case_no="S/1")
    here.erp.behave = lambda _: "refuse" if ending is State.REJECTED else "take"
