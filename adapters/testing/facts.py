"""What the author of an adapter knows of the back end, so that the suite can tell a right answer from a wrong one."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from adapters.errors import Misconfigured
from adapters.testing.writing import Writing, read_writing
from schemas import InvoiceSchema, values


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """A customer of the back end; give what you know, the rest is not compared.

    ``contracts``, ``invoices``, ``meters`` and ``cases`` say how many there are, ``amount_now`` what the ERP's own
    screen shows as owed at this moment (positive: owes). ``invoice`` holds fields of one invoice as they must come out,
    ``invoice_no`` among them: ``{"invoice_no": "FV/7/2026", "gross": "108.00", "due_on": "2026-03-15"}``.
    """

    customer_no: str
    name: str | None = None
    contracts: int | None = None
    invoices: int | None = None
    meters: int | None = None
    cases: int | None = None
    amount_now: Decimal | None = None
    invoice: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        mistakes = _mistakes_in_invoice(self.invoice)
        if mistakes:
            raise Misconfigured(*mistakes)


@dataclass(frozen=True, slots=True)
class Facts:
    """At least two ``customers``, each with an invoice; ``without_invoices`` is one who has none, where there is such.

    ``unknown_customer_no``, ``unknown_invoice_ref`` and ``unknown_meter_no`` look like real ones and do not exist.
    ``writing`` says that the suite may write on this back end, and what; without it, it only asks.
    """

    customers: tuple[KnownCustomer, ...]
    unknown_customer_no: str
    unknown_invoice_ref: str = "999999999"
    unknown_meter_no: str = "999999999"
    without_invoices: str | None = None
    writing: Writing | None = None

    def __post_init__(self) -> None:
        if len({each.customer_no for each in self.customers}) < 2:
            raise Misconfigured("facts: customers: expected at least two, so that they can be told apart")

    @property
    def first(self) -> KnownCustomer:
        return self.customers[0]

    @property
    def second(self) -> KnownCustomer:
        return self.customers[1]


def read_facts(path: Path) -> Facts:
    """Facts from a TOML file with the same names, amounts as strings; raises ``Misconfigured`` with every mistake.

    ``[[customers]]`` once for each customer, ``[customers.invoice]`` beneath it; ``[writing]`` as in ``Writing``.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise Misconfigured(f"{path}: cannot be read: {error}") from None
    mistakes = _unknown_keys(given, Facts, "")
    customers = []
    rows = given.pop("customers", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Misconfigured(f"{path}: customers: expected [[customers]] once for each customer")
    for number, row in enumerate(rows, 1):
        wrong = _mistakes_in_customer(row, f"customers {number}: ")
        mistakes += wrong
        if not wrong:
            amount_now = row.pop("amount_now", None)
            customers.append(KnownCustomer(**row, amount_now=None if amount_now is None else values.money(amount_now)))
    if not isinstance(given.get("unknown_customer_no"), str):
        mistakes.append("unknown_customer_no: expected a number that no customer has")
    writing, wrong = (None, []) if "writing" not in given else read_writing(given.pop("writing"))
    mistakes += wrong
    if mistakes:
        raise Misconfigured(*(f"{path}: {mistake}" for mistake in mistakes))
    return Facts(customers=tuple(customers), writing=writing, **given)


def _mistakes_in_customer(row: Mapping[str, Any], where: str) -> list[str]:
    mistakes = _unknown_keys(row, KnownCustomer, where)
    try:
        values.customer_no(row.get("customer_no"))
    except ValueError as error:
        mistakes.append(f"{where}customer_no: {error}")
    for name in ("contracts", "invoices", "meters", "cases"):
        if not isinstance(row.get(name, 0), int):
            mistakes.append(f"{where}{name}: expected how many there are")
    try:
        values.money(row.get("amount_now", "0.00"))
    except ValueError as error:
        mistakes.append(f"{where}amount_now: {error}")
    return mistakes + [where + mistake for mistake in _mistakes_in_invoice(row.get("invoice", {}))]


def _mistakes_in_invoice(invoice: Mapping[str, Any]) -> list[str]:
    known = InvoiceSchema().fields
    if invoice and "invoice_no" not in invoice:
        return ["invoice: expected its invoice_no, to find it by"]
    mistakes = []
    for name, value in invoice.items():
        try:
            known[name].deserialize(value)
        except KeyError:
            mistakes.append(f"invoice.{name}: expected one of {', '.join(known)}")
        except ValidationError as error:
            mistakes.append(f"invoice.{name}: {'; '.join(map(str, error.messages))}")
    return mistakes


def _unknown_keys(given: Mapping[str, Any], record: type, where: str) -> list[str]:
    known = [each.name for each in fields(record)]
    return [f"{where}{name}: expected one of {', '.join(known)}" for name in given if name not in known]
