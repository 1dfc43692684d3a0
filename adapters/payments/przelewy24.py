"""Przelewy24 over its REST API v1: register, send the customer there, ask, and verify what was paid.

Its notification comes only for a payment that was made, and only a verified one is settled with the merchant: until
then the money is the customer's, as an advance.
"""

import json
import logging
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self
from urllib.parse import quote

from adapters.errors import AdapterError, BadData, Unavailable
from adapters.http import HttpClient
from adapters.limits import Limits
from adapters.payments.amounts import grosze, read_grosze
from adapters.payments.answers import table, taken, told
from adapters.payments.options import Known, Options, read_options
from adapters.payments.port import PaymentOperator
from adapters.payments.records import Begun, Forged, Notice, PaymentOrder, Standing, Stands
from adapters.payments.signatures import p24_sign, same
from adapters.strict_json import strict_json

log = logging.getLogger("ebok.payments")

_KNOWN = Known(
    numbers=("merchant_id", "pos_id"),
    secrets=("api_key", "crc"),
    stand_ins={"pos_id": "merchant_id"},
    url="https://secure.przelewy24.pl",
)
_JSON = {"Content-Type": "application/json", "Accept": "application/json"}
_LANGUAGES = {"pl": "pl", "en": "en"}  # its pages speak no Ukrainian
_LONGEST_DESCRIPTION = 1_024
_MOST_MINUTES = 99
_TOKEN = re.compile(r"[0-9A-Za-z_-]{1,200}")
_SIGNED: Mapping[str, type] = {
    "merchantId": int,
    "posId": int,
    "sessionId": str,
    "amount": int,
    "originAmount": int,
    "currency": str,
    "orderId": int,
    "methodId": int,
    "statement": str,
}
"""What a notification is signed over, in this order."""


class Przelewy24(PaymentOperator):
    """One merchant at Przelewy24. Our reference is its ``sessionId``; its own number is there once it was paid."""

    name = "p24"
    title = "Przelewy24"
    longest_email = 50

    def __init__(self, options: Options, *, limits: Limits) -> None:
        self.hosts = options.hosts
        self._merchant_id = int(options.numbers["merchant_id"])
        self._pos_id = int(options.numbers["pos_id"])
        self._crc = options.secrets["crc"]
        self._url = options.url.rstrip("/")
        self._client = HttpClient(
            options.url,
            limits=limits,
            auth=(options.numbers["pos_id"], options.secrets["api_key"]),
            headers=_JSON,
            proxy=options.proxy,
        )

    @classmethod
    def from_settings(cls, options: Mapping[str, Any], *, limits: Limits) -> Self:
        return cls(read_options(options, cls.name, _KNOWN), limits=limits)

    def start(self, order: PaymentOrder) -> Begun:
        """Register the transaction. It may be paid for at most 99 minutes, which is all that Przelewy24 counts to."""
        signed: dict[str, str | int] = {
            "sessionId": order.reference,
            "merchantId": self._merchant_id,
            "amount": grosze(order.amount),
            "currency": order.currency,
        }
        asked = {
            **signed,
            "posId": self._pos_id,
            "description": order.description[:_LONGEST_DESCRIPTION],
            "email": order.email,
            "country": "PL",
            "language": _LANGUAGES.get(order.language, "en"),
            "urlReturn": order.return_url,
            "urlStatus": order.notify_url,
            "timeLimit": min(max(order.valid_minutes, 1), _MOST_MINUTES),
            "encoding": "UTF-8",
            "sign": p24_sign(signed, self._crc),
        }
        answer = self._client.send("POST", "api/v1/transaction/register", body=_written(asked), kind="write")
        token = _inside(taken(answer, "p24: register")).get("token")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise BadData("p24: register: an answer without a token")
        return Begun(f"{self._url}/trnRequest/{token}", "")

    def ask(self, reference: str, *, operator_ref: str, amount: Decimal, currency: str) -> Standing:
        """What Przelewy24 knows of the transaction; verifies an advance of exactly ``amount`` and ``currency``.

        It answers 404 also for one that is registered and not paid yet, so that means open, never absent. What it
        returned to the customer (status 3) is not the utility's, and counts as failed. An advance that could not be
        verified just now is pending: the customer has paid, and the verification is tried when it is asked again.
        """
        answer = self._client.send("GET", f"api/v1/transaction/by/sessionId/{quote(reference, safe='')}")
        if answer.status == 404:
            table(answer, "p24: status")  # a page of a proxy says nothing of the transaction
            return Standing(reference, Stands.OPEN)
        found = _inside(told(answer, "p24: status"))
        if found.get("sessionId") != reference:
            raise BadData("p24: status: the answer is of another transaction")
        status = found.get("status")
        if type(status) is not int or status not in (0, 1, 2, 3):
            raise BadData("p24: status: a status that is not known")
        if status == 0:
            return Standing(reference, Stands.OPEN)
        standing = _paid(found, reference, Stands.FAILED if status == 3 else Stands.PENDING)
        if status == 3 or (standing.amount, standing.currency) != (amount, currency):
            return standing
        settled = status == 2 or self._verified(reference, standing.operator_ref, amount, currency)
        return Standing(reference, Stands.PAID, standing.operator_ref, amount, currency) if settled else standing

    def notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """A notification signed with the CRC key over its own fields, for this merchant and point of sale."""
        try:
            given = strict_json(body)
            fields = {name: given[name] for name in _SIGNED}
            sign = given["sign"]
            right = all(type(fields[name]) is kind for name, kind in _SIGNED.items()) and isinstance(sign, str)
            genuine = right and same(sign, p24_sign(fields, self._crc))
        except (ValueError, TypeError, KeyError):
            raise Forged("p24: not a notification") from None
        if not genuine:
            raise Forged("p24: the signature is not right")
        if (fields["merchantId"], fields["posId"]) != (self._merchant_id, self._pos_id):
            raise Forged("p24: for another merchant")
        return Notice(fields["sessionId"], str(fields["orderId"]))

    def _verified(self, reference: str, number: str, amount: Decimal, currency: str) -> bool:
        """Whether Przelewy24 has now given the advance to the merchant; it may be told as often as one likes."""
        signed: dict[str, str | int] = {
            "sessionId": reference,
            "orderId": int(number),
            "amount": grosze(amount),
            "currency": currency,
        }
        asked = {
            **signed,
            "merchantId": self._merchant_id,
            "posId": self._pos_id,
            "sign": p24_sign(signed, self._crc),
        }
        try:
            answer = self._client.send("PUT", "api/v1/transaction/verify", body=_written(asked))
            if _inside(told(answer, "p24: verify")).get("status") == "success":
                return True
            raise Unavailable("p24: verify: not confirmed")
        except AdapterError as error:
            log.warning("p24: a paid transaction is not verified yet: %s", error.detail)
            return False


def _paid(found: Mapping[str, Any], reference: str, stands: Stands) -> Standing:
    number, currency = found.get("orderId"), found.get("currency")
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < 2**63:
        raise BadData("p24: status: no number of the transaction")
    if not isinstance(currency, str):
        raise BadData("p24: status: no currency")
    try:
        return Standing(reference, stands, str(number), read_grosze(found.get("amount")), currency)
    except ValueError:
        raise BadData("p24: status: no amount") from None


def _inside(content: Mapping[str, Any]) -> dict[str, Any]:
    found = content.get("data")
    if not isinstance(found, dict):
        raise BadData("p24: an answer without data")
    return found


def _written(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()
