"""The staff's page of payments, and the command line: what waits for a person, and what they say of it."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import responses
from click.testing import CliRunner

from gateway.cli import main
from gateway.models import AuditEvent
from gateway.staff import people
from tests.gateway.payments.books import invoice
from tests.gateway.payments.till import NOON, Till, till
from tests.stack import PASSWORD


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Till]:
    url = f"sqlite:///{tmp_path}/portal.sqlite"
    with till(url, SECURITY__STAFF_SECOND_FACTOR="false") as made:
        made.books.invoices["100001"] = [invoice("F1")]
        people.add_staff(made.portal.database, login="bok", role=people.CLERK, password=PASSWORD, now=NOON)
        made.app.config["WTF_CSRF_ENABLED"] = False
        begun = made.begin()
        made.pays(begun, amount=Decimal("61.00"))
        made.notify(begun.reference)
        yield made


def test_a_clerk_clears_up_what_is_in_doubt(here: Till) -> None:
    (row,) = here.rows()
    clerk = here.app.test_client()
    assert clerk.get("/staff/platnosci").status_code in (302, 303), "not without having logged in"
    clerk.post("/staff/logowanie", data={"login": "bok", "password": PASSWORD})
    listed = clerk.get("/staff/platnosci")
    assert row.public_id in listed.text
    assert "operator podaje inną kwotę albo walutę niż zlecona" in listed.text
    at = f"/staff/platnosci/{row.public_id}"
    shown = clerk.get(at)
    assert "operator podaje inną kwotę albo walutę niż zlecona" in shown.text
    assert "the operator names" not in listed.text + shown.text
    assert "61.50" not in shown.text, "amounts only where the look is recorded"
    assert "61.50" in clerk.get(f"{at}/tresc").text
    assert clerk.post(f"{at}/rozlicz", data={"outcome": "perhaps"}).status_code == 400
    assert clerk.post(f"{at}/zapytaj").status_code == 303
    assert here.rows()[0].state == "doubt", "asked again, and it still differs"
    assert clerk.post(f"{at}/rozlicz", data={"outcome": "paid"}).status_code == 303
    assert clerk.post(f"{at}/rozlicz", data={"outcome": "paid"}).status_code == 409
    assert here.rows()[0].state == "paid"
    deeds = [event.action for event in here.rows(AuditEvent) if event.actor == "staff:bok"]
    assert [each for each in deeds if each.startswith("payment")] == [
        *("payments.listed", "payment.viewed", "payment.content_viewed", "payment.viewed", "payment.viewed"),
        *("payment.asked", "payment.confirmed", "payment.settled", "payment.viewed"),
    ]


@pytest.mark.parametrize("hours", [0, 13], ids=["the first on its way", "the first booked"])
def test_an_invoice_that_was_paid_twice_over_waits_for_a_clerk(here: Till, hours: int) -> None:
    here.books.invoices["100001"] = [invoice("F1"), invoice("F2", outstanding="20.00")]
    late = here.begin("F2")
    here.pass_time(minutes=23)
    here.work()
    first = here.paid("F2")
    here.work()
    here.pass_time(hours=hours)
    here.work()
    assert here.read(first).state == ("booked" if hours else "paid")
    here.pays(late)
    here.notify(late.reference)
    here.work()
    here.pass_time(days=1)
    here.work()
    assert len(here.books.taken) == 2, "the billing system is told: the money is there"
    assert [mail["values"].get("paid_twice") for mail in here.mails()] == [None, "yes"]
    assert here.read(late).state == "booked"
    clerk = here.app.test_client()
    clerk.post("/staff/logowanie", data={"login": "bok", "password": PASSWORD})
    listed = clerk.get("/staff/platnosci").text
    assert first.public_id not in re.findall(r"/staff/platnosci/(P-[-0-9A-Z]+)", listed)
    assert f"ta sama faktura zapłacona też płatnością {first.public_id}; nadpłatę trzeba" in listed
    at = f"/staff/platnosci/{late.public_id}/rozlicz"
    assert clerk.post(at, data={"outcome": "overpaid"}).status_code == 303
    assert late.public_id not in clerk.get("/staff/platnosci").text
    assert clerk.post(at, data={"outcome": "overpaid"}).status_code == 409


def test_the_command_line_does_the_same(here: Till, tmp_path: Path) -> None:
    (row,) = here.rows()
    config = tmp_path / "config.toml"
    config.write_text(
        f'database.url = "sqlite:///{tmp_path}/portal.sqlite"\nutility.name = "W"\nerp.adapter = "rest"\n'
        'web.secret_key = "for tests only; for tests only; for tests only"\nlog.level = "warning"\n'
        'clock.url = "http://127.0.0.1:9/control/clock"\n[erp.rest]\nmapping = "sandbox_rest"\nurl = "http://127.0.0.1:9"\n'
    )

    def ebok(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["--config", str(config), "payments", *arguments])
        return done.exit_code, done.output

    assert row.public_id in ebok("list", "--state", "doubt")[1]
    status, told = ebok("show", row.public_id)
    assert status == 0
    assert "100001" in told
    assert "61.50" not in told
    assert "outcomes        paid failed booked\n" in told
    assert ebok("show", "P-1") == (
        1,
        "Error: there is no P-1: `ebok payments list` shows the numbers, with --state also of what is over\n",
    )
    with responses.RequestsMock() as wire:
        wire.get("http://127.0.0.1:9/control/clock", json={"now": NOON.isoformat(), "set": True})
        done = ebok("settle", row.public_id, "--outcome", "failed", "--yes")
    assert done == (0, f"{row.public_id} is failed.\n")
    assert here.rows()[0].settled_at == NOON, "by the demo's clock, where there is one"
    status, told = ebok("settle", row.public_id, "--outcome", "paid", "--yes")
    assert (status, told) == (
        1,
        f"Error: {row.public_id} is failed: `ebok payments show` names the outcomes that it can have\n",
    )
    assert ebok("show", row.public_id)[1].endswith("outcomes        none\n")
    # nobody is asked about it here: this configuration names no operator any more
    assert ebok("ask", row.public_id) == (0, f"{row.public_id} is failed.\n")
