"""Guessing is slowed down for that login and that network, never locked out; many failures raise the alarm."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from tests.stack import NOON, PASSWORD, Stack, stack

NAMES = int(os.environ.get("EBOK_NAMES", "220"))
"""How many are tried; the default is a short version of the campaign, a little more than raise the alarm."""


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Stack]:
    with stack(tmp_path, face="rest", SECURITY__LOGIN_ALARM="30", METRICS__TOKEN="for tests only") as made:
        yield made


def tried(portal: Stack, login: str, password: str, address: str) -> int:
    return (
        portal.client()
        .post(
            "/api/v1/tokens",
            json={"login": login, "password": password},
            environ_base={"REMOTE_ADDR": address},
        )
        .status_code
    )


@pytest.mark.parametrize("login", ["anna", "nobody at all"])
def test_five_wrong_tries_slow_down_that_login_alone_known_or_not(portal: Stack, login: str) -> None:
    statuses = [tried(portal, login, "a wrong password", "10.0.0.1") for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    assert tried(portal, login, PASSWORD, "10.0.0.2") == 429
    assert tried(portal, "zarzadca", PASSWORD, "10.0.0.1") == 201
    answer = portal.client().post("/api/v1/tokens", json={"login": login, "password": "x"})
    assert answer.json["type"] == "/api/v1/problems/too-many-tries"
    assert int(answer.headers["Retry-After"]) >= 1


def test_free_tries_wait_for_nothing_also_where_another_hosts_clock_is_ahead(portal: Stack) -> None:
    for behind in range(4):
        portal.set_now((NOON - timedelta(milliseconds=100 * behind)).isoformat())
        assert tried(portal, "anna", "a wrong password", "10.0.0.1") == 401
    assert tried(portal, "anna", PASSWORD, "10.0.0.1") == 201


def test_the_delay_grows_and_ends_and_is_never_a_lock(portal: Stack) -> None:
    waits = []
    for _ in range(40):
        answer = portal.client().post("/api/v1/tokens", json={"login": "anna", "password": "wrong wrong"})
        if answer.status_code == 429:
            waits.append(int(answer.headers["Retry-After"]))
            portal.sandbox.clock.advance(waits[-1])
    assert waits == sorted(waits)
    assert waits[0] == 1
    assert waits[-1] == 15 * 60
    assert tried(portal, "anna", PASSWORD, "10.0.0.9") == 201
    assert tried(portal, "anna", "a wrong password", "10.0.0.9") == 401


def test_a_network_that_tries_many_names_is_slowed_down(portal: Stack) -> None:
    statuses = [tried(portal, f"name{number}", "a wrong password", "10.0.0.1") for number in range(25)]
    assert 429 in statuses
    assert tried(portal, "anna", PASSWORD, "10.0.0.1") == 429
    assert tried(portal, "anna", PASSWORD, "10.0.1.1") == 201


def test_many_names_from_many_addresses_raise_the_alarm(portal: Stack) -> None:
    metrics = {"Authorization": "Bearer for tests only"}
    assert "ebok_login_alarm 0.0" in portal.client().get("/metrics", headers=metrics).text
    with structlog.testing.capture_logs() as logged:
        for number in range(40):
            tried(portal, f"name{number}", "a wrong password", f"10.0.{number}.1")
    assert [each["event"] for each in logged if each.get("alarm")] == ["login_alarm"]
    assert "ebok_login_alarm 1.0" in portal.client().get("/metrics", headers=metrics).text
    portal.sandbox.clock.advance(11 * 60)
    assert "ebok_login_alarm 0.0" in portal.client().get("/metrics", headers=metrics).text


def test_thousands_of_names_from_as_many_addresses_raise_the_alarm_and_hold_up_nobody_else(tmp_path: Path) -> None:
    bearer = {"Authorization": "Bearer for tests only"}
    with stack(tmp_path, face="rest", METRICS__TOKEN="for tests only") as made, ThreadPoolExecutor(2) as pool:

        def metric(name: str) -> float:
            lines = made.client().get("/metrics", headers=bearer).text.splitlines()
            return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} ")), 0.0)

        def guess(number: int) -> int:
            made.sandbox.clock.advance(0.05)
            return tried(made, f"name{number}", "a wrong password", f"10.{number >> 8}.{number & 255}.1")

        wrong = 'ebok_login_total{result="wrong"}'
        before = metric(wrong)
        assert metric("ebok_login_alarm") == 0
        with structlog.testing.capture_logs() as logged:
            assert set(pool.map(guess, range(NAMES))) == {401}
        assert [each["event"] for each in logged if each.get("alarm")] == ["login_alarm"]
        assert metric("ebok_login_alarm") == 1
        assert metric(wrong) - before == NAMES
        assert tried(made, "anna", PASSWORD, "192.0.2.1") == 201, "who knows a password is let in at once"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "for tests"])
def test_metrics_are_not_there_without_their_token(portal: Stack, header: str) -> None:
    assert portal.client().get("/metrics", headers={"Authorization": header}).status_code == 404


def test_the_login_page_says_that_one_must_wait(portal: Stack) -> None:
    client = portal.client()
    for _ in range(6):
        page = client.get("/logowanie").text
        token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
        answer = client.post("/logowanie", data={"login": "anna", "password": "wrong", "csrf_token": token})
    assert answer.status_code == 429
    assert "nie zostało zablokowane" in answer.text
