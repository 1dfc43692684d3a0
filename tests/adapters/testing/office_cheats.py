"""Offices that are wrong, each in one way, and the test that must name it."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from adapters.base import Figures
from adapters.capabilities import Acceptance, Recognition
from adapters.errors import AdapterError, NotFound, Rejected, Unavailable
from schemas import (
    Case,
    Delivery,
    EntryKind,
    InvoiceDocument,
    LedgerEntry,
    MeterReading,
    MeterToRead,
    ReadingContent,
    Submission,
    SubmissionKind,
)
from tests.adapters.testing.dict_office import DictOffice
from tests.adapters.testing.dict_world import START

CHEATS: dict[type[DictOffice], list[str]] = {}


def caught_by(*names: str) -> Callable[[type[DictOffice]], type[DictOffice]]:
    def remember(cheat: type[DictOffice]) -> type[DictOffice]:
        CHEATS[cheat] = list(names)
        return cheat

    return remember


class _SaysThatItDeduplicates(DictOffice):
    """Over a post that takes a complaint as often as it comes."""

    accepts: ClassVar = {SubmissionKind.COMPLAINT: Acceptance(Recognition.DEDUPLICATES)}


@caught_by(
    "test_the_same_submission_twice_is_one_in_the_back_end[complaint]",
    "test_the_same_submission_many_times_at_once_is_one[complaint]",
    "test_what_is_sent_again_after_a_lost_answer_is_there_once[complaint]",
)
class Doubles(_SaysThatItDeduplicates):
    pass


@caught_by("test_what_is_sent_again_after_a_lost_answer_is_there_once[complaint]")
class RemembersWhatItSentInsteadOfTheErp(_SaysThatItDeduplicates):
    def _submit(self, submission: Submission) -> Delivery:
        remembered: dict[str, Delivery] = self.__dict__.setdefault("remembered", {})
        if submission.reference not in remembered:
            remembered[submission.reference] = super()._submit(submission)
        return remembered[submission.reference]


@caught_by("test_the_same_submission_many_times_at_once_is_one[complaint]")
class LooksAndThenSends(_SaysThatItDeduplicates):
    def _submit(self, submission: Submission) -> Delivery:
        found = self._find_submission(submission.kind, submission.customer_no, submission.reference)
        time.sleep(0.02)
        return found or super()._submit(submission)


@caught_by(
    "test_what_was_sent_is_found_by_our_reference[complaint]",
    "test_what_was_sent_is_found_after_a_lost_answer[complaint]",
)
class FindsNothing(DictOffice):
    def _find_submission(self, kind: SubmissionKind, customer_no: str | None, reference: str) -> Delivery | None:
        return None


@caught_by("test_what_was_never_sent_is_not_found[complaint]")
class FindsEverything(DictOffice):
    def _find_submission(self, kind: SubmissionKind, customer_no: str | None, reference: str) -> Delivery | None:
        return super()._find_submission(kind, customer_no, reference) or Delivery(reference)


@caught_by("test_what_was_never_sent_is_not_found[complaint]")
class SaysNotFoundInsteadOfNone(DictOffice):
    def _find_submission(self, kind: SubmissionKind, customer_no: str | None, reference: str) -> Delivery | None:
        found = super()._find_submission(kind, customer_no, reference)
        if found is None:
            raise NotFound("no such submission")
        return found


@caught_by("test_what_was_sent_is_found_for_its_customer_alone[complaint]")
class FindsForAnybody(DictOffice):
    def _find_submission(self, kind: SubmissionKind, customer_no: str | None, reference: str) -> Delivery | None:
        answer = self._post._answers.get(reference)
        return None if answer is None else Delivery(reference, None, answer.get("case_no"))


@caught_by("test_what_cannot_be_recognised_is_not_looked_up[outage]")
class LooksUpWhatCannotBeRecognised(DictOffice):
    def find_submission(self, kind: SubmissionKind, customer_no: str | None, reference: str) -> Delivery | None:
        return self._find_submission(kind, customer_no, reference)


class _SendsSomethingElse(DictOffice):
    def _changed(self, submission: Submission) -> Submission:
        raise NotImplementedError

    def _submit(self, submission: Submission) -> Delivery:
        return super()._submit(self._changed(submission))


@caught_by("test_files_arrive_whole[complaint]")
class SwallowsFiles(_SendsSomethingElse):
    def _changed(self, submission: Submission) -> Submission:
        return replace(submission, files=())


@caught_by("test_files_arrive_whole[complaint]")
class SendsTheFirstPieceOfAFile(_SendsSomethingElse):
    def _changed(self, submission: Submission) -> Submission:
        cut = [replace(file, chunks=lambda file=file: iter([next(file.chunks())])) for file in submission.files]
        return replace(submission, files=tuple(cut))


@caught_by("test_what_arrives_is_what_was_sent[reading]")
class DropsTheNote(_SendsSomethingElse):
    def _changed(self, submission: Submission) -> Submission:
        content: Any = submission.content
        return replace(submission, content=replace(content, note=None)) if hasattr(content, "note") else submission


@caught_by(
    "test_it_came_in_on_the_day_on_which_we_accepted_it[complaint]",
    "test_it_came_in_on_the_day_on_which_we_accepted_it[outage]",
)
class DatesItToday(_SendsSomethingElse):
    def _changed(self, submission: Submission) -> Submission:
        return replace(submission, accepted_at=START)


@caught_by("test_a_correction_takes_the_place_of_what_it_supersedes")
class DropsWhatIsSuperseded(_SendsSomethingElse):
    def _changed(self, submission: Submission) -> Submission:
        content = submission.content
        if isinstance(content, ReadingContent):
            content = replace(content, supersedes=None)
        return replace(submission, content=content)


@caught_by(
    "test_success_means_that_the_back_end_has_it[reading]",
    "test_success_means_that_the_back_end_has_it[complaint]",
    "test_success_means_that_the_back_end_has_it[outage]",
)
class SaysYesBeforeSending(DictOffice):
    def _submit(self, submission: Submission) -> Delivery:
        self.__dict__.setdefault("waiting", []).append(submission)
        return Delivery(submission.reference, submission.customer_no)


class _TakesTroubleForSomethingElse(DictOffice):
    def _instead(self, error: Unavailable, submission: Submission) -> AdapterError:
        raise NotImplementedError

    def _submit(self, submission: Submission) -> Delivery:
        try:
            return super()._submit(submission)
        except Unavailable as error:
            raise self._instead(error, submission) from None


@caught_by("test_an_answer_that_is_lost_is_never_a_refusal[reading]")
class TakesALostAnswerForARefusal(_TakesTroubleForSomethingElse):
    def _instead(self, error: Unavailable, submission: Submission) -> AdapterError:
        return Rejected("no answer", code="0") if error.sent else error


@caught_by("test_an_answer_that_is_lost_is_never_a_refusal[complaint]")
class TakesALostAnswerForNotSent(_TakesTroubleForSomethingElse):
    def _instead(self, error: Unavailable, submission: Submission) -> AdapterError:
        return Unavailable("no answer", sent=False)


@caught_by("test_a_refused_connection_is_certainly_not_sent[outage]")
class TakesARefusedConnectionForALostAnswer(_TakesTroubleForSomethingElse):
    def _instead(self, error: Unavailable, submission: Submission) -> AdapterError:
        return Unavailable("no answer")


@caught_by("test_an_answer_that_is_lost_is_never_a_refusal[outage]")
class SendsAgainByItself(DictOffice):
    def _submit(self, submission: Submission) -> Delivery:
        try:
            return super()._submit(submission)
        except Unavailable as error:
            if not error.sent:
                raise
            return super()._submit(submission)


@caught_by(
    "test_a_refusal_by_rule_is_rejected_with_its_code[reading]",
    "test_a_refusal_by_rule_is_rejected_with_its_code[complaint]",
)
class KeepsTheCodeToItself(DictOffice):
    def _submit(self, submission: Submission) -> Delivery:
        try:
            return super()._submit(submission)
        except Rejected as error:
            raise Rejected(error.detail) from None


@caught_by("test_a_passer_by_may_report_an_outage")
class KnowsNoPassersBy(DictOffice):
    def _submit(self, submission: Submission) -> Delivery:
        if submission.customer_no is None:
            raise NotFound("no such customer")
        return super()._submit(submission)


@caught_by("test_the_case_that_is_made_of_it_is_among_the_cases[complaint]")
class ShowsOldCasesAlone(DictOffice):
    def _cases(self, customer_no: str) -> list[Case]:
        return super()._cases(customer_no)[:1]


@caught_by("test_another_customers_meter_has_no_readings_for_this_one")
class StampsReadingsWithTheNumberAskedFor(DictOffice):
    def _readings(self, customer_no: str, meter_no: str) -> list[MeterReading]:
        found = [each for number in self._books for each in super(type(self), self)._readings(number, meter_no)]
        return [replace(each, customer_no=customer_no) for each in found]


@caught_by("test_a_document_of_another_customers_case_is_not_given")
class StampsLettersWithTheNumberAskedFor(DictOffice):
    def _case_document(self, case: Case, document_ref: str) -> InvoiceDocument:
        letters = {key: content for account in self._books.values() for key, content in account["letters"].items()}
        if (case.case_no, document_ref) not in letters:
            raise NotFound("no such document")
        return InvoiceDocument(case.customer_no, "application/pdf", iter([letters[case.case_no, document_ref]]))


@caught_by("test_the_last_reading_of_a_meter_is_in_its_history", "test_a_dial_can_show_what_was_read_on_it")
class ShowsMetersInLitres(DictOffice):
    def _meters(self, customer_no: str) -> list[MeterToRead]:
        return [
            replace(each, previous=replace(each.previous, value=each.previous.value * Decimal(1000)))
            for each in super()._meters(customer_no)
            if each.previous is not None
        ]


@caught_by("test_it_has_the_hooks_that_its_capabilities_need")
class DeclaresWhatItCannot(DictOffice):
    _offers = DictOffice.__mro__[2]._offers


@caught_by("test_a_payment_that_was_sent_is_booked_as_it_was_paid")
class BooksPaymentsAsDebts(DictOffice):
    accepts: ClassVar = {SubmissionKind.PAYMENT: Acceptance(Recognition.FINDABLE)}

    def _ledger(self, customer_no: str, since: date | None) -> Figures:
        figures = super()._ledger(customer_no, since)
        entries = [
            LedgerEntry(
                customer_no,
                sent["reference"],
                EntryKind.PAYMENT,
                sent["reference"],
                Decimal(sent["content"]["amount"]),
                date.fromisoformat(sent["content"]["paid_on"]),
            )
            for sent in self._post.taken
        ]
        return replace(figures, entries=[*figures.entries, *entries])
