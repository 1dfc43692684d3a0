"""What no honest client sends is refused by code, and leaves neither a trace nor a thread behind."""

import base64
import json
import socket
from typing import Any

import pytest
from lxml import etree

from adapters.sandbox.register import ANNA
from adapters.sandbox.soap_face import NS
from tests.adapters.sandbox.asking import Asking
from tests.adapters.sandbox.questions import JSON, REST, XML, call
from tests.adapters.sandbox.senders import code

DEEP = b"[" * 200_000
LETTER: dict[str, Any] = {"nr_obcy": "Z-1", "rodzaj": "uwaga", "temat": "inne", "tresc": "x"}


@pytest.fixture(autouse=True)
def nothing_is_taken(ask: Asking) -> Any:
    yield
    assert ask.control("GET", "submissions") == []
    assert ask.rest("stan").status_code == 200


def post(ask: Asking, path: str, body: bytes) -> Any:
    return ask.session.post(f"{ask.url}/rest/{path}", data=body, timeout=20)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b"\x00" * 100,
        DEEP,
        b'{"a":' * 100_000,
        b'{"nr_obcy": "Z-1", "tresc": NaN}',
    ],
    ids=["nothing", "half", "null", "list", "text", "bytes", "zeros", "deep list", "deep object", "nan"],
)
@pytest.mark.parametrize("operation", list(JSON))
def test_a_body_that_is_no_object_is_refused(operation: str, body: bytes, ask: Asking) -> None:
    assert code(post(ask, REST[operation], body)) == "zly_parametr"


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("submit_letter", {"nr_obcy": value})
    for value in ("", None, 7, True, [], {}, "a b", "ą", "../x", "-x", "x\n", "x" * 101, "<x>", "'; DROP")
]
WRONG += [("submit_letter", {"tresc": value}) for value in ("", None, 7, [], "x" * 10_001, "a\x00b", "\ud800", "\r\n")]
WRONG += [("submit_letter", {"rodzaj": value}) for value in ("awaria", "REK", "", None, 1, [])]
WRONG += [("submit_letter", {"temat": value}) for value in ("FAK", "", None, 1, {})]
WRONG += [("submit_letter", {"inne_pole": 1}), ("submit_letter", {"nr_odbiorcy": ANNA})]
WRONG += [
    ("submit_letter", {"wplynelo": value})
    for value in (
        "wczoraj",
        "2026-03-28",
        "2026-03-28T11:00:00",
        1,
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z",
    )
]
WRONG += [
    ("submit_reading", {"stan": value})
    for value in ("1e3", "٢٤٠", "240,5", "1.2345", "9" * 40, "", None, True, [], {}, "NaN", "Infinity")
]
WRONG += [("submit_reading", {"data": value}) for value in ("2026-02-30", "20.03.2026", "", None, 20260320)]
WRONG += [("submit_reading", {"potwierdzony": value}) for value in ("T", 1, "true", [])]
WRONG += [("submit_consent", {"efaktura": value}) for value in ("T", 1, None, "true")]
WRONG += [("submit_outage", {"nr_odbiorcy": value}) for value in (100001, [], True, {})]
WRONG += [("submit_data_change", {"telefon": value}) for value in (1, [], "x" * 501, "a\nb", " x ")]
WRONG += [
    ("submit_letter", {"zalaczniki": value})
    for value in (
        7,
        "x",
        [1],
        [{}],
        [{"nazwa": "a.pdf", "typ": "application/pdf"}],
        [{"nazwa": "a.pdf", "typ": "application/pdf", "plik": "?"}],
        [{"nazwa": "a.pdf", "typ": "application/pdf", "plik": 5}],
        [{"nazwa": "a.pdf", "typ": "application/pdf", "plik": "QQ"}],
        [{"nazwa": "", "typ": "application/pdf", "plik": "QUJD"}],
        [{"nazwa": "a\x00.pdf", "typ": "application/pdf", "plik": "QUJD"}],
        [{"nazwa": "a.pdf", "typ": "application/pdf", "plik": "QUJD", "wiecej": 1}],
        [{"nazwa": "a.pdf", "typ": "application/pdf", "plik": "QUJD"}] * 21,
    )
]


@pytest.mark.parametrize(("operation", "wrong"), WRONG, ids=lambda value: repr(value)[:60])
def test_a_wrong_value_over_rest_is_refused(operation: str, wrong: dict[str, Any], ask: Asking) -> None:
    answer = ask.post(REST[operation], {**JSON[operation], **wrong})
    assert (answer.status_code, code(answer)) == (400, "zly_parametr")


def test_a_number_beyond_all_bounds_is_not_written_out(ask: Asking) -> None:
    for number in (b"1e999999999", b"-1E+999999999", b"9" * 100_000):
        body = b'{"nr_obcy": "Z-1", "wodomierz": "W1000010101", "nr_fabryczny": "x", "data": "2026-03-20", "stan": %b}'
        assert code(post(ask, REST["submit_reading"], body % number)) == "zly_parametr"


SAID: list[tuple[str, dict[str, str]]] = [
    ("submit_letter", {"NrObcy": ""}),
    ("submit_letter", {"NrObcy": "a b"}),
    ("submit_letter", {"NrObcy": "<b:X/>"}),
    ("submit_letter", {"Rodzaj": "AWA"}),
    ("submit_letter", {"Rodzaj": ""}),
    ("submit_letter", {"Temat": "reklamacja"}),
    ("submit_letter", {"Tresc": ""}),
    ("submit_letter", {"Tresc": "x" * 10_001}),
    ("submit_letter", {"Tresc": "<b:Zagniezdzone>x</b:Zagniezdzone>"}),
    ("submit_letter", {"Nowe": "x"}),
    ("submit_letter", {"DataWplywu": "28.03.2026"}),
    ("submit_letter", {"DataWplywu": "0001-01-01T00:00:00+14:00"}),
    ("submit_reading", {"Stan": "240.5"}),
    ("submit_reading", {"Stan": "1e3"}),
    ("submit_reading", {"Stan": ""}),
    ("submit_reading", {"DataOdczytu": "2026-03-20"}),
    ("submit_reading", {"DataOdczytu": "30.02.2026"}),
    ("submit_reading", {"DataOdczytu": "1.2.3.4.5"}),
    ("submit_reading", {"Potwierdzony": "true"}),
    ("submit_consent", {"EFaktura": "true"}),
    ("submit_consent", {"EFaktura": ""}),
    ("submit_letter", {"Zalaczniki": "<b:Zalacznik/>"}),
    ("submit_letter", {"Zalaczniki": "<b:Zalacznik><b:Nazwa>a</b:Nazwa><b:TypMime>b</b:TypMime></b:Zalacznik>"}),
    (
        "submit_letter",
        {"Zalaczniki": "<b:Zalacznik><b:Nazwa>a</b:Nazwa><b:TypMime>b</b:TypMime><b:Plik>?</b:Plik></b:Zalacznik>"},
    ),
]


@pytest.mark.parametrize(("operation", "wrong"), SAID, ids=lambda value: repr(value)[:60])
def test_a_wrong_value_over_soap_is_refused(
    operation: str, wrong: dict[str, str], ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(XML, operation, {**XML[operation], **wrong})
    answer = call(ask, "soap", operation)
    assert (answer.status_code, code(answer)) == (500, "ARG-400")


def envelope(inside: str, *, before: str = "") -> bytes:
    return (
        f'{before}<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<b:PrzyjmijPismo xmlns:b="{NS}"><b:NrOdbiorcy>{ANNA}</b:NrOdbiorcy><b:NrObcy>Z-1</b:NrObcy>'
        f"<b:Rodzaj>UWA</b:Rodzaj><b:Temat>INN</b:Temat>{inside}</b:PrzyjmijPismo></s:Body></s:Envelope>"
    ).encode()


BOMB = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
    f"<!ENTITY {each} '{f'&{former};' * 10}'>" for former, each in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "body",
    [
        envelope("<b:Tresc>&x;</b:Tresc>", before="<!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"),
        envelope("<b:Tresc>&i;</b:Tresc>", before=f"{BOMB}]>"),
        envelope("<b:Tresc>x</b:Tresc>", before="<!DOCTYPE x>"),
        envelope("<b:Tresc>x</b:Tresc><b:Tresc>y</b:Tresc>"),
        envelope("<b:Tresc>" + "<a>" * 50_000),
        envelope("<b:Tresc>x</b:Tresc>")[:-20],
        b"<a" * 100_000,
        b"\x00" * 1000,
        b"",
    ],
    ids=["file", "bomb", "doctype", "twice", "deep", "cut", "open", "zeros", "nothing"],
)
def test_hostile_xml_is_refused(body: bytes, ask: Asking) -> None:
    headers = {"SOAPAction": '"urn:bilans:PrzyjmijPismo"'}
    answer = ask.session.post(f"{ask.url}/soap", data=body, headers=headers, timeout=20)
    assert (answer.status_code, code(answer)) == (500, "ARG-400")
    assert b"root:" not in answer.content


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("operation", list(JSON))
def test_nothing_is_put_or_deleted(method: str, operation: str, ask: Asking) -> None:
    answer = ask.session.request(method, f"{ask.url}/rest/{REST[operation]}", json=JSON[operation], timeout=5)
    assert (answer.status_code, code(answer)) == (404, "brak_operacji")


@pytest.mark.parametrize("path", ["", "odbiorcy", f"odbiorcy/{ANNA}", f"odbiorcy/{ANNA}/awarie", "zgoda", "awarie/x"])
def test_nothing_is_posted_elsewhere(path: str, ask: Asking) -> None:
    assert code(ask.post(path, LETTER)) == "brak_operacji"


@pytest.mark.parametrize("reference", ["%00", "..%2f..", "%ff", "Z%0d%0aX: y", "x" * 5000])
def test_a_strange_reference_is_not_found(reference: str, ask: Asking) -> None:
    answer = ask.rest(f"zgloszenia/{reference}")
    assert (answer.status_code, code(answer)) == (404, "brak_zgloszenia")


def test_a_body_beyond_64_mb_is_not_read(ask: Asking) -> None:
    host, _, port = ask.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"POST /rest/awarie HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (64 * 1024 * 1024 + 1))
        assert connection.recv(12) == b"HTTP/1.1 413"


CONTROL: list[tuple[str, str, Any, int, str]] = [
    ("PUT", "recognition", {"level": "perfect"}, 400, "level"),
    ("PUT", "recognition", {"level": None}, 400, "level"),
    ("PUT", "recognition", {}, 400, "level"),
    ("PUT", "recognition", [], 400, "body"),
    ("POST", "recognition", {"level": "none"}, 404, "path"),
    ("PUT", "submissions", {}, 404, "path"),
    ("PUT", "cases", {"answer_after_seconds": -1}, 400, "answer_after_seconds"),
    ("PUT", "cases", {"answer_after_seconds": "1"}, 400, "answer_after_seconds"),
    ("PUT", "cases", {"answer_after_seconds": 1e12}, 400, "answer_after_seconds"),
    ("PUT", "cases", {"answer_after_seconds": float("nan")}, 400, "answer_after_seconds"),
    ("PUT", "cases", {}, 400, "answer_after_seconds"),
    ("POST", "cases/BOK.1/answer", {"text": "x"}, 404, "case_no"),
    ("POST", "cases/%00/answer", {"text": "x"}, 404, "case_no"),
    ("POST", "cases/BOK.1/answer", {"text": ""}, 400, "text"),
    ("POST", "cases/BOK.1/answer", {"text": "a\x00"}, 400, "text"),
    ("POST", "cases/BOK.1/answer", {"text": "x", "document": 1}, 400, "document"),
    ("POST", "cases/BOK.1/answer", {"document": True}, 400, "text"),
    ("PUT", "customers/999999/blocked", {"blocked": True}, 404, "customer_no"),
    ("PUT", f"customers/{ANNA}/blocked", {"blocked": "yes"}, 400, "blocked"),
    ("PUT", f"customers/{ANNA}/blocked", {}, 400, "blocked"),
    ("PUT", "faults", {"operation": "submit_all", "fault": "busy"}, 400, "operation"),
    ("PUT", "faults", {"operation": "submit", "fault": "accepted"}, 400, "fault"),
    ("PUT", "faults", {"operation": "submit", "fault": "accepted_late", "seconds": 1e9}, 400, "seconds"),
    ("PUT", "clock", {"now": "0001-01-01T00:00:00+14:00"}, 400, "now"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "named"), CONTROL)
def test_a_mistake_at_the_desk_is_named(
    method: str, path: str, body: Any, status: int, named: str, ask: Asking
) -> None:
    sent = json.dumps(body).encode()
    answer = ask.session.request(method, f"{ask.url}/control/{path}", data=sent, timeout=20)
    assert answer.status_code == status, answer.text
    assert named in answer.json()["errors"]


def test_the_desk_is_not_felled_by_a_deep_body(ask: Asking) -> None:
    answer = ask.session.put(f"{ask.url}/control/recognition", data=DEEP, timeout=20)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["body"])


@pytest.mark.parametrize("length", [1, 100])
def test_a_body_that_is_less_than_was_announced_is_not_taken(length: int, ask: Asking) -> None:
    body = json.dumps(LETTER).encode()
    head = f"POST /rest/{REST['submit_letter']} HTTP/1.1\r\nContent-Length: {len(body) + length}\r\n\r\n".encode()
    host, _, port = ask.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(head + body)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""
    assert ask.control("GET", "calls") == {}


def test_a_file_in_many_lines_of_base64_is_one_file(ask: Asking) -> None:
    lines = base64.encodebytes(bytes(range(256)) * 8).decode()
    answer = ask.post(
        REST["submit_letter"], {**LETTER, "zalaczniki": [{"nazwa": "a.bin", "typ": "x/y", "plik": lines}]}
    )
    assert answer.status_code == 201
    assert ask.control("GET", "submissions")[0]["files"][0]["size"] == 2048
    ask.control("DELETE", "submissions")


def test_an_answer_with_marks_of_xml_is_still_xml(ask: Asking) -> None:
    case_no = ask.post(REST["submit_letter"], LETTER).json()["nr_sprawy"]
    ask.control("POST", f"cases/{case_no}/answer", {"text": "]]> <b> & </b:Odpowiedz> \" '"})
    answer = ask.soap("PobierzSprawy", NrOdbiorcy=ANNA)
    assert "]]> <b> & </b:Odpowiedz> \" '" in "".join(etree.fromstring(answer.content).itertext())
    ask.control("DELETE", "submissions")
