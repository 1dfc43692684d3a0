"""The words of the outbox: what comes in, the receipt that is given for it, and where it can stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gateway.files import AcceptedFile
from gateway.readings.by_serial import ReadingBySerial
from schemas import Content, SubmissionKind


class State(StrEnum):
    """Where a submission stands; see DESIGN: only ``UNKNOWN`` may have reached the ERP without our knowing."""

    SCANNING = "scanning"
    """A file waits for the virus scanner."""
    RECEIVED = "received"
    SENDING = "sending"
    """A worker has it, until its lease ends."""
    RETRY = "retry"
    """Certainly not sent; tried again."""
    UNKNOWN = "unknown"
    """Bytes had left and no answer came: looked up by our reference."""
    MANUAL = "manual"
    """A person decides."""
    DELIVERED = "delivered"
    REJECTED = "rejected"
    SETTLED = "settled"
    """A person settled it by hand."""


LONGEST_CASE_NO = 64
FINAL = frozenset({State.DELIVERED, State.REJECTED, State.SETTLED})


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to send. ``key`` is their idempotency key, any text; ``account_id`` None is somebody who is
    not logged in, of whom we know the ``network`` alone.

    ``email`` gets the copy of the receipt. ``supersedes`` is the ``public_id`` of the same account's former reading.
    ``body`` is what was sent word for word, where a repetition is to be known by that and not by what was made of it.
    ``from_page`` is for a page's form: browsers fetch the page anew with another key and put the old text into it, so
    the same thing from the same account within the hour is one.
    """

    kind: SubmissionKind
    content: Content | ReadingBySerial
    key: str
    language: str
    account_id: int | None = None
    network: str = ""
    customer_no: str | None = None
    email: str | None = None
    files: tuple[AcceptedFile, ...] = ()
    supersedes: str | None = None
    body: str | None = None
    from_page: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the customer gets at once and keeps: the number, when it was accepted, and where it stands.

    ``reply_by`` is a calendar day in Europe/Warsaw, None where no answer is due. ``refusal`` is the ERP's own code,
    ``refusal_why`` the adapter's words about it, by language. ``is_new`` is False where an earlier receipt came again;
    ``sent_before`` says that it did so under another key, by what was sent.
    """

    public_id: str
    reference: str
    kind: SubmissionKind
    state: State
    customer_no: str | None
    accepted_at: datetime
    reply_by: date | None
    settled_at: datetime | None
    case_no: str | None
    refusal: str
    refusal_why: Mapping[str, str] | None = None
    supersedes: str | None = None
    is_new: bool = False
    sent_before: bool = False


class KeyReused(ValueError):
    """The idempotency key was used for something else: 422."""


class StillRunning(Exception):
    """The same request is being answered just now: 409, come back in a moment."""

    retry_after = 2.0
