"""The portal answers under its own names alone, so that no absolute address repeats what somebody else asked for."""

from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from tests.stack import Stack, stack


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    named = {"MAIL__BASE_URL": "https://eBOK.example:8443/", "WEB__TRUSTED_HOSTS": "inna.example,.wodociągi.example"}
    with stack(tmp_path_factory.mktemp("portal"), **named) as made:
        yield made


def asked(whole: Stack, host: str, path: str = "/logowanie") -> TestResponse:
    return whole.client().get(path, environ_overrides={"HTTP_HOST": host})


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.0.0.1:8080", "localhost:18732", "LOCALHOST", "[::1]:8080", "[::1]"),
        *("ebok.example", "ebok.example:443", "EBOK.EXAMPLE", "ebok.example.", "inna.example:8080"),
        *("bok.xn--wodocigi-n8a.example", "a.b.xn--wodocigi-n8a.example"),
    ],
)
def test_its_own_names_at_any_port_are_answered(whole: Stack, host: str) -> None:
    assert asked(whole, host).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8080", "ebok.example.evil.example", "evilebok.example", "www.ebok.example"),
        *("x@ebok.example", "ebok.example:80@evil.example", "ebok.example:x", "ebok.example/", "ebok.example, x", ""),
        *("xn--wodocigi-n8a.example", "[::2]", "127.0.0.2", "2130706433", "ebok.example\tx"),
    ],
)
def test_any_other_name_is_refused_and_not_repeated(whole: Stack, host: str) -> None:
    for path in ("/logowanie", "/staff/", "/o/x", "/api/v1", "/api/v1/", "/static/ebok.css", "/nie-ma"):
        answer = asked(whole, host, path)
        assert answer.status_code == 400, path
        assert "Location" not in answer.headers
        assert "evil" not in answer.text


def test_a_refusal_says_what_is_wrong_to_people_and_to_programs(whole: Stack) -> None:
    assert "Biuro jest pod innym adresem" in asked(whole, "evil.example").text
    answer = asked(whole, "evil.example", "/api/v1/customers")
    assert (answer.content_type, answer.json["type"]) == ("application/problem+json", "/api/v1/problems/wrong-host")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_balancers_ask_by_any_name(whole: Stack, path: str) -> None:
    assert asked(whole, "10.0.0.7:8080", path).status_code == 200


def test_a_redirect_of_the_routers_leads_to_the_name_asked_for(whole: Stack) -> None:
    answer = asked(whole, "ebok.example", "/api/v1")
    assert (answer.status_code, answer.headers["Location"]) == (308, "http://ebok.example/api/v1/")
