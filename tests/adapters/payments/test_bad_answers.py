"""Whatever JSON an operator answers, nothing but the project's own errors comes out, and no false payment."""

import json
import re
from typing import Any

import responses
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import AdapterError
from adapters.payments import PaymentOperator, Stands
from tests.adapters.payments.given import AMOUNT, ORDER, REFERENCE, p24, payu

_NAMES = st.sampled_from(
    ["data", "token", "status", "statusCode", "orders", "orderId", "extOrderId", "sessionId", "amount", "currency"]
)
_VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-1, 20_000)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["SUCCESS", "COMPLETED", "PLN", REFERENCE, "145227", "12345", 10**400])
)
JSONS = st.recursive(
    _VALUES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_NAMES, inner, max_size=5), max_leaves=12
)
OPERATORS: tuple[tuple[PaymentOperator, str], ...] = ((p24(), ""), (payu(), "W1"))
STATUSES = st.sampled_from([200, 201, 302, 400, 401, 404, 409, 500, 503])


@given(content=JSONS, status=STATUSES)
def test_any_answer_is_understood_or_an_error_of_ours(content: Any, status: int) -> None:
    body = json.dumps(content)
    for operator, number in OPERATORS:
        with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
            wire.post(
                "https://secure.payu.com/pl/standard/user/oauth/authorize", json={"access_token": "t", "expires_in": 9}
            )
            for method in ("GET", "POST", "PUT"):
                for place in ("https://secure.przelewy24.pl/", "https://secure.payu.com/api/"):
                    wire.add(method, _under(place), status=status, body=body, content_type="application/json")
            _ask(operator, number)
            _start(operator)


def _under(place: str) -> re.Pattern[str]:
    return re.compile(re.escape(place) + ".*")


def _ask(operator: PaymentOperator, number: str) -> None:
    try:
        standing = operator.ask(REFERENCE, operator_ref=number, amount=AMOUNT, currency="PLN")
    except AdapterError:
        return
    assert standing.stands is not Stands.PAID or (standing.amount, standing.currency) == (AMOUNT, "PLN")


def _start(operator: PaymentOperator) -> None:
    try:
        begun = operator.start(ORDER)
    except AdapterError:
        return
    assert begun.redirect_url.startswith(tuple(f"{host}/" for host in operator.hosts))
