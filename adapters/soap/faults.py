"""Says what the portal does next with a SOAP fault: only the codes that the mapping lists are an answer."""

import re

from lxml import etree

from adapters.errors import AdapterError
from adapters.mapping import Mapped

_PLAIN = re.compile(r"[\w.:-]{1,64}", re.ASCII)


def fault_error(fault: etree._Element, mapped: Mapped, operation: str) -> AdapterError:
    """The error that a fault stands for.

    The code is looked for where ``errors.code`` says, a path in the fault's detail; else it is the fault's own code,
    of SOAP 1.2 the most special subcode that is listed. A code that is not listed is a failure, not a refusal.
    """
    codes = _codes(fault, mapped.errors.get("code"))
    code = next((each for each in codes if mapped.lists(operation, each)), codes[0] if codes else "")
    return _error(code, mapped, operation, "fault")


def answer_error(answer: etree._Element, mapped: Mapped, operation: str) -> AdapterError | None:
    """The error that an ordinary answer tells of, where ``errors.answer_code`` says that ERPs like this one do so."""
    path = mapped.errors.get("answer_code")
    code = _text(answer, path) if path else ""
    if not code or code in mapped.fine_codes:
        return None
    return _error(code, mapped, operation, "answered with code")


def _error(code: str, mapped: Mapped, operation: str, told: str) -> AdapterError:
    # The ERP's words stay out: they may repeat what was asked.
    detail = f"{operation}: {told} {code if _PLAIN.fullmatch(code) else 'that is not plain'}"
    return mapped.error(operation, detail, code=code)


def _codes(fault: etree._Element, path: str | None) -> list[str]:
    for name in ("detail", "Detail"):
        detail = fault.find(f"{{*}}{name}")
        if detail is not None and path is not None and (code := _text(detail, path)):
            return [code]
    codes = [_local(each.text) for each in fault.iterfind("{*}faultcode")]
    level = fault.find("{*}Code")
    while level is not None:
        codes.insert(0, _local(level.findtext("{*}Value")))
        level = level.find("{*}Subcode")
    return codes


def _text(element: etree._Element, path: str) -> str:
    found = element.findtext("/".join(f"{{*}}{step}" for step in path.split("/")))
    return (found or "").strip()


def _local(qualified: str | None) -> str:
    return (qualified or "").strip().rpartition(":")[2]
