"""What staff see of the outbox and do about it, on their pages and on the command line, and what the log says of it."""

import io
import json
import re
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from adapters.capabilities import Recognition
from adapters.errors import BadData, Unavailable
from gateway.files import Scan
from gateway.models import FileChunk
from gateway.staff import people
from schemas import SubmissionKind
from tests.gateway.outbox.office import NOON, Office, a_file
from tests.gateway.outbox.stuck import MARK, actions, stuck

PASSWORD = "demo-ebok-2026"


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
