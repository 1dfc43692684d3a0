"""PayU at the wire: its token, what is sent, and what each answer means, however bad."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Semaphore
from typing import Any

import pytest
import requests
import responses

from adapters.errors import AdapterError, BadData, Rejected, Unavailable
from adapters.http import HttpClient
from adapters.payments import Standing, Stands
from adapters.payments.answers import LIMITS
from adapters.payments.payu_token import Token
from tests.adapters.payments.given import AMOUNT, ORDER, REFERENCE, payu

URL = "https://secure.payu.com"
OAUTH = f"{URL}/pl/standard/user/oauth/authorize"
ORDERS = f"{URL}/api/v2_1/orders"
NUMBER = "WZHF5FFDRJ140731GUEST000P01"
PAGE = f"{URL}/pay/?orderId={NUMBER}&token=a.b-c_d"
TAKEN = {"status": {"statusCode": "SUCCESS"}, "redirectUri": PAGE, "orderId": NUMBER, "extOrderId": REFERENCE}
FOUND = {
    "orderId": NUMBER,
    "extOrderId": REFERENCE,
    "merchantPosId": "145227",
    "currencyCode": "PLN",
    "totalAmount": "12345",
    "status": "COMPLETED",
}


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def let_in(wire: responses.RequestsMock) -> responses.RequestsMock:
    wire.post(OAUTH, json={"access_token": "wpusc-mnie", "token_type": "bearer", "expires_in": 43199})
    return wire


def asked() -> Standing:
    return payu().ask(REFERENCE, operator_ref=NUMBER, amount=AMOUNT, currency="PLN")


def one(*orders: Any, code: str = "SUCCESS") -> dict[str, Any]:
    return {"orders": list(orders), "status": {"statusCode": code}}


def test_an_order_says_all_that_is_wanted_and_leads_to_the_page(let_in: responses.RequestsMock) -> None:
    let_in.post(ORDERS, status=302, headers={"Location": "https://evil.example/"}, json=TAKEN)
    begun = payu(client_id="7").start(ORDER)
    assert (begun.redirect_url, begun.operator_ref) == (PAGE, NUMBER)
    oauth, order = (call.request for call in let_in.calls)
    assert oauth.body == b"grant_type=client_credentials&client_id=7&client_secret=tajne+%26+tajne"
    assert oauth.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert order.headers["Authorization"] == "Bearer wpusc-mnie"
    assert json.loads(order.body or "") == {
        "extOrderId": REFERENCE,
        "notifyUrl": ORDER.notify_url,
        "continueUrl": ORDER.return_url,
        "customerIp": "192.0.2.7",
        "merchantPosId": "145227",
        "description": ORDER.description,
        "currencyCode": "PLN",
        "totalAmount": "12345",
        "validityTime": "1200",
        "buyer": {"email": "a@b.example", "language": "uk"},
        "products": [{"name": ORDER.description, "unitPrice": "12345", "quantity": "1"}],
    }


@pytest.mark.parametrize("status", [200, 201, 302])
def test_an_order_may_be_answered_with_each_of_these(let_in: responses.RequestsMock, status: int) -> None:
    let_in.post(ORDERS, status=status, json=TAKEN)
    assert payu().start(ORDER).operator_ref == NUMBER


@pytest.mark.parametrize("status", [400, 403, 422, 429])
def test_what_payu_turns_away_is_rejected(let_in: responses.RequestsMock, status: int) -> None:
    let_in.post(
        ORDERS, status=status, json={"status": {"statusCode": "ERROR_VALUE_INVALID", "statusDesc": "a@b.example"}}
    )
    with pytest.raises(Rejected) as caught:
        payu().start(ORDER)
    assert "a@b.example" not in caught.value.detail


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": 400, "json": {**TAKEN, "status": {"statusCode": "ERROR_ORDER_NOT_UNIQUE"}}}, Unavailable),
        ({"status": 409, "json": {"status": {"statusCode": "BUSINESS_ERROR"}}}, Unavailable),
        ({"status": 500, "json": {"status": {"statusCode": "GENERAL_ERROR"}}}, Unavailable),
        ({"status": 302, "body": "<html>", "content_type": "text/html", "headers": {"Location": PAGE}}, Unavailable),
        ({"status": 200, "body": "<html>", "content_type": "text/html"}, Unavailable),
        ({"json": {**TAKEN, "status": {"statusCode": "WARNING_CONTINUE_3DS"}}}, BadData),
        ({"json": {**TAKEN, "status": "SUCCESS"}}, BadData),
        ({"json": {**TAKEN, "orderId": "a/b"}}, BadData),
        ({"json": {**TAKEN, "orderId": None}}, BadData),
        ({"json": {**TAKEN, "extOrderId": "another"}}, BadData),
        ({"json": {**TAKEN, "redirectUri": "https://evil.example/pay"}}, BadData),
        ({"json": {**TAKEN, "redirectUri": "https://secure.payu.com.evil.example/"}}, BadData),
        ({"json": {**TAKEN, "redirectUri": "https://secure.payu.com@evil.example/"}}, BadData),
        ({"json": {**TAKEN, "redirectUri": "https://evil.example\\@secure.payu.com/"}}, BadData),
        ({"json": {**TAKEN, "redirectUri": "http://secure.payu.com/"}}, BadData),
        ({"json": {**TAKEN, "redirectUri": "https://secure.payu.com:8443/"}}, BadData),
        ({"json": {**TAKEN, "redirectUri": "HTTPS://SECURE.payu.com/"}}, BadData),
        ({"json": {**TAKEN, "redirectUri": "https://secure.payu.com:443/"}}, BadData),
        ({"json": {**TAKEN, "redirectUri": "//secure.payu.com/"}}, BadData),
        ({"json": {**TAKEN, "redirectUri": "javascript:alert(1)"}}, BadData),
        ({"json": {**TAKEN, "redirectUri": f"{URL}/\r\nSet-Cookie: a"}}, BadData),
        ({"json": {**TAKEN, "redirectUri": f"{URL}/{'a' * 3_000}"}}, BadData),
        ({"json": {**TAKEN, "redirectUri": None}}, BadData),
        ({"json": {**TAKEN, "padding": "x" * 300_000}}, BadData),
        ({"body": requests.ConnectionError("reset")}, Unavailable),
        ({"body": requests.ReadTimeout("slow")}, Unavailable),
    ],
)
def test_an_answer_that_leaves_it_open_whether_payu_has_the_order_says_so(
    let_in: responses.RequestsMock, answer: dict[str, Any], error: type[AdapterError]
) -> None:
    let_in.post(ORDERS, **answer)
    with pytest.raises(error) as caught:
        payu().start(ORDER)
    assert not isinstance(caught.value, Rejected)
    assert len(let_in.calls) == 2


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 401, "json": {"error": "invalid_client"}},
        {"status": 500, "body": "x"},
        {"status": 302, "json": {"access_token": "a", "expires_in": 1}},
        {"body": "<html>", "content_type": "text/html"},
        {"json": {"access_token": "", "expires_in": 10}},
        {"json": {"access_token": "a\r\nX: y", "expires_in": 10}},
        {"json": {"access_token": "a"}},
        {"json": {"access_token": "a", "expires_in": 0}},
        {"json": {"access_token": "a", "expires_in": 1e9}},
        {"body": requests.ReadTimeout("slow")},
    ],
)
def test_without_a_token_the_order_certainly_never_left(wire: responses.RequestsMock, answer: dict[str, Any]) -> None:
    wire.post(OAUTH, **answer)
    with pytest.raises(Unavailable) as caught:
        payu().start(ORDER)
    assert caught.value.sent is False
    assert len(wire.calls) == 1


def test_a_token_that_payu_no_longer_takes_is_renewed_once(wire: responses.RequestsMock) -> None:
    for name in ("old", "new"):
        wire.post(OAUTH, json={"access_token": name, "expires_in": 43199})
    wire.post(ORDERS, json=TAKEN, match=[responses.matchers.header_matcher({"Authorization": "Bearer old"})])
    operator = payu()
    operator.start(ORDER)
    wire.get(
        f"{ORDERS}/{NUMBER}", status=401, match=[responses.matchers.header_matcher({"Authorization": "Bearer old"})]
    )
    wire.get(
        f"{ORDERS}/{NUMBER}",
        json=one(FOUND),
        match=[responses.matchers.header_matcher({"Authorization": "Bearer new"})],
    )
    assert operator.ask(REFERENCE, operator_ref=NUMBER, amount=AMOUNT, currency="PLN").stands is Stands.PAID
    assert len(wire.calls) == 5


def test_a_new_token_that_payu_does_not_take_either_ends_it(let_in: responses.RequestsMock) -> None:
    let_in.post(ORDERS, status=401, json={"status": {"statusCode": "UNAUTHORIZED"}})
    with pytest.raises(Rejected):
        payu().start(ORDER)
    assert [call.request.url for call in let_in.calls] == [OAUTH, ORDERS, OAUTH, ORDERS]


class Seconds:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_token_is_kept_until_shortly_before_its_end(wire: responses.RequestsMock) -> None:
    answer = wire.post(OAUTH, json={"access_token": "a", "expires_in": "600"})
    seconds = Seconds()
    token = Token(HttpClient(URL, limits=LIMITS), client_id="7", client_secret="x", seconds=seconds)
    for later, fetched in ((0, 1), (539, 1), (541, 2), (541 + 539, 2)):
        seconds.now = 1_000.0 + later
        assert token.get() == "a"
        assert answer.call_count == fetched


def test_a_token_is_asked_for_once_by_many_threads_and_renewed_once(wire: responses.RequestsMock) -> None:
    names = iter(("first", "second", "third"))

    def give(request: Any) -> tuple[int, dict[str, str], str]:
        return 200, {}, json.dumps({"access_token": next(names), "expires_in": 600})

    wire.add_callback(responses.POST, OAUTH, callback=give, content_type="application/json")
    token = Token(HttpClient(URL, limits=LIMITS), client_id="7", client_secret="x")

    def refused(_: int) -> str:
        had = token.get()
        if had == "first":
            token.forget(had)
        return token.get()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(refused, range(32))) == {"second"}
    assert len(wire.calls) == 2


def test_a_token_that_another_thread_has_renewed_is_not_thrown_away(wire: responses.RequestsMock) -> None:
    for name in ("first", "second"):
        wire.post(OAUTH, json={"access_token": name, "expires_in": 600})
    token = Token(HttpClient(URL, limits=LIMITS), client_id="7", client_secret="x")
    assert token.get() == "first"
    token.forget("first")
    assert token.get() == "second"
    token.forget("first")
    assert token.get() == "second"


def test_threads_that_wait_for_a_token_share_a_failure(wire: responses.RequestsMock) -> None:
    """Else each would wait for its own time-out behind the others."""
    seconds, came = Seconds(), Semaphore(0)

    def clock() -> float:
        came.release()
        return seconds.now

    def hang(request: Any) -> tuple[int, dict[str, str], str]:
        for _ in range(4 + 1):  # every thread has come, and the one that asks has looked again
            assert came.acquire(timeout=20)
        raise requests.ReadTimeout("slow")

    wire.add_callback(responses.POST, OAUTH, callback=hang)
    token = Token(HttpClient(URL, limits=LIMITS), client_id="7", client_secret="x", seconds=clock)
    with ThreadPoolExecutor(4) as pool:
        errors = [each.exception() for each in [pool.submit(token.get) for _ in range(4)]]
    assert [getattr(error, "sent", None) for error in errors] == [False] * 4
    assert len(wire.calls) == 1
    seconds.now += 1
    wire.upsert(responses.POST, OAUTH, json={"access_token": "a", "expires_in": 600})
    assert token.get() == "a"


@pytest.mark.parametrize(
    ("status", "stands"),
    [
        ("NEW", Stands.OPEN),
        ("PENDING", Stands.PENDING),
        ("WAITING_FOR_CONFIRMATION", Stands.PENDING),
        ("COMPLETED", Stands.PAID),
        ("CANCELED", Stands.FAILED),
    ],
)
def test_what_each_status_of_an_order_means(let_in: responses.RequestsMock, status: str, stands: Stands) -> None:
    let_in.get(f"{ORDERS}/{NUMBER}", json=one({**FOUND, "status": status}))
    assert asked() == Standing(REFERENCE, stands, NUMBER, AMOUNT, "PLN")


def test_another_amount_is_told_as_it_is(let_in: responses.RequestsMock) -> None:
    let_in.get(f"{ORDERS}/{NUMBER}", json=one({**FOUND, "totalAmount": "12346", "currencyCode": "EUR"}))
    standing = asked()
    assert (standing.amount, standing.currency) == (Decimal("123.46"), "EUR")


def test_an_order_whose_number_was_lost_is_open_and_nobody_is_asked(wire: responses.RequestsMock) -> None:
    assert payu().ask(REFERENCE, operator_ref="", amount=AMOUNT, currency="PLN") == Standing(REFERENCE, Stands.OPEN)
    assert not wire.calls


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": 404, "json": {"status": {"statusCode": "DATA_NOT_FOUND"}}}, Unavailable),
        ({"status": 503, "json": {}}, Unavailable),
        ({"status": 302, "json": one(FOUND)}, Unavailable),
        ({"body": "<html>", "content_type": "text/html"}, Unavailable),
        ({"json": one()}, BadData),
        ({"json": one(FOUND, FOUND)}, BadData),
        ({"json": one(FOUND, code="WARNING")}, BadData),
        ({"json": {"orders": [FOUND]}}, BadData),
        ({"json": {"orders": FOUND, "status": {"statusCode": "SUCCESS"}}}, BadData),
        ({"json": one("x")}, BadData),
        ({"json": one({**FOUND, "extOrderId": "another"})}, BadData),
        ({"json": one({**FOUND, "orderId": "ANOTHER"})}, BadData),
        ({"json": one({**FOUND, "merchantPosId": "9"})}, BadData),
        ({"json": one({**FOUND, "status": "REFUNDED"})}, BadData),
        ({"json": one({**FOUND, "status": ["COMPLETED"]})}, BadData),
        ({"json": one({**FOUND, "currencyCode": 985})}, BadData),
        ({"json": one({**FOUND, "totalAmount": "123.45"})}, BadData),
        ({"json": one({**FOUND, "totalAmount": "0"})}, BadData),
        ({"json": one({**FOUND, "totalAmount": "9" * 30})}, BadData),
        ({"json": one({**FOUND, "totalAmount": "١٢"})}, BadData),
        ({"body": requests.ConnectionError("away")}, Unavailable),
    ],
)
def test_an_answer_that_cannot_be_believed_is_an_error(
    let_in: responses.RequestsMock, answer: dict[str, Any], error: type[AdapterError]
) -> None:
    let_in.get(f"{ORDERS}/{NUMBER}", **answer)
    with pytest.raises(error):
        asked()


def test_a_number_cannot_lead_to_another_path(wire: responses.RequestsMock) -> None:
    with pytest.raises(BadData):
        payu().ask(REFERENCE, operator_ref="../x", amount=AMOUNT, currency="PLN")
