"""The operator's desk under ``/control``: the clock, bookings, the truth about the ledger, faults and call counts."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from adapters.clock import SetClock
from adapters.sandbox.calls import OPERATIONS, Answer, CallCounts
from adapters.sandbox.faces import Request
from adapters.sandbox.faults import EVERY, Fault, FaultBoard, FaultKind
from adapters.sandbox.mailbox import Mailbox
from adapters.sandbox.records import Bill, Posting
from adapters.sandbox.world import UnknownCustomer, UnknownInvoice, World
from schemas import values

_LARGEST_DOCUMENT = 4 * 1024**3
_YEARS = range(1990, 2201)
"""Beyond them there is nothing to try out, and histories and time zones would come to the calendar's own ends."""
_Reading = Callable[[object], Any]


class Wrong(Exception):
    """What the caller must mend; ``status`` is of the 4xx kind."""

    def __init__(self, status: int, **mistakes: str) -> None:
        super().__init__(str(mistakes))
        self.status = status
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class ControlDesk:
    """What may be done to the sandbox from outside; everything is JSON."""

    world: World
    clock: SetClock
    faults: FaultBoard
    calls: CallCounts
    mailbox: Mailbox

    def respond(self, request: Request) -> Answer:
        """The answer to a request under ``/control``; a mistake is a 4xx that names it."""
        try:
            status, content = self._do(request)
        except Wrong as wrong:
            status, content = wrong.status, {"errors": wrong.mistakes}
        except UnknownCustomer:
            status, content = 404, {"errors": {"customer_no": "no such customer"}}
        except UnknownInvoice:
            status, content = 404, {"errors": {"invoice_no": "no such invoice of this customer"}}
        return Answer(status, "application/json", json.dumps(content, ensure_ascii=False).encode(errors="replace"))

    def _do(self, request: Request) -> tuple[int, Any]:
        match request.method, *request.parts[1:]:
            case ("GET", "health"):
                return 200, {"status": "ok"}
            case ("GET", "clock"):
                return 200, self._clock()
            case ("PUT", "clock"):
                self.clock.set(_read(request, {"now": _or_none(_moment)})["now"])
                return 200, self._clock()
            case ("GET", "customers"):
                return 200, [{"customer_no": each.customer_no, "persona": each.persona} for each in self._parties()]
            case ("GET", "customers", customer_no, "ledger"):
                return 200, [entry(each) for each in self.world.account(customer_no).books.postings]
            case ("POST", "customers", customer_no, "payments"):
                return 201, self._payment(customer_no, request)
            case ("POST", "customers", customer_no, "invoices"):
                return 201, self._invoice(customer_no, request)
            case ("PUT", "documents"):
                given = _read(request, {"customer_no": values.customer_no, "invoice_no": values.text, "size": _size})
                self.world.resize_document(given["customer_no"], given["invoice_no"], given["size"])
                return 200, given
            case ("GET" | "PUT" | "DELETE", "faults"):
                return 200, self._set_faults(request)
            case ("GET" | "DELETE", "calls"):
                if request.method == "DELETE":
                    self.calls.clear()
                return 200, self.calls.read()
            case ("GET" | "DELETE", "mail"):
                if request.method == "DELETE":
                    self.mailbox.clear()
                return 200, self.mailbox.as_json()
        known = "calls, clock, customers, documents, faults, health or mail"
        raise Wrong(404, path=f"expected {known}, and a method that fits")

    def _parties(self) -> list[Any]:
        return list(self.world.parties.values())

    def _clock(self) -> dict[str, Any]:
        return {"now": _instant(self.clock.now()), "set": self.clock.is_set}

    def _payment(self, customer_no: str, request: Request) -> dict[str, Any]:
        given = _read(request, {"amount": _paid}, {"value_on": _or_none(_day)})
        return entry(self.world.book_payment(customer_no, given["amount"], value_on=given["value_on"]))

    def _invoice(self, customer_no: str, request: Request) -> dict[str, Any]:
        dates = {"due_on": _or_none(_day), "issued_on": _or_none(_day)}
        given = _read(request, {"gross": values.money}, dates)
        bill, posting = self.world.issue_invoice(
            customer_no, given["gross"], due_on=given["due_on"], issued_on=given["issued_on"]
        )
        return {**_bill(bill), "entry": entry(posting)}

    def _set_faults(self, request: Request) -> list[dict[str, Any]]:
        if request.method == "DELETE":
            self.faults.clear()
        elif request.method == "PUT":
            needed = {"operation": _one_of((EVERY, *OPERATIONS)), "fault": _one_of(tuple(FaultKind))}
            given = _read(request, needed, {"times": _or_none(_times), "seconds": _or_none(_seconds)})
            kind = FaultKind(given["fault"])
            self.faults.put(Fault(given["operation"], kind, given["times"], given["seconds"]))
        return [
            {"operation": each.operation, "fault": each.kind, "times": each.times, "seconds": each.seconds}
            for each in self.faults.read()
        ]


def entry(posting: Posting) -> dict[str, Any]:
    """A ledger entry as the desk tells it; ``amount`` is positive when the customer owes more."""
    return {
        "entry_no": str(posting.entry_no),
        "kind": posting.kind,
        "document_no": posting.document_no,
        "amount": str(posting.amount),
        "posted_on": posting.posted_on.isoformat(),
        "posted_at": _instant(posting.posted_at) if posting.posted_at else None,
        "value_on": posting.value_on.isoformat() if posting.value_on else None,
    }


def _bill(bill: Bill) -> dict[str, Any]:
    return {
        "id": str(bill.bill_id),
        "invoice_no": bill.invoice_no,
        "kind": bill.kind,
        "gross": str(bill.gross),
        "issued_on": bill.issued_on.isoformat(),
        "due_on": bill.due_on.isoformat(),
    }


def _instant(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _read(
    request: Request, needed: Mapping[str, _Reading], optional: Mapping[str, _Reading] | None = None
) -> dict[str, Any]:
    """The fields of the body; all the mistakes at once."""
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise Wrong(400, body="expected a JSON object")
    readings = {**needed, **(optional or {})}
    found: dict[str, Any] = dict.fromkeys(optional or {})
    mistakes = {name: f"not known; expected {', '.join(readings)}" for name in given if name not in readings}
    for name, reading in readings.items():
        if name not in given:
            if name in needed:
                mistakes[name] = "is required"
            continue
        try:
            found[name] = reading(given[name])
        except ValueError as error:
            mistakes[name] = str(error)
    if mistakes:
        raise Wrong(400, **mistakes)
    return found


def _or_none(reading: _Reading) -> _Reading:
    return lambda value: None if value is None else reading(value)


def _one_of(words: tuple[str, ...]) -> _Reading:
    def reading(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"expected one of {', '.join(words)}")
        return value

    return reading


def _moment(value: object) -> datetime:
    moment = values.instant(value)
    if moment.year not in _YEARS:
        raise ValueError(f"expected a moment in the years {_YEARS[0]} to {_YEARS[-1]} (UTC)")
    return moment


def _day(value: object) -> date:
    day = values.day(value)
    if day.year not in _YEARS:
        raise ValueError(f"expected a day in the years {_YEARS[0]} to {_YEARS[-1]}")
    return day


def _paid(value: object) -> Decimal:
    amount = values.money(value)
    if not amount:
        raise ValueError("expected an amount other than 0.00; a negative one takes a payment back")
    return amount


def _times(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("expected a whole number from 1, or null for every call")
    return value


def _seconds(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 86_400:
        raise ValueError("expected seconds from 0 to 86400")
    return float(value)


def _size(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST_DOCUMENT:
        raise ValueError(f"expected a number of bytes from 0 to {_LARGEST_DOCUMENT}")
    return value
