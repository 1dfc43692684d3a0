"""Registrations that arrive while the SMTP server and the worker are killed at any moment: each gets its mail.

Twice only where a kill fell between taking and answering, or between the answer and writing it down, and then under the
same Message-ID.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from gateway.mail import queue
from gateway.mail.states import SENDING
from gateway.models import Mail, Registration
from tests.gateway.mail.office import FastClock, Office, office
from tests.gateway.mail.post_office import free_port
from tests.gateway.registration.conftest import hidden

REGISTRATIONS = int(os.environ.get("EBOK_REGISTRATIONS", "15"))
MORE = [pytest.param("postgres", marks=pytest.mark.postgres)] if "EBOK_REGISTRATIONS" in os.environ else []
PATIENCE = max(120.0, float(REGISTRATIONS))
VISITORS = 3
LEAST_KILLS = 3 if "EBOK_REGISTRATIONS" in os.environ else 2
"""So many of either at least, however soon everybody has their mail."""
SERVER = Path(__file__).with_name("server_process.py")


class Falling:
    """A process that is started and killed with SIGKILL over and over, until it may stay up."""

    def __init__(self, command: list[str], folder: Path, seed: int) -> None:
        self.files: list[Path] = []
        self.kills = 0
        self._command, self._folder = command, folder
        self._chance = random.Random(seed)
        self._stays_up, self._ended = Event(), Event()
        self._thread = Thread(target=self._live)
        folder.mkdir()

    def start(self) -> None:
        self._thread.start()

    def stay_up(self) -> None:
        while self.kills < LEAST_KILLS and self._thread.is_alive():
            time.sleep(0.05)
        self._stays_up.set()

    def end(self) -> None:
        self._stays_up.set()
        self._ended.set()
        self._thread.join(60)

    def killed(self) -> None:
        """For those who look at what a kill left behind."""

    def _live(self) -> None:
        while not self._ended.is_set():
            file = self._folder / f"{len(self.files):05}"
            self.files.append(file)
            began, process = time.monotonic(), subprocess.Popen([*self._command, str(file)])
            try:
                while not file.exists() and process.poll() is None:
                    time.sleep(0.01)
                took = time.monotonic() - began
                self._stays_up.wait(self._chance.uniform(0, 6 * took))  # so that it is up for most of the time
                if self._stays_up.is_set():
                    self._ended.wait()
            finally:
                process.kill()
                process.wait()
            self.kills += not self._ended.is_set()
            self.killed()
            self._stays_up.wait(self._chance.uniform(0, 0.5))


class FallingWorker(Falling):
    """Remembers which mails it was just sending when it was killed."""

    def __init__(self, here: Office, command: list[str], folder: Path) -> None:
        super().__init__(command, folder, seed=29)
        self._here = here
        self.in_flight: set[tuple[str, int]] = set()

    def killed(self) -> None:
        sending = select(Mail.message_id, Mail.fence).where(Mail.state == SENDING)
        with self._here.portal.database.reading() as connection:
            self.in_flight |= {(row.message_id, row.fence) for row in connection.execute(sending)}


@contextmanager
def falling(
    here: Office, url: str, start: datetime, port: int, folder: Path
) -> Iterator[tuple[Falling, FallingWorker]]:
    server = Falling([sys.executable, str(SERVER), str(port)], folder / "server", 23)
    command = [sys.executable, "-m", "tests.gateway.mail.worker_process", url, str(port), start.isoformat()]
    worker = FallingWorker(here, command, folder / "worker")
    try:
        server.start()
        worker.start()
        yield server, worker
    finally:
        worker.end()
        server.end()


def register(here: Office, visitor: int) -> list[str]:
    """One visitor of several fills in the form again and again, for another person each time; the addresses."""
    chance, client, addresses = random.Random(visitor), here.app.test_client(), []
    for number in range(visitor, REGISTRATIONS, VISITORS):
        address = f"osoba{number}@poczta.example"
        data = {"customer_no": f"1{number:05}", "invoice_no": f"FV/{number}/2026", "gross": "123,45", "kind": "person"}
        data |= {"name": "Jan Przykładny", "email": address, "terms": "1", "privacy": "1"}
        answer = client.post("/rejestracja", data={**hidden(client.get("/rejestracja").text), **data})
        assert (answer.status_code, answer.location) == (303, "/rejestracja/przyjeta"), number
        addresses.append(address)
        time.sleep(chance.uniform(0, 0.3))
    return addresses


def sent(here: Office) -> int:
    """How many were sent; and what waits is hurried as by ``ebok mail retry``: the delays are tested elsewhere."""
    time.sleep(0.5)
    queue.hurry(here.portal.database)
    return queue.counts(here.portal.database)["sent"]


def wait_for(here: Office, count: int) -> None:
    end = time.monotonic() + PATIENCE
    while sent(here) < count:
        assert time.monotonic() < end, "it took too long"


@pytest.mark.parametrize("database_url", ["sqlite", *MORE], indirect=True)
def test_every_registration_gets_its_mail(database_url: str, tmp_path: Path) -> None:
    start, port = datetime.now(UTC), free_port()
    free = {"SECURITY__REGISTRATIONS_FREE": str(REGISTRATIONS + 1)}
    with office(database_url, port, clock=FastClock(start), **free) as here:
        here.empty()
        with falling(here, database_url, start, port, tmp_path) as (server, worker):
            with ThreadPoolExecutor(VISITORS) as pool:
                visits = [pool.submit(register, here, visitor) for visitor in range(VISITORS)]
                while not all(each.done() for each in visits):
                    sent_meanwhile = sent(here)
                addresses = {address for each in visits for address in each.result()}
            wait_for(here, REGISTRATIONS * 9 // 10)
            server.stay_up()
            worker.stay_up()
            wait_for(here, REGISTRATIONS)
        rows = here.rows()
        with here.portal.database.reading() as connection:
            assert connection.execute(select(func.count(Registration.id))).scalar_one() == REGISTRATIONS
    lives = [[line.split() for line in file.read_text().splitlines()] for file in server.files]
    often = Counter(message_id for life in lives for message_id, _ in life)
    assert set(often) == {row.message_id for row in rows}
    assert len({row.registration_id for row in rows}) == len(addresses) == REGISTRATIONS
    assert {address for life in lives for _, address in life} == addresses
    assert len({tuple(line) for life in lives for line in life}) == REGISTRATIONS, "a doubled one is the same mail"
    assert {row.sealed for row in rows} == {None}, "what was sent is wiped"
    may_repeat = Counter(life[-1][0] for life in lives if life)
    may_repeat.update(message_id for message_id, _ in worker.in_flight)
    assert {each: count for each, count in often.items() if count - 1 > may_repeat[each]} == {}
    told = {"registrations": REGISTRATIONS, "sent_meanwhile": sent_meanwhile, "doubled": often.total() - REGISTRATIONS}
    told |= {"server_kills": server.kills, "worker_kills": worker.kills}
    print(told)
