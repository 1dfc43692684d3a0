"""Servers and workers that fall at any moment, and workers side by side: every mail arrives, once where possible.

A mail may come twice only where the fall was between taking it and saying so, and then under the same Message-ID.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from gateway.background import Background, run_once
from gateway.mail import queue
from gateway.mail.worker import deliver_some
from tests.gateway.mail.office import FastClock, Office, office
from tests.gateway.mail.post_office import PostOffice, free_port

MAILS = int(os.environ.get("EBOK_MAILS", "40"))
"""How many are sent in each test; the default is a short version of the campaign."""
POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
BOTH = ["sqlite", POSTGRES] if "EBOK_MAILS" in os.environ else []
PATIENCE = max(120.0, MAILS / 2)


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


def all_sent(here: Office, count: int) -> bool:
    queue.hurry(here.portal.database)  # as ``ebok mail retry`` does: the growing delays are tested elsewhere
    return queue.counts(here.portal.database)["sent"] == count


@contextmanager
def working(here: Office, workers: int = 1) -> Iterator[None]:
    running = [Background(here.portal, pause=0.2) for _ in range(workers)]
    for each in running:
        each.start()
    try:
        yield
    finally:
        for each in running:
            each.stop()


@pytest.fixture
def fast(database_url: str, server: PostOffice) -> Iterator[Office]:
    """A portal for which time passes quickly."""
    with office(database_url, server.port, clock=FastClock(datetime.now(UTC))) as made:
        made.empty()
        yield made


@pytest.mark.parametrize("falls", ["before", "after"])
def test_a_server_that_falls_before_or_after_taking(here: Office, server: PostOffice, falls: str) -> None:
    once = iter([falls])
    server.falls = lambda: next(once, "")
    message_id = here.put()
    here.deliver()
    assert (here.row().state, here.row().error) == ("queued", "connection lost: SMTPServerDisconnected")
    here.pass_time(seconds=13)
    here.deliver()
    assert here.row().state == "sent"
    assert server.how_often() == {f"<{message_id}@wodociagi.example>": 2 if falls == "after" else 1}


def test_a_server_that_falls_at_random_again_and_again(fast: Office, server: PostOffice) -> None:
    chance = random.Random(7)
    fallen_after = 0

    def falls() -> str:
        nonlocal fallen_after
        if chance.random() > 0.15:
            return ""
        if chance.random() < 0.5:
            return "before"
        fallen_after += 1
        return "after"

    server.falls = falls
    wanted = fast.put_many(MAILS)
    with working(fast):
        until(lambda: all_sent(fast, MAILS))
    often = server.how_often()
    assert {each.strip("<>").partition("@")[0] for each in often} == wanted
    assert sum(often.values()) == MAILS + fallen_after


def test_two_workers_send_each_mail_once(fast: Office, server: PostOffice) -> None:
    wanted = fast.put_many(MAILS)
    with working(fast, workers=2):
        until(lambda: all_sent(fast, MAILS))
    assert set(server.how_often().values()) == {1}
    assert len(server.arrived) == len(wanted)


def test_two_workers_at_the_same_moment_take_different_mails(here: Office) -> None:
    here.put_many(20)
    taken: list[int] = []

    def take() -> None:
        while mail := queue.take(here.portal.database, here.clock.now()):
            taken.append(mail.id)

    threads = [Thread(target=take) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(taken) == len(set(taken)) == 20


def test_a_worker_held_up_beyond_its_lease_changes_nothing(here: Office, server: PostOffice) -> None:
    here.put(registration_id=here.register())
    held_up = queue.take(here.portal.database, here.clock.now())
    assert held_up is not None
    assert here.deliver() == 0, "it is that worker's until its lease ends"
    here.pass_time(seconds=151)
    assert here.deliver() == 1
    before = here.row()
    assert not queue.failed(here.portal.database, held_up, "recipient refused: 550")
    assert not queue.later(here.portal.database, held_up, "connection lost", here.clock.now())
    assert not queue.sent(here.portal.database, held_up, here.clock.now())
    assert here.row() == before
    assert not here.mail_failed()
    assert set(server.how_often().values()) == {1}


def test_a_worker_that_wakes_after_its_lease_does_not_send(
    here: Office, server: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.put()
    take = queue.take

    def take_and_sleep(*args: object) -> queue.Taken | None:
        mail = take(*args)  # type: ignore[arg-type]
        here.pass_time(seconds=200)
        return mail

    monkeypatch.setattr(queue, "take", take_and_sleep)
    deliver_some(here.portal)
    monkeypatch.undo()
    assert server.arrived == []
    assert run_once(here.portal) == 1
    assert set(server.how_often().values()) == {1}


SERVER = Path(__file__).with_name("server_process.py")


@pytest.mark.parametrize("database_url", BOTH or [POSTGRES], indirect=True)
def test_a_server_killed_at_random(database_url: str, tmp_path: Path) -> None:
    chance = random.Random(11)
    port, lives = free_port(), 0
    with office(database_url, port, clock=FastClock(datetime.now(UTC))) as here:
        here.empty()
        wanted = here.put_many(MAILS)
        with working(here):
            end = time.monotonic() + PATIENCE
            while not all_sent(here, MAILS):
                assert time.monotonic() < end, "it took too long"
                lives += 1
                process = subprocess.Popen([sys.executable, SERVER, str(port), tmp_path / f"{lives:04}"])
                until((tmp_path / f"{lives:04}").exists)
                queue.hurry(here.portal.database)
                time.sleep(chance.uniform(0.1, 0.5) if lives < 6 else 4)
                process.kill()
                process.wait()
    taken = [path.read_text().split()[::2] for path in sorted(tmp_path.iterdir())]
    often = Counter(each for life in taken for each in life)
    assert set(often) == wanted
    last = Counter(life[-1] for life in taken if life)
    for message_id, count in often.items():
        assert count - 1 <= last[message_id], "only what a life ended with may come again"


@pytest.mark.parametrize("database_url", BOTH or ["sqlite"], indirect=True)
def test_a_worker_killed_at_random(database_url: str, server: PostOffice, tmp_path: Path) -> None:
    chance = random.Random(13)
    start = datetime.now(UTC)
    with office(database_url, server.port, clock=FastClock(start)) as here:
        here.empty()
        here.put_many(MAILS)
        lives = 0
        end = time.monotonic() + PATIENCE
        while not all_sent(here, MAILS):
            assert time.monotonic() < end, "it took too long"
            lives += 1
            arguments = [database_url, str(server.port), start.isoformat(), str(tmp_path / f"{lives}")]
            process = subprocess.Popen([sys.executable, "-m", "tests.gateway.mail.worker_process", *arguments])
            until((tmp_path / f"{lives}").exists)
            time.sleep(chance.uniform(0.02, 0.3) if lives < 3 else 8)
            process.send_signal(signal.SIGKILL)
            process.wait()
    often = server.how_often()
    assert len(often) == MAILS
    assert sum(often.values()) - MAILS <= lives, "at most the one that it was just sending"
