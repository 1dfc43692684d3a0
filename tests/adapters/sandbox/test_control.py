"""The operator's desk does what it is asked and says clearly what it does not take."""

from typing import Any

import pytest

from adapters.sandbox.control import ControlDesk
from adapters.sandbox.faces import Request
from adapters.sandbox.register import ANNA, NEWCOMER
from adapters.sandbox.server import SandboxServer
from tests.adapters.sandbox.asking import Asking


def test_the_clock_is_set_and_given_back(ask: Asking, sandbox: SandboxServer) -> None:
    told = ask.control("PUT", "clock", {"now": "2026-03-29T00:30:00+01:00"})
    assert told == {"now": "2026-03-28T23:30:00Z", "set": True} == ask.control("GET", "clock")
    assert sandbox.clock.now().isoformat() == "2026-03-28T23:30:00+00:00"
    assert ask.control("PUT", "clock", {"now": None})["set"] is False


@pytest.mark.parametrize(
    "now",
    [
        *("0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00+14:00", "1989-12-31T23:59:59+00:00"),
        *("1990-01-01T00:30:00+01:00", "2201-01-01T00:00:00+00:00", "9999-12-31T23:59:59-14:00"),
    ],
)
def test_a_clock_out_of_all_histories_is_refused(ask: Asking, now: str) -> None:
    before = ask.control("GET", "clock")
    told = ask.control("PUT", "clock", {"now": now}, status=400)
    assert "expected a moment" in told["errors"]["now"]
    assert ask.control("GET", "clock") == before


@pytest.mark.parametrize("now", ["1990-01-01T00:00:00Z", "2200-12-31T23:59:59Z"])
def test_a_clock_at_the_bounds_is_taken(ask: Asking, now: str) -> None:
    assert ask.control("PUT", "clock", {"now": now}) == {"now": now, "set": True}


def test_a_payment_is_booked_at_the_clocks_time(ask: Asking) -> None:
    ask.control("PUT", "clock", {"now": "2026-10-25T00:30:00+02:00"})
    told = ask.control(
        "POST", f"customers/{NEWCOMER}/payments", {"amount": "50.00", "value_on": "2026-03-20"}, status=201
    )
    assert ask.control("GET", f"customers/{NEWCOMER}/ledger") == [told]
    assert told.pop("entry_no").isdigit()
    assert told == {
        "kind": "payment",
        "document_no": None,
        "amount": "-50.00",
        "posted_on": "2026-10-25",
        "posted_at": "2026-10-24T22:30:00Z",
        "value_on": "2026-03-20",
    }


def test_an_invoice_is_issued_now_or_with_the_date_given(ask: Asking) -> None:
    path = f"customers/{NEWCOMER}/invoices"
    now = ask.control("POST", path, {"gross": "123.45", "due_on": "2026-04-20"}, status=201)
    assert (now["gross"], now["issued_on"], now["due_on"]) == ("123.45", "2026-03-28", "2026-04-20")
    assert (now["entry"]["posted_on"], now["entry"]["posted_at"]) == ("2026-03-28", "2026-03-28T11:00:00Z")
    dated = ask.control("POST", path, {"gross": "1.00", "due_on": "2026-04-20", "issued_on": "2024-02-29"}, status=201)
    assert (dated["entry"]["posted_on"], dated["entry"]["posted_at"]) == ("2024-02-29", None)
    shown = ask.json(f"odbiorcy/{NEWCOMER}/faktury")["faktury"]
    assert [each["nr"] for each in shown] == [now["invoice_no"], dated["invoice_no"]]


def test_customers_are_listed_with_their_story(ask: Asking) -> None:
    told = {each["customer_no"]: each["persona"] for each in ask.control("GET", "customers")}
    assert told[ANNA] == "anna"
    assert told[NEWCOMER] == "new"
    assert len(told) >= 200


def test_calls_are_counted_by_operation_over_both_faces(ask: Asking) -> None:
    ask.json(f"odbiorcy/{ANNA}/faktury")
    ask.xml("PobierzFaktury", NrOdbiorcy=ANNA)
    ask.json(f"odbiorcy/{ANNA}/saldo")
    assert ask.control("GET", "calls") == {"invoices": 2, "live": 1}
    assert ask.control("DELETE", "calls") == {} == ask.control("GET", "calls")


def test_faults_are_listed_and_lifted(ask: Asking) -> None:
    fault = {"operation": "invoices", "fault": "hang", "times": 3, "seconds": 2.0}
    assert ask.control("PUT", "faults", fault) == [fault] == ask.control("GET", "faults")
    assert ask.control("DELETE", "faults") == []


def test_the_desk_says_that_it_is_there(ask: Asking) -> None:
    assert ask.control("GET", "health") == {"status": "ok"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "named"),
    [
        ("PUT", "clock", {"now": "2026-03-29T00:30:00"}, 400, "now"),
        ("PUT", "clock", {}, 400, "now"),
        ("PUT", "clock", [], 400, "body"),
        ("POST", f"customers/{ANNA}/payments", {"amount": 50}, 400, "amount"),
        ("POST", f"customers/{ANNA}/payments", {"amount": "50.001"}, 400, "amount"),
        ("POST", f"customers/{ANNA}/payments", {"amount": "5.00", "value_on": "2026-02-30"}, 400, "value_on"),
        ("POST", f"customers/{ANNA}/payments", {"amount": "5.00", "posted_on": "2026-02-01"}, 400, "posted_on"),
        ("POST", f"customers/{ANNA}/invoices", {"due_on": "2026-02-01"}, 400, "gross"),
        ("POST", "customers/999999/payments", {"amount": "5.00"}, 404, "customer_no"),
        ("GET", "customers/999999/ledger", None, 404, "customer_no"),
        ("PUT", "faults", {"operation": "invoices", "fault": "sabotage"}, 400, "fault"),
        ("PUT", "faults", {"operation": "everything", "fault": "hang"}, 400, "operation"),
        ("PUT", "faults", {"operation": "*", "fault": "hang", "times": 0}, 400, "times"),
        ("PUT", "faults", {"operation": "*", "fault": "hang", "seconds": -1}, 400, "seconds"),
        ("PUT", "documents", {"customer_no": ANNA, "invoice_no": "FV/1", "size": 1}, 404, "invoice_no"),
        ("PUT", "documents", {"customer_no": ANNA, "invoice_no": "FV/1", "size": -1}, 400, "size"),
        ("DELETE", "clock", None, 404, "path"),
        ("GET", "nothing", None, 404, "path"),
    ],
)
def test_a_mistake_is_named(method: str, path: str, body: Any, status: int, named: str, ask: Asking) -> None:
    assert named in ask.control(method, path, body, status=status)["errors"]


def test_what_is_no_json_is_refused(sandbox: SandboxServer) -> None:
    desk: ControlDesk = sandbox.desk
    assert desk.respond(Request("PUT", ("control", "clock"), body=b"\xff{")).status == 400
