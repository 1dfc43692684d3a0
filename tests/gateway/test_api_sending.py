"""What is sent over the API: accepted once for each key, delivered, and followed to its end, over both faces."""

import hashlib
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select

from gateway.models import Account
from gateway.outbox.running import running
from tests.gateway.api_sender import (
    CHANGE,
    CONSENT,
    LETTER,
    OUTAGE,
    a_reading,
    arrived,
    new_key,
    problem,
    send,
    send_form,
    wrong_fields,
)
from tests.gateway.files.made import jpeg, pdf
from tests.stack import Api, Stack

pytestmark = pytest.mark.usefixtures("nothing_sent_yet")


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
