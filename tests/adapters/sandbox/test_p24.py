"""The operator's simulator keeps to the operator's documentation, with signatures that were made without it."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from adapters.sandbox.server import SandboxServer
from tests.adapters.sandbox.asking import Asking
from tests.adapters.sandbox.shop import SESSION, Shop, shop_at, sign

# printf '{"sessionId":…,"crc":"sandbox-p24-crc"}' | sha384sum
REGISTERED = "2736000df038944400d8862039699037767a57fbf452ddb807a3503765b279dc79f285d5f5f73f4f08eb03866038b931"
NOTIFIED = "d278be795320944bc633f5d09785e0b956aca701ecb144c826cd1727872ffb3b4cdfbbd07b7f058f6924203a8b6a9c67"


@pytest.fixture
def shop(sandbox: SandboxServer) -> Iterator[Shop]:
    with shop_at(sandbox.url) as opened:
        yield opened


def transaction(ask: Asking) -> Any:
    return ask.control("GET", "p24")["transactions"][0]


def test_a_payment_is_registered_paid_notified_and_verified(shop: Shop) -> None:
    assert sign(sessionId=SESSION, merchantId=100001, amount=12345, currency="PLN") == REGISTERED
    page = shop.begin()
    assert shop.status()["status"] == 0
    shown = shop.session.get(page, timeout=20)
    assert "123,45\xa0zł" in shown.text
    assert "Faktury za wodę/ścieki, 2 szt." in shown.text
    paid = shop.press(page, "zaplac")
    assert (paid.status_code, paid.headers["Location"]) == (303, "http://portal.example/platnosci/powrot")
    told = shop.notified()
    order = told["orderId"]
    assert told == {
        "merchantId": 100001,
        "posId": 100001,
        "sessionId": SESSION,
        "amount": 12345,
        "originAmount": 12345,
        "currency": "PLN",
        "orderId": 318000001,
        "methodId": 154,
        "statement": "p24-318000001 Wpłata za wodę/ścieki",
        "sign": NOTIFIED,
    }
    assert shop.status()["status"] == 1
    assert shop.verify(order, amount=12344).status_code == 400
    assert shop.verify(order).json() == {"data": {"status": "success"}, "responseCode": 0}
    known = shop.status()
    assert (known["status"], known["orderId"], known["amount"], known["currency"]) == (2, order, 12345, "PLN")
    assert "jest już opłacona" in shop.press(page, "zaplac").text
    assert shop.told.empty()


@pytest.mark.parametrize(
    "changed",
    [
        {"sign": REGISTERED[::-1]},
        {"amount": "12345"},
        {"amount": 123.45},
        {"merchantId": 100002},
        {"language": "uk"},
        {"description": ""},
        {"timeLimit": 100},
        {"email": f"{'x' * 40}@poczta.example"},
        {"urlReturn": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_what_the_documentation_does_not_allow_is_refused(changed: dict[str, Any], shop: Shop, ask: Asking) -> None:
    refused = shop.register(**changed)
    assert (refused.status_code, refused.json()["code"]) == (400, 400)
    assert ask.control("GET", "p24")["transactions"] == []
    assert shop.status() == 404


def test_strangers_are_turned_away_and_a_session_id_is_taken_once(shop: Shop, ask: Asking) -> None:
    for path in ("transaction/by/sessionId/x", f"transaction/by/sessionId/{SESSION}"):
        assert shop.call("GET", path, auth=("100001", "guessed")).status_code == 401
    assert shop.register().status_code == 200
    assert shop.register().status_code == 400
    state = ask.control("GET", "p24")
    assert (state["registrations"], len(state["transactions"])) == (2, 1)


def test_a_refusal_takes_nothing_and_time_runs_out(shop: Shop, ask: Asking, sandbox: SandboxServer) -> None:
    page = shop.begin()
    for button in ("odrzuc", "wroc"):
        assert shop.press(page, button).status_code == 303
    assert (shop.status()["status"], transaction(ask)["refusals"]) == (0, 1)
    sandbox.clock.advance(20 * 60)
    assert "Czas na zapłatę minął" in shop.press(page, "zaplac").text
    assert shop.status()["status"] == 0
    ask.control("POST", f"p24/{SESSION}/pay")  # a transfer that was on its way
    assert shop.notified()["sessionId"] == SESSION
    assert shop.status()["status"] == 1


def test_notifications_come_as_they_are_switched(shop: Shop, ask: Asking, sandbox: SandboxServer) -> None:
    pages = {name: shop.begin(name) for name in ("none", "twice", "late")}
    ask.control("PUT", "p24", {"notifications": "none"})
    shop.press(pages["none"], "zaplac")
    ask.control("PUT", "p24", {"notifications": "twice", "altered_amount": True})
    shop.press(pages["twice"], "zaplac")
    one, two = shop.notified(), shop.notified()
    assert one == two
    assert (one["sessionId"], one["originAmount"], one["amount"]) == ("twice", 12345, 12445)
    assert shop.status("twice")["amount"] == 12445
    ask.control("PUT", "p24", {"notifications": "late", "seconds": 2 * 86400, "altered_amount": False})
    shop.press(pages["late"], "zaplac")
    ask.control("POST", "p24/none/notify")
    assert shop.notified()["sessionId"] == "none"
    for name, order in (("twice", one["orderId"]), ("none", one["orderId"] - 1)):
        assert shop.verify(order, session_id=name, amount=shop.status(name)["amount"]).status_code == 200
    sandbox.clock.advance(2 * 86400)
    assert shop.notified()["sessionId"] == "late"
    assert shop.verify(one["orderId"] + 1, session_id="late").status_code == 200
    ask.control("PUT", "p24", {"notifications": "reordered"})
    for name in ("first", "second"):
        shop.press(shop.begin(name), "zaplac")
    assert [shop.notified()["sessionId"] for _ in range(2)] == ["second", "first"]


def test_what_is_not_verified_is_told_again(shop: Shop, ask: Asking, sandbox: SandboxServer) -> None:
    shop.press(shop.begin(), "zaplac")
    first = shop.notified()
    while len(transaction(ask)["told"]) < 1:  # the answer of the first has to come before the next is planned
        pass
    sandbox.clock.advance(3 * 60 + 1)
    assert shop.notified() == first
    assert shop.verify(first["orderId"]).status_code == 200


def test_its_operations_fail_as_others_do(shop: Shop, ask: Asking) -> None:
    ask.control("PUT", "faults", {"operation": "p24_register", "fault": "accepted_but_no_answer", "times": 1})
    with pytest.raises(requests.ConnectionError):
        shop.register()
    assert shop.status()["status"] == 0
    for fault, status in (("html_200", 200), ("busy", 503), ("soap_fault_unknown", 500), ("redirect", 302)):
        ask.control("PUT", "faults", {"operation": "p24_status", "fault": fault, "times": 1})
        assert shop.call("GET", f"transaction/by/sessionId/{SESSION}").status_code == status
    ask.control("PUT", "faults", {"operation": "p24_verify", "fault": "reset_before_body", "times": 1})
    with pytest.raises(requests.ConnectionError):
        shop.verify(1)
    assert ask.control("GET", "calls") == {"p24_register": 1, "p24_status": 5, "p24_verify": 1}
