"""How a submission arrives: whole, once, in its customer's order, and wiped; and what is left to a person."""

from decimal import Decimal
from pathlib import Path

from adapters.capabilities import Recognition
from gateway.files import Scan
from gateway.models import FileChunk, SubmissionFile
from gateway.outbox import State
from gateway.outbox.receipts import of, one
from schemas import LetterContent, ReadingContent, SubmissionKind, Topic
from tests.gateway.outbox.office import NOON, Erp, Office, a_file, office


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
    here.erp.recognition = Recognition.NONE
    ways = iter(["lost"])
    here.erp.behave = lambda _: next(ways, "take")
    for _ in range(3):
        here.send(None, kind=SubmissionKind.OUTAGE)
    here.deliver()
    assert here.states() == ["manual", "delivered", "delivered"]


def test_a_later_one_waits_while_a_person_decides(here: Office) -> None:
    here.erp.recognition = Recognition.NONE
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
