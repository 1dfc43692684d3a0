"""What the SOAP and the REST face have in common, so that the server and the faults need not know which it is."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from adapters.sandbox.account import Books
from adapters.sandbox.calls import Answer, Call, Reason, Refused
from adapters.sandbox.casework import DOCUMENT, CaseFile
from adapters.sandbox.pdf import letter
from adapters.sandbox.records import Bill
from adapters.sandbox.sending import Receipt
from adapters.sandbox.world import UnknownCustomer, World


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request; ``parts`` are the path's segments, unquoted, ``action`` what ``SOAPAction`` says."""

    method: str
    parts: tuple[str, ...]
    query: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    action: str = ""


class Face(ABC):
    """One way to ask: the same questions and the same world, in words of its own."""

    def __init__(self, world: World) -> None:
        self.world = world

    @abstractmethod
    def read(self, request: Request) -> Call:
        """What is asked; raises ``Refused``."""

    @abstractmethod
    def answer(self, call: Call) -> Answer:
        """The right answer; raises ``Refused``."""

    @abstractmethod
    def announced(self, request: Request) -> str | None:
        """The operation that is asked for, as far as it can be told before the body has come."""

    @abstractmethod
    def receipt(self, call: Call, receipt: Receipt) -> Answer:
        """What is said to the one who sent something, or who asks what became of it."""

    @abstractmethod
    def refuse(self, reason: Reason) -> Answer:
        """A refusal as this face words it."""


def receipt_of(world: World, call: Call) -> Receipt:
    """Take what is sent, or find what was; raises ``Refused``."""
    return world.bureau.take(call.sending) if call.sending else world.bureau.find(call.item)


def letter_of(world: World, call: Call) -> tuple[CaseFile, bytes]:
    """The document of a case's answer; raises ``Refused``."""
    case = world.bureau.case(call.customer_no, call.item)
    if call.bill_id != DOCUMENT or not case.has_document:
        raise Refused(Reason.NO_DOCUMENT)
    return case, letter(case)


def books_of(world: World, call: Call) -> Books:
    """The books that a call asks for, as they are now; they do not change under the one who reads them."""
    try:
        return world.account(call.customer_no).books
    except UnknownCustomer:
        raise Refused(Reason.NO_CUSTOMER) from None


def bill_of(books: Books, call: Call) -> Bill:
    bill = books.bill(call.bill_id)
    if bill is None:
        raise Refused(Reason.NO_DOCUMENT)
    return bill
