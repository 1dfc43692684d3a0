"""Any number of workers over one database: each submission is sent by one, in its customer's order, whoever falls."""

import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from adapters.capabilities import Recognition
from adapters.clock import SystemClock
from gateway.background import Background
from gateway.outbox import queue
from gateway.outbox.states import Event
from tests.gateway.outbox.office import Office, office
from tests.gateway.outbox.worker_process import FolderErp, arrived

CUSTOMERS, EACH = 8, 5
PATIENCE = 120
POSTGRES_4 = pytest.param("postgres", 4, marks=pytest.mark.postgres)
POSTGRES_NONE = pytest.param("postgres", "none", marks=pytest.mark.postgres)


def until(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def send_all(here: Office) -> dict[str, list[str]]:
    """Some for each customer, mixed; their references in the order of acceptance."""
    sent: dict[str, list[str]] = {f"1{number:05}": [] for number in range(CUSTOMERS)}
    for _ in range(EACH):
        for customer_no, references in sent.items():
            references.append(here.send(customer_no).reference)
    return sent


def assert_each_once_and_in_order(came: list[str], sent: dict[str, list[str]]) -> None:
    assert Counter(came) == Counter(each for references in sent.values() for each in references)
    for references in sent.values():
        assert [each for each in came if each in references] == references


@pytest.mark.parametrize("workers", [2, 4, 8])
def test_threads_share_the_work(here: Office, workers: int) -> None:
    sent = send_all(here)
    here.erp.recognition = Recognition.NONE
    backgrounds = [Background(here.portal, pause=0.02) for _ in range(max(1, workers // 4))]
    for each in backgrounds:
        each.jobs = [job for job in each.jobs if job.__module__ == "gateway.outbox.worker"]
        each.start()
    threads = [threading.Thread(target=_deliver, args=[here]) for _ in range(workers)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    until(lambda: set(here.states()) == {"delivered"})
    for each in backgrounds:
        each.stop()
        each.wait()
    assert_each_once_and_in_order(here.erp.order, sent)
    assert here.erp.sends == CUSTOMERS * EACH


def _deliver(here: Office) -> None:
    with suppress(OperationalError):  # locked for longer than it waits, on a busy machine: the others go on
        here.deliver()


@contextmanager
def worker(
    url: str, folder: Path, level: str, begun: Path, seconds: float = 0.0, lease: float = 60.0
) -> Iterator[subprocess.Popen[bytes]]:
    arguments = [url, str(folder), level, str(begun), str(seconds), str(lease)]
    process = subprocess.Popen([sys.executable, "-m", "tests.gateway.outbox.worker_process", *arguments])
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


@pytest.fixture
def real(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """The same by the machine's clock, as processes of their own have it."""
    (tmp_path / "erp").mkdir()
    adapter = FolderErp(tmp_path / "erp", "none")
    with office(database_url, adapter=adapter, clock=SystemClock()) as made:
        made.empty()
        yield made


@pytest.mark.parametrize(("database_url", "workers"), [("sqlite", 2), POSTGRES_4], indirect=["database_url"])
def test_processes_share_the_work(real: Office, database_url: str, tmp_path: Path, workers: int) -> None:
    sent = send_all(real)
    with ExitStack() as stack:
        for number in range(workers):
            stack.enter_context(worker(database_url, tmp_path / "erp", "none", tmp_path / f"begun{number}", 0.02))
        until(lambda: set(real.states()) == {"delivered"})
    assert_each_once_and_in_order(arrived(tmp_path / "erp"), sent)


@pytest.mark.parametrize(
    ("database_url", "level"), [("sqlite", "deduplicates"), POSTGRES_NONE], indirect=["database_url"]
)
def test_a_worker_paused_beyond_its_lease_overwrites_nothing(
    real: Office, database_url: str, tmp_path: Path, level: str
) -> None:
    real.send()
    first, second = tmp_path / "first", tmp_path / "second"
    with worker(database_url, tmp_path / "erp", level, first, 0.5, lease=2) as paused:
        until(first.exists)
        paused.send_signal(signal.SIGSTOP)
        assert real.states() == ["sending"]
        fence = real.row().fence
        with worker(database_url, tmp_path / "erp", level, second, lease=2):
            ending = "manual" if level == "none" else "unknown"
            until(lambda: real.row().fence > fence and real.states() != ["sending"])
            assert real.states() == [ending]
            after = real.row()
            paused.send_signal(signal.SIGCONT)
            until(lambda: bool(arrived(tmp_path / "erp")))
            time.sleep(1)  # it writes its outcome now, or tries to
            now = real.row()
            assert (now.state, now.case_no) == (after.state, after.case_no) or now.fence > after.fence
            if level == "deduplicates":
                until(lambda: real.states() == ["delivered"])
    assert len(arrived(tmp_path / "erp")) == 1


def test_who_comes_back_after_the_lease_writes_nothing(here: Office) -> None:
    here.send()
    database, now = here.portal.database, here.clock.now()
    former = queue.take(database, now, 60)
    assert former is not None
    assert queue.take(database, now, 60) is None, "its lease runs"
    here.end_leases()
    latter = queue.take(database, now, 60)
    assert latter is not None
    assert latter.fence == former.fence + 1
    assert not queue.begin(database, former, Event.BEGUN, now, 60)
    assert here.states() == ["received"]
    assert queue.begin(database, latter, Event.BEGUN, now, 60)
    with database.transaction() as connection:
        assert not queue.move(connection, former, Event.GIVEN_UP, now=now)
    assert here.states() == ["sending"]


def test_leases_follow_the_databases_clock(here: Office) -> None:
    """The portal's clock stands at some day in March; the lease does not."""
    here.send()
    assert queue.take(here.portal.database, here.clock.now(), 0.3) is not None
    here.pass_time(days=1000)
    assert queue.take(here.portal.database, here.clock.now(), 60) is None
    until(lambda: queue.is_due(here.portal.database, here.clock.now()))
