"""The faults that can be switched on for an operation, each for a number of calls or until it is lifted."""

from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Lock

EVERY = "*"


class FaultKind(StrEnum):
    """What goes wrong."""

    # nothing is answered
    REFUSE_CONNECTION = "refuse_connection"
    HANG = "hang"
    RESET = "reset"
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
    DTD = "dtd"
    TOO_LARGE = "too_large"
    # the answer is not quite what was agreed
    MISSING_FIELD = "missing_field"
    EXTRA_FIELD = "extra_field"
    FOREIGN_OWNER = "foreign_owner"


@dataclass(slots=True)
class Fault:
    """A fault of one operation, or of ``EVERY``; ``times`` is how often it still happens, None without end."""

    operation: str
    kind: FaultKind
    times: int | None = None
    seconds: float | None = None


class FaultBoard:
    """The faults that are on; one for each operation, and one for all that have none of their own.

    ``lifted`` is set when the faults of now are lifted: calls that meet one wait for it, not only for the time.
    """

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}
        self._lock = Lock()
        self.lifted = Event()

    def put(self, fault: Fault) -> None:
        with self._lock:
            self._faults[fault.operation] = fault

    def take(self, operation: str) -> Fault | None:
        """The fault that this call meets; counts it."""
        with self._lock:
            fault = self._faults.get(operation) or self._faults.get(EVERY)
            if fault is not None and fault.times is not None:
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
