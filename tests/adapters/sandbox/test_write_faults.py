"""What goes wrong on sending: whether it was taken is certain to the sandbox, and to its client only sometimes."""

import socket
import time
from typing import Any

import pytest
import requests

from adapters.clock import SetClock
from adapters.sandbox.register import ANNA, MANAGED
from adapters.sandbox.server import SandboxServer
from tests.adapters.sandbox.asking import Asking
from tests.adapters.sandbox.conftest import NOON
from tests.adapters.sandbox.senders import code, find, read, told, write

ways = pytest.mark.parametrize("way", ["rest", "soap"])


def switch_on(ask: Asking, fault: str, operation: str = "submit", **more: Any) -> None:
    ask.control("PUT", "faults", {"operation": operation, "fault": fault, "times": 1, **more})


def references(ask: Asking) -> list[str]:
    return [each["reference"] for each in ask.control("GET", "submissions")]


@ways
@pytest.mark.parametrize("fault", ["reset_before_body", "reset_after_body", "reset", "refuse_connection"])
def test_a_connection_is_reset_and_nothing_was_taken(fault: str, way: str, ask: Asking) -> None:
    switch_on(ask, fault)
    with pytest.raises(requests.ConnectionError):
        write(ask, way, "Z-1")
    assert references(ask) == []
    assert ask.control("GET", "calls") == ({} if fault == "refuse_connection" else {"submit_letter": 1})
    assert code(write(ask, way, "Z-1")) == "ok"


def test_a_reset_before_the_body_waits_for_none_of_it(ask: Asking, sandbox: SandboxServer) -> None:
    switch_on(ask, "reset_before_body")
    head = f"POST /rest/odbiorcy/{ANNA}/pisma HTTP/1.1\r\nContent-Length: 9000\r\n\r\n".encode()
    with _raw(sandbox, head) as one, pytest.raises(ConnectionResetError):
        one.recv(1)
    switch_on(ask, "reset_after_body")
    with _raw(sandbox, head) as one:
        one.settimeout(0.2)
        with pytest.raises(TimeoutError):
            one.recv(1)


@ways
def test_something_is_taken_and_nobody_hears_of_it(way: str, ask: Asking) -> None:
    switch_on(ask, "accepted_but_no_answer", "submit_letter")
    with pytest.raises(requests.ConnectionError):
        write(ask, way, "Z-1")
    assert references(ask) == ["Z-1"]
    assert code(find(ask, way, "Z-1")) == "ok"
    assert code(write(ask, way, "Z-1")) == "ok"
    assert [each["count"] for each in ask.control("GET", "submissions")] == [1]


@ways
def test_something_is_taken_and_the_answer_hangs(way: str, ask: Asking) -> None:
    switch_on(ask, "accepted_but_no_answer", seconds=0.2)
    started = time.monotonic()
    with pytest.raises(requests.ConnectionError):
        write(ask, way, "Z-1")
    assert time.monotonic() - started >= 0.2
    assert references(ask) == ["Z-1"]


@ways
def test_something_is_taken_only_later(way: str) -> None:
    clock = SetClock(NOON)
    with SandboxServer(clock=clock) as server:
        ask = Asking(server.url)
        switch_on(ask, "accepted_late", seconds=3600)
        with pytest.raises(requests.ConnectionError):
            read(ask, way, "Z-1", "240")
        assert references(ask) == []
        assert code(find(ask, way, "Z-1")) in ("brak_zgloszenia", "ZGL-404")
        assert "Z-1" not in ask.rest(f"odbiorcy/{ANNA}/wodomierze/W1000010101/odczyty").text
        clock.advance(3601)
        assert references(ask) == ["Z-1"]
        assert code(find(ask, way, "Z-1")) == "ok"
        assert "Z-1" in ask.rest(f"odbiorcy/{ANNA}/wodomierze/W1000010101/odczyty").text
        ask.close()


@pytest.mark.parametrize(("level", "count"), [("deduplicates", 1), ("findable", 2), ("none", 2)])
def test_what_comes_late_is_recognised_by_the_one_who_deduplicates(level: str, count: int) -> None:
    clock = SetClock(NOON)
    with SandboxServer(clock=clock) as server:
        ask = Asking(server.url)
        ask.control("PUT", "recognition", {"level": level})
        switch_on(ask, "accepted_late", seconds=60)
        with pytest.raises(requests.ConnectionError):
            write(ask, "rest", "Z-1")
        assert code(write(ask, "rest", "Z-1")) == "ok"
        clock.advance(61)
        assert [each["count"] for each in ask.control("GET", "submissions")] == [count]
        assert len(ask.json(f"odbiorcy/{ANNA}/sprawy")["sprawy"]) == 2 + count
        ask.close()


def test_what_comes_late_comes_by_the_clock_that_was_set_too(ask: Asking) -> None:
    switch_on(ask, "accepted_late", seconds=60)
    with pytest.raises(requests.ConnectionError):
        write(ask, "rest", "Z-1")
    ask.control("PUT", "clock", {"now": "2026-03-28T11:02:00Z"})
    assert references(ask) == ["Z-1"]


@ways
def test_what_is_refused_late_or_unheard_is_refused(way: str, ask: Asking) -> None:
    for fault in ("accepted_late", "accepted_but_no_answer"):
        switch_on(ask, fault, seconds=0)
        with pytest.raises(requests.ConnectionError):
            read(ask, way, "Z-1", "1")
    assert references(ask) == []


@ways
def test_a_busy_sandbox_says_so_and_takes_nothing(way: str, ask: Asking) -> None:
    switch_on(ask, "busy")
    answer = write(ask, way, "Z-1")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert code(answer) == ("zajety" if way == "rest" else "SYS-503")
    assert references(ask) == []


@ways
@pytest.mark.parametrize(
    "fault", ["html_200", "html_500", "unauthorized", "redirect", "soap_fault_business", "soap_fault_unknown", "dtd"]
)
def test_something_else_is_answered_and_nothing_was_taken(fault: str, way: str, ask: Asking) -> None:
    switch_on(ask, fault)
    write(ask, way, "Z-1")
    assert references(ask) == []


@ways
@pytest.mark.parametrize("fault", ["slow", "truncate", "missing_field", "extra_field", "foreign_owner"])
def test_an_answer_arrives_badly_and_it_was_taken(fault: str, way: str, ask: Asking) -> None:
    switch_on(ask, fault, seconds=0.05 if fault == "slow" else None)
    try:
        answer = write(ask, way, "Z-1")
    except requests.RequestException:
        assert fault == "truncate"
    else:
        owner = MANAGED[0] if fault == "foreign_owner" else ANNA
        reference = None if fault == "missing_field" and way == "soap" else "Z-1"
        if (fault, way) != ("missing_field", "rest"):
            assert told(answer)[1][:2] == (owner, reference)
    assert [(each["reference"], each["customer_no"]) for each in ask.control("GET", "submissions")] == [("Z-1", ANNA)]


def test_a_slow_sandbox_takes_it_even_if_the_client_has_left(ask: Asking) -> None:
    switch_on(ask, "slow", seconds=30)
    url = f"{ask.url}/rest/odbiorcy/{ANNA}/pisma"
    body = {"nr_obcy": "Z-1", "rodzaj": "uwaga", "temat": "inne", "tresc": "x"}
    with pytest.raises(requests.Timeout):
        ask.session.post(url, json=body, timeout=0.3)
    assert references(ask) == ["Z-1"]


def test_a_fault_of_all_that_is_sent_meets_no_read_and_gives_way_to_one_of_its_own(ask: Asking) -> None:
    ask.control("PUT", "faults", {"operation": "submit", "fault": "html_500"})
    switch_on(ask, "busy", "submit_reading")
    assert ask.rest(f"odbiorcy/{ANNA}/sprawy").status_code == 200
    assert code(find(ask, "rest", "Z-1")) == "brak_zgloszenia"
    assert read(ask, "rest", "Z-1", "240").status_code == 503
    assert read(ask, "rest", "Z-1", "240").status_code == 500
    assert write(ask, "soap", "Z-2").headers["Content-Type"].startswith("text/html")


def test_a_reset_before_the_body_of_soap_believes_the_action_alone(ask: Asking, sandbox: SandboxServer) -> None:
    switch_on(ask, "reset_before_body", "submit_letter")
    answer = ask.session.post(f"{ask.url}/soap", data=b"<a/>", headers={"SOAPAction": "urn:x:Nic"}, timeout=5)
    assert answer.status_code == 500
    head = b'POST /soap HTTP/1.1\r\nSOAPAction: "urn:bilans:PrzyjmijPismo"\r\nContent-Length: 9000\r\n\r\n'
    with _raw(sandbox, head) as one, pytest.raises(ConnectionResetError):
        one.recv(1)


def _raw(server: SandboxServer, sent: bytes) -> socket.socket:
    host, _, port = server.url.removeprefix("http://").partition(":")
    connection = socket.create_connection((host, int(port)), timeout=5)
    connection.sendall(sent)
    return connection
