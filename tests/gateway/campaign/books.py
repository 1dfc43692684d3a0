"""The two lists side by side: the portal's receipts, and what the billing system says that it was sent."""

from collections import Counter
from typing import Any

from sqlalchemy import func, select

from gateway.models import FileChunk, SubmissionFile
from tests.gateway.campaign.ground import Ground
from tests.gateway.campaign.senders import Sender
from tests.stack import PASSWORD


def compare(here: Ground, senders: list[Sender]) -> dict[str, Any]:
    """Both ways; the figures. Everything is at its end."""
    rows = {row.public_id: row for row in here.rows()}
    sent = {each.number: each for sender in senders for each in sender.done}
    assert len(sent) == sum(len(sender.done) for sender in senders), "a receipt for each"
    assert set(rows) == set(sent), "every receipt is known to its sender, and nothing was accepted beside"
    there: dict[str, list[dict[str, Any]]] = {}
    for each in here.control("GET", "submissions"):
        there.setdefault(each["reference"], []).append(each)
    assert set(there) <= {row.reference for row in rows.values()}, "the ERP has nothing that nobody sent"
    lost, doubled, wrong = [], [], []
    for number, row in rows.items():
        taken = there.get(row.reference, [])
        count = sum(each["count"] for each in taken)
        expected = row.state == "delivered" or (row.state == "settled" and row.error == "in-erp")
        if expected and not count:
            lost.append(number)
        if count > 1:
            doubled.append(number)
        if count and (not expected or _differs(taken[0], row, sent[number])):
            wrong.append((number, row.state, taken[0]))
    assert (lost, doubled, wrong) == ([], [], [])
    _nothing_is_left(here, list(rows.values()))
    _the_api_tells_the_same(here, rows)
    return {"receipts": len(rows), "taken": len(there), "lost": 0, "doubled": 0, **_figures(rows, there)}


def _differs(taken: dict[str, Any], row: Any, sent: Any) -> bool:
    """Another thing than what was sent."""
    theirs = (taken["kind"], taken["customer_no"], sorted(each["sha256"] for each in taken["files"]))
    same = theirs == (sent.kind, sent.customer_no, sorted(sent.hashes))
    return not same or (row.state == "delivered" and row.case_no != taken["case_no"])


def _figures(rows: dict[str, Any], there: dict[str, list[dict[str, Any]]]) -> dict[str, int]:
    states = Counter(row.state for row in rows.values())
    repeats = sum(each["attempts"] - 1 for entries in there.values() for each in entries)
    more_than_once = sum(row.attempts > 1 for row in rows.values())
    return {**states, "recognised_repeats": repeats, "tried_more_than_once": more_than_once}


def _nothing_is_left(here: Ground, rows: list[Any]) -> None:
    assert {row.settled_at is None for row in rows} == {False}
    assert {row.payload for row in rows} == {None}
    with here.portal.database.reading() as connection:
        for table in (SubmissionFile, FileChunk):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


def _the_api_tells_the_same(here: Ground, rows: dict[str, Any]) -> None:
    told = {}
    client = here.app.test_client()
    for login in here.logins:
        token = client.post("/api/v1/tokens", json={"login": login, "password": PASSWORD}).json["token"]
        headers = {"Authorization": f"Bearer {token}"}
        for each in client.get("/api/v1/customers", headers=headers).json:
            query: dict[str, Any] = {"limit": 100}
            while True:
                path = f"/api/v1/customers/{each['id']}/submissions"
                page = client.get(path, headers=headers, query_string=query).json
                told |= {item["number"]: item for item in page["items"]}
                if not page["next_cursor"]:
                    break
                query["cursor"] = page["next_cursor"]
    mine = {number: row for number, row in rows.items() if row.customer_no is not None}
    assert set(told) == set(mine)
    words = {"delivered": "delivered", "rejected": "refused", "settled": "settled"}
    assert {n: (each["state"], each["case_no"]) for n, each in told.items()} == {
        number: (words[row.state], row.case_no) for number, row in mine.items()
    }
