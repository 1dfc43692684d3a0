"""Cases as the clerks have them: opened by what came in, in progress for a while, then answered."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from adapters.clock import local_day, local_midnight
from adapters.sandbox.records import Party
from schemas import Case, CaseDocument, CaseStatus, DataChangeContent, SubmissionKind

REPLY_TERM = timedelta(days=14)
DOCUMENT = "1"
"""How the document of an answer is asked for; a case has one or none."""
_CLOSED_AFTER = timedelta(days=30)
_FIRST_SEED, _FIRST_NEW = 290_001, 300_001

_ANSWERS = {
    SubmissionKind.COMPLAINT: "Reklamację rozpatrzyliśmy i uznaliśmy w całości. Korektę wystawimy w ciągu 7 dni.",
    SubmissionKind.REMARK: "Dziękujemy za uwagę. Przekazaliśmy ją do działu eksploatacji.",
    SubmissionKind.PETITION: "Wniosek rozpatrzyliśmy pozytywnie.",
    SubmissionKind.GRIEVANCE: "Skargę zbadaliśmy. Przepraszamy za niedogodności.",
    SubmissionKind.DATA_CHANGE: "Dane zostały zmienione zgodnie z wnioskiem.",
    SubmissionKind.OUTAGE: "Awaria została usunięta. Dziękujemy za zgłoszenie.",
}
_WITH_DOCUMENT = (SubmissionKind.COMPLAINT, SubmissionKind.PETITION, SubmissionKind.GRIEVANCE)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case; unless a clerk has answered it, it answers itself when the office's time for answers is over.

    ``customer_no`` is None for an outage that a passer-by reported. ``answered_at`` is what a clerk did.
    """

    customer_no: str | None
    case_no: str
    kind: SubmissionKind
    opened_on: date
    received_at: datetime
    reference: str | None = None
    new_name: str | None = None
    answered_at: datetime | None = None
    answer: str | None = None
    has_document: bool = False

    @property
    def reply_by(self) -> date:
        return reply_by(self.opened_on)

    @property
    def document_name(self) -> str:
        return f"odpowiedz-{self.case_no}.pdf"

    def answered(self, text: str, *, document: bool, now: datetime) -> "CaseFile":
        """As a clerk answers it now."""
        return replace(self, answered_at=now, answer=text, has_document=document)

    def at(self, now: datetime, answer_after: timedelta) -> "CaseFile":
        """How it stands: perhaps it has answered itself by now."""
        if self.answered_at is not None or now - self.received_at < answer_after:
            return self
        answered_at = self.received_at + answer_after
        return self.answered(_ANSWERS[self.kind], document=self.kind in _WITH_DOCUMENT, now=answered_at)

    def as_record(self, now: datetime, answer_after: timedelta) -> Case:
        """For the customer whose it is."""
        assert self.customer_no is not None
        case = self.at(now, answer_after)
        return Case(
            customer_no=self.customer_no,
            case_no=case.case_no,
            kind=case.kind,
            status=case._status(now, answer_after),
            opened_on=case.opened_on,
            reference=case.reference,
            reply_by=case.reply_by,
            answered_on=local_day(case.answered_at) if case.answered_at else None,
            answer=case.answer,
            documents=(CaseDocument(DOCUMENT, case.document_name),) if case.has_document else (),
        )

    def _status(self, now: datetime, answer_after: timedelta) -> CaseStatus:
        if self.answered_at is not None:
            return CaseStatus.CLOSED if now - self.answered_at >= _CLOSED_AFTER else CaseStatus.ANSWERED
        started = now - self.received_at >= answer_after / 3
        return CaseStatus.IN_PROGRESS if started else CaseStatus.RECEIVED


def open_case(
    serial: int,
    kind: SubmissionKind,
    customer_no: str | None,
    *,
    opened_on: date,
    received_at: datetime,
    reference: str | None = None,
    content: object = None,
) -> CaseFile:
    """A new case, the ``serial``-th that the office makes, counted from 0."""
    return CaseFile(
        customer_no=customer_no,
        case_no=_case_no(_FIRST_NEW + serial, opened_on),
        kind=kind,
        opened_on=opened_on,
        received_at=received_at,
        reference=reference,
        new_name=content.name if isinstance(content, DataChangeContent) else None,
    )


def write(party: Party, seed: int, today: date) -> tuple[CaseFile, ...]:
    """What some customers wrote in former times, on paper; all of it is answered."""
    if party.persona == "anna" or party.persona.startswith("managed"):
        kinds = [SubmissionKind.COMPLAINT, SubmissionKind.REMARK]
    elif party.persona in ("corrected", "late", "largest"):
        kinds = [SubmissionKind.COMPLAINT]
    else:
        return ()
    random = Random(f"{seed}:{party.customer_no}:cases")  # noqa: S311 (a world, not a secret)
    cases = []
    for place, kind in enumerate(kinds):
        opened_on = today - timedelta(days=random.randrange(60, 90) + 200 * (len(kinds) - place))
        midnight = local_midnight(opened_on)
        case_no = _case_no(_FIRST_SEED + 2 * party.ordinal + place, opened_on)
        case = CaseFile(party.customer_no, case_no, kind, opened_on, midnight + timedelta(hours=10))
        cases.append(case.at(midnight + timedelta(days=9), timedelta(days=random.randrange(4, 9))))
    return tuple(cases)


def reply_by(opened_on: date) -> date:
    """14 days after it came in."""
    return opened_on + REPLY_TERM


def _case_no(serial: int, opened_on: date) -> str:
    return f"BOK.4021.{serial}.{opened_on.year:04d}"
