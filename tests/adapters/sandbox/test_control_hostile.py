"""Whatever is sent to the operator's desk, it answers in JSON that it is done or what it expects, and stays whole."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any

import pytest
import requests
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.clock import SetClock
from adapters.sandbox.register import ANNA, NEWCOMER
from adapters.sandbox.server import SandboxServer
from tests.adapters.sandbox.asking import Asking
from tests.adapters.sandbox.questions import CASE

GOOD: dict[tuple[str, str], dict[str, Any]] = {
    ("PUT", "clock"): {"now": "2026-03-29T00:30:00+01:00"},
    ("POST", f"customers/{NEWCOMER}/payments"): {"amount": "50.00", "value_on": "2026-03-20"},
    ("POST", f"customers/{NEWCOMER}/invoices"): {"gross": "1.00", "due_on": "2026-04-20", "issued_on": "2026-03-01"},
    ("PUT", "documents"): {"customer_no": ANNA, "invoice_no": "FV/1", "size": 1},
    ("PUT", "faults"): {"operation": "ping", "fault": "slow", "times": 3, "seconds": 0},
    ("PUT", "recognition"): {"level": "findable"},
    ("PUT", "cases"): {"answer_after_seconds": 5},
    ("POST", f"cases/{CASE}/answer"): {"text": "Zrobione.", "document": True},
    ("PUT", f"customers/{NEWCOMER}/blocked"): {"blocked": False},
}
ODD_TEXTS = [
    *("", " ", "0", "NaN", "Infinity", "1e999", "50", "50.0", "50.000", "50,00", "+50.00", "5٠.00", "0.00", "-0.00"),
    *("999999999999.99", "9999999999999.99", "0" * 40 + ".00", "\ud800", "\x00", "null", "*", "hang", "../clock"),
    *("2026-02-30", "2026-3-1", "0000-01-01", "0001-01-01", "9999-12-31", "2026-03-01T00:00:00", "20260301"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-29T00:30:00+99:00", "2026-W10-1T00:00:00Z"),
    *("2026-03-29T02:30:00.123456789+01:00", "999999", "'; DROP TABLE bookings; --", "ż" * 600),
]
ODD_NUMBERS = [0, -1, 1, 2**63, -(2**63), 10**400, 1e308, -0.5, float("nan"), float("inf"), float("-inf"), True, False]
anything = st.recursive(
    st.none() | st.sampled_from([*ODD_TEXTS, *ODD_NUMBERS]) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=4,
)


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """A call with a field replaced, left out or added, or with a body that is none."""
    method, path = draw(st.sampled_from(list(GOOD)))
    body: Any = dict(GOOD[method, path])
    match draw(st.sampled_from(["replace", "replace", "replace", "leave out", "add", "whole", "bytes"])):
        case "replace":
            body[draw(st.sampled_from(list(body)))] = draw(anything)
        case "leave out":
            body.pop(draw(st.sampled_from(list(body))))
        case "add":
            body[draw(st.text(max_size=9) | st.sampled_from(["posted_on", "\ud800"]))] = draw(anything)
        case "whole":
            body = draw(anything)
        case "bytes":
            return method, path, draw(st.binary(max_size=40))
    return method, path, json.dumps(body).encode()


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer(clock=SetClock(datetime(2026, 3, 28, 11, 0, tzinfo=UTC))) as running:
        yield running


@pytest.fixture(scope="module")
def ask(server: SandboxServer) -> Iterator[Asking]:
    asking = Asking(server.url)
    yield asking
    asking.close()


def sent(ask: Asking, method: str, path: str, body: bytes | None = None, **headers: str) -> requests.Response:
    return ask.session.request(method, f"{ask.url}/control/{path}", data=body, headers=headers, timeout=20)


def must_say_what_is_expected(answer: requests.Response) -> None:
    assert 400 <= answer.status_code < 500, answer.text[:300]
    assert answer.headers["Content-Type"] == "application/json"
    mistakes = answer.json()["errors"]
    assert mistakes
    assert all(isinstance(each, str) and each for each in mistakes.values())


@given(spoiled())
@example(("PUT", "clock", b"[" * 100_000))
@example(("PUT", "clock", b'{"now": ' + b"9" * 10_000 + b"}"))
@example(("PUT", "faults", b'{"operation": "ping", "fault": "slow", "seconds": NaN}'))
@example(("PUT", "clock", b'{"\\ud800": 1}'))
@example(("POST", f"customers/{NEWCOMER}/payments", b'{"amount": "1.00", "value_on": "0001-01-01"}'))
@example(("POST", f"customers/{NEWCOMER}/invoices", b'{"gross": "1.00", "issued_on": "9999-12-31"}'))
@settings(deadline=None, max_examples=250)
def test_it_is_done_or_it_is_said_what_is_expected(ask: Asking, call: tuple[str, str, bytes]) -> None:
    answer = sent(ask, *call)
    if answer.status_code not in (200, 201):
        must_say_what_is_expected(answer)
    elif call[1].startswith("cases/"):
        assert ask.soap("PobierzSprawy", NrOdbiorcy=ANNA).status_code == 200
        assert ask.json(f"odbiorcy/{ANNA}/sprawy")["sprawy"][0]["odpowiedz"] == json.loads(call[2])["text"]
        assert ask.rest(f"odbiorcy/{ANNA}/sprawy/{CASE}/pisma/1").status_code in (200, 404)
    elif call[1].endswith(("payments", "invoices")):
        assert ask.control("GET", f"customers/{NEWCOMER}/ledger")[-1] == answer.json().get("entry", answer.json())
        assert ask.rest(f"odbiorcy/{NEWCOMER}/saldo").status_code == 200
        assert ask.rest(f"odbiorcy/{NEWCOMER}/faktury").status_code == 200
        assert ask.soap("PobierzFaktury", NrOdbiorcy=NEWCOMER).status_code == 200
        assert ask.soap("PobierzRozrachunki", NrOdbiorcy=NEWCOMER).status_code == 200


@pytest.mark.parametrize(
    ("amount", "said"),
    [("0.00", "other than 0.00"), ("-0.00", "other than 0.00"), ("5.0", "two places"), (5, "two places")],
)
def test_a_payment_of_nothing_is_refused(ask: Asking, amount: object, said: str) -> None:
    before = ask.control("GET", f"customers/{ANNA}/ledger")
    told = ask.control("POST", f"customers/{ANNA}/payments", {"amount": amount}, status=400)
    assert said in told["errors"]["amount"]
    assert ask.control("GET", f"customers/{ANNA}/ledger") == before


def test_a_negative_payment_takes_one_back(ask: Asking) -> None:
    before = ask.json(f"odbiorcy/{ANNA}/saldo")["saldo"]
    for amount, booked in (("12.34", "-12.34"), ("-12.34", "12.34")):
        told = ask.control("POST", f"customers/{ANNA}/payments", {"amount": amount}, status=201)
        assert told["amount"] == booked
    assert ask.json(f"odbiorcy/{ANNA}/saldo")["saldo"] == before


@pytest.mark.parametrize("day", ["0001-01-01", "1989-12-31", "2201-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("payments", {"amount": "1.00"}, "value_on"),
        ("invoices", {"gross": "1.00"}, "due_on"),
        ("invoices", {"gross": "1.00"}, "issued_on"),
    ],
)
def test_days_out_of_all_histories_are_refused(
    ask: Asking, path: str, body: dict[str, str], field: str, day: str
) -> None:
    told = ask.control("POST", f"customers/{ANNA}/{path}", {**body, field: day}, status=400)
    assert "1990 to 2200" in told["errors"][field]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize(
    "path", ["", "nothing", "clock/x", "customers/999999/payments", "customers//ledger", "%00", "%ff"]
)
def test_what_is_not_there_is_said(ask: Asking, method: str, path: str) -> None:
    must_say_what_is_expected(sent(ask, method, path, b'{"amount": "1.00"}'))


@pytest.mark.parametrize("length", ["²", "-1", "x", "9" * 5000, "67108865"])
def test_a_length_that_is_none_is_refused(server: SandboxServer, length: str) -> None:
    connection = HTTPConnection("127.0.0.1", int(server.url.rpartition(":")[2]), timeout=20)
    with closing(connection):
        connection.putrequest("PUT", "/control/clock")
        connection.putheader("Content-Length", length.encode("latin-1"))
        connection.endheaders()
        answer = connection.getresponse()
        assert answer.status == 413
        assert "64 MB" in json.loads(answer.read())["errors"]["body"]
