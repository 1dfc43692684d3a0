"""The billing system is down for a day by the clock: every form accepts, says what that means, and delivers afterwards.

The day of acceptance counts, and afterwards nothing of what was sent is left: neither its words nor its sealed bytes.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from gateway.background import run_once
from gateway.models import FileChunk, SubmissionRow
from tests.gateway.api_sender import CHANGE, CONSENT, LETTER, a_reading, new_key
from tests.gateway.api_sender import send as send_over_the_api
from tests.gateway.files.made import pdf
from tests.gateway.pages.forms import number_on, send
from tests.gateway.pages.reading import words
from tests.gateway.pages.test_meters import form_of, previous_on
from tests.stack import NOON, Stack, stack

WORDS = "Znak-5417 rozlany po jezdni."
IN_THE_FILE = b"MARK-IN-A-FILE-3316"
FILE = ("tajne 9902.pdf", pdf(b"(" + IN_THE_FILE + b" " * 700_000 + b")"))
MARKS = [WORDS.encode(), IN_THE_FILE, b"600700801", b"tajne 9902", b"adres-4471@poczta.example"]
AWAY = ("chwilowo nie odpowiada, ale formularz działa", "system rozliczeniowy")
LETTERS = ("complaint", "remark", "petition", "grievance")


@pytest.fixture(params=["soap", "rest"] if "EBOK_SUBMISSIONS" in os.environ else ["rest"])
def here(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    with stack(tmp_path, face=request.param, CACHE__SECONDS="0", GUARD__BREAKER_OPEN_SECONDS="15") as made:
        yield made


def test_every_form_accepts_and_delivers_afterwards(
    here: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    anna, api = here.browser("anna"), here.api("wielka")
    home = str(anna.get("/", follow_redirects=True).request.path)
    reading = anna.get(form_of(anna, home)), form_of(anna, home)
    over_the_api = a_reading(api) | {"serial_no": api.get("meters").json[0]["serial_no"]}
    here.sandbox.stop()
    taken = _by_pages(here, anna, home, reading) | _by_api(here, api, over_the_api)
    sealed = _sealed(here)
    assert len(taken) == 16
    _hours_pass(here, 25)
    assert set(_states(here)) == {"retry"}, "certainly not sent, and nobody gives up"
    anna = here.browser("anna")  # a session ends sooner
    assert number_on(anna.get(home + "sprawy")) in taken, "receipts are shown all the while"
    assert any(each in _everything_in(tmp_path) for each in sealed), "until then it stands there"
    here.sandbox.start()
    _hours_pass(here, 3)
    _each_came_once(here, taken)
    _the_day_of_acceptance_counts(here, here.browser("anna"), home)
    here.portal.database.forget()
    _nothing_is_left(here, tmp_path, sealed, capsys)


def _hours_pass(here: Stack, many: int) -> None:
    for _ in range(many):
        here.sandbox.clock.advance(3600)
        run_once(here.portal)


def _by_pages(here: Stack, anna: FlaskClient, home: str, reading: tuple[Any, str]) -> dict[str, str]:
    """Each form of the portal: the numbers and kinds of what it took."""
    taken = {}
    for kind in LETTERS:
        page = anna.get(home + "sprawy/nowa")
        assert AWAY[0] in words(page)
        typed = {"kind": kind, "topic": "service", "text": WORDS}
        taken[number_on(_accepted(send(anna, home + "sprawy/nowa", page=page, files=[FILE], **typed)))] = kind
    page = anna.get(home + "dane")
    assert AWAY[0] in words(page)
    taken[number_on(_accepted(send(anna, home + "dane", page=page, phone="600700801")))] = "data_change"
    consent = send(anna, home + "e-faktura", given="yes", email="adres-4471@poczta.example")
    taken[number_on(_accepted(consent))] = "consent"
    outage = {"place": "Rynek 1", "description": WORDS}
    taken[number_on(_accepted(send(anna, "/awaria", **outage)))] = "outage"
    taken[number_on(_accepted(send(here.client(), "/awaria", **outage)))] = "outage"
    opened, path = reading  # the form that was open when it went down
    value = str(previous_on(opened) + 6)
    taken[number_on(_accepted(send(anna, path, page=opened, value=value, read_on="2026-03-10")))] = "reading"
    return taken


def _accepted(answer: Any) -> Any:
    assert answer.status_code == 200, words(answer)
    assert "Przyjęliśmy" in words(answer) or "przyjęte" in words(answer), words(answer)
    return answer


def _by_api(here: Stack, api: Any, reading: dict[str, Any]) -> dict[str, str]:
    outage = {"place": "Rynek 1", "description": WORDS}
    bodies = [CHANGE, CONSENT, {"kind": "outage", **outage}, reading]
    bodies += [{**LETTER, "kind": kind, "text": WORDS} for kind in LETTERS[:2]]
    answers = [send_over_the_api(api, body) for body in bodies]
    headers = {"Idempotency-Key": new_key()}
    answers.append(here.client().post("/api/v1/outages", json=outage, headers=headers))
    for each in answers:
        assert each.status_code == 201, each.text
        assert each.json["state"] == "accepted"
    return {each.json["number"]: each.json["kind"] for each in answers}


def _rows(here: Stack) -> list[Any]:
    with here.portal.database.reading() as connection:
        return list(connection.execute(select(SubmissionRow.__table__)))


def _states(here: Stack) -> list[str]:
    return [row.state for row in _rows(here)]


def _sealed(here: Stack) -> list[bytes]:
    """Pieces of everything that stands in the database now."""
    with here.portal.database.reading() as connection:
        chunks = list(connection.execute(select(FileChunk.sealed)).scalars())
    whole = [*chunks, *(row.payload for row in _rows(here))]
    return [each[start : start + 40] for each in whole for start in range(0, len(each) - 40, 997)]


def _each_came_once(here: Stack, taken: dict[str, str]) -> None:
    rows = _rows(here)
    assert set(_states(here)) == {"delivered"}, [(row.state, row.error) for row in rows]
    there = {each["reference"]: (each["kind"], each["count"]) for each in here.control("GET", "submissions")}
    assert there == {row.reference: (taken[row.public_id], 1) for row in rows}
    assert {row.accepted_at for row in rows} == {NOON}


def _the_day_of_acceptance_counts(here: Stack, anna: FlaskClient, home: str) -> None:
    """With us and with them; the answer is due 14 days from it."""
    assert {row.reply_by for row in _rows(here) if row.kind in LETTERS} == {date(2026, 3, 24)}
    api = here.api("anna")
    cases = [each for each in api.get("cases").json["items"] if each["receipt"]]
    assert len(cases) == 6, "letters, the change of data, the outage"
    assert {each["opened_on"] for each in cases} == {"2026-03-10"}
    number = next(row.public_id for row in _rows(here) if row.kind == "complaint" and row.customer_no == "100001")
    told = words(anna.get(home + "sprawy/" + number))
    assert "Przyjęto 10.03.2026, 12:00" in told
    assert "Odpowiemy najpóźniej 24 marca 2026" in told


def _everything_in(folder: Path) -> bytes:
    return b"\0".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def _nothing_is_left(here: Stack, folder: Path, sealed: list[bytes], capsys: pytest.CaptureFixture[str]) -> None:
    found = _everything_in(folder)
    assert [each for each in MARKS if each in found] == []
    assert [each for each in sealed if each in found] == []
    told = ("".join(capsys.readouterr()) + json.dumps([row.error for row in _rows(here)])).encode()
    assert [each for each in MARKS if each in told] == []
