"""What is sent over the API: accepted once for each key, delivered, and followed to its end, over both faces."""

import hashlib
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select

from gateway import background
from gateway.models import Account
from gateway.outbox.running import running
from tests.gateway.api_sender import CHANGE, CONSENT, LETTER, OUTAGE, a_reading, new_key, send, send_form
from tests.gateway.files.made import jpeg, pdf
from tests.stack import Api, Stack

PROBLEMS = "/api/v1/problems/"


@pytest.fixture(autouse=True)
def nothing_sent_yet(portal: Stack) -> None:
    background.run_once(portal.portal)
    portal.control("DELETE", "submissions")


def arrived(portal: Stack) -> list[dict[str, Any]]:
    background.run_once(portal.portal)
    found: list[dict[str, Any]] = portal.control("GET", "submissions")
    return found


def problem(answer: Any) -> tuple[int, str]:
    assert answer.content_type == "application/problem+json"
    return answer.status_code, answer.json["type"].removeprefix(PROBLEMS)


def wrong_fields(answer: Any, where: str = "json") -> set[str]:
    assert problem(answer) == (422, "invalid-request"), answer.text
    errors = answer.json["errors"][where]
    assert all(isinstance(each, list) and all(each) for each in errors.values())
    return set(errors)


def test_what_is_wrong_with_a_field_is_said_in_the_readers_language(portal: Stack) -> None:
    api = portal.api("anna")
    body = {"kind": "reading", "meter": 7, "value": 1.5, "read_on": "2026-02-30", "insisted": "x", "strange": 1}
    assert send(api, body).json["errors"]["json"] == {
        "meter": ["Tu powinien być tekst."],
        "value": ["Tu powinien być tekst."],
        "read_on": ["Podaj dzień, który istnieje, na przykład „2026-03-29”."],
        "insisted": ["Tu powinno być true albo false."],
        "strange": ["Takiego pola tu nie ma."],
    }
    kind = send(api, {"kind": "x"}).json["errors"]["json"]["kind"][0]
    assert kind.startswith("Tu może być: reading, complaint, ")
    limit = api.client.get(f"{api.at}/submissions?limit=0", headers={**api.headers, "Accept-Language": "en"})
    assert limit.json["errors"]["query"]["limit"] == ["This takes a number from 1 to 200."]


@pytest.mark.parametrize(
    "what", ["reading", "complaint", "remark", "petition", "grievance", "data", "consent", "outage"]
)
def test_everything_is_accepted_at_once_and_then_delivered(portal: Stack, what: str) -> None:
    api = portal.api("zarzadca" if what == "reading" else "anna")
    bodies = {"data": CHANGE, "consent": CONSENT, "outage": {"kind": "outage", **OUTAGE}}
    body = a_reading(api) if what == "reading" else bodies.get(what, {**LETTER, "kind": what})
    answer = send(api, body)
    assert answer.status_code == 201, answer.text
    assert "Idempotent-Replayed" not in answer.headers
    receipt = answer.json
    assert (receipt["kind"], receipt["state"], receipt["accepted_at"]) == (
        body["kind"],
        "accepted",
        "2026-03-10T11:00:00Z",
    )
    assert api.get(answer.headers["Location"]).json == receipt
    assert receipt["reply_by"] == (None if what in ("reading", "consent") else "2026-03-24")
    (got,) = arrived(portal)
    assert (got["kind"], got["customer_no"], got["count"]) == (body["kind"], api.customers[0]["customer_no"], 1)
    after = api.get(f"submissions/{receipt['number']}").json
    assert (after["state"], after["case_no"], after["refusal"]) == ("delivered", got["case_no"], None)
    assert (after["case"] is None) is (got["case_no"] is None)
    if after["case"]:
        case = api.get(f"cases/{after['case']}").json
        assert (case["case_no"], case["receipt"], case["kind"]) == (got["case_no"], receipt["number"], body["kind"])
    assert after in api.get("submissions").json["items"]


def test_a_repetition_gets_the_same_receipt_whatever_has_become_of_it(portal: Stack) -> None:
    api, key = portal.api("zarzadca"), new_key()
    body = {**a_reading(api, more=7), "insisted": True}
    first = send(api, body, key=key)
    assert first.status_code == 201, first.text
    again = send(api, body, key=key)
    assert (again.status_code, again.headers["Idempotent-Replayed"], again.json) == (200, "true", first.json)
    assert len(arrived(portal)) == 1
    portal.fault("*", "refuse_connection")
    portal.set_now("2026-04-10T12:00:00+02:00")
    late = send(api, body, key=key)
    assert (late.status_code, late.json["number"], late.json["state"]) == (200, first.json["number"], "delivered")
    portal.control("DELETE", "faults")
    assert len(arrived(portal)) == 1


@pytest.mark.parametrize("other", [{"text": "Coś innego."}, {"kind": "remark"}, {"about": "5"}])
def test_a_key_is_good_for_one_thing(portal: Stack, other: dict[str, str]) -> None:
    api, key = portal.api(), new_key()
    assert send(api, LETTER, key=key).status_code == 201
    assert problem(send(api, {**LETTER, **other}, key=key)) == (422, "idempotency-key-reused")
    assert problem(send_form(api, LETTER, ("a.pdf", pdf()), key=key)) == (422, "idempotency-key-reused")
    assert len(arrived(portal)) == 1


def test_a_key_is_good_for_one_customer_and_each_account_has_its_own(portal: Stack) -> None:
    anna, other, key = portal.api("anna"), portal.api("zarzadca"), new_key()
    assert send(anna, LETTER, key=key).status_code == 201
    assert send(other, LETTER, key=key).status_code == 201
    second = f"/api/v1/customers/{other.customers[1]['id']}"
    assert problem(send(other, LETTER, key=key, at=second)) == (422, "idempotency-key-reused")
    assert len(arrived(portal)) == 2


def test_what_was_refused_leaves_its_key_free(portal: Stack) -> None:
    api, key = portal.api(), new_key()
    assert wrong_fields(send(api, {**LETTER, "text": " "}, key=key)) == {"text"}
    assert send(api, LETTER, key=key).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "klucz ą".encode().decode("latin1"), "a\tb"])
def test_a_key_has_to_be_there_and_to_be_one(portal: Stack, key: str) -> None:
    answer = send(portal.api(), LETTER, key=key)
    assert problem(answer) == (400, "idempotency-key-needed")
    assert "Idempotency-Key" in answer.json["detail"]
    assert arrived(portal) == []


@pytest.mark.parametrize("key", ["x", "x" * 255, '"quoted: 1"', "~!"])
def test_any_printable_ascii_is_a_key(portal: Stack, key: str) -> None:
    api = portal.api("nowa")
    body = {**LETTER, "text": f"Klucz nr {len(key)}."}
    assert send(api, body, key=key).status_code in (200, 201)
    assert send(api, body, key=key).status_code == 200


def test_its_twin_is_told_to_come_back(portal: Stack) -> None:
    api, key = portal.api(), new_key()
    with portal.portal.database.reading() as connection:
        account_id = connection.execute(select(Account.id).where(Account.login == "anna")).scalar_one()
    with running(portal.portal, key, account_id):
        answer = send(api, LETTER, key=key)
        assert problem(answer) == (409, "still-running")
        assert int(answer.headers["Retry-After"]) > 0
    assert send(api, LETTER, key=key).status_code == 201


def test_many_at_once_with_one_key_are_one(portal: Stack) -> None:
    key, answers, together = new_key(), [], Barrier(6)
    programs = [portal.api() for _ in range(6)]

    def go(api: Api) -> None:
        together.wait()
        answers.append(send(api, LETTER, key=key))

    threads = [Thread(target=go, args=[each]) for each in programs]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    statuses = [each.status_code for each in answers]
    assert statuses.count(201) == 1
    assert set(statuses) <= {200, 201, 409}
    assert len({each.json["number"] for each in answers if each.status_code != 409}) == 1
    assert len(arrived(portal)) == 1


def test_files_go_along_in_a_form(portal: Stack) -> None:
    api, key = portal.api(), new_key()
    files = (("zdjęcie.jpg", jpeg()), ("../pismo.pdf", pdf()))
    first = send_form(api, LETTER, *files, key=key)
    assert first.status_code == 201, first.text
    assert send_form(api, LETTER, *files, key=key).json == first.json
    assert problem(send_form(api, LETTER, files[0], key=key)) == (422, "idempotency-key-reused")
    (got,) = arrived(portal)
    assert [each["name"] for each in got["files"]] == ["zdjęcie.jpg", "pismo.pdf"]
    assert [each["sha256"] for each in got["files"]] == [hashlib.sha256(octets).hexdigest() for _, octets in files]


def test_a_form_may_have_no_files_and_says_its_flags_in_words(portal: Stack) -> None:
    api = portal.api()
    assert send_form(api, {**CONSENT, "given": "true"}).status_code == 201
    assert wrong_fields(send_form(api, {**CONSENT, "given": "yes"}), "form") == {"given"}
    assert wrong_fields(send(api, {**CONSENT, "given": "true"})) == {"given"}


@pytest.mark.parametrize(
    "files",
    [
        [("a.exe", b"MZ")],
        [("a.pdf", b"not one")],
        [("a.pdf", b"")],
        [(f"{number}.pdf", pdf()) for number in range(6)],
        [("a.pdf", pdf(b"<< /S /JavaScript /JS (app.alert) >>")), ("b.jpg", jpeg())],
    ],
)
def test_bad_files_are_named(portal: Stack, files: list[tuple[str, bytes]]) -> None:
    assert wrong_fields(send_form(portal.api(), LETTER, *files), "form") == {"files"}
    assert arrived(portal) == []


def test_bodies_that_cannot_be_taken(portal: Stack) -> None:
    api = portal.api()

    def post(data: Any, kind: str) -> Any:
        headers = {**api.headers, "Idempotency-Key": new_key()}
        return api.client.post(f"{api.at}/submissions", data=data, content_type=kind, headers=headers)

    assert problem(post("a=b", "application/x-www-form-urlencoded")) == (415, "unsupported-media-type")
    assert problem(post("", "")) == (415, "unsupported-media-type")
    assert problem(post("{", "application/json")) == (400, "malformed")
    assert problem(post("[" * 30_000, "application/json")) == (400, "malformed")
    assert problem(post('{"kind": "\\u0000"}', "application/json")) == (400, "malformed")
    assert problem(post("x" * 300_000, "application/json")) == (413, "too-large")
    assert problem(post("--x\r\nnot a part", "multipart/form-data; boundary=x")) == (400, "malformed")
    assert problem(post("", "multipart/form-data; boundary=x")) == (400, "malformed")
    part = '--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n'
    assert problem(post(f"{part}a\0b\r\n--x--\r\n", "multipart/form-data; boundary=x")) == (400, "malformed")
    assert problem(post(f"{part}{'a' * 300_000}\r\n--x--\r\n", "multipart/form-data; boundary=x")) == (413, "too-large")
    many = post(f"{part}a\r\n" * 1001 + "--x--\r\n", "multipart/form-data; boundary=x")
    assert problem(many) == (413, "too-large")
    assert many.json["detail"].startswith("Przesłany formularz ma za dużo pól i plików")
    assert wrong_fields(post(f"{part}a\r\n{part}b\r\n--x--\r\n", "multipart/form-data; boundary=x"), "form") == {"text"}
    file = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n' + bytes(26 * 1024 * 1024)
    assert problem(post(file + b"\r\n--x--\r\n", "multipart/form-data; boundary=x")) == (413, "too-large")
    assert arrived(portal) == []


def test_nobodys_files_are_read(portal: Stack) -> None:
    """Who shows no token is told so before their body is looked at, however large they say that it is."""
    headers = {"Content-Length": str(10**12), "Content-Type": "multipart/form-data; boundary=x", "Idempotency-Key": "k"}
    answer = portal.client().post(f"{portal.api().at}/submissions", headers=headers)
    assert problem(answer) == (401, "unauthorized")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ([], {"_schema"}),
        ({}, {"kind"}),
        ({"kind": 5}, {"kind"}),
        ({"kind": ["complaint"]}, {"kind"}),
        ({"kind": "payment"}, {"kind"}),
        ({**LETTER, "files": ["aGVqCg=="]}, {"files"}),
        ({**LETTER, "customer_no": "100101"}, {"customer_no"}),
        ({**LETTER, "topic": "weather", "text": 5}, {"topic", "text"}),
        ({**LETTER, "topic": "invoice"}, {"about"}),
        ({**LETTER, "text": "x" * 10_001}, {"text"}),
        ({"kind": "data_change"}, {"_schema"}),
        ({**CHANGE, "phone": "dwanaście"}, {"phone"}),
        ({**CHANGE, "name": "Anna Nowa"}, {"files"}),
        ({**CONSENT, "text_version": "0"}, {"text_version"}),
        ({**CONSENT, "email": ""}, {"email"}),
        ({"kind": "reading", "value": "5"}, {"meter", "read_on"}),
        ({"kind": "reading", "meter": "invented", "value": "5", "read_on": "2026-03-10"}, {"meter"}),
        ({"kind": "outage", "place": "Rynek 1"}, {"description"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(portal: Stack, body: Any, wrong: set[str]) -> None:
    assert wrong_fields(send(portal.api(), body)) == wrong
    assert arrived(portal) == []


def test_a_new_name_comes_with_a_document(portal: Stack) -> None:
    change = {"kind": "data_change", "name": "Anna Nowa"}
    assert send_form(portal.api(), change, ("akt.pdf", pdf())).status_code == 201
    (got,) = arrived(portal)
    assert len(got["files"]) == 1


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"value": "1"}, {"value"}),
        ({"value": "12x"}, {"value"}),
        ({"value": "1234567"}, {"value"}),
        ({"read_on": "2026-03-11"}, {"read_on"}),
        ({"read_on": "2020-01-01"}, {"read_on"}),
        ({"read_on": "10.03.2026"}, {"read_on"}),
        ({"serial_no": "another"}, {"serial_no"}),
        ({"supersedes": "Z-260310-AAAA-AAAA"}, {"supersedes"}),
        ({"note": "x" * 501}, {"note"}),
    ],
)
def test_readings_are_judged_as_on_the_page(portal: Stack, more: dict[str, str], wrong: set[str]) -> None:
    api = portal.api()
    assert wrong_fields(send(api, {**a_reading(api), **more})) == wrong


def test_an_unlikely_reading_is_asked_about_and_may_be_insisted_on(portal: Stack) -> None:
    api, key = portal.api(), new_key()
    body = {**a_reading(api), "value": "900"}
    answer = send(api, body, key=key)
    assert wrong_fields(answer) == {"insisted"}
    assert answer.json["doubt"] == "much"
    assert send(api, {**body, "insisted": True}, key=key).status_code == 201


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
