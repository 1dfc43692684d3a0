"""Reporting an outage over the API without logging in."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from gateway import background
from tests.gateway.api_sender import OUTAGE, new_key
from tests.gateway.files.made import jpeg
from tests.stack import Stack, stack


@pytest.fixture(params=["soap", "rest"])
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    with stack(tmp_path, face=request.param, GUARD__BREAKER_OPEN_SECONDS="0") as made:
        yield made


def report(portal: Stack, *, key: str | None = None, **more: Any) -> Any:
    headers = {"Idempotency-Key": new_key() if key is None else key}
    return portal.client().post("/api/v1/outages", json={**OUTAGE, **more}, headers=headers)


def test_anybody_may_report_one_and_it_arrives_once(portal: Stack) -> None:
    key = new_key()
    first = report(portal, key=key, phone="600 700 800")
    assert first.status_code == 201, first.text
    assert (first.json["kind"], first.json["state"], "Location" in first.headers) == ("outage", "accepted", False)
    again = report(portal, key=key, phone="600 700 800")
    assert (again.status_code, again.headers["Idempotent-Replayed"], again.json) == (200, "true", first.json)
    assert report(portal, key=key).json["type"] == "/api/v1/problems/idempotency-key-reused"
    elsewhere = {"Idempotency-Key": key}
    other = portal.client().post(
        "/api/v1/outages", json=OUTAGE, headers=elsewhere, environ_base={"REMOTE_ADDR": "198.51.100.7"}
    )
    assert (other.status_code, other.json["number"] != first.json["number"]) == (201, True), "a stranger's same key"
    assert report(portal, key="").status_code == 400
    background.run_once(portal.portal)
    got = portal.control("GET", "submissions")
    assert [(each["kind"], each["customer_no"], each["count"]) for each in got] == [("outage", None, 1)] * 2
    assert report(portal, key=key, phone="600 700 800").json["number"] == first.json["number"]


def test_a_photo_may_go_with_it(portal: Stack) -> None:
    data = {**OUTAGE, "files": [(BytesIO(jpeg()), "ulica.jpg")]}
    headers = {"Idempotency-Key": new_key()}
    answer = portal.client().post("/api/v1/outages", data=data, headers=headers, content_type="multipart/form-data")
    assert answer.status_code == 201, answer.text
    background.run_once(portal.portal)
    (got,) = portal.control("GET", "submissions")
    assert [each["name"] for each in got["files"]] == ["ulica.jpg"]


def test_what_is_wrong_is_said_at_its_field(portal: Stack) -> None:
    for more, wrong in (({"place": "", "phone": "5"}, {"place", "phone"}), ({"kind": "outage"}, {"kind"})):
        answer = report(portal, **more)
        assert (answer.status_code, set(answer.json["errors"]["json"])) == (422, wrong)


def test_a_network_that_floods_waits_and_its_repetitions_do_not(portal: Stack) -> None:
    key = new_key()
    answers = [report(portal, key=key)] + [report(portal) for _ in range(9)]
    assert [each.status_code for each in answers] == [201] * 10
    late = report(portal)
    assert (late.status_code, late.json["type"]) == (429, "/api/v1/problems/too-many-requests")
    assert int(late.headers["Retry-After"]) > 0
    assert report(portal, key=key).status_code == 200
    portal.set_now("2026-03-10T12:01:00+01:00")
    assert report(portal).status_code == 201


def test_the_text_of_the_consent_is_there_for_everybody(portal: Stack) -> None:
    answer = portal.client().get("/api/v1/e-invoice-consent")
    assert answer.status_code == 200
    assert (answer.json["version"], len(answer.json["text_hash"])) == ("1", 64)


def test_while_the_portals_memory_is_locked_nothing_is_accepted(portal: Stack, tmp_path: Path) -> None:
    key = new_key()
    with closing(sqlite3.connect(tmp_path / "portal.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = report(portal, key=key)
        other.execute("ROLLBACK")
    assert (answer.status_code, answer.json["type"]) == (503, "/api/v1/problems/memory-unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert report(portal, key=key).status_code == 201
