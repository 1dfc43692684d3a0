"""What becomes of what was sent over the API: receipts that follow it to its end, over both faces."""

import pytest

from gateway import background
from tests.gateway.api_sender import (
    CHANGE,
    CONSENT,
    LETTER,
    OUTAGE,
    a_reading,
    arrived,
    problem,
    send,
    wrong_fields,
)
from tests.stack import Stack

pytestmark = pytest.mark.usefixtures("nothing_sent_yet")


def test_a_correction_supersedes_ones_own_former_reading(portal: Stack) -> None:
    api, other = portal.api("wielka"), portal.api("anna")
    first = send(api, a_reading(api, more=4))
    assert first.status_code == 201, first.text
    background.run_once(portal.portal)
    meter = api.get("meters").json[0]
    corrected = {
        "kind": "reading",
        "meter": meter["id"],
        "value": str(int(meter["previous"]["value"]) - 1),
        "read_on": "2026-03-10",
        "insisted": True,
    }
    assert wrong_fields(send(api, corrected)) == {"value"}
    assert wrong_fields(send(other, {**a_reading(other), "supersedes": first.json["number"]})) == {"supersedes"}
    # what is expected after the wrong reading says nothing of the right one
    answer = send(api, {**corrected, "supersedes": first.json["number"], "insisted": False})
    assert answer.status_code == 201, answer.text
    assert answer.json["supersedes"] == first.json["number"]
    arrived(portal)
    assert api.get(f"submissions/{answer.json['number']}").json["state"] == "delivered"
    history = api.get(f"meters/{meter['id']}/readings").json["items"]
    assert [each["value"] for each in history if each["read_on"] == "2026-03-10"] == [corrected["value"]]


def test_what_the_receipt_promised_stands_in_the_case(portal: Stack) -> None:
    """The sandbox counts 14 days to a Saturday; the receipt says the Monday after it."""
    portal.set_now("2026-03-14T12:00:00+01:00")
    api = portal.api("nowa")
    number = send(api, CHANGE).json["number"]
    arrived(portal)
    receipt = api.get(f"submissions/{number}").json
    case = api.get(f"cases/{receipt['case']}").json
    listed = next(each for each in api.get("cases").json["items"] if each["case_no"] == case["case_no"])
    assert [each["reply_by"] for each in (receipt, case, listed)] == ["2026-03-30"] * 3


def test_a_reading_supersedes_none_of_another_meter(portal: Stack) -> None:
    api = portal.api("zarzadca")
    first = send(api, {**a_reading(api, more=6), "insisted": True})
    assert first.status_code == 201, first.text
    arrived(portal)
    place = next(at for at, each in enumerate(api.get("meters").json) if at and each["readable"])
    wrong = send(api, {**a_reading(api, place=place), "supersedes": first.json["number"], "insisted": True})
    assert wrong_fields(wrong) == {"supersedes"}


def test_while_the_billing_system_is_away_everything_is_accepted(portal: Stack) -> None:
    api = portal.api("zarzadca")
    reading, serial_no = a_reading(api, place=0, more=9), api.get("meters").json[0]["serial_no"]
    portal.fault("*", "refuse_connection")
    numbers = []
    assert problem(send(api, reading)) == (503, "unavailable")
    for body in ({**reading, "serial_no": serial_no}, LETTER, CHANGE, CONSENT, {"kind": "outage", **OUTAGE}):
        answer = send(api, body)
        assert (answer.status_code, answer.json["state"]) == (201, "accepted"), answer.text
        numbers.append(answer.json["number"])
    assert wrong_fields(send(api, {**reading, "serial_no": serial_no, "read_on": "2026-03-11"})) == {"read_on"}
    assert wrong_fields(send(api, {**reading, "serial_no": f"{serial_no}\x07"})) == {"serial_no"}
    background.run_once(portal.portal)
    assert [api.get(f"submissions/{each}").json["state"] for each in numbers] == ["on_its_way"] * 5
    portal.control("DELETE", "faults")
    portal.set_now("2026-03-11T12:00:00+01:00")
    assert len(arrived(portal)) == 5
    assert [api.get(f"submissions/{each}").json["state"] for each in numbers] == ["delivered"] * 5


def test_a_refusal_and_a_person_are_told(portal: Stack) -> None:
    api = portal.api("nowa")
    portal.control("PUT", "customers/100201/blocked", {"blocked": True})
    refused = send(api, LETTER).json["number"]
    background.run_once(portal.portal)
    portal.control("PUT", "customers/100201/blocked", {"blocked": False})
    english = {**api.headers, "Accept-Language": "en"}
    told = api.client.get(f"{api.at}/submissions/{refused}", headers=english).json
    assert told["state"] == "refused"
    assert "This customer's data is locked at the moment." in told["refusal"]
    portal.fault("submit", "busy")  # certainly not taken
    stuck = send(api, LETTER).json["number"]
    background.run_once(portal.portal)
    for hour in range(8, 20):
        portal.set_now(f"2026-03-15T{hour:02}:00:00+01:00")
        background.run_once(portal.portal)
    assert api.get(f"submissions/{stuck}").json["state"] == "with_a_person"


def test_receipts_are_listed_in_pages_and_are_ones_own(portal: Stack) -> None:
    api, other = portal.api("nowa"), portal.api("anna")
    numbers = {send(api, {**LETTER, "text": f"Nr {each}."}).json["number"] for each in range(5)}
    whole = api.get("submissions", limit=200).json["items"]
    assert numbers <= {each["number"] for each in whole}
    pages, cursor = [], None
    while cursor is not None or not pages:
        page = api.get("submissions", limit=2, **({"cursor": cursor} if cursor else {})).json
        pages += page["items"]
        cursor = page["next_cursor"]
    assert pages == whole
    moments = [each["accepted_at"] for each in whole]
    assert moments == sorted(moments, reverse=True)
    assert api.get("submissions", cursor="invented").status_code == 422
    bodies = set()
    for answer in (
        *(other.get(f"submissions/{each}") for each in numbers),
        other.get("submissions/Z-000000-0000-0000"),
    ):
        assert answer.status_code == 404
        bodies.add(answer.text)
    assert len(bodies) == 1
    assert not numbers & {each["number"] for each in other.get("submissions", limit=200).json["items"]}


def test_a_receipt_belongs_to_its_customer(portal: Stack) -> None:
    api = portal.api("zarzadca")
    number = send(api, LETTER).json["number"]
    assert api.get(f"submissions/{number}").status_code == 200
    second = f"/api/v1/customers/{api.customers[1]['id']}/submissions"
    assert api.get(f"{second}/{number}").status_code == 404
    assert number not in [each["number"] for each in api.get(second).json["items"]]


def test_without_the_list_of_meters_the_serial_number_says_which(portal: Stack) -> None:
    api = portal.api("zarzadca")
    reading, meter = a_reading(api, more=3), api.get("meters").json[0]
    del reading["meter"]
    written = meter["serial_no"].lower().replace("-", " ")
    assert wrong_fields(send(api, {**reading, "serial_no": "other"})) == {"serial_no"}
    assert wrong_fields(send(api, {**reading, "serial_no": written, "value": "1234567"})) == {"value"}
    portal.fault("*", "refuse_connection")
    assert wrong_fields(send(api, reading)) == {"meter"}
    answer = send(api, {**reading, "serial_no": written, "note": "z piwnicy"})
    assert answer.status_code == 201, answer.text
    assert arrived(portal) == []
    portal.control("DELETE", "faults")
    portal.set_now("2026-03-10T13:00:00+01:00")
    (got,) = arrived(portal)
    assert (got["kind"], got["count"]) == ("reading", 1)
    last = api.get("meters").json[0]
    assert (last["id"], last["previous"]["value"]) == (meter["id"], reading["value"])
