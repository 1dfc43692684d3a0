"""What a registration consists of: what was typed, what the ERP says of it, and how a clerk sees both."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self


class State(StrEnum):
    """Where a registration stands; only after ``CHECKED`` it can be confirmed, and the last two are for ever."""

    NEW = "new"  # the address is not proved yet
    PROVED = "proved"  # waits for the ERP's word
    CHECKED = "checked"  # waits for a clerk
    ASKED = "asked"  # waits for an answer to the clerk's question
    CONFIRMED = "confirmed"
    REFUSED = "refused"


OPEN = (State.NEW, State.PROVED, State.CHECKED, State.ASKED)


class AlreadyDecided(Exception):
    """Somebody else was faster; ``state`` is what they decided."""

    def __init__(self, state: State) -> None:
        super().__init__(state.value)
        self.state = state


class NotChecked(Exception):
    """The address is not proved, the ERP was not asked yet, or a question waits for its answer."""


class ChangedMeanwhile(Exception):
    """What is to be confirmed is not what the clerk looked at: its sender has answered since."""


class NotThere(Exception):
    """There is no such registration."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed; ``gross`` in PLN. ``nip`` is empty for a person. ``answer`` is to a clerk's question."""

    customer_no: str
    invoice_no: str
    gross: Decimal
    name: str
    email: str
    phone: str = ""
    nip: str = ""
    answer: str = ""

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "gross": str(self.gross)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        known = {each.name for each in fields(cls)}
        return cls(**{name: values[name] for name in known & values.keys()} | {"gross": Decimal(values["gross"])})


@dataclass(frozen=True, slots=True)
class Finding:
    """What the ERP says. ``known``: there is such a customer; ``invoiced``: they have an invoice at all;
    ``invoice_found``: one of the typed number, and ``gross`` is its amount.

    ``nip_agrees`` is None where one was not typed or the ERP does not tell it. ``trouble`` says that the ERP's answer
    could not be used; then nothing else counts.
    """

    name: str = ""
    kind: str = ""
    address: str = ""
    invoice_found: bool = False
    gross: Decimal | None = None
    issued_on: date | None = None
    amount_agrees: bool = False
    kind_agrees: bool = False
    nip: str = ""
    nip_agrees: bool | None = None
    trouble: bool = False
    known: bool = True
    invoiced: bool = True

    @property
    def may_be_confirmed(self) -> bool:
        """A clerk may know better than the form, but access begins with the first invoice."""
        return self.trouble or self.invoiced

    @property
    def refuses_itself(self) -> bool:
        """Whether it is refused without a clerk when its time comes: no invoice has this number and amount."""
        return not self.trouble and not self.amount_agrees

    @property
    def agrees(self) -> bool:
        """Number, amount and tax number are the ERP's own; the name is for a person to compare."""
        return self.invoice_found and self.amount_agrees and self.nip_agrees is not False

    def to_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "gross": None if self.gross is None else str(self.gross),
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        gross, issued_on = values["gross"], values["issued_on"]
        return cls(
            **values
            | {
                "gross": None if gross is None else Decimal(gross),
                "issued_on": date.fromisoformat(issued_on) if issued_on else None,
            }
        )


@dataclass(frozen=True, slots=True)
class Duplicates:
    """How this one resembles others: open registrations, and accounts that exist."""

    same_email: int = 0
    same_customer: int = 0
    email_has_account: bool = False
    customer_has_account: bool = False

    @property
    def any(self) -> bool:
        return bool(self.same_email or self.same_customer or self.email_has_account or self.customer_has_account)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a registration: ``proved``, ``asked`` or ``answered``; ``by`` is a clerk's login."""

    at: datetime
    happened: str
    by: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A registration as a clerk sees it; ``typed`` and ``finding`` are None once they were wiped or not there yet.

    ``account_id`` is set where an account asks for one more customer, and on each that was confirmed; ``reason`` is a
    word of ``reasons``; ``mark`` stands for exactly this that was typed and found. At ``refused_at`` it is refused
    without a clerk.
    """

    public_id: str
    mark: str
    state: State
    typed: Typed | None
    finding: Finding | None
    duplicates: Duplicates
    account_id: int | None
    language: str
    created_at: datetime
    checks: int
    refused_at: datetime | None
    decided_at: datetime | None
    reason: str
    mail_failed: bool

    @property
    def can_be_confirmed(self) -> bool:
        answered = self.state in (State.CHECKED, State.ASKED)  # an answer may come by telephone
        return answered and self.finding is not None and self.finding.may_be_confirmed

    @property
    def can_be_asked(self) -> bool:
        return self.state in (State.CHECKED, State.ASKED)

    @property
    def can_be_refused(self) -> bool:
        return self.state in OPEN
