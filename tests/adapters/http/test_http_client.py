"""The client against real servers that misbehave: what is refused, how long it takes, what is never sent."""

import socket
import time

import pytest

from adapters.errors import Unavailable
from tests.adapters.http.calls import client, drip, refusal
from tests.adapters.http.servers import answer, peer


def test_an_answer_has_its_status_headers_and_bytes() -> None:
    with peer(answer(b"tak", headers=("Content-Type: text/XML; charset=utf-8",))) as server, client(server.url) as http:
        got = http.send("POST", "/soap", body=b"<a/>", headers={"SOAPAction": '"x"'}, query={"a": "ż"})
    assert (got.status, got.body, got.media_type) == (200, b"tak", "text/xml")
    assert got.headers["content-type"] == "text/XML; charset=utf-8"
    assert server.requests[0].startswith(b"POST /soap?a=%C5%BC HTTP/1.1\r\n")
    assert b'SOAPAction: "x"\r\n' in server.requests[0]


@pytest.mark.parametrize("status", ["400 Bad Request", "401 No", "404 Not Found", "500 Oops", "503 Busy"])
def test_any_other_status_is_an_answer_for_the_caller_to_judge(status: str) -> None:
    with peer(answer(b"{}", status=status, headers=("Retry-After: 3600",))) as server, client(server.url) as http:
        started = time.monotonic()
        assert http.send("GET", "/").status == int(status[:3])
        assert time.monotonic() - started < 2
    assert len(server.requests) == 1


def test_a_refused_connection_was_certainly_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = refusal(f"http://127.0.0.1:{port}")
    assert isinstance(error, Unavailable)
    assert not error.sent
    assert error.detail == f"127.0.0.1:{port}: the connection was refused"


def test_a_name_that_does_not_exist_was_certainly_not_sent() -> None:
    error = refusal("http://no-such-host.invalid", within=10)
    assert isinstance(error, Unavailable)
    assert not error.sent


def test_cookies_are_never_sent_back() -> None:
    with peer(answer(headers=("Set-Cookie: session=of-anna; Path=/",))) as server, client(server.url) as http:
        for _ in range(3):
            http.send("GET", "/")
    assert len(server.requests) == 3
    assert not any(b"cookie" in head.lower() for head in server.requests)


def test_the_environment_decides_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    with peer(answer(b"from the proxy")) as proxy, peer(answer(b"from the ERP")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        netrc = f"{tmp_path}/netrc"
        with open(netrc, "w") as file:
            file.write("machine localhost login thief password thief\n")
        monkeypatch.setenv("NETRC", netrc)
        with client(server.url) as http:
            assert http.send("GET", "/").body == b"from the ERP"
        assert not proxy.requests
        assert b"uthorization" not in server.requests[0]


def test_a_proxy_that_is_named_is_used_and_watched() -> None:
    with peer(answer(b"from the proxy")) as proxy, client("http://erp.invalid/api", proxy=proxy.url) as http:
        assert http.send("GET", "/x").body == b"from the proxy"
    assert proxy.requests[0].startswith(b"GET http://erp.invalid/api/x HTTP/1.1")
    with peer(drip(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200)) as proxy:
        assert "0.8 s" in str(refusal("http://erp.invalid", proxy=proxy.url))


def test_a_polish_password_is_sent_as_utf_8() -> None:
    with peer(answer()) as server, client(server.url, auth=("ebok", "zażółć")) as http:
        http.send("GET", "/")
    assert b"Authorization: Basic ZWJvazp6YcW8w7PFgsSH\r\n" in server.requests[0]


def test_an_address_is_asked_exactly_as_it_was_given() -> None:
    with peer(answer()) as server:
        for base, target, asked in (("/soap/", "", b"/soap/"), ("/soap", "", b"/soap"), ("/api/", "/x", b"/api/x")):
            with client(server.url + base) as http:
                http.send("GET", target)
            assert server.requests[-1].startswith(b"GET " + asked + b" ")
