"""ClamAV's own clamd, with a signature of ours, says what the scanner says; its absence is never "clean"."""

import io
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from werkzeug.datastructures import FileStorage

from gateway.files import RefusedFiles, Scan
from gateway.files.scanner import Scanner
from gateway.files.taking import take
from gateway.settings import Settings
from tests.gateway.files.clamd import SIGNED, Clamd
from tests.gateway.files.made import jpeg, pdf, segment


@pytest.fixture(scope="module")
def clamd() -> Iterator[Clamd]:
    with Clamd() as running:
        yield running


def asking(settings: Settings, address: str) -> Settings:
    return replace(settings, files=replace(settings.files, clamav=address))


def test_clean_and_found_over_both_sorts_of_socket(clamd: Clamd, settings: Settings) -> None:
    for address in (clamd.address, str(clamd.path)):
        scanner = Scanner(asking(settings, address))
        assert scanner.scan(iter([b"Dzien ", b"dobry"])) == "clean"
        assert scanner.scan(iter([b"x" * 300_000, SIGNED[:9], SIGNED[9:], b"y"])) == "found"
        assert scanner.scan(iter([])) == "clean"


def test_a_file_with_the_signature_is_refused_by_name_and_the_others_are_marked_clean(
    clamd: Clamd, settings: Settings
) -> None:
    scanned = asking(settings, clamd.address)
    taken = take([part("a.pdf", pdf()), part("b.jpg", jpeg())], scanned)
    assert [each.scan for each in taken] == [Scan.CLEAN, Scan.CLEAN]
    with pytest.raises(RefusedFiles) as refused:
        take([part("a.pdf", pdf()), part("b.jpg", jpeg(segment(0xFE, SIGNED)))], scanned)
    assert [(each.reason, each.name) for each in refused.value.refused] == [("virus", "b.jpg")]


def test_without_clamd_a_file_waits_and_is_never_clean(settings: Settings, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for address in (f"127.0.0.1:{port}", str(tmp_path / "no.sock"), "no-such-host.invalid:3310"):
        away = asking(settings, address)
        assert Scanner(away).scan(iter([b"x"])) == "away"
        assert [each.scan for each in take([part("a.pdf", pdf())], away)] == [Scan.PENDING]


def test_a_scanner_that_is_away_is_waited_for_once_and_not_with_each_file(settings: Settings) -> None:
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            with suppress(OSError):
                while True:
                    server.accept()[0].close()
                    asked.append(True)

        thread = Thread(target=hang_up)
        thread.start()
        away = asking(settings, f"127.0.0.1:{server.getsockname()[1]}")
        taken = take([part(f"{each}.pdf", pdf()) for each in range(4)], away)
        server.shutdown(socket.SHUT_RDWR)
        thread.join(10)
    assert [each.scan for each in taken] == [Scan.PENDING] * 4
    assert asked == [True]


def test_where_no_scanner_is_configured_that_is_said(settings: Settings) -> None:
    assert [each.scan for each in take([part("a.pdf", pdf())], settings)] == [Scan.UNSCANNED]


@pytest.mark.parametrize(
    "answer",
    [b"", b"stream: OK", b"INSTREAM size limit exceeded. ERROR\0", b"UNKNOWN COMMAND\0", b"stream: FOUND\0"],
)
def test_what_is_no_whole_answer_is_no_answer(settings: Settings, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _ = server.accept()
            with line:
                while not line.recv(65536).endswith(b"\0\0\0\0"):
                    pass
                line.sendall(answer)

        thread = Thread(target=serve)
        thread.start()
        said = Scanner(asking(settings, f"127.0.0.1:{server.getsockname()[1]}")).scan(iter([b"x"]))
        thread.join(10)
    assert said == "away"


def part(name: str, data: bytes) -> FileStorage:
    return FileStorage(io.BytesIO(data), filename=name)
