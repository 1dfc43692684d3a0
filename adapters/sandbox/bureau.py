"""The office that takes what customers send: what it makes of a reference seen before, and what came of everything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from threading import Lock

from adapters.capabilities import Recognition
from adapters.clock import Clock, local_day
from adapters.sandbox import casework
from adapters.sandbox.calls import Reason, Refused
from adapters.sandbox.casework import CaseFile
from adapters.sandbox.folder import Folder
from adapters.sandbox.journal import Journal, NoJournal
from adapters.sandbox.particulars import Particulars
from adapters.sandbox.records import Party
from adapters.sandbox.sending import Receipt, Sending
from adapters.sandbox.till import Till
from schemas import Case, SubmissionKind

ANSWER_AFTER = timedelta(days=3)
_WITHOUT_CASE = (SubmissionKind.READING, SubmissionKind.CONSENT, SubmissionKind.PAYMENT)


@dataclass(slots=True)
class Taken:
    """One payload under one reference: how often it was taken, and how often it arrived, recognised repeats too."""

    sending: Sending
    payload_sha256: str
    receipt: Receipt
    received_at: datetime
    count: int = 0
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class _Late:
    at: datetime
    monotonic: float
    enter: Callable[[], None]


class Bureau:
    """Takes what is sent in, one at a time; ``recognition`` is what it makes of a reference that it has seen."""

    def __init__(
        self,
        parties: Mapping[str, Party],
        seed: int,
        base_day: date,
        clock: Clock,
        journal: Journal | NoJournal,
        till: Till,
    ) -> None:
        self.recognition = Recognition.DEDUPLICATES
        self.answer_after = ANSWER_AFTER
        self._parties, self._seed, self._base_day = parties, seed, base_day
        self._clock = clock
        self._journal = journal
        self.till = till
        self._folders: dict[str, Folder] = {}
        self._nobodys: dict[str, CaseFile] = {}
        self._known: dict[str, Taken] = {}
        self._taken: dict[str, dict[str, Taken]] = {}
        self._late: list[_Late] = []
        self._serial = 0
        self._lock = Lock()
        for sending, received_at in journal.sendings():
            self._enter(sending, received_at)

    def folder(self, customer_no: str) -> Folder:
        """A customer's folder, written when first asked for; what was late and is due by now is in it."""
        with self._lock:
            self._let_in()
            return self._folder(customer_no)

    def particulars(self, customer_no: str) -> Particulars:
        return self.folder(customer_no).particulars(self._clock.now(), self.answer_after)

    def cases(self, customer_no: str) -> list[Case]:
        return self.folder(customer_no).as_records(self._clock.now(), self.answer_after)

    def case(self, customer_no: str, case_no: str) -> CaseFile:
        """As it stands now; raises ``Refused``."""
        found = next((each for each in self.folder(customer_no).cases if each.case_no == case_no), None)
        if found is None:
            raise Refused(Reason.NO_CASE)
        return found.at(self._clock.now(), self.answer_after)

    def answer(self, case_no: str, text: str, *, document: bool) -> CaseFile:
        """Answer a case as a clerk, now; raises ``Refused``. Not kept in a file."""
        now = self._clock.now()
        with self._lock:
            self._let_in()
            if case_no in self._nobodys:
                answered = self._nobodys[case_no].answered(text, document=document, now=now)
                self._nobodys[case_no] = answered
                return answered
            for customer_no in sorted(self._parties, key=lambda each: each not in self._folders):
                folder = self._folder(customer_no)
                for case in folder.cases:
                    if case.case_no == case_no:
                        answered = case.answered(text, document=document, now=now)
                        folder.answer(answered)
                        return answered
        raise Refused(Reason.NO_CASE)

    def take(self, sending: Sending, *, late: float | None = None) -> Receipt:
        """Take it, or recognise it; raises ``Refused``. With ``late`` it has its effect only so many seconds from now.

        What comes late is known to the one who deduplicates, and to nobody else.
        """
        now, sha = self._clock.now(), sending.payload_sha256
        with self._lock:
            self._let_in()
            known = self._known.get(sending.reference)
            if known is not None and self.recognition is Recognition.DEDUPLICATES:
                if known.payload_sha256 != sha:
                    raise Refused(Reason.ANOTHER_SUBMISSION)
                known.attempts += 1
                return replace(known.receipt, again=True)
            self._judge(sending, local_day(now))
            taken, enter = self._prepare(sending, sha, now)

            def keep() -> None:
                self._journal.add_sending(sending, now)
                enter()

            if late is None:
                keep()
            else:
                self._late.append(_Late(now + timedelta(seconds=late), self._clock.monotonic() + late, keep))
            return taken.receipt

    def find(self, reference: str) -> Receipt:
        """What became of it; raises ``Refused``."""
        if self.recognition is Recognition.NONE:
            raise Refused(Reason.NOT_ASKABLE)
        with self._lock:
            self._let_in()
            found = list(self._taken.get(reference, {}).values())
        if not found:
            raise Refused(Reason.NO_SUBMISSION)
        return replace(found[0].receipt, count=sum(each.count for each in found))

    def submissions(self) -> list[Taken]:
        """Everything that was taken, in the order in which it was first taken."""
        with self._lock:
            self._let_in()
            return [each for payloads in self._taken.values() for each in payloads.values()]

    def forget(self) -> None:
        """Begin the list anew: references are unknown again, but what they caused stays. Not done in the file."""
        with self._lock:
            self._let_in()
            self._known, self._taken = {}, {}

    # Private; the lock is held

    def _folder(self, customer_no: str) -> Folder:
        if customer_no not in self._folders:
            party = self._parties.get(customer_no)
            if party is None:
                raise Refused(Reason.NO_CUSTOMER)
            self._folders[customer_no] = Folder(party, self._seed, self._base_day)
        return self._folders[customer_no]

    def _judge(self, sending: Sending, today: date) -> None:
        if sending.customer_no is None:
            if sending.kind is not SubmissionKind.OUTAGE:
                raise Refused(Reason.NO_CUSTOMER)
            return
        reason = self._folder(sending.customer_no).judge(sending, today)
        if reason is not None:
            raise Refused(reason)

    def _prepare(self, sending: Sending, sha: str, now: datetime) -> tuple[Taken, Callable[[], None]]:
        """What it will have been, known at once, and how it has its effect."""
        case, entry_no = None, None
        if sending.kind not in _WITHOUT_CASE:
            case = self._new_case(sending, now)
        elif sending.kind is SubmissionKind.PAYMENT and sending.customer_no is not None:
            entry_no = self.till.reserve(sending.customer_no)
        receipt = Receipt(
            sending.reference,
            sending.kind,
            sending.customer_no,
            case.case_no if case else str(entry_no) if entry_no else None,
            case.reply_by if case else None,
        )
        new = Taken(sending, sha, receipt, now, attempts=1)
        self._known.setdefault(sending.reference, new)

        def enter() -> None:
            payloads = self._taken.setdefault(sending.reference, {})
            taken = payloads.setdefault(sha, new)
            taken.count += 1
            if taken is not new:
                taken.attempts += 1
            if entry_no is not None:
                self.till.enter(sending, entry_no, now)
            elif sending.customer_no is not None:
                self._folder(sending.customer_no).enter(sending, case)
            elif case is not None:
                self._nobodys[case.case_no] = case

        return new, enter

    def _enter(self, sending: Sending, received_at: datetime) -> None:
        self._prepare(sending, sending.payload_sha256, received_at)[1]()

    def _new_case(self, sending: Sending, now: datetime) -> CaseFile:
        case = casework.open_case(
            self._serial,
            sending.kind,
            sending.customer_no,
            opened_on=local_day(sending.accepted_at or now),
            received_at=now,
            reference=sending.reference,
            content=sending.content,
        )
        self._serial += 1
        return case

    def _let_in(self) -> None:
        """What was late and is due by either reading of the clock."""
        if not self._late:
            return
        now, monotonic = self._clock.now(), self._clock.monotonic()
        waiting, self._late = self._late, []
        for each in waiting:
            if each.at <= now or each.monotonic <= monotonic:
                each.enter()
            else:
                self._late.append(each)
