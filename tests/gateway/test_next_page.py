"""After logging in one stays at home, whatever the address says."""

import itertools

import pytest

from gateway.next_page import safe_next
from tests.stack import Stack

_HOSTS = ["evil.example", "evil.example/", "evil.example%2f", "evil.example:443/", "a@evil.example", "2130706433"]
_STARTS = ["//", "///", "////", "/\\", "\\/", "\\\\", "/\\/", "http://", "https://", "http:", "https:", "HTTP://"]
_STARTS += ["ftp://", "javascript:", "data:text/html,", "/\t/", "/\n/", "/\r/", "\t//", " //", "\x00//", "/%09/"]
HOSTILE = [start + host for start, host in itertools.product(_STARTS, _HOSTS)]
HOSTILE += ["", " ", "?", "#", ".", "..", "javascript:alert(1)", "//", "/\\", "faktury", "о/faktury", "/ą", "/x\u202e"]
HOSTILE += [
    "/wylogowanie",
    "/logowanie",
    "/api/v1/customers",
    "/static/ebok.css",
    "/healthz",
    "/nothing",
    "/" + "a" * 600,
]


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 120


def test_hostile_values_lead_to_the_start_page(portal: Stack) -> None:
    with portal.app.test_request_context():
        for value in [*HOSTILE, None]:
            assert safe_next(value) == "/", value


@pytest.mark.parametrize("path", ["/", "/klienci", "/o/abc/faktury?status=paid&strona=2", "/o/abc/faktury/xyz"])
def test_our_own_pages_are_kept(portal: Stack, path: str) -> None:
    with portal.app.test_request_context():
        assert safe_next(path) == path
