"""The operator's desk under ``/control``: the clock, bookings, the ledger's truth, faults, counts, the office."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.clock import SetClock
from adapters.sandbox import control_office, orders
from adapters.sandbox.calls import OPERATIONS, Answer, CallCounts
from adapters.sandbox.faces import Request
from adapters.sandbox.faults import EVERY, SUBMIT, Fault, FaultBoard, FaultKind
from adapters.sandbox.mailbox import Mailbox
from adapters.sandbox.orders import Wrong
from adapters.sandbox.p24 import OPERATIONS as P24_OPERATIONS
from adapters.sandbox.p24 import Notices, Transactions
from adapters.sandbox.p24 import desk as p24_desk
from adapters.sandbox.records import Bill, Posting
from adapters.sandbox.world import UnknownCustomer, UnknownInvoice, World
from schemas import values

_SIZE = orders.number(0, 4 * 1024**3, "a number of bytes")
_TIMES = orders.number(1, 10**9, "a whole number, or null for every call,")


@dataclass(frozen=True, slots=True)
class ControlDesk:
    """What may be done to the sandbox from outside; everything is JSON."""

    world: World
    clock: SetClock
    faults: FaultBoard
    calls: CallCounts
    mailbox: Mailbox
    p24: Transactions
    notices: Notices

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
                self.clock.set(orders.read(request, {"now": orders.or_none(orders.moment)})["now"])
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
                given = orders.read(
                    request, {"customer_no": values.customer_no, "invoice_no": values.text, "size": _SIZE}
                )
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
        done = p24_desk.do(self.p24, self.notices, request) or control_office.do(self.world.bureau, request)
        if done is not None:
            return done
        known = f"calls, clock, customers, documents, faults, health, mail, p24, {control_office.PATHS}"
        raise Wrong(404, path=f"expected {known}, and a method that fits")

    def _parties(self) -> list[Any]:
        return list(self.world.parties.values())

    def _clock(self) -> dict[str, Any]:
        return {"now": _instant(self.clock.now()), "set": self.clock.is_set}

    def _payment(self, customer_no: str, request: Request) -> dict[str, Any]:
        given = orders.read(request, {"amount": orders.paid}, {"value_on": orders.or_none(orders.day)})
        return entry(self.world.book_payment(customer_no, given["amount"], value_on=given["value_on"]))

    def _invoice(self, customer_no: str, request: Request) -> dict[str, Any]:
        dates = {"due_on": orders.or_none(orders.day), "issued_on": orders.or_none(orders.day)}
        given = orders.read(request, {"gross": values.money}, dates)
        bill, posting = self.world.issue_invoice(
            customer_no, given["gross"], due_on=given["due_on"], issued_on=given["issued_on"]
        )
        return {**_bill(bill), "entry": entry(posting)}

    def _set_faults(self, request: Request) -> list[dict[str, Any]]:
        if request.method == "DELETE":
            self.faults.clear()
        elif request.method == "PUT":
            needed = {
                "operation": orders.one_of((EVERY, SUBMIT, *OPERATIONS, *P24_OPERATIONS)),
                "fault": orders.one_of(tuple(FaultKind)),
            }
            given = orders.read(
                request, needed, {"times": orders.or_none(_TIMES), "seconds": orders.or_none(orders.seconds(86_400))}
            )
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
