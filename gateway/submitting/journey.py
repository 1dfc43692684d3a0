"""The way of what a customer sent: our receipts side by side with the ERP's cases, each thing once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from adapters.clock import local_day
from gateway.outbox.records import Receipt, State
from schemas import Case, SubmissionKind
from schemas.case import CaseStatus


class Stage(StrEnum):
    """Where it stands, as customers are told."""

    ACCEPTED = "accepted"
    ON_ITS_WAY = "on_its_way"
    IN_SYSTEM = "in_system"
    ANSWERED = "answered"
    CLOSED = "closed"
    """Ended without words for the customer."""
    REFUSED = "refused"
    SETTLED = "settled"
    """A person at the utility settled it by hand."""


ENDED = frozenset({Stage.ANSWERED, Stage.CLOSED, Stage.REFUSED, Stage.SETTLED})
_OF_RECEIPTS = {
    State.SCANNING: Stage.ACCEPTED,
    State.RECEIVED: Stage.ACCEPTED,
    State.DELIVERED: Stage.IN_SYSTEM,
    State.REJECTED: Stage.REFUSED,
    State.SETTLED: Stage.SETTLED,
}


@dataclass(frozen=True, slots=True)
class Journey:
    """A receipt, the case that the ERP made of it, or both."""

    receipt: Receipt | None
    case: Case | None

    @property
    def kind(self) -> SubmissionKind:
        if self.receipt is not None:
            return self.receipt.kind
        assert self.case is not None
        return self.case.kind

    @property
    def began_on(self) -> date:
        """The day of acceptance in Europe/Warsaw; the ERP's day where it did not come through the portal."""
        if self.receipt is not None:
            return local_day(self.receipt.accepted_at)
        assert self.case is not None
        return self.case.opened_on

    @property
    def case_no(self) -> str | None:
        return self.case.case_no if self.case is not None else self.receipt.case_no if self.receipt else None

    @property
    def stage(self) -> Stage:
        if self.case is None:
            assert self.receipt is not None
            return _OF_RECEIPTS.get(self.receipt.state, Stage.ON_ITS_WAY)
        if self.case.answered_on or self.case.answer or self.case.status is CaseStatus.ANSWERED:
            return Stage.ANSWERED
        return Stage.CLOSED if self.case.status is CaseStatus.CLOSED else Stage.IN_SYSTEM

    @property
    def reply_by(self) -> date | None:
        """The day that the receipt promised, whatever the ERP made of it; None where no answer is due any more."""
        if self.stage in ENDED:
            return None
        promised = self.receipt.reply_by if self.receipt is not None else None
        return promised or (self.case.reply_by if self.case is not None else None)

    def is_overdue(self, today: date) -> bool:
        return self.reply_by is not None and self.reply_by < today


def as_promised(cases: Iterable[Case], promises: Mapping[str, date]) -> list[Case]:
    """The cases with the day that our receipt promised in place of the ERP's, by our reference or the case's number."""
    days = ((each, promises.get(each.reference or "") or promises.get(each.case_no)) for each in cases)
    return [replace(each, reply_by=day) if day else each for each, day in days]


def journeys(receipts: Iterable[Receipt], cases: Iterable[Case]) -> list[Journey]:
    """All of them, the newest first; a case belongs to the receipt with its reference, or else with its number."""
    left = list(cases)
    found = []
    for receipt in receipts:
        case = next((each for each in left if each.reference == receipt.reference), None)
        if case is None and receipt.case_no:
            case = next((each for each in left if each.case_no == receipt.case_no), None)
        if case is not None:
            left.remove(case)
        found.append(Journey(receipt, case))
    found += [Journey(None, case) for case in left]
    return sorted(found, key=_newest, reverse=True)


def _newest(each: Journey) -> tuple[date, float, str]:
    moment = each.receipt.accepted_at.timestamp() if each.receipt is not None else 0.0
    return each.began_on, moment, each.case_no or ""
