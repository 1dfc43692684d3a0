"""What staff see of the outbox and do about it, on their pages and on the command line, and what the log says of it."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import event

from adapters.capabilities import Recognition
from adapters.clock import SystemClock
from adapters.errors import BadData, Unavailable
from gateway.cli import main
from gateway.files import Scan
from gateway.models import FileChunk, SubmissionRow
from gateway.outbox.alarm import Alarm
from gateway.retention import Retention
from gateway.staff import people
from schemas import SubmissionKind
from tests.gateway.outbox.office import NOON, SECRET, Office, a_file, office

PASSWORD = "demo-ebok-2026"
MARK = "Woda pachnie znakiem-5417."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    url = f"sqlite:///{tmp_path}/portal.sqlite"
    with office(url, SECURITY__STAFF_SECOND_FACTOR="false", OUTBOX__ALARM_EMAIL="szef@example.pl") as made:
        made.erp.recognition = Recognition.NONE
        yield made


class Clerk:
    """A clerk at a browser."""

    def __init__(self, here: Office) -> None:
        people.add_staff(here.portal.database, login="bok", role=people.CLERK, password=PASSWORD, now=NOON)
        self.client: FlaskClient = here.app.test_client()
        self.post("/staff/logowanie", login="bok", password=PASSWORD)

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, form: str = "", **data: str) -> Any:
        page = self.client.get(form or path).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None
        return self.client.post(path, data={**data, "csrf_token": token[1]})


@pytest.fixture
def clerk(desk: Office) -> Clerk:
    return Clerk(desk)


def stuck(here: Office, **more: Any) -> str:
    """One whose answer was lost, at an ERP that cannot be asked; its number."""
    here.erp.behave = lambda _: "lost_before"
    receipt = here.send(text=MARK, **more)
    here.deliver()
    assert here.row(receipt.public_id).state == "manual"
    here.erp.behave = lambda _: "take"
    return receipt.public_id


def actions(here: Office) -> list[str]:
    return [each.action for each in here.events() if each.action.startswith("submission")]


def test_the_list_shows_what_is_stuck_and_why_and_no_content(desk: Office, clerk: Clerk) -> None:
    assert "Nic nie utknęło" in clerk.get("/staff/przesylki").text
    number = stuck(desk)
    behind = desk.send(text=MARK).public_id
    page = clerk.get("/staff/przesylki").text
    assert number in page
    assert "czeka na decyzję pracownika" in page
    assert "system rozliczeniowy nie odpowiada" in page
    assert "(Unavailable: reset before it was read)" in page
    assert behind not in page, "on its way for a moment only"
    desk.pass_time(minutes=61)
    clerk = Clerk.__new__(Clerk)
    clerk.client = desk.app.test_client()
    clerk.post("/staff/logowanie", login="bok", password=PASSWORD)
    page = clerk.get("/staff/przesylki").text
    assert f'czeka na wcześniejszą: <span class="ebok-number">{number}' in " ".join(page.split())
    one = clerk.get(f"/staff/przesylki/{number}").text
    assert "mogła już dotrzeć" in one
    assert MARK not in page + one
    assert actions(desk)[-3:] == ["submissions.listed", "submissions.listed", "submission.viewed"]


def test_what_waits_for_the_scanner_is_listed_at_once(desk: Office, clerk: Clerk) -> None:
    number = desk.send(files=(a_file(scan=Scan.PENDING),)).public_id
    assert number in clerk.get("/staff/przesylki").text


@pytest.mark.parametrize(
    ("raised", "sentence", "detail"),
    [
        (
            Unavailable("127.0.0.1:9311: the connection was closed without an answer"),
            "system rozliczeniowy nie odpowiada",
            "(Unavailable: the connection was closed without an answer)",
        ),
        (
            Unavailable("submit: breaker is open"),
            "system rozliczeniowy ostatnio nie odpowiadał, więc chwilę go nie pytamy",
            "",
        ),
        (
            Unavailable("erp: its certificate is not trusted (not valid for 'erp.intern:8443')"),
            "system rozliczeniowy nie odpowiada",
            "(Unavailable: its certificate is not trusted (not valid for &#39;…&#39;))",
        ),
        (
            BadData("[::1]:9311: the answer is larger than 9 bytes"),
            "system rozliczeniowy odpowiedział niezrozumiale",
            "(BadData: the answer is larger than 9 bytes)",
        ),
        (
            RuntimeError("a customer's secret"),
            "system rozliczeniowy odpowiedział niezrozumiale",
            "(BadData: RuntimeError at …)",
        ),
    ],
)
def test_a_clerk_reads_why_in_their_language_and_no_address(
    desk: Office, clerk: Clerk, raised: Exception, sentence: str, detail: str
) -> None:
    def broken(_: Any) -> str:
        raise raised

    desk.erp.behave = broken
    number = desk.send(text=MARK).public_id
    desk.deliver()
    for page in ("/staff/przesylki", f"/staff/przesylki/{number}"):
        text = clerk.get(page).text
        assert sentence in text
        assert detail in text
        assert ("(Unavailable" in text) == detail.startswith("(Unavailable")
        assert not any(each in text for each in ("9311", "8443", "erp:", "breaker", "secret"))


def test_the_list_is_fetched_a_page_at_a_time(desk: Office, clerk: Clerk) -> None:
    numbers = [desk.send(f"1{each:05}", kind=SubmissionKind.REMARK).public_id for each in range(27)]
    desk.erp.behave = lambda _: "lost_before"
    desk.deliver()
    fetched: list[int] = []

    def count(_: Any, cursor: Any, statement: str, *__: Any) -> None:
        if "behind" in statement:
            fetched.append(statement.count("LIMIT"))

    event.listen(desk.portal.database.engine, "before_cursor_execute", count)
    first, second, past = (clerk.get(f"/staff/przesylki?strona={each}").text for each in (1, 2, 9))
    event.remove(desk.portal.database.engine, "before_cursor_execute", count)
    assert [each in first for each in numbers] == [True] * 25 + [False] * 2
    assert [each in second for each in numbers] == [False] * 25 + [True] * 2
    assert all(each in past for each in numbers[25:])
    assert "27 przesyłek" in first
    assert fetched == [1, 1, 1]


def test_a_look_at_the_content_is_written_down(desk: Office, clerk: Clerk) -> None:
    number = stuck(desk, email="anna@example.pl", files=(a_file(name="zdjęcie <b>.pdf"),))
    page = clerk.get(f"/staff/przesylki/{number}/tresc").text
    assert MARK in page
    assert "anna@example.pl" in page
    assert "zdjęcie &lt;b&gt;.pdf" in page
    seen = desk.events()[-2]
    assert (seen.action, seen.actor, seen.subject) == ("submission.content_viewed", "staff:bok", number)
    assert seen.customer_no == "100001"


def test_what_was_stuck_is_sent_again_once(desk: Office, clerk: Clerk) -> None:
    number = stuck(desk)
    later = desk.send().public_id
    path = f"/staff/przesylki/{number}"
    assert clerk.post(f"{path}/ponow", form=path).location == "/staff/przesylki?done=sent"
    assert "jest znów w drodze" in clerk.get("/staff/przesylki?done=sent").text
    desk.deliver()
    assert [desk.row(each).state for each in (number, later)] == ["delivered", "delivered"]
    assert desk.erp.sends == 3
    assert desk.row(number).payload is None
    assert "submission.sent_again" in actions(desk)
    late = clerk.get(path).text
    assert "Załatw ręcznie" not in late
    token = re.search(r'name="csrf_token" value="([^"]+)"', late)
    assert token is not None
    answer = clerk.client.post(f"{path}/ponow", data={"csrf_token": token[1]})
    assert answer.status_code == 409
    assert "Tego nie można teraz zrobić." in answer.text
    assert desk.row(number).state == "delivered"


@pytest.mark.parametrize("recognition", [Recognition.FINDABLE, Recognition.DEDUPLICATES])
def test_a_clerks_word_does_not_double_what_can_be_recognised(desk: Office, recognition: Recognition) -> None:
    desk.erp.behave = lambda _: "lost"
    number = desk.send().public_id
    desk.deliver()
    assert desk.row(number).state == "manual"
    desk.erp.recognition = recognition
    desk.erp.behave = lambda _: "take"
    clerk = Clerk(desk)
    path = f"/staff/przesylki/{number}"
    clerk.post(f"{path}/ponow", form=path)
    assert desk.row(number).state == "unknown"
    desk.deliver()
    assert desk.row(number).state == "delivered"
    (got,) = desk.erp.got.values()
    assert got.times == 1


def test_settled_by_hand_it_is_wiped_and_the_next_goes_on(desk: Office, clerk: Clerk) -> None:
    number = stuck(desk, files=(a_file(),))
    later = desk.send().public_id
    path = f"/staff/przesylki/{number}"
    answer = clerk.post(f"{path}/rozlicz", form=path, reason="", case_no="x" * 65)
    assert answer.status_code == 400
    assert "Wybierz powód" in answer.text
    assert "za długi" in answer.text
    odd = clerk.post(f"{path}/rozlicz", form=path, reason="in-erp", case_no="S/7\x077").text
    assert "znaki, których nie da się wydrukować" in odd
    assert "za długi" not in odd
    assert clerk.post(f"{path}/rozlicz", form=path, reason="in-erp", case_no=" S/77/2026 ").status_code == 303
    row = desk.row(number)
    assert (row.state, row.case_no, row.payload) == ("settled", "S/77/2026", None)
    assert desk.count(FileChunk) == 0
    desk.deliver()
    assert desk.row(later).state == "delivered"
    told = next(each for each in desk.events() if each.action == "submission.settled")
    assert (told.detail, told.subject) == ("in-erp", number)
    assert clerk.get(f"{path}/tresc").status_code == 404
    assert clerk.get(f"{path}/eksport").status_code == 409


def test_what_is_being_sent_just_now_is_nobody_elses(desk: Office, clerk: Clerk) -> None:
    statuses: list[int] = []
    path = ""

    def meanwhile(_: object) -> str:
        page = clerk.get("/staff/haslo").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None
        for deed in ("ponow", "rozlicz"):
            data = {"csrf_token": token[1], "reason": "other"}
            statuses.append(clerk.client.post(f"{path}/{deed}", data=data).status_code)
        return "take"

    number = desk.send().public_id
    path = f"/staff/przesylki/{number}"
    desk.erp.behave = meanwhile
    desk.deliver()
    assert statuses == [409, 409]
    assert desk.row(number).state == "delivered"


def test_a_clerk_takes_it_from_a_worker_that_only_looks(desk: Office, clerk: Clerk) -> None:
    desk.erp.behave = lambda _: "lost"
    desk.erp.recognition = Recognition.FINDABLE
    number = desk.send().public_id
    desk.deliver()
    path = f"/staff/przesylki/{number}"

    def meanwhile(_: str) -> str:
        answer = clerk.post(f"{path}/rozlicz", form=path, reason="in-erp", case_no="S/9")
        assert answer.status_code == 303
        raise Unavailable("too late anyway")

    desk.erp.look = meanwhile
    desk.pass_time(minutes=6)
    desk.deliver()
    row = desk.row(number)
    assert (row.state, row.case_no) == ("settled", "S/9")


def test_the_export_holds_all_of_it_and_is_written_down(desk: Office, clerk: Clerk) -> None:
    content = bytes(range(256)) * 4000
    files = (a_file(content, name="../../etc/zażółć.pdf"), a_file(b"two", name="../../etc/zażółć.pdf"))
    number = stuck(desk, files=files, email="anna@example.pl")
    answer = clerk.get(f"/staff/przesylki/{number}/eksport")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{number}.zip"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        said = json.loads(archive.read("zgloszenie.json"))
        assert said["content"]["text"] == MARK
        assert said["email"] == "anna@example.pl"
        assert [each["name"] for each in said["files"]] == ["../../etc/zażółć.pdf"] * 2
        names = [each["in_zip"] for each in said["files"]]
        assert not any("/" in each or ".." in each for each in names)
        assert [archive.read(each) for each in names] == [content, b"two"]
    assert "submission.exported" in actions(desk)


def test_the_command_line_does_the_same(desk: Office, tmp_path: Path) -> None:
    number, second = stuck(desk, files=(a_file(),)), stuck(desk, customer_no="100002")
    environment = {
        "EBOK_UTILITY__NAME": "Wodociągi Przykładowo",
        "EBOK_WEB__SECRET_KEY": SECRET,
        "EBOK_DATABASE__URL": f"sqlite:///{tmp_path}/portal.sqlite",
        "EBOK_ERP__ADAPTER": "rest",
        "EBOK_ERP__REST__MAPPING": "sandbox_rest",
        "EBOK_ERP__REST__URL": "http://127.0.0.1:9",
    }

    def ebok(*arguments: str) -> Any:
        return CliRunner().invoke(main, ["outbox", *arguments], env=environment)

    listed = ebok("list").output
    assert number in listed
    assert "2 manual" in listed
    assert MARK not in listed
    shown = ebok("show", number).output
    assert "Unavailable: reset before it was read" in shown
    assert ebok("show", "Z-260310-0000-0000").exit_code == 1
    out = tmp_path / "out.zip"
    assert ebok("export", number, str(out)).exit_code == 0
    assert out.stat().st_mode & 0o077 == 0
    assert MARK in zipfile.ZipFile(out).read("zgloszenie.json").decode()
    assert ebok("export", number, str(out)).exit_code == 1, "nothing is written over"
    with desk.portal.database.transaction() as connection:  # a file that breaks off in the middle
        connection.exec_driver_sql("delete from file_chunk")
    assert ebok("export", number, str(tmp_path / "part.zip")).exit_code == 1
    assert [each.name for each in tmp_path.iterdir() if "zip" in each.name] == ["out.zip"]
    assert ebok("settle", number, "--reason", "in-erp", "--case-no", "S/1", "--yes").exit_code == 0
    assert desk.row(number).state == "settled"
    assert ebok("settle", number, "--reason", "in-erp", "--yes").exit_code == 1
    assert ebok("retry", second).exit_code == 0
    assert desk.row(second).state in ("retry", "unknown"), "as the configured adapter declares it"
    desk.erp.recognition = Recognition.DEDUPLICATES
    desk.clock.set(SystemClock().now() + timedelta(minutes=1))  # the command line has the machine's
    desk.deliver()
    assert desk.row(second).state == "delivered"
    deeds = [each.action for each in desk.events() if each.actor == "command line"]
    assert deeds == [*["submission.exported"] * 3, "submission.settled", "submission.sent_again"]


def test_the_alarm_is_a_mail_a_day_while_something_waits(desk: Office) -> None:
    alarm = Alarm()
    assert alarm(desk.portal) == 0
    number = stuck(desk)
    desk.pass_time(minutes=2)
    assert alarm(desk.portal) == 1
    (mail,) = desk.mails("outbox_alarm")
    assert mail["to"] == "szef@example.pl"
    assert mail["values"]["count"] == "1"
    assert mail["values"]["link"].endswith("/staff/przesylki")
    assert desk.portal.mail_texts.render("outbox_alarm", "pl", mail["values"]).plain
    for _ in range(23):
        desk.pass_time(hours=1)
        assert Alarm()(desk.portal) == 0
    desk.pass_time(hours=1, minutes=1)
    with desk.portal.database.transaction() as connection:
        connection.exec_driver_sql("delete from running_key")  # the database's clock has not moved
    assert Alarm()(desk.portal) == 1
    from gateway.outbox import desk as deeds

    deeds.settle(desk.portal, number, deeds.By("staff:bok"), reason="other")
    desk.pass_time(hours=25)
    assert Alarm()(desk.portal) == 0


def test_receipts_go_after_their_months_and_nothing_on_its_way_does(desk: Office) -> None:
    old = desk.send("100003")
    desk.deliver()
    number = stuck(desk, files=(a_file(),))
    clean = Retention()
    desk.pass_time(days=36 * 30)
    clean(desk.portal)
    assert desk.row(old.public_id).state == "delivered"
    desk.pass_time(days=30)
    clean(desk.portal)
    assert [row.public_id for row in desk.rows()] == [number]
    assert desk.count(FileChunk) == 1


def test_metrics_say_how_much_waits_where_and_for_how_long(tmp_path: Path) -> None:
    with office(f"sqlite:///{tmp_path}/x.sqlite", METRICS__TOKEN="a token of ours") as here:
        here.erp.recognition = Recognition.NONE
        stuck(here)
        here.pass_time(minutes=10)
        page = here.app.test_client().get("/metrics", headers={"Authorization": "Bearer a token of ours"}).text
        assert 'ebok_outbox_rows{state="manual"} 1.0' in page
        assert 'ebok_outbox_rows{state="retry"} 0.0' in page
        assert 'ebok_outbox_oldest_seconds{state="manual"} 600.0' in page
        assert 'ebok_outbox_events_total{event="given_up"}' in page


def test_a_closed_account_leaves_receipts_without_it_and_all_is_delivered(desk: Office) -> None:
    account = desk.account()
    desk.send(account_id=account, kind=SubmissionKind.REMARK)
    with desk.portal.database.transaction() as connection:
        connection.exec_driver_sql(f"delete from account where id = {account}")
    desk.deliver()
    row = desk.row()
    assert (row.state, row.account_id, row.customer_no) == ("delivered", None, "100001")
    assert desk.clock.now() - NOON < timedelta(days=1)
    assert desk.count(SubmissionRow) == 1
