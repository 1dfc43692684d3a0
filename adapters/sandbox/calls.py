"""What is asked of the sandbox and what it says, whichever face it is asked through."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from threading import Lock

from adapters.sandbox.sending import Sending

BOOKS = ("customer", "contracts", "invoices", "invoice", "document", "ledger", "balance_on", "live", "ping")
OFFICE = ("meters", "readings", "cases", "offers")
WRITES = ("submit_reading", "submit_letter", "submit_data_change", "submit_consent", "submit_outage", "submit_payment")
OPERATIONS = (*BOOKS, *OFFICE, "case_document", *WRITES, "find_submission")
DOCUMENTS = ("document", "case_document")


@dataclass(frozen=True, slots=True)
class Call:
    """One question; ``operation`` is one of ``OPERATIONS``, and only what it needs of the rest is there.

    ``item`` is a meter, a case, or the reference of something sent; ``bill_id`` also a document of a case.
    """

    operation: str
    customer_no: str = ""
    bill_id: str = ""
    day: date | None = None
    page: int = 1
    page_size: int = 100
    item: str = ""
    sending: Sending | None = None

    def about(self, customer_no: str, bill_id: str, item: str = "") -> "Call":
        """The same question about somebody else."""
        return replace(self, customer_no=customer_no, bill_id=bill_id, item=item)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; ``pieces`` with ``length`` in place of ``body`` where it is too large to hold."""

    status: int
    media_type: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    pieces: Iterable[bytes] | None = None
    length: int | None = None


class Reason(StrEnum):
    """Why the sandbox says no; each face has its own code for it."""

    NO_CUSTOMER = "Nie ma takiego odbiorcy."
    NO_DOCUMENT = "Nie ma takiego dokumentu."
    NO_METER = "Nie ma takiego wodomierza."
    NO_CASE = "Nie ma takiej sprawy."
    NO_SUBMISSION = "Nic nie przyjęto pod tym numerem obcym."
    BLOCKED = "Konto odbiorcy jest zablokowane."
    LOWER_READING = "Odczyt jest mniejszy od poprzedniego."
    WRONG_READING = "Odczyt nie pasuje do liczydła albo do daty."
    ANOTHER_DEVICE = "Na tym miejscu stoi inny wodomierz."
    NO_READINGS = "Ten wodomierz nie przyjmuje odczytu z tego dnia."
    WRONG_PAYMENT = "Kwota wpłaty albo jej podział nie zgadza się."
    ANOTHER_SUBMISSION = "Pod tym numerem obcym przyjęto już coś innego."
    NOT_ASKABLE = "O numer obcy nie można pytać."
    BUSY = "System jest zajęty, niczego nie przyjęto."
    BAD_ARGUMENT = "Niepoprawny parametr."
    NO_SUCH_OPERATION = "Nie ma takiej operacji."
    BROKEN = "Nieoczekiwany stan 0x80004005."


class Refused(Exception):
    """The sandbox says no."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class CallCounts:
    """How often each operation was called, faults included."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def add(self, operation: str) -> None:
        with self._lock:
            self._counts[operation] += 1

    def read(self) -> dict[str, int]:
        with self._lock:
            return dict(self._counts)

    def clear(self) -> None:
        with self._lock:
            self._counts.clear()
