"""The desk on the command line, what tells staff of it unasked, and what becomes of old receipts."""

import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from adapters.capabilities import Recognition
from adapters.clock import SystemClock
from gateway.cli import main
from gateway.models import FileChunk, SubmissionRow
from gateway.outbox.alarm import Alarm
from gateway.retention import Retention
from schemas import SubmissionKind
from tests.gateway.outbox.office import NOON, SECRET, Office, a_file, office
from tests.gateway.outbox.stuck import MARK, stuck


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
