"""Nothing of what a mail said, or to whom, is found on the disk or in the log once it is sent or given up."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.background import run_once
from tests.gateway.mail.office import Office, office
from tests.gateway.mail.post_office import PostOffice

MARKS = ["Tajne-Haslo-7319", "ewa.tajna@example.pl", "ewa-login-5521", "kYtM3-secret"]
VALUES = {"login": MARKS[2], "password": MARKS[0], "link": f"https://ebok.example/{MARKS[3]}"}


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def on_disk(folder: Path, server: PostOffice) -> Iterator[Office]:
    with office(f"sqlite:///{folder}/portal.sqlite", server.port) as made:
        yield made


def test_the_queue_is_sealed_from_the_beginning(on_disk: Office, folder: Path) -> None:
    on_disk.put("first_password", to=MARKS[1], values=VALUES)
    found = everything_in(folder)
    for mark in MARKS:
        assert mark.encode() not in found


@pytest.mark.parametrize("refused", [False, True])
def test_even_the_sealed_text_is_gone_when_the_mail_is(
    on_disk: Office, folder: Path, server: PostOffice, refused: bool
) -> None:
    if refused:
        server.rcpt = lambda to: "550 unknown"
    for number in range(40):
        on_disk.put("first_password", to=f"klient{number}@example.pl", values={**VALUES, "login": f"k{number}"})
    sealed = [row.sealed for row in on_disk.rows()]
    assert all(each in everything_in(folder) for each in sealed)
    assert run_once(on_disk.portal) == 40
    found = everything_in(folder)
    for each in sealed:
        for start in range(0, len(each) - 40, 40):
            assert each[start : start + 40] not in found
    assert {row.state for row in on_disk.rows()} == {"failed" if refused else "sent"}


def test_a_reader_that_keeps_the_log_open_only_delays_it(on_disk: Office, folder: Path) -> None:
    on_disk.put("first_password", to=MARKS[1], values=VALUES)
    sealed = on_disk.row().sealed
    with on_disk.portal.database.reading() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM mail").fetchall()
        run_once(on_disk.portal)
    run_once(on_disk.portal)
    assert sealed not in everything_in(folder)


def test_the_log_and_the_errors_hold_none_of_it(
    on_disk: Office, server: PostOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    server.rcpt = lambda to: f"550 no {to} here"
    on_disk.put("first_password", to=MARKS[1], values=VALUES)
    on_disk.deliver()
    server.rcpt = lambda to: f"451 {to} greylisted"
    on_disk.put("first_password", to=MARKS[1], values=VALUES)
    on_disk.deliver()
    server.stop()
    on_disk.pass_time(hours=1)
    on_disk.deliver()
    said = "".join(capsys.readouterr()) + json.dumps([row.error for row in on_disk.rows()])
    for mark in MARKS:
        assert mark not in said
