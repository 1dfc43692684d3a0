"""From a paper invoice to a closed account over the API, with second factors; nothing of it is found afterwards."""

from pathlib import Path
from typing import Any

import requests

from tests.gateway.journey.clerk import Clerk
from tests.gateway.journey.running import CODE, FIRST_PASSWORD, Demo, demo

EMAIL, OWN, LATER = "zenobia.marker@poczta.example", "zielony parasol nad Wisłą", "czerwony rower w Gdyni"


class Program:
    """A program that knows the API's address and, after a while, a token."""

    def __init__(self, running: Demo) -> None:
        self._demo = running
        self.token = ""

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = requests.request(method, f"{self._demo.url}/api/v1/{path}", json=body, headers=headers, timeout=30)
        return answer.status_code, answer.json() if answer.content else None

    def takes(self, answer: tuple[int, Any], status: int = 201) -> None:
        """The token in an answer is used from now on."""
        assert answer[0] == status, answer
        self.token = self._demo.secret(f"token {len(self._demo.secrets)}", answer[1]["token"])

    def stopped(self, problem: str) -> None:
        status, body = self("GET", "customers")
        assert (status, body["type"]) == (403, f"/api/v1/problems/{problem}")


def registered(running: Demo, program: Program, clerk: Clerk) -> str:
    """A registration, its proof and a clerk's consent; the first password."""
    status, texts = program("GET", "terms")
    assert status == 200
    assert texts["terms"]["markdown"]
    wish = {"customer_no": "200005", "name": "Zenobia Przykładna-Marker", "email": EMAIL, "phone": "600 000 123"}
    wish |= {"accept_terms": True, "know_privacy": True, **running.paper("200005")}
    assert program("POST", "registrations", wish)[0] == 202
    link = running.link(EMAIL, "/rejestracja/potwierdz")
    token = running.secret("token of the link", link.partition("token=")[2])
    assert program("POST", "registrations/prove", {"token": token})[0] == 202
    assert program("POST", "registrations/prove", {"token": token})[0] == 410
    clerk.log_in()
    question = running.secret("question", "Czyje to mieszkanie przy Młyńskiej?")
    clerk.decide("200005", "zapytaj", question=question)
    running.link(EMAIL, "/rejestracja/odpowiedz")
    clerk.decide("200005", "potwierdz")
    return running.mail(EMAIL, FIRST_PASSWORD)


def first_login(running: Demo, program: Program, first: str) -> None:
    program.takes(program("POST", "tokens", {"login": EMAIL, "password": first}))
    program.stopped("password-change-needed")
    status, body = program("POST", "account/password", {"new_password": "wodociagi"})
    assert (status, list(body["errors"]["json"])) == (422, ["new_password"])
    program.takes(program("POST", "account/password", {"new_password": running.secret("own password", OWN)}), 200)
    program.stopped("terms-needed")
    version = program("GET", "account/terms")[1]["version"]
    assert program("POST", "account/terms", {"version": version})[0] == 204


def a_token_of_ones_own(running: Demo, program: Program, customer: str) -> None:
    wish = {"name": "Biuro rachunkowe", "customer": customer, "last_day": running.in_a_month().isoformat()}
    reader = Program(running)
    reader.takes(program("POST", "account/personal-tokens", wish))
    status, page = reader("GET", f"customers/{customer}/invoices")
    assert (status, bool(page["items"])) == (200, True)
    assert reader("GET", f"customers/{customer}/balance")[1]["type"] == "/api/v1/problems/out-of-scope"
    assert reader("GET", "account")[0] == 403
    (listed,) = program("GET", "account/personal-tokens")[1]
    assert listed["used_at"]
    assert program("DELETE", f"account/personal-tokens/{listed['id']}")[0] == 204
    assert reader("GET", f"customers/{customer}/invoices")[0] == 401


def test_from_a_paper_invoice_to_an_account_one_can_trust(tmp_path: Path) -> None:
    with demo(tmp_path, EBOK_DEMO_2FA="1") as running:
        program, clerk = Program(running), Clerk(running)
        first_login(running, program, registered(running, program, clerk))
        ((customer,),) = [[each["id"] for each in program("GET", "customers")[1]]]
        assert program("GET", f"customers/{customer}/balance")[0] == 200
        a_token_of_ones_own(running, program, customer)

        before = program.token
        change = {"current_password": OWN, "new_password": running.secret("later password", LATER)}
        program.takes(program("POST", "account/password", change), 200)
        ended = Program(running)
        ended.token = before
        assert ended("GET", "account")[0] == 401

        other = Program(running)
        status, body = other("POST", "tokens", {"login": EMAIL, "password": LATER})
        assert (status, body["type"]) == (403, "/api/v1/problems/second-factor-needed")
        challenge = running.secret("challenge", body["challenge"])
        code = running.mail(EMAIL, CODE)
        other.takes(other("POST", "tokens/second-factor", {"challenge": challenge, "code": code}))
        profile = other("GET", "account")[1]
        assert (profile["email"], profile["holder"]) == (EMAIL, "Zenobia Przykładna-Marker")
        (elsewhere,) = [each["id"] for each in other("GET", "account/sessions")[1] if not each["current"]]
        assert other("DELETE", f"account/sessions/{elsewhere}")[0] == 204
        assert program("GET", "account")[0] == 401

        assert other("POST", "customers", {"customer_no": "200006", **running.paper("200006")})[0] == 202
        clerk.decide("200006", "potwierdz")
        assert len(other("GET", "customers")[1]) == 2
        assert other("DELETE", f"customers/{customer}")[0] == 204
        assert [each["customer_no"] for each in other("GET", "customers")[1]] == ["200006"]
        assert other("DELETE", "tokens")[0] == 204
        assert other("GET", "account")[0] == 401
        running.nothing_left()
