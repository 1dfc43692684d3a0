"""The faults that can be switched on for an operation, each for a number of calls or until it is lifted."""

from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Lock

EVERY = "*"
SUBMIT = "submit"
"""A fault of everything that is sent in."""


class FaultKind(StrEnum):
    """What goes wrong."""

    # nothing is answered
    REFUSE_CONNECTION = "refuse_connection"
    HANG = "hang"
    RESET = "reset"
    RESET_BEFORE_BODY = "reset_before_body"
    RESET_AFTER_BODY = "reset_after_body"
    # it is done, and nobody hears of it
    ACCEPTED_BUT_NO_ANSWER = "accepted_but_no_answer"
    ACCEPTED_LATE = "accepted_late"
    # the right answer arrives badly
    SLOW = "slow"
    DRIP = "drip"
    DRIP_HEADERS = "drip_headers"
    TRUNCATE = "truncate"
    # something else is answered
    HTML_200 = "html_200"
    HTML_500 = "html_500"
    SOAP_FAULT_BUSINESS = "soap_fault_business"
    SOAP_FAULT_UNKNOWN = "soap_fault_unknown"
    REDIRECT = "redirect"
    UNAUTHORIZED = "unauthorized"
    BUSY = "busy"
    DTD = "dtd"
    TOO_LARGE = "too_large"
    # the answer is not quite what was agreed
    MISSING_FIELD = "missing_field"
    EXTRA_FIELD = "extra_field"
    FOREIGN_OWNER = "foreign_owner"


@dataclass(slots=True)
class Fault:
    """A fault of one operation, or of ``SUBMIT`` or ``EVERY``; ``times`` is how often it still happens, None always."""

    operation: str
    kind: FaultKind
    times: int | None = None
    seconds: float | None = None


class FaultBoard:
    """The faults that are on; one for each operation, one for all that is sent in, and one for all that have none.

    ``lifted`` is set when the faults of now are lifted: calls that meet one wait for it, not only for the time.
    """

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}
        self._lock = Lock()
        self.lifted = Event()

    def put(self, fault: Fault) -> None:
        with self._lock:
            self._faults[fault.operation] = fault

    def take(self, operation: str, only: FaultKind | None = None) -> Fault | None:
        """The fault that this call meets; counts it. With ``only`` none but one of that kind is met already."""
        with self._lock:
            fault = self._faults.get(operation)
            if fault is None and operation.startswith(SUBMIT):
                fault = self._faults.get(SUBMIT)
            fault = fault or self._faults.get(EVERY)
            if fault is None or (only is not None and fault.kind is not only):
                return None
            if fault.times is not None:
                fault.times -= 1
                if fault.times == 0:
                    del self._faults[fault.operation]
            return fault

    def read(self) -> list[Fault]:
        with self._lock:
            return list(self._faults.values())

    def clear(self) -> None:
        """Lift every fault; calls that hang are let go."""
        with self._lock:
            self._faults.clear()
            lifted, self.lifted = self.lifted, Event()
        lifted.set()
