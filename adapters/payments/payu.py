"""PayU over its REST API v2.1: an order, the redirect to PayU's page, and asking where the order stands.

The point of sale is to collect payments by itself (auto-receive), which is how PayU sets it up.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self

from adapters.errors import BadData, Unavailable
from adapters.http import Answer, HttpClient, Kind
from adapters.limits import Limits
from adapters.payments.amounts import grosze, read_grosze
from adapters.payments.answers import table, taken, told
from adapters.payments.options import Known, Options, read_options
from adapters.payments.payu_token import Token
from adapters.payments.port import PaymentOperator
from adapters.payments.records import Begun, Forged, Notice, PaymentOrder, Standing, Stands
from adapters.payments.signatures import payu_signature, same
from adapters.strict_json import strict_json

_KNOWN = Known(
    numbers=("pos_id", "client_id"),
    secrets=("second_key", "client_secret"),
    stand_ins={"client_id": "pos_id"},
    url="https://secure.payu.com",
)
_STANDS = {
    "NEW": Stands.OPEN,
    "PENDING": Stands.PENDING,
    "WAITING_FOR_CONFIRMATION": Stands.PENDING,
    "COMPLETED": Stands.PAID,
    "CANCELED": Stands.FAILED,
}
_ORDER_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_LONGEST_DESCRIPTION = 255
_HEADERS = ("openpayu-signature", "x-openpayu-signature")


class PayU(PaymentOperator):
    """One point of sale at PayU. Our reference is its ``extOrderId``, of which it takes each only once."""

    name = "payu"
    title = "PayU"

    def __init__(self, options: Options, *, limits: Limits) -> None:
        self.hosts = options.hosts
        self._pos_id = options.numbers["pos_id"]
        self._second_key = options.secrets["second_key"]
        # An order is answered with 302, and what counts is in the body.
        self._client = HttpClient(options.url, limits=limits, proxy=options.proxy, redirects_answer=True)
        self._token = Token(
            self._client, client_id=options.numbers["client_id"], client_secret=options.secrets["client_secret"]
        )

    @classmethod
    def from_settings(cls, options: Mapping[str, Any], *, limits: Limits) -> Self:
        return cls(read_options(options, cls.name, _KNOWN), limits=limits)

    def start(self, order: PaymentOrder) -> Begun:
        """Create the order, which PayU itself cancels when its time is over."""
        answer = self._call("POST", "api/v2_1/orders", body=self._order(order), kind="write")
        if _code(table(answer, "payu: order")) == "ERROR_ORDER_NOT_UNIQUE":
            raise Unavailable("payu: order: there is one with our reference already, whose page nobody knows")
        content = taken(answer, "payu: order")
        if _code(content) != "SUCCESS":
            raise BadData("payu: order: an answer that is no success")
        number = content.get("orderId")
        if not isinstance(number, str) or not _ORDER_ID.fullmatch(number):
            raise BadData("payu: order: an answer without the order's number")
        if content.get("extOrderId", order.reference) != order.reference:
            raise BadData("payu: order: the answer is of another order")
        url = content.get("redirectUri")
        if not isinstance(url, str) or not self.shows(url):
            raise BadData("payu: order: no address to pay at, or one on a host that is not the operator's")
        return Begun(url, number)

    def ask(self, reference: str, *, operator_ref: str, amount: Decimal, currency: str) -> Standing:
        """Where the order stands. PayU finds one only by its own number: without it, an order whose answer was lost
        counts as open, since nobody was ever sent to its page, and a notification will bring the number.

        An order that was paid and given back stays completed here as at PayU: refunds are the utility's business.
        """
        if not operator_ref:
            return Standing(reference, Stands.OPEN)
        if not _ORDER_ID.fullmatch(operator_ref):
            raise BadData("payu: status: no number of an order")
        content = told(self._call("GET", f"api/v2_1/orders/{operator_ref}"), "payu: status")
        found = content.get("orders")
        if _code(content) != "SUCCESS" or not isinstance(found, list) or len(found) != 1:
            raise BadData("payu: status: an answer without one order")
        return self._standing(found[0], reference, operator_ref)

    def notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """A notification signed with the second key over its bytes, by MD5 or SHA-256, for this point of sale.

        One of a refund names no point of sale; the second key is this one's alone. One without our reference, about
        an order that was not made here, has an empty one.
        """
        self._check_signature(headers, body)
        try:
            content = strict_json(body)
            order = content.get("order", content)
            number, reference = order.get("orderId", ""), order.get("extOrderId") or ""
        except (ValueError, AttributeError):
            raise Forged("payu: signed, and not a notification") from None
        if "order" in content and order.get("merchantPosId") != self._pos_id:
            raise Forged("payu: for another point of sale")
        if (
            not isinstance(reference, str)
            or not isinstance(number, str)
            or (number and not _ORDER_ID.fullmatch(number))
        ):
            raise Forged("payu: signed, and not a notification")
        return Notice(reference, number)

    def _order(self, order: PaymentOrder) -> bytes:
        total = str(grosze(order.amount))
        description = order.description[:_LONGEST_DESCRIPTION]
        asked = {
            "extOrderId": order.reference,
            "notifyUrl": order.notify_url,
            "continueUrl": order.return_url,
            "customerIp": order.customer_ip,
            "merchantPosId": self._pos_id,
            "description": description,
            "currencyCode": order.currency,
            "totalAmount": total,
            "validityTime": str(order.valid_minutes * 60),
            "buyer": {"email": order.email, "language": order.language},
            "products": [{"name": description, "unitPrice": total, "quantity": "1"}],
        }
        return json.dumps(asked, ensure_ascii=False).encode()

    def _call(self, method: str, path: str, *, body: bytes | None = None, kind: Kind = "read") -> Answer:
        """With the token; once more with a new one where PayU turns it away, having done nothing."""
        token = self._token.get()
        answer = self._send(method, path, token, body, kind)
        if answer.status != 401:
            return answer
        self._token.forget(token)
        return self._send(method, path, self._token.get(), body, kind)

    def _send(self, method: str, path: str, token: str, body: bytes | None, kind: Kind) -> Answer:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        return self._client.send(method, path, body=body, headers=headers, kind=kind)

    def _standing(self, order: Any, reference: str, operator_ref: str) -> Standing:
        if not isinstance(order, dict) or (order.get("extOrderId"), order.get("orderId")) != (reference, operator_ref):
            raise BadData("payu: status: the answer is of another order")
        if order.get("merchantPosId") != self._pos_id:
            raise BadData("payu: status: the answer is of another point of sale")
        status, currency = order.get("status"), order.get("currencyCode")
        if not isinstance(status, str) or status not in _STANDS or not isinstance(currency, str):
            raise BadData("payu: status: a status or currency that is not known")
        try:
            amount = read_grosze(order.get("totalAmount"))
        except ValueError:
            raise BadData("payu: status: no amount") from None
        return Standing(reference, _STANDS[status], operator_ref, amount, currency)

    def _check_signature(self, headers: Mapping[str, str], body: bytes) -> None:
        given = {name.lower(): value for name, value in headers.items()}
        written = next((given[name] for name in _HEADERS if given.get(name)), "")
        parts = [part.strip().partition("=") for part in written.split(";") if part.strip()]
        fields = {name.strip().lower(): value.strip() for name, _, value in parts}
        if len(fields) != len(parts):
            raise Forged("payu: a signature that says something twice")
        try:
            right = payu_signature(body, self._second_key, fields["algorithm"].upper())
            genuine = same(fields["signature"], right)
        except KeyError:
            raise Forged("payu: no signature of a known kind") from None
        if not genuine:
            raise Forged("payu: the signature is not right")


def _code(content: Mapping[str, Any]) -> str:
    status = content.get("status")
    code = status.get("statusCode") if isinstance(status, dict) else None
    return code if isinstance(code, str) else ""
