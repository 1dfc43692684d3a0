"""Bodies as no browser sends them, over raw sockets against ``ebok serve``: they leave nothing, and hold up nobody."""

import os
import select
import shutil
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests

from tests.gateway.files.made import pdf
from tests.gateway.files.served import BOUNDARY, Browser, Served, answer_on, form, part, served
from tests.stack import PASSWORD

URLENCODED = "application/x-www-form-urlencoded"
THREADS = 12
GROWN_MEGABYTES = 40
REMARK = {"kind": "remark", "topic": "other", "text": "Tekst."}
SETTINGS = {"WEB__THREADS": str(THREADS), "GUARD__DOCUMENTS": "4"}


def large(megabytes: int) -> bytes:
    return pdf(b"<< /Length 0 >>\n%" + b"x" * (megabytes * 1_000_000))


def length(body: bytes, more: int = 0) -> str:
    return f"Content-Length: {len(body) + more}"


def send(browser: Browser, body: bytes, *lines: str) -> tuple[int, str]:
    return browser.exchange(browser.head(browser.letter, *(lines or (length(body),))), body)


def good(browser: Browser, *files: tuple[str, bytes]) -> None:
    """A letter that arrives as it should is accepted, with its files."""
    before = browser.served.rows()
    status, page = send(browser, form(browser.fields(), *files))
    assert status == 200, page[-2000:]
    now = browser.served.rows()
    assert [now[0] - before[0], now[1] - before[1]] == [1, len(files)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    disk, temp = tmp_path_factory.mktemp("disk"), tmp_path_factory.mktemp("temp")
    with small_disk(disk, 96), small_disk(temp, 64), served(disk, temp, **SETTINGS) as made:
        good(Browser(made), ("pismo.pdf", large(9)))
        yield made


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """Makes the folder one, where whoever runs the tests may do that."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    may = (
        shutil.which("mount") is not None and subprocess.run(command, capture_output=True, check=False).returncode == 0
    )
    try:
        yield
    finally:
        if may:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def anna(server: Served) -> Iterator[Browser]:
    """A browser; whatever it does leaves no row, no file and little in memory, and the next letter is accepted."""
    browser = Browser(server)
    rows, megabytes = server.rows(), server.megabytes()
    yield browser
    assert server.rows() == rows
    good(browser, ("pismo.pdf", large(1)))
    assert server.spooled() == []
    assert server.megabytes() < megabytes + GROWN_MEGABYTES


@pytest.mark.parametrize("ending", ["half closed", "closed"])
@pytest.mark.parametrize("sent", [0.99, 0.5, 0.0])
def test_an_upload_that_breaks_off(anna: Browser, sent: float, ending: str) -> None:
    body = form(anna.fields(), ("pismo.pdf", large(9)))
    with anna.served.connected() as client:
        client.sendall(anna.head(anna.letter, length(body)) + body[: int(len(body) * sent)])
        if ending == "half closed":
            client.shutdown(socket.SHUT_WR)
            assert answer_on(client)[0] in (0, 400)


@pytest.mark.parametrize("missing", [1, 5, 20])
def test_a_letter_without_files_that_breaks_off_is_not_taken_for_a_shorter_one(anna: Browser, missing: int) -> None:
    body = urlencode({**anna.fields(), "text": "Proszę o rozłożenie na raty, ale nie na dwie."}).encode()
    with anna.served.connected() as client:
        client.sendall(anna.head(anna.letter, length(body), mime=URLENCODED) + body[:-missing])
        client.shutdown(socket.SHUT_WR)
        assert answer_on(client)[0] in (0, 400)


@pytest.mark.parametrize("end", [b"", b"0\r\n\r\n"])
def test_a_form_without_a_length_is_refused_since_nobody_could_tell_that_it_broke_off(
    anna: Browser, end: bytes
) -> None:
    body = urlencode(anna.fields()).encode()
    chunk = b"%x\r\n%b\r\n" % (len(body), body)
    with anna.served.connected() as client:
        client.sendall(anna.head(anna.letter, "Transfer-Encoding: chunked", mime=URLENCODED) + chunk + end)
        client.shutdown(socket.SHUT_WR)
        assert answer_on(client)[0] in (0, 400)


@pytest.mark.parametrize("lie", ["larger", "smaller", "negative", "signed", "two", "huge", "chunked too"])
def test_a_length_that_is_a_lie(anna: Browser, lie: str) -> None:
    body = form(anna.fields(), ("pismo.pdf", pdf()))
    lines = {
        "larger": [length(body, 100)],
        "smaller": [length(body, -100)],
        "negative": ["Content-Length: -5"],
        "signed": [f"Content-Length: +{len(body)}"],
        "two": [length(body), "Content-Length: 7"],
        "huge": [f"Content-Length: {10**30}"],
        "chunked too": [length(body), "Transfer-Encoding: chunked"],
    }[lie]
    with anna.served.connected() as client:
        client.sendall(anna.head(anna.letter, *lines) + body)
        client.shutdown(socket.SHUT_WR)
        assert answer_on(client)[0] in (0, 400)


HOSTILE = {
    "1,001 files": lambda fields: form(fields, *((f"{number}.pdf", b"x") for number in range(1_001))),
    "1,001 fields": lambda fields: form({**fields, **{f"field {number}": "x" for number in range(1_001)}}),
    "a part's headers": lambda fields: (
        f"--{BOUNDARY}\r\nX-Long: ".encode() + b"y" * 1_000_000 + b"\r\n\r\nx\r\n" + form(fields)
    ),
    "a file's name": lambda fields: form(fields, ("n" * 1_000_000 + ".pdf", pdf())),
    "a field": lambda fields: form({**fields, "text": "x" * 1_000_000}),
    "a line that never ends": lambda fields: f"--{BOUNDARY}".encode() + b"-x" * 10_000_000,
    "a line that nearly comes": lambda fields: part("a", f"\r\n--{BOUNDARY[:-1]}".encode() * 1_000_000),
    "30 MB of files": lambda fields: form(fields, *((f"{number}.pdf", large(10)) for number in range(3))),
    "one file of 40 MB": lambda fields: form(fields, ("pismo.pdf", large(40))),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_too_much_of_something_leads_back_to_the_form(anna: Browser, what: str) -> None:
    status, page = send(anna, HOSTILE[what](anna.fields()))
    assert status == 413
    assert "Wróć do formularza" in page


def test_too_much_of_a_form_that_is_read_at_once(anna: Browser) -> None:
    body = urlencode({**anna.fields(), "text": "x" * 20_000_000}).encode()
    assert anna.exchange(anna.head(anna.letter, length(body), mime=URLENCODED), body)[0] == 413


def by_a_program(anna: Browser, body: bytes) -> tuple[int, str]:
    token = requests.post(f"{anna.served.url}/api/v1/tokens", json={"login": "anna", "password": PASSWORD}, timeout=30)
    headers = {"Authorization": f"Bearer {token.json()['token']}", "Idempotency-Key": "large"}
    mine = requests.get(f"{anna.served.url}/api/v1/customers", headers=headers, timeout=30).json()[0]["id"]
    path = f"/api/v1/customers/{mine}/submissions"
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return anna.exchange(anna.head(path, length(body), *lines), body)


def test_too_much_by_a_program(anna: Browser) -> None:
    status, answer = by_a_program(anna, form(REMARK, ("pismo.pdf", large(30))))
    assert status == 413
    assert "application/problem+json" in answer


def test_who_is_not_logged_in_is_told_before_anything_is_read(anna: Browser) -> None:
    stranger = Browser(anna.served, login="")
    with anna.served.connected() as client:
        client.sendall(stranger.head(anna.letter, "Content-Length: 20000000"))  # and nothing follows
        status, answer = answer_on(client)
    assert status == 302
    assert "/logowanie" in answer


def test_many_who_send_a_byte_at_a_time_hold_up_no_page(anna: Browser) -> None:
    """Twice as many as there are threads: some are turned away, and the pages answer all the while."""
    body = form(anna.fields(), ("pismo.pdf", pdf()))
    head = anna.head(anna.letter, length(body))
    stopped = threading.Event()

    def drip(clients: list[socket.socket]) -> None:
        for place in range(len(body) - 1):
            for each in clients:
                with suppress(OSError):
                    each.sendall(body[place : place + 1])
            if stopped.wait(0.05):
                return

    with ExitStack() as opened:
        clients = [opened.enter_context(anna.served.connected()) for _ in range(2 * THREADS)]
        for each in clients:
            each.sendall(head)
        dripping = threading.Thread(target=drip, args=(clients,))
        dripping.start()
        try:
            for _ in range(30):
                page = anna.session.get(anna.served.url + anna.letter, timeout=10)
                assert page.status_code == 200
                stopped.wait(0.05)
            refused = [answer_on(each) for each in select.select(clients, [], [], 5)[0]]
        finally:
            stopped.set()
            dripping.join()
    assert len(refused) >= THREADS
    assert {status for status, _ in refused} == {503}
    assert all("retry-after" in page.lower() and "Wstecz" in page for _, page in refused)
    assert "body_turned_away" in anna.served.logged()
    assert "Crowded" not in anna.served.logged(), "no error with its place, however many there are"


def kept(answer: tuple[int, str], *, wait: int = 30) -> None:
    """The form came back with what was typed, and says that it was not accepted."""
    status, page = answer
    assert status == 503
    assert f"retry-after: {wait}" in page.lower()
    assert ("za pół minuty" in page) == (wait == 30)
    assert "Formularz nie został przyjęty" in page
    assert "Za małe ciśnienie, raz " in page


@contextmanager
def filled(disk: Path, *, but: int = 0) -> Iterator[None]:
    """A disk of our own with nothing left on it, or with so many bytes."""
    if not disk.is_mount():
        pytest.skip("only who may mount can make a small disk")
    filler, piece = disk / "filler", b"x" * 4096
    try:
        with suppress(OSError), filler.open("wb", buffering=0) as opened:
            while opened.write(piece) == len(piece):
                pass
        if but:
            os.truncate(filler, filler.stat().st_size - but)
        yield
    finally:
        filler.unlink()


def test_a_full_temporary_folder_is_said_before_accepted_with_the_form_kept(server: Served, anna: Browser) -> None:
    with filled(server.temp, but=2_000_000):
        answer = send(anna, form(anna.fields(), ("pismo.pdf", large(5)), ("drugie.pdf", pdf())))
        kept(answer, wait=600)
        assert "pismo.pdf" in answer[1]
    with filled(server.temp):
        kept(send(anna, form(anna.fields(), ("pismo.pdf", pdf()))), wait=600)
        status, answer = by_a_program(anna, form(REMARK, ("pismo.pdf", pdf())))
        assert status == 503
        assert "memory-unavailable" in answer
        assert "Nie mamy tego teraz gdzie zapisa" in answer


def test_a_letter_without_files_needs_no_temporary_folder(server: Served) -> None:
    with filled(server.temp):
        good(Browser(server))


@pytest.mark.parametrize("left", [0, 3_000_000])
def test_a_full_disk_under_the_database_is_said_before_accepted_with_the_form_kept(server: Served, left: int) -> None:
    anna, before = Browser(server), server.rows()
    body = form(anna.fields(), ("pismo.pdf", large(9)))
    server.portal.database.forget()  # SQLite's log would have room of its own
    with filled(server.folder, but=left):
        kept(send(anna, body), wait=600)
        assert server.rows() == before
        assert server.spooled() == []
    assert send(anna, body)[0] == 200, "the same form is taken as soon as there is room"
    assert server.rows()[:2] == [before[0] + 1, before[1] + 1]


def test_a_locked_database_is_said_before_accepted_with_the_form_kept(server: Served, anna: Browser) -> None:
    body = form(anna.fields(), ("pismo.pdf", pdf()))
    holder = sqlite3.connect(str(server.portal.database.engine.url.database), isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        kept(send(anna, body))
    finally:
        holder.close()
