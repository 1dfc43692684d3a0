"""A kill -9 just before and just after each commit, each piece of a send, and each answer: nothing lost, none doubled.

The n-th edge is the one to die at, for n = 1, 2, … until a process passes them all and ends by itself.
"""

import os
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from gateway.outbox.desk import By, retry, settle
from gateway.outbox.worker import deliver_some
from tests.gateway.campaign.conftest import Place, places
from tests.gateway.campaign.ground import Ground
from tests.gateway.files.made import pdf
from tests.stack import PASSWORD

PLACES = [(database, face) for database in ("sqlite", "postgres") for face in ("soap", "rest")]
LEVELS = ["deduplicates", "findable", "none"]
SHORT = [("sqlite", "soap", "none"), ("postgres", "rest", "deduplicates")]
WHOLE = "EBOK_SUBMISSIONS" in os.environ
LETTER = {"kind": "complaint", "topic": "service", "text": "Woda jest mętna."}
CLERK = By("staff:campaign")
_MOST = 60


class Customer:
    """Sends one letter after the other, each with a file, over the test's own portal or in a process that may die."""

    def __init__(self, here: Ground) -> None:
        self.here = here
        self.client = here.app.test_client()
        login = next(iter(here.logins))
        answer = self.client.post("/api/v1/tokens", json={"login": login, "password": PASSWORD})
        self.headers = {"Authorization": f"Bearer {answer.json['token']}"}
        customers = self.client.get("/api/v1/customers", headers=self.headers).json
        self.paths = [f"/api/v1/customers/{each['id']}/submissions" for each in customers]

    def order(self, number: int) -> dict[str, Any]:
        headers = {**self.headers, "Idempotency-Key": f"key {number}"}
        files = [(f"pismo {number}.pdf", pdf().decode("latin-1"))]
        return {"path": self.paths[number % len(self.paths)], "fields": LETTER, "files": files, "headers": headers}

    def send(self, number: int) -> None:
        order = self.order(number)
        data = {
            **order["fields"],
            "files": [(BytesIO(octets.encode("latin-1")), name) for name, octets in order["files"]],
        }
        answer = self.client.post(order["path"], data=data, headers=order["headers"])
        assert answer.status_code in (200, 201), answer.text


def each_edge(do: Callable[[int], dict[str, Any]]) -> list[str]:
    """Die at one edge after the other; the edges, when one try has passed them all."""
    met: list[str] = []
    for number in range(1, _MOST):
        done = do(number)
        if done["status"] == 0:
            assert len(done["told"][-1]["passed"]) == number - 1
            return met
        assert done["status"] == -9, done
        met += done["told"]
    raise AssertionError("there is no end to it")


def goes_on(here: Ground) -> None:
    """Others take over, as soon as leases have ended; a clerk looks into the billing system where nobody can ask it."""
    here.let_leases_end()
    for _ in range(12):
        while deliver_some(here.portal):
            pass
        for row in here.rows():
            if row.state == "manual":
                assert here.level == "none"
                _as_clerk(here, row)
        if not [row for row in here.rows() if row.settled_at is None]:
            return
        here.advance(minutes=6)
    raise AssertionError([row.state for row in here.rows()])


def _as_clerk(here: Ground, row: Any) -> None:
    if taken(here).get(row.reference):
        settle(here.portal, row.public_id, CLERK, reason="in-erp")
    else:
        retry(here.portal, row.public_id, CLERK)


def taken(here: Ground) -> dict[str, int]:
    return {each["reference"]: each["count"] for each in here.control("GET", "submissions")}


def assert_each_once(here: Ground, many: int) -> None:
    rows = here.rows()
    assert len(rows) == many
    assert taken(here) == {row.reference: 1 for row in rows}


@pytest.mark.parametrize(
    ("database", "face", "level"), places([(*each, level) for each in PLACES for level in LEVELS] if WHOLE else SHORT)
)
def test_of_the_worker(place: Place, database: str, face: str, level: str) -> None:
    with place(database, face, level) as here:
        customer = Customer(here)

        def deliver(number: int) -> dict[str, Any]:
            customer.send(number)
            done = here.nursery.once("deliver", here.now, number)
            goes_on(here)
            assert_each_once(here, number)
            return done

        met = each_edge(deliver)
    assert met.count("before commit") == met.count("after commit") == 3, "taken, begun, ended"
    assert met.count("before a call") == met.count("after a call") == 1
    assert met.count("after a piece") >= 2
    print({"database": database, "face": face, "level": level, "edges": len(met)})


@pytest.mark.parametrize(("database", "face"), places(PLACES if WHOLE else [("sqlite", "soap")]))
def test_of_a_worker_that_looks(place: Place, database: str, face: str) -> None:
    """It was in doubt: killed while the ERP is asked for it, with the answer yes and with the answer no."""
    edges = 0
    with place(database, face, "findable") as here:
        customer, sent = Customer(here), 0
        for fault in ("accepted_but_no_answer", "reset_after_body"):

            def deliver(number: int, fault: str = fault) -> dict[str, Any]:
                nonlocal sent
                sent += 1
                customer.send(sent)
                here.control("PUT", "faults", {"operation": "submit", "fault": fault, "times": 1})
                while deliver_some(here.portal):
                    pass
                here.control("DELETE", "faults")
                here.advance(minutes=6)
                done = here.nursery.once("deliver", here.now, number)
                goes_on(here)
                assert_each_once(here, sent)
                return done

            met = each_edge(deliver)
            assert met.count("before a call") == (1 if fault == "accepted_but_no_answer" else 2), met
            edges += len(met)
    print({"database": database, "face": face, "edges": edges})


@pytest.mark.parametrize(("database", "face"), places(PLACES if WHOLE else [("postgres", "rest")]))
def test_of_the_web_process(place: Place, database: str, face: str) -> None:
    """Killed while a letter is accepted: its sender sends it again with its key, and has one receipt for it."""
    with place(database, face, "deduplicates") as here:
        customer = Customer(here)

        def accept(number: int) -> dict[str, Any]:
            done = here.nursery.once("post", here.now, number, **customer.order(number))
            here.let_leases_end()
            customer.send(number)
            goes_on(here)
            assert_each_once(here, number)
            return done

        met = each_edge(accept)
    assert met.count("before commit") >= 3, "the key is held, it is accepted, the key is let go"
    print({"database": database, "face": face, "edges": len(met)})
