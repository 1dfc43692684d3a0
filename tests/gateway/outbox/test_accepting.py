"""Accepting is one transaction: a receipt for good or nothing at all, and one receipt for one key, whatever breaks."""

import io
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from marshmallow import ValidationError
from sqlalchemy import event, text

from gateway.models import FileChunk, Mail, RunningKey, SubmissionFile, SubmissionRow
from gateway.outbox import KeyReused, NoRoom, State, StillRunning
from gateway.outbox.deadlines import reply_by
from gateway.outbox.receiving import NotSuperseded, accept
from gateway.outbox.running import running
from gateway.settings import OutboxSettings
from schemas import LetterContent, SubmissionKind, Topic
from tests.gateway.outbox.office import NOON, SECRET, Office, a_file, draft, office, other


def test_the_receipt_says_what_was_accepted_and_when(here: Office) -> None:
    receipt = here.send(email="anna@example.pl", language="uk", files=(a_file(name="zdjęcie.pdf"),))
    day, _, rest = receipt.public_id.removeprefix("Z-").partition("-")
    assert day == "260310"
    assert len(rest) == 9
    assert not set(rest) & set("ILOU")
    assert (receipt.state, receipt.accepted_at, receipt.reply_by) == (State.RECEIVED, NOON, date(2026, 3, 24))
    (mail,) = here.mails("submission_received")
    assert (mail["to"], mail["language"]) == ("anna@example.pl", "uk")
    assert mail["values"]["number"] == receipt.public_id
    assert "Woda jest mętna." in mail["values"]["copy"]
    assert "zdjęcie.pdf" in mail["values"]["copy"]
    here.send(kind=SubmissionKind.READING, email="anna@example.pl", language="en")
    copy = here.mails("submission_received")[1]["values"]["copy"]
    assert ("Read on: 9 Mar 2026" in copy, "2026-03-09" in copy) == (True, False)
    told = here.events()[0]
    assert (told.action, told.subject, told.actor) == ("submission.accepted", receipt.public_id, "visitor")


def test_the_same_key_and_body_are_one_receipt_another_body_is_refused(here: Office) -> None:
    made = draft(account_id=here.account(), email="anna@example.pl", files=(a_file(),))
    first = accept(here.portal, made)
    again = accept(here.portal, made)
    assert first.is_new
    assert not again.is_new
    assert other_than_new(first) == other_than_new(again)
    changes = (
        {"content": LetterContent(Topic.OTHER, "Woda jest mętna.")},
        {"files": ()},
        {"files": (a_file(name="inne.pdf"),)},
        {"customer_no": "100002"},
        {"kind": SubmissionKind.REMARK},
    )
    for change in changes:
        with pytest.raises(KeyReused):
            accept(here.portal, other(made, **change))
    here.deliver()
    assert accept(here.portal, made).state is State.DELIVERED
    assert here.count(SubmissionRow) == 1
    assert len(here.mails("submission_received")) == 1


def test_one_persons_key_is_not_anothers(here: Office) -> None:
    mine, theirs = here.account(), here.account("inny")
    numbers = {accept(here.portal, draft(key="k", account_id=each)).public_id for each in (mine, theirs, None)}
    assert len(numbers) == 3


def test_strangers_with_one_key_learn_nothing_of_each_other(here: Office) -> None:
    """Nobody is logged in: a guessed key opens nothing, and keeps nobody from reporting."""
    one = draft(None, kind=SubmissionKind.OUTAGE, key="1", network="192.0.2.1")
    first = accept(here.portal, one)
    assert accept(here.portal, other(one, network="2001:db8::")).public_id == first.public_id, "now over the other net"
    theirs = other(draft(None, kind=SubmissionKind.OUTAGE, key="1", text="Coś innego."), network="198.51.100.7")
    with running(here.portal, "1", None, "192.0.2.9"), running(here.portal, "1", None, theirs.network):
        assert accept(here.portal, theirs).is_new
    with pytest.raises(KeyReused):
        accept(here.portal, other(one, content=replace(one.content, place="ul. Polna 2")))
    assert here.count(SubmissionRow) == 2


def test_a_key_is_recognised_when_the_secret_was_changed(here: Office, database_url: str) -> None:
    made = draft(key="k", files=(a_file(),))
    first = accept(here.portal, made)
    newer = {"WEB__SECRET_KEY": "newer, newer, newer, newer, newer, newer", "WEB__SECRET_KEY_FALLBACKS": SECRET}
    with office(database_url, erp=here.erp, **newer) as changed:
        assert accept(changed.portal, made).public_id == first.public_id
        with pytest.raises(KeyReused):
            accept(changed.portal, other(made, customer_no="100002"))
        assert changed.deliver() == 1, "what the former secret sealed is opened"
    assert here.erp.got[first.reference].files == [b"%PDF-1.7 nothing"]


def test_many_twins_at_once_are_one(here: Office) -> None:
    made = [other(draft(key="twin"), files=(a_file(),)) for _ in range(12)]
    with ThreadPoolExecutor(12) as people:
        receipts = list(people.map(lambda each: accept(here.portal, each), made))
    assert len({each.public_id for each in receipts}) == 1
    assert sum(each.is_new for each in receipts) == 1
    assert here.count(SubmissionRow) == here.count(SubmissionFile) == here.count(FileChunk) == 1


def test_one_form_from_two_pages_at_once_is_one(here: Office) -> None:
    """Gone back and clicked twice: two keys, one text."""
    account_id = here.account()
    made = [draft(account_id=account_id, from_page=True) for _ in range(8)]
    with ThreadPoolExecutor(8) as clicks:
        receipts = list(clicks.map(lambda each: accept(here.portal, each), made))
    assert len({each.public_id for each in receipts}) == 1
    assert sum(each.is_new for each in receipts) == here.count(SubmissionRow) == 1


def test_a_request_that_is_being_answered_keeps_its_twin_out(here: Office) -> None:
    with running(here.portal, "k", None):
        with pytest.raises(StillRunning), running(here.portal, "k", None):
            pass
        with running(here.portal, "k", 7), running(here.portal, "other", None):
            pass
    assert here.count(RunningKey) == 0
    with running(here.portal, "k", None):
        accept(here.portal, draft(key="k"))
        with running(here.portal, "k", None):  # it has its receipt: whoever lost the answer may ask again
            pass


def test_a_key_whose_process_was_ended_is_free_after_a_while(here: Office) -> None:
    with running(here.portal, "k", None):
        with here.portal.database.transaction() as connection:
            connection.execute(text("update running_key set until = until - 61"))
        with running(here.portal, "k", None):
            assert here.count(RunningKey) == 1
        assert here.count(RunningKey) == 0
        with running(here.portal, "k", None):
            pass


def test_what_no_schema_takes_is_not_accepted(here: Office) -> None:
    with pytest.raises(ValidationError):
        here.send(text="x" * 10_001)
    assert here.count(SubmissionRow) == 0


def test_a_file_that_changed_since_it_was_judged_leaves_nothing(here: Office) -> None:
    file = a_file(b"as it was judged")
    swapped = replace(file, content=io.BytesIO(b"something else.."))
    with pytest.raises(ValueError, match="judged"):
        here.send(files=(a_file(), swapped), email="anna@example.pl")
    assert [here.count(each) for each in (SubmissionRow, SubmissionFile, FileChunk, Mail)] == [0, 0, 0, 0]


def test_only_ones_own_former_reading_is_corrected(here: Office) -> None:
    mine, theirs = here.account(), here.account("inny")
    reading = SubmissionKind.READING
    foreign = here.send(kind=reading, account_id=theirs).public_id
    letter = here.send(account_id=mine).public_id
    elsewhere = here.send("100002", kind=reading, account_id=mine).public_id
    content = here.send(kind=reading, account_id=mine)
    other_meter = replace(draft(kind=reading).content, meter_no="W-2")
    of_another_meter = here.send(kind=reading, account_id=mine, content=other_meter).public_id
    here.deliver()  # of which meter it was is known when its content is wiped
    for number in (foreign, letter, elsewhere, of_another_meter, "Z-260310-0000-0000"):
        with pytest.raises(NotSuperseded):
            here.send(kind=reading, account_id=mine, supersedes=number)
    assert here.send(kind=reading, account_id=mine, supersedes=content.public_id).supersedes == content.public_id


@pytest.mark.postgres
def test_a_commit_whose_answer_was_lost_still_gives_its_receipt(here: Office) -> None:
    """The database has committed and the connection is cut before it says so; or it was cut before."""
    if here.portal.database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no connection to lose")
    engine = here.portal.database._writing
    cuts: list[str] = []

    def cut(connection: object) -> None:
        if not cuts:
            return
        raw = connection.connection.dbapi_connection  # type: ignore[attr-defined]
        if cuts.pop() == "after":
            raw.commit()
        raw.close()

    event.listen(engine, "commit", cut)
    try:
        cuts.append("after")
        made = draft(files=(a_file(),))
        receipt = accept(here.portal, made)
        assert receipt.is_new
        assert here.count(SubmissionRow) == 1
        cuts.append("before")
        with pytest.raises(NoRoom):
            here.send()
        assert here.count(SubmissionRow) == 1
        assert accept(here.portal, made).public_id == receipt.public_id
    finally:
        event.remove(engine, "commit", cut)


def test_a_full_disk_is_said_before_accepted_and_leaves_nothing(tmp_path: Path) -> None:
    with office(f"sqlite:///{tmp_path}/portal.sqlite") as here:
        here.send()
        pages = 0
        with here.portal.database.transaction() as connection:
            pages = int(connection.execute(text("PRAGMA page_count")).scalar_one())

        def small(connection: sqlite3.Connection, *_: object) -> None:
            connection.execute(f"PRAGMA max_page_count={pages + 20}")

        event.listen(here.portal.database.engine, "checkout", small)
        big = draft(files=(a_file(b"x" * 2_000_000),), email="anna@example.pl")
        with pytest.raises(NoRoom):
            accept(here.portal, big)
        assert [here.count(each) for each in (SubmissionRow, SubmissionFile, FileChunk, Mail)] == [1, 0, 0, 0]
        assert here.deliver() == 1, "what was accepted before still goes its way"
        event.remove(here.portal.database.engine, "checkout", small)
        here.portal.database.engine.dispose()
        assert accept(here.portal, big).is_new
        assert here.deliver() == 1


HOLDER = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
held.execute("ROLLBACK")
"""


def test_a_locked_database_is_waited_for_and_then_said(tmp_path: Path) -> None:
    file = tmp_path / "portal.sqlite"
    with office(f"sqlite:///{file}") as here:
        made = draft(files=(a_file(),))
        arguments = [sys.executable, "-c", HOLDER, str(file)]
        with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            assert holder.stdin is not None
            assert holder.stdout is not None
            holder.stdout.readline()
            with pytest.raises(NoRoom):
                accept(here.portal, made)
            waits = threading.Timer(1, holder.stdin.close)
            waits.start()
            assert accept(here.portal, made).is_new
            waits.join()
        assert here.count(SubmissionRow) == 1


@pytest.mark.postgres
def test_a_locked_table_is_waited_for_and_then_said(here: Office) -> None:
    engine = here.portal.database.engine
    if engine.dialect.name != "postgresql":
        pytest.skip("on SQLite a lock is on the whole file")
    made = draft(files=(a_file(),))
    with engine.connect() as holder:
        holder.execute(text("LOCK TABLE submission IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(NoRoom) as refused:
            accept(here.portal, made)
        assert not refused.value.disk_is_full
    assert accept(here.portal, made).is_new
    assert here.count(SubmissionRow) == 1


@pytest.mark.parametrize(
    ("accepted", "days", "rule", "expected"),
    [
        ("2026-03-10T11:00", 14, "next_working_day", "2026-03-24"),
        ("2026-03-10T22:59", 14, "next_working_day", "2026-03-24"),
        ("2026-03-10T23:00", 14, "next_working_day", "2026-03-25"),  # midnight in Warsaw
        ("2026-03-28T23:00", 1, "same_day", "2026-03-30"),  # the night of the change to summer time
        ("2026-03-28T22:59", 1, "same_day", "2026-03-29"),
        ("2026-03-21T11:00", 14, "same_day", "2026-04-04"),
        ("2026-03-21T11:00", 14, "next_working_day", "2026-04-07"),  # Saturday, Easter, Easter Monday
        ("2026-12-11T11:00", 14, "next_working_day", "2026-12-28"),  # Christmas, then a weekend
        ("2026-12-18T11:00", 14, "next_working_day", "2027-01-04"),  # over the end of the year
        ("2028-02-15T11:00", 14, "next_working_day", "2028-02-29"),
    ],
)
def test_answers_are_due_by_the_calendar_of_warsaw(accepted: str, days: int, rule: str, expected: str) -> None:
    settings = OutboxSettings(reply_days=days, reply_on=rule)
    assert reply_by(datetime.fromisoformat(accepted).replace(tzinfo=UTC), settings).isoformat() == expected


def test_all_but_readings_consents_and_payments_have_a_day_to_be_answered_by(here: Office) -> None:
    for kind in SubmissionKind:
        if kind in (SubmissionKind.DATA_CHANGE, SubmissionKind.CONSENT):
            continue
        unanswered = (SubmissionKind.READING, SubmissionKind.PAYMENT)
        assert (here.send(kind=kind).reply_by is not None) == (kind not in unanswered)
    here.pass_time(seconds=timedelta(days=1).total_seconds())
    here.deliver()
    assert set(here.states()) == {"delivered"}


def other_than_new(receipt: object) -> dict[str, object]:
    names = receipt.__dataclass_fields__.keys() - {"is_new"}  # type: ignore[attr-defined]
    return {name: getattr(receipt, name) for name in names}
