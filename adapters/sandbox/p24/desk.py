"""The part of the control desk that looks into the simulator and plays its customers."""

from typing import Any

from adapters.sandbox import orders
from adapters.sandbox.faces import Request
from adapters.sandbox.orders import Wrong
from adapters.sandbox.p24.notices import Notices, Sending
from adapters.sandbox.p24.transactions import Impossible, Transaction, Transactions
from schemas import values

_LONGEST = 30 * 86_400


def do(books: Transactions, notices: Notices, request: Request) -> tuple[int, Any] | None:
    """The answer to a request under ``/control/p24``, or None where something else is meant; raises ``Wrong``."""
    match request.method, *request.parts[1:]:
        case ("GET", "p24"):
            return 200, _all(books, notices)
        case ("PUT", "p24"):
            _switch(books, notices, request)
            return 200, _all(books, notices)
        case ("POST", "p24", session_id, "pay" | "refuse" | "notify" as what):
            found = books.by_session(session_id)
            if found is None:
                raise Wrong(404, session_id="no such transaction")
            try:
                _play(books, notices, found, what)
            except Impossible as error:
                raise Wrong(409, session_id=str(error)) from None
            return 200, _shown(found)
    return None


def _switch(books: Transactions, notices: Notices, request: Request) -> None:
    given = orders.read(
        request,
        {},
        {
            "notifications": orders.one_of(tuple(Sending)),
            "altered_amount": values.flag,
            "seconds": orders.seconds(_LONGEST),
        },
    )
    if given["notifications"] is not None:
        notices.sending = Sending(given["notifications"])
    if given["seconds"] is not None:
        notices.seconds = given["seconds"]
    if given["altered_amount"] is not None:
        books.altered_amount = given["altered_amount"]


def _play(books: Transactions, notices: Notices, found: Transaction, what: str) -> None:
    if what == "pay":
        books.pay(found, even_late=True)
        notices.paid(found)
    elif what == "refuse":
        books.refuse(found)
    else:
        notices.tell(found)


def _all(books: Transactions, notices: Notices) -> dict[str, Any]:
    return {
        "notifications": notices.sending,
        "seconds": notices.seconds,
        "altered_amount": books.altered_amount,
        "registrations": books.registrations,
        "transactions": [_shown(each) for each in books.all()],
    }


def _shown(found: Transaction) -> dict[str, Any]:
    return {
        "sessionId": found.asked.session_id,
        "token": found.token,
        "orderId": found.order_id,
        "status": int(found.status),
        "amount": found.amount,
        "originAmount": found.asked.amount,
        "description": found.asked.description,
        "timeLimit": found.asked.time_limit,
        "urlReturn": found.asked.url_return,
        "urlStatus": found.asked.url_status,
        "refusals": found.refusals,
        "told": list(found.told),
    }
