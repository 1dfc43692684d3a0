"""Przelewy24 at the wire: what is sent to the byte, and what each answer means, however bad."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from hashlib import sha384
from typing import Any

import pytest
import requests
import responses

from adapters.errors import AdapterError, BadData, Rejected, Unavailable
from adapters.payments import Standing, Stands
from tests.adapters.payments.given import AMOUNT, ORDER, P24, REFERENCE, p24

URL = "https://secure.przelewy24.pl/api/v1/transaction"
FOUND = {
    "orderId": 300012345,
    "sessionId": REFERENCE,
    "status": 1,
    "amount": 12345,
    "currency": "PLN",
    "statement": "x",
}


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def sign(*pairs: tuple[str, Any]) -> str:
    """As documented, put together by hand."""
    written = ",".join(
        f'"{name}":{json.dumps(value, ensure_ascii=False)}' for name, value in (*pairs, ("crc", P24["crc"]))
    )
    return sha384(f"{{{written}}}".encode()).hexdigest()


def asked() -> Standing:
    return p24().ask(REFERENCE, operator_ref="", amount=AMOUNT, currency="PLN")


def test_a_registration_says_all_that_is_wanted_and_leads_to_the_page(wire: responses.RequestsMock) -> None:
    wire.post(f"{URL}/register", json={"data": {"token": "AB12-cd"}, "responseCode": 0})
    begun = p24(pos_id=100007).start(ORDER)
    assert begun.redirect_url == "https://secure.przelewy24.pl/trnRequest/AB12-cd"
    assert begun.operator_ref == ""
    request = wire.calls[0].request
    assert request.headers["Authorization"] == "Basic MTAwMDA3OmtsdWN6LUFQSQ=="  # 100007:klucz-API
    assert json.loads(request.body or "") == {
        "merchantId": 100001,
        "posId": 100007,
        "sessionId": REFERENCE,
        "amount": 12345,
        "currency": "PLN",
        "description": ORDER.description,
        "email": "a@b.example",
        "country": "PL",
        "language": "en",
        "urlReturn": ORDER.return_url,
        "urlStatus": ORDER.notify_url,
        "timeLimit": 20,
        "encoding": "UTF-8",
        "sign": sign(("sessionId", REFERENCE), ("merchantId", 100001), ("amount", 12345), ("currency", "PLN")),
    }


def test_a_long_time_and_a_long_description_are_cut_to_what_p24_takes(wire: responses.RequestsMock) -> None:
    wire.post(f"{URL}/register", json={"data": {"token": "T"}})
    p24().start(replace(ORDER, valid_minutes=1_440, description="ż" * 2_000, language="pl"))
    sent = json.loads(wire.calls[0].request.body or "")
    assert (sent["timeLimit"], len(sent["description"]), sent["language"]) == (99, 1_024, "pl")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 429])
def test_what_p24_turns_away_is_rejected(wire: responses.RequestsMock, status: int) -> None:
    wire.post(f"{URL}/register", status=status, json={"error": "Adres a@b.example", "code": status})
    with pytest.raises(Rejected) as caught:
        p24().start(ORDER)
    assert "a@b.example" not in caught.value.detail


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": 500, "json": {"error": "x"}}, Unavailable),
        ({"status": 409, "json": {"error": "x"}}, Unavailable),
        ({"status": 302, "headers": {"Location": "https://evil.example/"}}, Unavailable),
        ({"body": "<html>błąd</html>", "content_type": "text/html"}, Unavailable),
        ({"status": 400, "body": "<html>", "content_type": "text/html"}, Unavailable),
        ({"body": '{"data": ', "content_type": "application/json"}, BadData),
        ({"body": '{"data":{"token":"A"},"data":{"token":"B"}}', "content_type": "application/json"}, BadData),
        ({"body": '{"data":{"token":"A"},"responseCode":NaN}', "content_type": "application/json"}, BadData),
        ({"body": '{"responseCode":1e99999999999999999999}', "content_type": "application/json"}, BadData),
        ({"body": "[" * 100_000, "content_type": "application/json"}, BadData),
        ({"json": {"data": {"token": "../evil"}}}, BadData),
        ({"json": {"data": {"token": "A\n"}}}, BadData),
        ({"json": {"data": {"token": 7}}}, BadData),
        ({"json": {"data": []}}, BadData),
        ({"json": []}, BadData),
        ({"json": {"data": {"token": "A"}, "x": "y" * 300_000}}, BadData),
        ({"body": requests.ConnectionError("reset")}, Unavailable),
        ({"body": requests.ReadTimeout("slow")}, Unavailable),
    ],
)
def test_an_answer_that_leaves_it_open_whether_p24_has_the_order_says_so(
    wire: responses.RequestsMock, answer: dict[str, Any], error: type[AdapterError]
) -> None:
    wire.post(f"{URL}/register", **answer)
    with pytest.raises(error) as caught:
        p24().start(ORDER)
    assert not isinstance(caught.value, Rejected)


def test_where_nothing_listens_nothing_was_sent() -> None:
    with pytest.raises(Unavailable) as caught:
        p24(url="http://127.0.0.1:9").start(ORDER)
    assert caught.value.sent is False


def test_an_advance_of_the_right_amount_is_verified_and_then_paid(wire: responses.RequestsMock) -> None:
    wire.get(f"{URL}/by/sessionId/{REFERENCE}", json={"data": FOUND, "responseCode": 0})
    wire.put(f"{URL}/verify", json={"data": {"status": "success"}, "responseCode": 0})
    assert asked() == Standing(REFERENCE, Stands.PAID, "300012345", AMOUNT, "PLN")
    assert json.loads(wire.calls[1].request.body or "") == {
        "merchantId": 100001,
        "posId": 100001,
        "sessionId": REFERENCE,
        "amount": 12345,
        "currency": "PLN",
        "orderId": 300012345,
        "sign": sign(("sessionId", REFERENCE), ("orderId", 300012345), ("amount", 12345), ("currency", "PLN")),
    }


@pytest.mark.parametrize(
    ("altered", "said"),
    [({"amount": 12344}, (Decimal("123.44"), "PLN")), ({"currency": "EUR"}, (AMOUNT, "EUR"))],
)
def test_an_advance_of_another_amount_or_currency_is_told_and_not_verified(
    wire: responses.RequestsMock, altered: dict[str, Any], said: tuple[Decimal, str]
) -> None:
    wire.get(f"{URL}/by/sessionId/{REFERENCE}", json={"data": {**FOUND, **altered}})
    standing = asked()
    assert standing.stands is Stands.PENDING
    assert (standing.amount, standing.currency) == said
    assert len(wire.calls) == 1


@pytest.mark.parametrize(
    "verification",
    [
        {"status": 400, "json": {"error": "x"}},
        {"status": 401, "json": {"error": "x"}},
        {"status": 500, "body": "x"},
        {"json": {"data": {"status": "error"}}},
        {"json": {"data": "success"}},
        {"body": "<html>", "content_type": "text/html"},
        {"body": requests.ReadTimeout("slow")},
    ],
)
def test_an_advance_that_cannot_be_verified_now_is_pending(
    wire: responses.RequestsMock, verification: dict[str, Any]
) -> None:
    wire.get(f"{URL}/by/sessionId/{REFERENCE}", json={"data": FOUND})
    wire.put(f"{URL}/verify", **verification)
    assert asked() == Standing(REFERENCE, Stands.PENDING, "300012345", AMOUNT, "PLN")


@pytest.mark.parametrize(("status", "stands"), [(0, Stands.OPEN), (2, Stands.PAID), (3, Stands.FAILED)])
def test_every_other_status_is_told_without_a_verification(
    wire: responses.RequestsMock, status: int, stands: Stands
) -> None:
    wire.get(f"{URL}/by/sessionId/{REFERENCE}", json={"data": {**FOUND, "status": status}})
    assert asked().stands is stands


def test_a_transaction_that_p24_does_not_find_may_still_be_paid(wire: responses.RequestsMock) -> None:
    wire.get(f"{URL}/by/sessionId/{REFERENCE}", status=404, json={"error": "Transaction not found", "responseCode": 0})
    assert asked() == Standing(REFERENCE, Stands.OPEN)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": 404, "body": "<html>", "content_type": "text/html"}, Unavailable),
        ({"status": 401, "json": {"error": "x"}}, Unavailable),
        ({"status": 503, "json": {"error": "x"}}, Unavailable),
        ({"status": 301, "headers": {"Location": "https://evil.example/"}}, Unavailable),
        ({"json": {"data": {**FOUND, "sessionId": "another"}}}, BadData),
        ({"json": {"data": {**FOUND, "status": 4}}}, BadData),
        ({"json": {"data": {**FOUND, "status": "2"}}}, BadData),
        ({"json": {"data": {**FOUND, "status": True}}}, BadData),
        ({"json": {"data": {**FOUND, "status": 2.0}}}, BadData),
        ({"json": {"data": {**FOUND, "amount": 123.45}}}, BadData),
        ({"json": {"data": {**FOUND, "amount": -12345}}}, BadData),
        ({"json": {"data": {**FOUND, "amount": None}}}, BadData),
        ({"json": {"data": {**FOUND, "orderId": "7"}}}, BadData),
        ({"json": {"data": {**FOUND, "orderId": 2**70}}}, BadData),
        ({"json": {"data": {**FOUND, "currency": None}}}, BadData),
        ({"json": {"data": [FOUND]}}, BadData),
        ({"json": {"data": None}}, BadData),
    ],
)
def test_an_answer_that_cannot_be_believed_is_an_error(
    wire: responses.RequestsMock, answer: dict[str, Any], error: type[AdapterError]
) -> None:
    wire.get(f"{URL}/by/sessionId/{REFERENCE}", **answer)
    with pytest.raises(error):
        asked()


def test_a_reference_cannot_lead_to_another_path(wire: responses.RequestsMock) -> None:
    wire.get(f"{URL}/by/sessionId/..%2Fx%3Fy", status=404, json={})
    assert p24().ask("../x?y", operator_ref="", amount=AMOUNT, currency="PLN").stands is Stands.OPEN
