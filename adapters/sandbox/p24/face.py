"""What the merchant asks of the operator and is told, under ``/p24/api/v1``."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from adapters.clock import WARSAW
from adapters.sandbox import spoiled
from adapters.sandbox.calls import Answer
from adapters.sandbox.faces import Request
from adapters.sandbox.faults import FaultKind
from adapters.sandbox.p24.merchant import MERCHANT_ID, POS_ID, is_known, is_signed
from adapters.sandbox.p24.transactions import Impossible, Registration, Transaction, Transactions

OPERATIONS = ("p24_register", "p24_verify", "p24_status")
_JSON = "application/json"
_LANGUAGES = ("bg", "cs", "de", "en", "es", "fr", "hr", "hu", "it", "nl", "pl", "pt", "se", "sk", "ro")
_LONGEST_MINUTES = 99
_MOST_GROSZE = 10**9


def operation_of(request: Request) -> str | None:
    """What is asked for, by its method and address."""
    match request.method, *request.parts:
        case ("POST", "p24", "api", "v1", "transaction", "register"):
            return "p24_register"
        case ("PUT", "p24", "api", "v1", "transaction", "verify"):
            return "p24_verify"
        case ("GET", "p24", "api", "v1", "transaction", "by", "sessionId", _):
            return "p24_status"
    return None


@dataclass(frozen=True, slots=True)
class P24Call:
    """A question that may be answered, as it should be or as a fault wants it."""

    operation: str
    request: Request
    authorization: str
    books: Transactions

    @property
    def does(self) -> bool:
        """Whether it changes anything."""
        return self.operation != "p24_status"

    def answer(self) -> Answer:
        if not is_known(self.authorization):
            return _error(401, "Incorrect authentication")
        try:
            match self.operation:
                case "p24_register":
                    return _data({"token": self.books.register(_registration(_body(self.request))).token})
                case "p24_verify":
                    _verify(self.books, _body(self.request))
                    return _data({"status": "success"})
        except (ValueError, Impossible) as error:
            return _error(400, f"Invalid input data: {error}")
        found = self.books.by_session(self.request.parts[-1])
        return _not_found() if found is None else _data(_told(found))

    def spoiled(self, kind: FaultKind, *, elsewhere: str) -> Answer:
        """What is answered instead of, or made of, the right answer."""
        match kind:
            case FaultKind.HTML_200 | FaultKind.HTML_500 | FaultKind.DTD:
                return spoiled.page(500 if kind is FaultKind.HTML_500 else 200)
            case FaultKind.UNAUTHORIZED:
                return _error(401, "Incorrect authentication")
            case FaultKind.REDIRECT:
                return Answer(302, _JSON, headers={"Location": elsewhere})
            case FaultKind.SOAP_FAULT_BUSINESS:
                return _error(400, "Invalid input data")
            case FaultKind.SOAP_FAULT_UNKNOWN:
                return _error(500, "Undefined error")
            case FaultKind.BUSY:
                return replace(_error(503, "Service unavailable"), headers={"Retry-After": "30"})
            case FaultKind.TOO_LARGE:
                return spoiled.endless_json('{"responseCode": 0, "data": "')
            case FaultKind.MISSING_FIELD:
                return _changed(self.answer(), lambda told: told.pop("data", None))
            case FaultKind.EXTRA_FIELD:
                return _changed(self.answer(), lambda told: told.update(nowe_pole={"a": [1, None]}))
            case FaultKind.FOREIGN_OWNER:
                return _changed(self.answer(), _of_another)
        return self.answer()

    def take_late(self, seconds: float) -> None:
        """The operator has no such state: it is done at once, and nobody hears of it."""
        self.answer()


def _body(request: Request) -> dict[str, Any]:
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        raise ValueError("JSON") from None
    if not isinstance(given, dict):
        raise ValueError("JSON")
    if _whole(given, "merchantId") != MERCHANT_ID or _whole(given, "posId") != POS_ID:
        raise ValueError("merchantId, posId")
    return given


def _registration(given: dict[str, Any]) -> Registration:
    """Checked as the documentation says; raises ``ValueError``."""
    asked = Registration(
        session_id=_text(given, "sessionId", 100),
        amount=_whole(given, "amount", 1, _MOST_GROSZE),
        currency=_currency(given),
        description=_text(given, "description", 1024),
        email=_text(given, "email", 50),
        url_return=_url(given, "urlReturn"),
        url_status=_url(given, "urlStatus") if "urlStatus" in given else None,
        time_limit=_whole(given, "timeLimit", 0, _LONGEST_MINUTES) if "timeLimit" in given else 0,
    )
    if given.get("language") not in _LANGUAGES:
        raise ValueError("language")
    if len(_text(given, "country", 2)) != 2 or "@" not in asked.email:
        raise ValueError("country, email")
    fields: dict[str, str | int] = {
        "sessionId": asked.session_id,
        "merchantId": MERCHANT_ID,
        "amount": asked.amount,
        "currency": asked.currency,
    }
    if not is_signed(fields, given.get("sign")):
        raise ValueError("sign")
    return asked


def _verify(books: Transactions, given: dict[str, Any]) -> None:
    session_id, order_id = _text(given, "sessionId", 100), _whole(given, "orderId", 1, 2**63)
    amount, currency = _whole(given, "amount", 1, _MOST_GROSZE), _currency(given)
    fields: dict[str, str | int] = {
        "sessionId": session_id,
        "orderId": order_id,
        "amount": amount,
        "currency": currency,
    }
    if not is_signed(fields, given.get("sign")):
        raise ValueError("sign")
    books.verify(session_id, order_id, amount, currency)


def _text(given: dict[str, Any], name: str, longest: int) -> str:
    found = given.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= longest or not found.isprintable():
        raise ValueError(name)
    return found


def _whole(given: dict[str, Any], name: str, least: int = 1, most: int = 2**31) -> int:
    found = given.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= most:
        raise ValueError(name)
    return found


def _currency(given: dict[str, Any]) -> str:
    if given.get("currency") != "PLN":
        raise ValueError("currency")
    return "PLN"


def _url(given: dict[str, Any], name: str) -> str:
    found = _text(given, name, 250)
    if not found.isascii() or " " in found or urlsplit(found).scheme not in ("http", "https"):
        raise ValueError(name)
    return found


def _told(found: Transaction) -> dict[str, Any]:
    """A transaction as the operator shows it to its merchant; moments are Polish time to the minute."""
    paid_at = found.paid_at
    return {
        "statement": found.statement,
        "orderId": found.order_id,
        "sessionId": found.asked.session_id,
        "status": int(found.status),
        "amount": found.amount,
        "currency": found.asked.currency,
        "date": f"{found.registered_at.astimezone(WARSAW):%Y%m%d%H%M}",
        "dateOfTransaction": f"{paid_at.astimezone(WARSAW):%Y%m%d%H%M}" if paid_at else "",
        "clientEmail": found.asked.email,
        "accountMD5": "",
        "paymentMethod": found.method_id,
        "description": found.asked.description,
        "clientName": "",
        "clientAddress": "",
        "clientCity": "",
        "clientPostcode": "",
        "batchId": 0,
        "fee": "0",
    }


def _data(told: dict[str, Any]) -> Answer:
    return _json(200, {"data": told, "responseCode": 0})


def _error(status: int, text: str) -> Answer:
    return _json(status, {"error": text, "code": status})


def _not_found() -> Answer:
    return _json(404, {"error": "Transaction not found", "responseCode": 0})


def _json(status: int, told: dict[str, Any]) -> Answer:
    return Answer(status, _JSON, json.dumps(told, separators=(",", ":")).encode())


def _changed(given: Answer, change: Callable[[dict[str, Any]], object]) -> Answer:
    told = json.loads(given.body)
    change(told)
    return _json(given.status, told)


def _of_another(told: dict[str, Any]) -> None:
    if "sessionId" in told.get("data", {}):
        told["data"]["sessionId"] = "00000000-0000-4000-8000-000000000000"
