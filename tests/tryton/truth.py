"""What Tryton itself says, asked over the interface of its own client: an independent witness for the tests.

Nothing of the portal is used here; it speaks JSON-RPC as an administrator, where the portal speaks REST with a key.
"""

import base64
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import requests

from tests.tryton.server import TrytonServer


@dataclass(frozen=True)
class TrueInvoice:
    """An invoice as Tryton's own client would list it."""

    id: int
    number: str
    day: date
    net: Decimal
    tax: Decimal
    total: Decimal
    to_pay: Decimal
    state: str
    dues: frozenset[date]


@dataclass(frozen=True)
class TrueContract:
    """A subscription that was started."""

    number: str
    reference: str
    start: date
    end: date | None


@dataclass(frozen=True)
class TrueLine:
    """A line of a receivable account; ``amount`` is debit less credit, ``posted_on`` the day of booking."""

    id: int
    amount: Decimal
    day: date
    posted_on: date
    reconciled: bool


class Truth:
    """Tryton's own answers, by customer number."""

    def __init__(self, server: TrytonServer) -> None:
        self._url = f"{server.url}/rpc/"
        self._http = requests.Session()
        self._http.trust_env = False
        user, session, *_ = self._call(
            "common.db.login", server.login, {"password": server.password}, "en", context=None
        )
        token = base64.b64encode(f"{server.login}:{user}:{session}".encode()).decode()
        self._http.headers["Authorization"] = f"Session {token}"
        self._context = self._call("model.res.user.get_preferences", True, context={})

    def close(self) -> None:
        self._http.close()

    def customers(self) -> list[str]:
        """The numbers of all parties with a contract."""
        rows = self._call("model.sale.subscription.search_read", [], 0, None, None, ["party.code"])
        return sorted({row["party."]["code"] for row in rows})

    def receivable(self, code: str) -> Decimal:
        """What Tryton says this customer owes, without regard to any day."""
        (row,) = self._read("party.party", [["code", "=", code]], ["receivable"])
        return Decimal(row["receivable"])

    def invoices(self, code: str) -> list[TrueInvoice]:
        """Numbered invoices and corrections to this customer, the oldest first."""
        rows = self._read(
            "account.invoice",
            [["party.code", "=", code], ["type", "=", "out"], ["number", "!=", None]],
            [
                *("number", "invoice_date", "untaxed_amount", "tax_amount", "total_amount", "amount_to_pay", "state"),
                "lines_to_pay.maturity_date",
            ],
        )
        found = [
            TrueInvoice(
                row["id"],
                row["number"],
                row["invoice_date"],
                row["untaxed_amount"],
                row["tax_amount"],
                row["total_amount"],
                row["amount_to_pay"] or Decimal(0),
                row["state"],
                frozenset(line["maturity_date"] for line in row["lines_to_pay."]),
            )
            for row in rows
        ]
        return sorted(found, key=lambda each: (each.day, each.id))

    def contracts(self, code: str) -> list[TrueContract]:
        """All started subscriptions, by number."""
        rows = self._read(
            "sale.subscription",
            [["party.code", "=", code], ["state", "!=", "draft"]],
            ["number", "reference", "start_date", "end_date"],
        )
        found = [TrueContract(row["number"], row["reference"], row["start_date"], row["end_date"]) for row in rows]
        return sorted(found, key=lambda each: each.number)

    def document(self, invoice: TrueInvoice) -> bytes:
        """What Tryton's client opens when its user prints the invoice."""
        data = {"model": "account.invoice", "id": invoice.id, "ids": [invoice.id]}
        _, content, _, _ = self._call("report.account.invoice.execute", [invoice.id], data)
        assert isinstance(content, bytes)
        return content

    def today(self) -> date:
        """The day on which Tryton would book now."""
        found: date = self._call("model.ir.date.today")
        return found

    def lines(self, code: str) -> list[TrueLine]:
        """All posted lines of this customer in receivable accounts, in order of booking."""
        rows = self._read(
            "account.move.line",
            [
                ["party.code", "=", code],
                ["account.type.receivable", "=", True],
                ["move.state", "=", "posted"],
            ],
            ["debit", "credit", "move.date", "move.post_date", "reconciliation"],
        )
        found = [
            TrueLine(
                row["id"],
                Decimal(row["debit"]) - Decimal(row["credit"]),
                row["move."]["date"],
                row["move."]["post_date"],
                row["reconciliation"] is not None,
            )
            for row in rows
        ]
        return sorted(found, key=lambda each: (each.posted_on, each.id))

    def pay_now(self, code: str, invoice_number: str, amount: Decimal) -> None:
        """Book a payment for an invoice with Tryton's own wizard, today by Tryton's clock."""
        (invoice,) = self._read(
            "account.invoice", [["party.code", "=", code], ["number", "=", invoice_number]], ["currency"]
        )
        methods = self._read("account.invoice.payment.method", [], ["name"])
        today = self.today()
        session, _, _ = self._call("wizard.account.invoice.pay.create")
        context = {
            **self._context,
            "active_model": "account.invoice",
            "active_id": invoice["id"],
            "active_ids": [invoice["id"]],
        }
        start = self._call("wizard.account.invoice.pay.execute", session, {}, "start", context=context)
        form = _values(start["view"]["defaults"]) | {
            "amount": amount,
            "date": today,
            "payment_method": methods[0]["id"],
        }
        answer = self._call("wizard.account.invoice.pay.execute", session, {"start": form}, "choice", context=context)
        if "view" in answer:
            ask = _values(answer["view"]["defaults"])
            self._call(
                "wizard.account.invoice.pay.execute", session, {"start": form, "ask": ask}, "pay", context=context
            )
        self._call("wizard.account.invoice.pay.delete", session)

    def _read(self, model: str, domain: list[Any], fields: list[str]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._call(f"model.{model}.search_read", domain, 0, None, None, fields)
        return rows

    def _call(self, method: str, *params: Any, context: dict[str, Any] | str | None = "own") -> Any:
        arguments = [*params]
        if context == "own":
            arguments.append(self._context)
        elif context is not None:
            arguments.append(context)
        answer = self._http.post(self._url, json={"id": 0, "method": method, "params": _encode(arguments)}, timeout=60)
        answer.raise_for_status()
        body = answer.json(object_hook=_decode)
        if isinstance(body, dict):
            if body.get("error"):
                raise RuntimeError(f"{method}: {body['error']}")
            return body["result"]
        return body


def _values(defaults: dict[str, Any]) -> dict[str, Any]:
    """A form's own values, without the names that come along for showing."""
    return {name: value for name, value in defaults.items() if not name.endswith(".")}


def _encode(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    if isinstance(value, date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    if isinstance(value, dict):
        return {name: _encode(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_encode(inner) for inner in value]
    return value


def _decode(value: dict[str, Any]) -> Any:
    match value.get("__class__"):
        case "Decimal":
            return Decimal(value["decimal"])
        case "date":
            return date(value["year"], value["month"], value["day"])
        case "bytes":
            return base64.b64decode(value["base64"])
    return value
