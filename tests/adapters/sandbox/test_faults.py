"""Each fault is seen by a plain client, on each operation and each face, and is gone when lifted."""

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from lxml import etree

from adapters.clock import SetClock
from adapters.sandbox.calls import DOCUMENTS
from adapters.sandbox.register import ANNA, MANAGED
from adapters.sandbox.server import SandboxServer
from adapters.sandbox.soap_face import NAMES
from tests.adapters.sandbox.asking import BODY, Asking, B
from tests.adapters.sandbox.conftest import NOON
from tests.adapters.sandbox.questions import JSON, REST, call

EACH = [("rest", operation) for operation in REST] + [("soap", operation) for operation in NAMES]
each = pytest.mark.parametrize(("way", "operation"), EACH)


def switch_on(ask: Asking, fault: str, operation: str = "*", *, times: int | None = 1, **more: Any) -> None:
    ask.control("PUT", "faults", {"operation": operation, "fault": fault, "times": times, **more})


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer(clock=SetClock(NOON)) as running:
        yield running


@pytest.fixture
def ask(server: SandboxServer) -> Iterator[Asking]:
    asking = Asking(server.url)
    for operation in JSON:  # what is sent again is recognised, and what is looked for is there
        assert call(asking, "rest", operation).status_code in (200, 201)
    asking.control("DELETE", "calls")
    yield asking
    asking.control("DELETE", "faults")
    asking.control("DELETE", "calls")
    asking.close()


@each
@pytest.mark.parametrize("fault", ["reset", "refuse_connection"])
def test_the_connection_is_cut_without_an_answer(fault: str, way: str, operation: str, ask: Asking) -> None:
    switch_on(ask, fault, operation)
    with pytest.raises(requests.ConnectionError):
        call(ask, way, operation)
    counted = {operation: 1} if fault == "reset" else {}
    assert ask.control("GET", "calls") == counted
    assert call(ask, way, operation).status_code == 200


@each
def test_a_call_hangs_until_its_time_is_over(way: str, operation: str, ask: Asking) -> None:
    switch_on(ask, "hang", operation, seconds=0.1)
    started = time.monotonic()
    with pytest.raises(requests.ConnectionError):
        call(ask, way, operation)
    assert time.monotonic() - started >= 0.1


@each
def test_a_slow_answer_is_right(way: str, operation: str, ask: Asking) -> None:
    expected = call(ask, way, operation)
    switch_on(ask, "slow", operation, seconds=0.1)
    started = time.monotonic()
    answer = call(ask, way, operation)
    assert time.monotonic() - started >= 0.1
    assert answer.status_code == 200
    if operation != "live":  # it tells the time
        assert answer.content == expected.content


@each
def test_an_answer_is_cut_before_its_announced_end(way: str, operation: str, ask: Asking) -> None:
    expected = call(ask, way, operation)
    switch_on(ask, "truncate", operation)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        call(ask, way, operation)
    assert expected.status_code == 200


@each
@pytest.mark.parametrize(("fault", "status"), [("html_200", 200), ("html_500", 500), ("unauthorized", 401)])
def test_a_page_is_answered(fault: str, status: int, way: str, operation: str, ask: Asking) -> None:
    switch_on(ask, fault, operation)
    answer = call(ask, way, operation)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.text.startswith("<!DOCTYPE html>")


@each
def test_a_refusal_is_on_the_list_and_a_failure_is_not(way: str, operation: str, ask: Asking) -> None:
    told = []
    for fault in ("soap_fault_business", "soap_fault_unknown"):
        switch_on(ask, fault, operation)
        answer = call(ask, way, operation)
        if way == "rest":
            told.append((answer.status_code, answer.json()["blad"]["kod"]))
        else:
            fault_code = etree.fromstring(answer.content).findtext(f"{BODY}/*/faultcode")
            told.append((answer.status_code, fault_code))
    rest = [(422, "odbiorca_zablokowany"), (500, "E9999")]
    assert told == (rest if way == "rest" else [(500, "b:ODB-423"), (500, "b:SYS-9999")])


@each
def test_a_redirect_leads_to_another_host_and_who_follows_is_counted(
    way: str, operation: str, ask: Asking, server: SandboxServer
) -> None:
    switch_on(ask, "redirect", operation)
    answer = call(ask, way, operation)
    assert answer.status_code == 302
    target = answer.headers["Location"]
    assert target.startswith("http://localhost:")
    assert "redirected" not in ask.control("GET", "calls")
    ask.session.get(target.replace("localhost", "127.0.0.1"), timeout=5)
    assert ask.control("GET", "calls")["redirected"] == 1


@each
def test_a_dtd_with_entities_is_answered(way: str, operation: str, ask: Asking) -> None:
    switch_on(ask, "dtd", operation)
    answer = call(ask, way, operation)
    assert answer.status_code == 200
    assert b"<!DOCTYPE" in answer.content
    assert b"file:///etc/passwd" in answer.content
    parsed = etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False))
    assert parsed.getroottree().docinfo.doctype


@each
def test_a_needed_field_is_missing(way: str, operation: str, ask: Asking) -> None:
    expected = call(ask, way, operation)
    switch_on(ask, "missing_field", operation)
    answer = call(ask, way, operation)
    if operation in DOCUMENTS and way == "rest":
        assert "X-Odbiorca" in expected.headers
        assert "X-Odbiorca" not in answer.headers
    else:
        assert _count(way, expected) == _count(way, answer) + 1


@each
def test_fields_that_nobody_knows_are_added(way: str, operation: str, ask: Asking) -> None:
    expected = call(ask, way, operation)
    switch_on(ask, "extra_field", operation)
    answer = call(ask, way, operation)
    if operation in DOCUMENTS and way == "rest":
        assert (answer.content, answer.headers["X-Nowe"]) == (expected.content, "1")
    else:
        assert _count(way, answer) > _count(way, expected)
        assert _known(way, answer) == _known(way, expected)


@pytest.mark.parametrize(("way", "operation"), [one for one in EACH if one[1] != "ping"])
def test_an_answer_is_about_somebody_else(way: str, operation: str, ask: Asking) -> None:
    switch_on(ask, "foreign_owner", operation)
    answer = call(ask, way, operation)
    assert answer.status_code == 200
    if operation in DOCUMENTS and way == "rest":
        assert answer.headers["X-Odbiorca"] == MANAGED[0]
    else:
        marks = '"{}"' if way == "rest" else ">{}<"
        assert marks.format(MANAGED[0]) in answer.text
        assert marks.format(ANNA) not in answer.text


@pytest.mark.parametrize(("way", "operation"), [("rest", "invoices"), ("soap", "invoices"), ("rest", "document")])
def test_an_answer_is_larger_than_any_cap(way: str, operation: str, ask: Asking, server: SandboxServer) -> None:
    switch_on(ask, "too_large", operation)
    name, body = NAMES[operation], f"<b:NrOdbiorcy>{ANNA}</b:NrOdbiorcy>"
    envelope = f'<s:Envelope xmlns:s="{BODY[1:-5]}"><s:Body><b:{name} xmlns:b="{B[1:-1]}">{body}</b:{name}>'
    sent = f"{envelope}</s:Body></s:Envelope>".encode() if way == "soap" else None
    url = f"{server.url}/soap" if sent else f"{server.url}/rest/{REST[operation]}"
    with ask.session.request("POST" if sent else "GET", url, data=sent, stream=True, timeout=20) as answer:
        assert "Content-Length" not in answer.headers
        read = 0
        for piece in answer.raw.stream(1024 * 1024):
            read += len(piece)
            if read > 220_000_000:
                break
    assert read > 220_000_000


@pytest.mark.parametrize("fault", ["drip", "drip_headers"])
def test_bytes_drip(fault: str, ask: Asking, server: SandboxServer) -> None:
    switch_on(ask, fault, "ping")
    with _raw(server, b"GET /rest/stan HTTP/1.1\r\nHost: x\r\n\r\n") as connection:
        got = connection.recv(65536)
        while fault == "drip" and b"\r\n\r\n" not in got:
            got += connection.recv(65536)
        started = time.monotonic()
        for _ in range(3):
            assert len(connection.recv(65536)) == 1
        assert 0.5 < time.monotonic() - started < 5
        assert got == b"H" or fault == "drip"


def test_lifting_the_faults_lets_go_of_calls_that_hang(ask: Asking, server: SandboxServer) -> None:
    switch_on(ask, "hang", "ping")
    with _raw(server, b"GET /rest/stan HTTP/1.1\r\nHost: x\r\n\r\n") as connection:
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        ask.control("DELETE", "faults")
        connection.settimeout(5)
        assert connection.recv(1) == b""


def test_a_fault_meets_its_own_operation_as_often_as_it_was_told(ask: Asking) -> None:
    switch_on(ask, "html_500", "invoices", times=2)
    assert call(ask, "rest", "customer").status_code == 200
    answers = [call(ask, way, "invoices").status_code for way in ("rest", "soap", "rest")]
    assert answers == [500, 500, 200]
    assert ask.control("GET", "calls") == {"customer": 1, "invoices": 3}


def test_a_fault_of_one_operation_goes_before_the_one_of_all(ask: Asking) -> None:
    switch_on(ask, "html_500", "*", times=None)
    switch_on(ask, "unauthorized", "ping", times=None)
    assert call(ask, "rest", "ping").status_code == 401
    assert call(ask, "rest", "customer").status_code == 500
    ask.control("DELETE", "faults")
    assert call(ask, "rest", "ping").status_code == 200


def test_a_stopped_server_refuses_and_comes_back_at_the_same_port() -> None:
    with SandboxServer() as server:
        ask = Asking(server.url)
        assert ask.rest("stan").status_code == 200
        server.stop()
        with pytest.raises(requests.ConnectionError):
            ask.rest("stan")
        server.start()
        assert ask.rest("stan").status_code == 200
        ask.close()


def _raw(server: SandboxServer, sent: bytes) -> socket.socket:
    host, _, port = server.url.removeprefix("http://").partition(":")
    connection = socket.create_connection((host, int(port)), timeout=5)
    connection.sendall(sent)
    return connection


def _count(way: str, answer: requests.Response) -> int:
    """How many fields an answer has."""
    if way == "soap":
        return sum(1 for _ in etree.fromstring(answer.content).iter("*"))
    return _fields(json.loads(answer.content))


def _fields(value: Any) -> int:
    if isinstance(value, dict):
        return len(value) + sum(_fields(each) for each in value.values())
    return sum(_fields(each) for each in value) if isinstance(value, list) else 0


def _known(way: str, answer: requests.Response) -> Any:
    """The answer without what was added."""
    if way == "soap":
        root = etree.fromstring(answer.content)
        for added in [*root.iter("{urn:nowe}Nowe"), *root.iter(f"{B}NowePole")]:
            parent = added.getparent()
            assert parent is not None
            parent.remove(added)
        return etree.tostring(root, method="c14n", exclusive=True)
    added = json.loads(answer.content, object_hook=lambda each: {k: v for k, v in each.items() if k != "nowe_pole"})
    added.pop("stan_na", None)
    return added
