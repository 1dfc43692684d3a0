"""What becomes of a submission for each thing that a billing system can do to it, at each level of recognition."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.capabilities import Capability, Recognition
from adapters.errors import Unavailable
from gateway.files import Scan
from gateway.models import FileChunk, SubmissionFile
from gateway.outbox import State
from gateway.outbox.receipts import of, one
from gateway.readings.by_serial import ReadingBySerial
from schemas import LetterContent, MeterToRead, ReadingContent, SubmissionKind, Topic
from tests.gateway.outbox.office import NOON, Erp, Office, ScriptedAdapter, a_file, office

DEDUPLICATES, FINDABLE, NONE = Recognition


def test_it_arrives_whole_and_is_wiped(here: Office) -> None:
    content = bytes(range(256)) * 3000
    receipt = here.send(files=(a_file(content, name="zażółć.pdf"), a_file(b"two")), account_id=here.account())
    assert receipt.is_new
    assert here.row().payload is not None
    assert here.count(FileChunk) == 4
    assert here.deliver() == 1
    (got,) = here.erp.got.values()
    assert got.submission.reference == receipt.reference
    assert got.submission.accepted_at == NOON
    assert got.submission.content == LetterContent(Topic.SERVICE, "Woda jest mętna.")
    assert [each.name for each in got.submission.files] == ["zażółć.pdf", "pismo.pdf"]
    assert got.files == [content, b"two"]
    row = here.row()
    assert (row.state, row.payload, row.case_no, row.error) == ("delivered", None, "S/1/2026", "")
    assert here.count(FileChunk) == here.count(SubmissionFile) == 0
    kept = one(here.portal, receipt.public_id, account_id=here.account())
    assert kept is not None
    assert (kept.state, kept.case_no, kept.settled_at) == (State.DELIVERED, "S/1/2026", NOON)
    assert here.deliver() == 0


def test_a_case_number_that_is_too_long_to_keep_is_delivered_without_it(here: Office) -> None:
    here.erp.number = lambda _: "S/" + "1" * 63
    here.send()
    assert here.deliver() == 1
    assert (here.row().state, here.row().case_no, here.row().payload) == ("delivered", None, None)


def test_receipts_are_their_senders_alone(here: Office) -> None:
    mine, other = here.account(), here.account("inny")
    numbers = [here.send(account_id=mine).public_id for _ in range(3)]
    here.send(account_id=other)
    here.send("100002", account_id=mine)
    assert [each.public_id for each in of(here.portal, account_id=mine, customer_no="100001")] == numbers[::-1]
    assert one(here.portal, numbers[0], account_id=other) is None


def test_what_certainly_was_not_sent_is_tried_until_it_arrives(here: Office) -> None:
    here.erp.behave = lambda _: "not_sent"
    here.send()
    for wait in (10, 30, 120, 600, 3600, 3600):
        assert here.deliver() == 1
        row = here.row()
        assert (row.state, row.first_sent_at, row.last_sent_at) == ("retry", None, None)
        assert 0.8 * wait <= (row.next_at - here.clock.now()).total_seconds() <= 1.2 * wait
        assert row.error == "Unavailable: refused connection"
        here.pass_time(seconds=0.79 * wait)
        assert here.deliver() == 0
        here.pass_time(seconds=0.42 * wait)
    here.erp.behave = lambda _: "take"
    assert here.deliver() == 1
    assert here.states() == ["delivered"]
    assert here.row().accepted_at == NOON


def test_only_what_went_out_is_a_try(database_url: str) -> None:
    """Behind our own open breaker nothing is asked: then the waits, which grow with each try, do not grow either."""
    with office(database_url, GUARD__BREAKER_OPEN_SECONDS="15") as here:
        here.empty()
        here.erp.behave = lambda _: "not_sent"
        for number in range(15):
            here.send(f"1{number:05}")
        for _ in range(30):
            here.deliver()
            here.pass_time(seconds=20)
        assert sum(row.attempts for row in here.rows()) == here.erp.sends
        tried = [row.customer_no for row in here.rows() if row.attempts > 2]
        here.erp.behave = lambda _: "take"
        here.pass_time(seconds=60)
        here.deliver()
        late = {row.customer_no for row in here.rows() if row.state != "delivered"}
        assert late <= set(tried), "only what went out often waits for long"
        assert len(late) < 5


@pytest.mark.parametrize("before", [None, "lost"])
def test_what_our_own_guard_refused_after_all_waits_for_the_guard(here: Office, before: str | None) -> None:
    ways = iter([before, "held"] if before else ["held"])
    here.erp.behave = lambda _: next(ways, "take")
    here.send()
    here.deliver()
    here.pass_time(seconds=0 if before is None else 12)
    here.deliver()
    row = here.row()
    assert (row.state, row.attempts) == (("retry", 0) if before is None else ("unknown", 1))
    assert row.last_sent_at == (None if before is None else NOON)
    assert (row.next_at - here.clock.now()).total_seconds() == 15
    here.pass_time(seconds=15)
    here.deliver()
    assert here.states() == ["delivered"]


def test_a_meter_that_our_own_guard_did_not_ask_for_is_no_try_either(tmp_path: Path) -> None:
    asked = []

    class Away(ScriptedAdapter):
        capabilities = frozenset({Capability.METERS})

        def _meters(self, customer_no: str) -> list[MeterToRead]:
            asked.append(customer_no)
            raise Unavailable("refused connection", sent=False)

    url, content = f"sqlite:///{tmp_path}/x.sqlite", ReadingBySerial("12345678", Decimal("12"), NOON.date())
    with office(url, adapter=Away(Erp()), GUARD__BREAKER_OPEN_SECONDS="15") as here:
        for number in range(8):
            here.send(f"1{number:05}", kind=SubmissionKind.READING, content=content)
        here.deliver()
        assert [row.attempts for row in here.rows()] == [1] * len(asked) + [0] * (8 - len(asked))
        assert 0 < len(asked) < 8
        assert {row.state for row in here.rows()} == {"retry"}


def test_a_look_that_our_own_guard_refused_is_none(here: Office) -> None:
    here.erp.recognition, looks = FINDABLE, iter(["held"])
    here.erp.behave, here.erp.look = lambda _: "lost", lambda _: next(looks, "answer")
    here.send()
    here.deliver()
    here.pass_time(minutes=5)
    here.deliver()
    assert (here.row().state, here.row().looks) == ("unknown", 0)
    here.pass_time(seconds=15)
    here.deliver()
    assert here.states() == ["delivered"]


def test_after_three_days_a_person_decides(here: Office) -> None:
    here.erp.behave = lambda _: "not_sent"
    here.send()
    while here.deliver():
        assert here.clock.now() < NOON + timedelta(hours=75)
        if here.states() == ["manual"]:
            break
        here.pass_time(hours=1.2)
    assert here.states() == ["manual"]
    assert here.clock.now() >= NOON + timedelta(hours=72)
    assert here.row().payload is not None
    here.pass_time(days=30)
    assert here.deliver() == 0


def test_what_waited_long_without_a_try_is_tried_more_than_once(here: Office) -> None:
    here.send()
    here.pass_time(days=10)
    here.erp.behave = lambda _: "not_sent"
    here.deliver()
    assert here.states() == ["retry"]


def test_a_refusal_is_final_and_its_sender_is_told_why(here: Office) -> None:
    here.erp.behave = lambda _: "refuse"
    receipt = here.send(email="anna@example.pl", files=(a_file(),), language="en", account_id=here.account())
    here.deliver()
    row = here.row()
    assert (row.state, row.payload, row.refusal) == ("rejected", None, "ODC-422")
    assert here.count(FileChunk) == 0
    (mail,) = here.mails("submission_refused")
    assert (mail["to"], mail["language"]) == ("anna@example.pl", "en")
    assert mail["values"]["number"] == receipt.public_id
    assert "ODC-422" in mail["values"]["reason"]
    assert "The value is too low." in mail["values"]["reason"]


@pytest.mark.parametrize("how", ["lost", "bug", "broken"])
@pytest.mark.parametrize("recognition", Recognition)
def test_a_lost_answer_is_never_a_second_effect(here: Office, how: str, recognition: Recognition) -> None:
    here.erp.recognition = recognition
    ways = iter([how])
    here.erp.behave = lambda _: next(ways, "take")
    receipt = here.send()
    here.deliver()
    if recognition is NONE:
        assert here.states() == ["manual"]
        here.pass_time(days=30)
        assert here.deliver() == 0
    else:
        row = here.row()
        assert row.state == "unknown"
        assert row.first_sent_at == row.last_sent_at == NOON
        here.pass_time(minutes=6)
        here.deliver()
        assert here.states() == ["delivered"]
        assert here.row().first_sent_at == NOON
    assert here.erp.got[receipt.reference].times == 1
    assert here.erp.sends == (2 if recognition is DEDUPLICATES else 1)
    assert here.erp.looks == (1 if recognition is FINDABLE else 0)


def test_what_the_erp_surely_does_not_have_is_sent_again_at_once(here: Office) -> None:
    here.erp.recognition = FINDABLE
    ways = iter(["lost_before"])
    here.erp.behave = lambda _: next(ways, "take")
    here.send()
    here.deliver()
    assert here.states() == ["unknown"]
    here.pass_time(minutes=5)
    assert here.deliver() == 2, "a look and a send"
    assert here.states() == ["delivered"]


def test_not_there_counts_only_after_the_erps_own_lag(here: Office) -> None:
    here.erp.recognition, here.erp.lag = FINDABLE, 3 * 3600.0
    ways = iter(["lost_before"])
    here.erp.behave = lambda _: next(ways, "take")
    here.send()
    here.deliver()
    here.pass_time(hours=2.99)
    assert here.deliver() == 0
    here.pass_time(hours=0.1)
    here.deliver()
    assert here.states() == ["delivered"]
    assert here.erp.looks == 1


def test_looks_follow_their_schedule_and_end_with_a_person(here: Office) -> None:
    here.erp.recognition = FINDABLE
    here.erp.behave = lambda _: "lost"
    here.erp.look = lambda _: "away"
    here.send()
    here.deliver()
    waits = [5 / 60, 1, 24, 24, 24, 24, 24]
    for number, hours in enumerate(waits, 1):
        here.pass_time(hours=hours - 0.01)
        assert here.deliver() == 0
        here.pass_time(hours=0.01)
        assert here.deliver() == 1
        assert here.row().looks == number
    assert here.states() == ["manual"]
    assert here.erp.sends == 1


def test_a_resend_that_did_not_leave_leaves_the_doubt(here: Office) -> None:
    """Only the first was in doubt; the second certainly did not leave, which says nothing about the first."""
    ways = iter(["lost", "not_sent"])
    here.erp.behave = lambda _: next(ways, "take")
    here.send()
    here.deliver()
    here.pass_time(minutes=1)
    here.deliver()
    assert here.states() == ["unknown"]
    here.erp.recognition = NONE
    here.pass_time(hours=2)
    here.deliver()
    assert here.states() == ["manual"]
    assert here.erp.sends == 2


@pytest.mark.parametrize("recognition", Recognition)
def test_a_worker_that_did_not_come_back_leaves_a_doubt(here: Office, recognition: Recognition) -> None:
    here.erp.recognition = recognition
    here.send()

    class Killed(BaseException):
        pass

    def die(*_: object) -> str:
        raise Killed

    here.erp.behave = die
    here.deliver()  # the guard's thread dies of it, which is one doubt
    here.erp.behave = lambda _: "take"
    with pytest.raises(Exhausted):
        interrupted_after_begin(here)
    assert here.states()[-1] == "sending"
    assert here.deliver() == 0, "its lease still runs"
    here.end_leases()
    here.deliver()
    assert here.states()[-1] == ("manual" if recognition is NONE else "unknown")
    here.pass_time(minutes=6)
    here.deliver()
    assert here.states()[-1] == ("manual" if recognition is NONE else "delivered")
    assert all(each.times == 1 for each in here.erp.got.values())


class Exhausted(BaseException):
    """What ends a worker in the middle."""


def interrupted_after_begin(here: Office) -> None:
    """A worker that ends when its next step after the commit would be to send."""
    from gateway.outbox import queue
    from gateway.outbox.states import Event

    here.send("100009")
    taken = queue.take(here.portal.database, here.clock.now(), 60)
    assert taken is not None
    assert queue.begin(here.portal.database, taken, Event.BEGUN, here.clock.now(), 60)
    raise Exhausted


def test_one_customers_are_delivered_in_order_others_beside(here: Office) -> None:
    here.erp.behave = lambda each: "not_sent" if each.customer_no == "100001" else "take"
    for _ in range(3):
        here.send("100001")
        here.send("100002")
    here.send("100001", kind=SubmissionKind.PETITION)
    here.send(None, kind=SubmissionKind.OUTAGE)
    here.deliver()
    assert here.states() == [
        "retry",
        "delivered",
        "received",
        "delivered",
        "received",
        "delivered",
        "retry",
        "delivered",
    ]
    here.erp.behave = lambda _: "take"
    here.pass_time(minutes=1)
    here.deliver()
    assert set(here.states()) == {"delivered"}
    mine = [row.reference for row in here.rows() if row.customer_no == "100001" and row.kind == "complaint"]
    assert [each for each in here.erp.order if each in mine] == mine


def test_passers_by_wait_for_nobody(here: Office) -> None:
    here.erp.recognition = NONE
    ways = iter(["lost"])
    here.erp.behave = lambda _: next(ways, "take")
    for _ in range(3):
        here.send(None, kind=SubmissionKind.OUTAGE)
    here.deliver()
    assert here.states() == ["manual", "delivered", "delivered"]


def test_a_later_one_waits_while_a_person_decides(here: Office) -> None:
    here.erp.recognition = NONE
    ways = iter(["lost"])
    here.erp.behave = lambda _: next(ways, "take")
    here.send()
    here.send()
    here.deliver()
    here.pass_time(days=3)
    here.deliver()
    assert here.states() == ["manual", "received"]


def test_a_correction_names_what_the_erp_has(here: Office) -> None:
    account = here.account()
    first = here.send(kind=SubmissionKind.READING, account_id=account)
    second = here.send(kind=SubmissionKind.READING, account_id=account, supersedes=first.public_id)
    assert second.supersedes == first.public_id
    here.deliver()
    content = here.erp.got[second.reference].submission.content
    assert isinstance(content, ReadingContent)
    assert content.supersedes == first.reference
    assert content.value == Decimal("123.5")
    kept = one(here.portal, second.public_id, account_id=account)
    assert kept is not None
    assert kept.supersedes == first.public_id


def test_a_correction_of_what_was_refused_stands_alone(here: Office) -> None:
    account = here.account()
    ways = iter(["refuse"])
    here.erp.behave = lambda _: next(ways, "take")
    first = here.send(kind=SubmissionKind.READING, account_id=account)
    second = here.send(kind=SubmissionKind.READING, account_id=account, supersedes=first.public_id)
    here.deliver()
    content = here.erp.got[second.reference].submission.content
    assert isinstance(content, ReadingContent)
    assert content.supersedes is None


def test_an_adapter_that_takes_it_no_longer_leaves_it_to_a_person(here: Office) -> None:
    here.send(files=(a_file(),))
    here.erp.files = False
    here.deliver()
    assert here.states() == ["manual"]
    assert here.erp.sends == 0
    assert here.row().payload is not None


def test_a_kind_that_is_not_accepted_goes_to_a_person(tmp_path: Path) -> None:
    class Deaf(Erp):
        def accepts(self) -> dict:  # type: ignore[type-arg, override]
            return {}

    with office(f"sqlite:///{tmp_path}/x.sqlite", erp=Deaf()) as here:
        here.send()
        here.deliver()
        assert here.states() == ["manual"]


def test_what_another_key_sealed_waits_for_that_key(here: Office, database_url: str) -> None:
    here.send()
    with office(database_url, erp=here.erp, WEB__SECRET_KEY="another, another, another, another") as strange:
        strange.deliver()
        assert here.states() == ["retry"]
        assert here.erp.sends == 0
    here.pass_time(minutes=1)
    here.deliver()
    assert here.states() == ["delivered"]


def test_files_that_wait_for_the_scanner_go_on_where_scanning_was_turned_off(here: Office) -> None:
    here.send(files=(a_file(scan=Scan.PENDING),))
    assert here.states() == ["scanning"]
    here.deliver()
    assert here.states() == ["delivered"]
