"""The half of the control desk that steers the office: what was sent in, what it makes of it, and its answers."""

from datetime import timedelta
from typing import Any

from adapters.capabilities import Recognition
from adapters.sandbox import orders
from adapters.sandbox.bureau import Bureau, Taken
from adapters.sandbox.calls import Reason, Refused
from adapters.sandbox.faces import Request
from adapters.sandbox.orders import Wrong
from schemas import values

PATHS = "cases, payments, recognition, submissions"
_DAYS = orders.number(0, 366, "days")
_LONGEST = 10 * 366 * 86_400
_NOT_THERE = {
    Reason.NO_CUSTOMER: {"customer_no": "no such customer"},
    Reason.NO_CASE: {"case_no": "no such case"},
}


def do(bureau: Bureau, request: Request) -> tuple[int, Any] | None:
    """The answer, or None where something else is meant; raises ``Wrong``."""
    try:
        match request.method, *request.parts[1:]:
            case ("GET" | "PUT", "recognition"):
                if request.method == "PUT":
                    level = orders.read(request, {"level": orders.one_of(tuple(Recognition))})["level"]
                    bureau.recognition = Recognition(level)
                return 200, {"level": bureau.recognition}
            case ("GET" | "DELETE", "submissions"):
                if request.method == "DELETE":
                    bureau.forget()
                return 200, [_taken(each) for each in bureau.submissions()]
            case ("GET" | "PUT", "cases"):
                if request.method == "PUT":
                    given = orders.read(request, {"answer_after_seconds": orders.seconds(_LONGEST)})
                    bureau.answer_after = timedelta(seconds=given["answer_after_seconds"])
                return 200, {"answer_after_seconds": bureau.answer_after.total_seconds()}
            case ("GET" | "PUT", "payments"):
                if request.method == "PUT":
                    bureau.till.book_after_days = orders.read(request, {"book_after_days": _DAYS})["book_after_days"]
                return 200, {"book_after_days": bureau.till.book_after_days}
            case ("POST", "cases", case_no, "answer"):
                return 200, _answer(bureau, case_no, request)
            case ("PUT", "customers", customer_no, "blocked"):
                bureau.folder(customer_no).blocked = orders.read(request, {"blocked": values.flag})["blocked"]
                return 200, {"customer_no": customer_no, "blocked": bureau.folder(customer_no).blocked}
    except Refused as refused:
        raise Wrong(404, **_NOT_THERE[refused.reason]) from None
    return None


def _answer(bureau: Bureau, case_no: str, request: Request) -> dict[str, Any]:
    given = orders.read(request, {"text": values.long_text}, {"document": values.flag})
    case = bureau.answer(case_no, given["text"], document=bool(given["document"]))
    return {
        "case_no": case.case_no,
        "customer_no": case.customer_no,
        "reference": case.reference,
        "document": case.has_document,
    }


def _taken(taken: Taken) -> dict[str, Any]:
    return {
        "reference": taken.sending.reference,
        "kind": taken.sending.kind,
        "customer_no": taken.sending.customer_no,
        "case_no": taken.receipt.case_no,
        "payload_sha256": taken.payload_sha256,
        "files": [{"name": each.name, "size": each.size, "sha256": each.sha256} for each in taken.sending.files],
        "count": taken.count,
        "attempts": taken.attempts,
        "received_at": taken.received_at.isoformat().replace("+00:00", "Z"),
    }
