"""What the suite must be able to see and do on a back end in order to prove what it makes of what it is sent."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

from schemas import Content


@dataclass(frozen=True, slots=True)
class Received:
    """One submission as the back end has it; ``files`` are the SHA-256 sums of their bytes, in hexadecimal, in order.

    ``accepted_on`` is the day on which it came in, by the back end, and ``content`` what it understood, put into our
    own record; None where that cannot be told.
    """

    customer_no: str | None
    files: tuple[str, ...] = ()
    accepted_on: date | None = None
    content: Content | None = None


@runtime_checkable
class Inbox(Protocol):
    """A back end for tests that can be sent to; where one of these cannot be done, call ``pytest.skip`` in it."""

    def received(self, reference: str) -> Sequence[Received]:
        """The truth, got without the adapter: what it holds under our reference, as often as it holds it."""
        ...

    def cut_next_answer(self) -> None:
        """Let it take the next submission that arrives, and cut the connection in the place of an answer."""
        ...

    def switched_off(self) -> AbstractContextManager[object]:
        """Let it refuse connections until the context is left."""
        ...
