"""Meters, readings, particulars, cases and offers over the API, over both faces of the sandbox."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from schemas import CaseSchema, CustomerSchema, MeterReadingSchema, MeterToReadSchema
from tests.gateway.pages.books import Books
from tests.gateway.pages.conftest import portal_over
from tests.stack import PASSWORD, Api, Stack, portal_app

READS = ("meters", "profile", "cases", "offers", "submissions")
OWN_CASES = (
    "id",
    "case_no",
    "kind",
    "status",
    "opened_on",
    "reply_by",
    "answered_on",
    "answer",
    "receipt",
    "documents",
)


def readings(api: Api, meter: str, **query: Any) -> list[dict[str, Any]]:
    found, cursor = [], None
    while True:
        answer = api.get(f"meters/{meter}/readings", **query, **({"cursor": cursor} if cursor else {})).json
        found += answer["items"]
        cursor = answer["next_cursor"]
        if cursor is None:
            return found


def test_meters_are_records_with_a_dial(portal: Stack) -> None:
    meters = portal.api().get("meters").json
    assert [each["role"] for each in meters] == ["main", "garden"]
    for each in meters:
        given = {name: value for name, value in each.items() if name != "id"}
        record = MeterToReadSchema().load({**given, "customer_no": "100001"})
        assert record.digits > 0
        assert each["previous"]["read_on"] <= "2026-03-10"
        assert each["meter_no"] not in each["id"]


def test_a_history_of_any_page_size_is_the_same_and_tells_of_the_exchange(portal: Stack) -> None:
    api = portal.api()
    garden = api.get("meters").json[1]
    everything = readings(api, garden["id"], limit=200)
    assert readings(api, garden["id"], limit=3) == everything
    days = [each["read_on"] for each in everything]
    assert days == sorted(days, reverse=True)
    assert len({each["serial_no"] for each in everything}) == 2
    assert everything[0]["serial_no"] == garden["serial_no"]
    of_the_device_now = [each["serial_no"] == garden["serial_no"] for each in everything]
    assert of_the_device_now == sorted(of_the_device_now, reverse=True), "on the day of the exchange too"
    assert any(one["read_on"] == two["read_on"] for one, two in pairwise(everything))
    for each in everything:
        MeterReadingSchema().load({**each, "customer_no": "100001", "meter_no": garden["meter_no"]})
    middle = days[len(days) // 2]
    assert readings(api, garden["id"], since=middle) == [each for each in everything if each["read_on"] >= middle]
    assert readings(api, garden["id"], until=middle) == [each for each in everything if each["read_on"] <= middle]


def test_the_particulars_are_the_billing_systems(portal: Stack) -> None:
    record = CustomerSchema().load(portal.api().get("profile").json)
    assert record.customer_no == "100001"
    assert record.e_invoices is False


def test_cases_tell_the_answer_and_give_its_document(portal: Stack) -> None:
    api = portal.api()
    cases = api.get("cases").json["items"]
    assert cases
    days = [each["opened_on"] for each in cases]
    assert days == sorted(days, reverse=True)
    for each in cases:
        assert tuple(each) == OWN_CASES
        given = {name: value for name, value in each.items() if name not in ("id", "receipt", "documents")}
        CaseSchema().load({**given, "customer_no": "100001"})
        assert api.get(f"cases/{each['id']}").json == each
    one_by_one = [api.get("cases", limit=1).json]
    while one_by_one[-1]["next_cursor"]:
        one_by_one.append(api.get("cases", limit=1, cursor=one_by_one[-1]["next_cursor"]).json)
    assert [page["items"][0] for page in one_by_one] == cases
    answered = next(each for each in cases if each["documents"])
    assert (answered["status"], bool(answered["answer"]), answered["receipt"]) == ("closed", True, None)
    document = api.get(answered["documents"][0]["url"])
    assert (document.status_code, document.mimetype) == (200, "application/pdf")
    assert document.data.startswith(b"%PDF")
    assert document.headers["Content-Disposition"].startswith('attachment; filename="pismo-')
    assert document.headers["Content-Security-Policy"].startswith("sandbox")


def test_offers_are_those_of_today_with_the_promotions_first(portal: Stack) -> None:
    offers = portal.api().get("offers").json
    assert {each["kind"] for each in offers} == {"product", "promotion"}
    assert [each["kind"] for each in offers] == sorted((each["kind"] for each in offers), reverse=True)
    for each in offers:
        assert (each["valid_from"] or "") <= "2026-03-10" <= (each["valid_until"] or "9999")
    portal.set_now("2100-01-01T12:00:00+01:00")
    later = portal.api().get("offers").json
    assert [each for each in later if each["valid_until"]] == []


def test_handles_of_strangers_inventions_and_other_kinds_are_the_same_404(portal: Stack) -> None:
    anna, other = portal.api("anna"), portal.api("zarzadca")
    own_meter, own_case = anna.get("meters").json[0]["id"], case_with_document(anna)
    other_meter = other.get("meters").json[0]["id"]
    another = next(each for each in anna.get("cases").json["items"] if each["id"] != own_case["id"])
    document = own_case["documents"][0]["id"]
    bodies = set()
    for path in (
        *(f"meters/{each}/readings" for each in (other_meter, own_case["id"], "invented", own_meter + "A")),
        *(f"cases/{each}" for each in (own_meter, document, "invented", own_case["case_no"], other_meter)),
        *(f"cases/{own_case['id']}/documents/{each}" for each in (own_case["id"], own_meter, "invented", "1")),
        *(f"cases/{each}/documents/{document}" for each in (another["id"], "invented")),
        *(f"submissions/{each}" for each in ("Z-260310-AAAA-AAAA", "invented", own_case["id"])),
        *(f"/api/v1/customers/{other.customers[0]['id']}/{each}" for each in READS),
        *(f"/api/v1/customers/invented/{each}" for each in READS),
    ):
        answer = anna.get(path)
        assert answer.status_code == 404, path
        bodies.add(answer.text)
    assert len(bodies) == 1


def case_with_document(api: Api) -> dict[str, Any]:
    cases: list[dict[str, Any]] = api.get("cases").json["items"]
    return next(each for each in cases if each["documents"])


def test_both_faces_of_the_sandbox_answer_alike(portal: Stack, tmp_path: Path) -> None:
    other_face = "rest" if portal.portal.settings.erp.adapter == "soap" else "soap"
    app = portal_app(tmp_path, portal.sandbox, face=other_face, CACHE__SECONDS="0")
    other = Stack(portal.sandbox, app)
    try:
        for login in ("anna", "zarzadca", "nowa"):
            one, two = portal.api(login), other.api(login)
            for path in ("meters", "profile", "cases", "offers"):
                first, second = one.get(path), two.get(path)
                assert first.status_code == 200, first.text
                assert blind(first.json) == blind(second.json), (login, path)
            for mine, theirs in zip(one.get("meters").json, two.get("meters").json, strict=True):
                assert readings(one, mine["id"]) == readings(two, theirs["id"])
        documents = [
            each.get(case_with_document(each)["documents"][0]["url"]).data for each in (portal.api(), other.api())
        ]
        assert documents[0] == documents[1]
    finally:
        app.extensions["ebok"].erp.close()
        app.extensions["ebok"].database.engine.dispose()


def blind(answer: Any) -> Any:
    """Without what is opaque and other in each portal, and without receipts, which belong to one of them."""
    if isinstance(answer, list):
        return [blind(each) for each in answer]
    if isinstance(answer, dict):
        return {
            name: blind(each) for name, each in answer.items() if name not in ("id", "url", "next_cursor", "receipt")
        }
    return answer


@pytest.mark.parametrize("operation", ["meters", "cases", "customer", "offers"])
def test_while_the_billing_system_is_away_it_is_said_so(portal: Stack, operation: str) -> None:
    api = portal.api()
    portal.fault(operation, "refuse_connection")
    answer = api.get({"customer": "profile"}.get(operation, operation))
    assert (answer.status_code, answer.json["type"]) == (503, "/api/v1/problems/unavailable")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_personal_token_still_reads_invoices_alone(portal: Stack) -> None:
    api = portal.api()
    wish = {"name": "Księgowa", "customer": api.customers[0]["id"], "last_day": "2026-04-01"}
    made = api.client.post("/api/v1/account/personal-tokens", json=wish, headers=api.headers)
    assert made.status_code == 201, made.text
    headers = {"Authorization": f"Bearer {made.json['token']}"}
    assert api.client.get(f"{api.at}/invoices", headers=headers).status_code == 200
    for path in READS:
        answer = api.client.get(f"{api.at}/{path}", headers=headers)
        assert (answer.status_code, answer.json["type"]) == (403, "/api/v1/problems/out-of-scope"), path
    sent = api.client.post(f"{api.at}/submissions", json={}, headers={**headers, "Idempotency-Key": "k"})
    assert (sent.status_code, sent.json["type"]) == (403, "/api/v1/problems/out-of-scope")


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Any]:
    """A portal whose billing system declares none of this."""
    app = portal_over(Books(), tmp_path)
    yield app
    app.extensions["ebok"].erp.close()
    app.extensions["ebok"].database.engine.dispose()


def test_what_a_billing_system_does_not_declare_is_not_there(plain: Any) -> None:
    token = plain.test_client().post("/api/v1/tokens", json={"login": "anna", "password": PASSWORD}).json["token"]
    api = Api(plain.test_client(), token)
    for path in ("meters", "cases", "offers"):
        answer = api.get(path)
        assert (answer.status_code, answer.json["type"]) == (404, "/api/v1/problems/not-supported"), path
    assert api.get("profile").status_code == 200
    assert api.get("submissions").json == {"items": [], "next_cursor": None}
    letter = {"kind": "remark", "topic": "other", "text": "Dziękuję."}
    sent = api.client.post(f"{api.at}/submissions", json=letter, headers={**api.headers, "Idempotency-Key": "k"})
    outage = {"place": "Rynek 1", "description": "Nie ma wody."}
    told = api.client.post("/api/v1/outages", json=outage, headers={"Idempotency-Key": "k"})
    for answer in (sent, told):
        assert (answer.status_code, answer.json["type"]) == (404, "/api/v1/problems/not-supported")
