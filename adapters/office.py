"""The half of the contract that an adapter may leave out: meters, cases, offers, and what customers send.

Each part is declared, in ``capabilities`` or in ``accepts``, and then its hook (with an underscore) supplied. The
public methods are final, like those of ``adapters.base``, which also says what all of them have in common.
"""

from abc import ABC
from collections.abc import Iterable, Mapping
from typing import final

from adapters.capabilities import Acceptance, Capability, Recognition
from adapters.errors import BadData, NotFound, NotSupported, OwnerMismatch
from adapters.owners import all_own
from schemas import Case, Delivery, InvoiceDocument, MeterReading, MeterToRead, Offer, Submission, SubmissionKind


class Office(ABC):  # noqa: B024 (abstract in its subclass)
    """What a billing system may do for a customer beyond showing what they owe."""

    capabilities: frozenset[Capability] = frozenset()
    accepts: Mapping[SubmissionKind, Acceptance] = {}

    @final
    def meters(self, customer_no: str) -> list[MeterToRead]:
        """The meters that are there now, in the ERP's order."""
        self._require(Capability.METERS)
        return all_own(customer_no, self._meters(customer_no))

    @final
    def readings(self, customer_no: str, meter_no: str) -> list[MeterReading]:
        """What was read on one of the customer's meters, the newest first; of one day, the newer device's first."""
        self._require(Capability.READINGS)
        found = all_own(customer_no, self._readings(customer_no, meter_no))
        if any(each.meter_no != meter_no for each in found):
            raise BadData("the ERP answered with another meter than was asked for")
        return _newest_first(found)

    @final
    def cases(self, customer_no: str) -> list[Case]:
        """All cases, the newest first."""
        self._require(Capability.CASES)
        found = all_own(customer_no, self._cases(customer_no))
        return sorted(found, key=lambda each: (each.opened_on, each.case_no), reverse=True)

    @final
    def case_document(self, case: Case, document_ref: str) -> InvoiceDocument:
        """The bytes of one of a case's documents; close it after use. ``NotFound`` if the case has no such document."""
        self._require(Capability.CASE_DOCUMENT)
        if document_ref not in [each.document_ref for each in case.documents]:
            raise NotFound("no such document")
        found = self._case_document(case, document_ref)
        if found.customer_no != case.customer_no:
            found.close()
            raise OwnerMismatch("document of another customer's case")
        return found

    @final
    def offers(self, customer_no: str) -> list[Offer]:
        """Products and promotions for this customer, past and future ones among them, in the ERP's order."""
        self._require(Capability.OFFERS)
        return list(self._offers(customer_no))

    @final
    def submit(self, submission: Submission) -> Delivery:
        """Send it, once; never called twice for one reference unless the ERP is declared to recognise it.

        ``Rejected`` says that the ERP refused it for good. ``Unavailable`` with ``sent`` False says that nothing has
        left. Every other error means that nobody knows.
        """
        self._require_acceptance(submission.kind)
        return _delivered(self._submit(submission), submission.customer_no, submission.reference)

    @final
    def find_submission(self, kind: SubmissionKind, customer_no: str | None, reference: str) -> Delivery | None:
        """What became of a submission with our ``reference``; None only where the ERP surely does not have it.

        ``NotSupported`` where the kind is declared with ``NONE``, whatever the hook would say.
        """
        self._require_acceptance(kind)
        if self.accepts[kind].recognition is Recognition.NONE:
            raise NotSupported("find_submission")
        found = self._find_submission(kind, customer_no, reference)
        return None if found is None else _delivered(found, customer_no, reference)

    def _meters(self, customer_no: str) -> Iterable[MeterToRead]:
        raise NotSupported("_meters")

    def _readings(self, customer_no: str, meter_no: str) -> Iterable[MeterReading]:
        """All readings of a meter, those of devices that stood there before included."""
        raise NotSupported("_readings")

    def _cases(self, customer_no: str) -> Iterable[Case]:
        raise NotSupported("_cases")

    def _case_document(self, case: Case, document_ref: str) -> InvoiceDocument:
        raise NotSupported("_case_document")

    def _offers(self, customer_no: str) -> Iterable[Offer]:
        raise NotSupported("_offers")

    # Hooks for what customers send: those that ``accepts`` needs

    def _submit(self, submission: Submission) -> Delivery:
        """Send it; the ERP must be given ``reference`` in a place where it keeps it."""
        raise NotSupported("_submit")

    def _find_submission(self, kind: SubmissionKind, customer_no: str | None, reference: str) -> Delivery | None:
        """Look it up by our reference; needed where ``accepts`` declares ``FINDABLE``."""
        raise NotSupported("_find_submission")

    # Private

    def _require_acceptance(self, kind: SubmissionKind) -> None:
        if kind not in self.accepts:
            raise NotSupported(kind.value)

    def _require(self, capability: Capability) -> None:
        if capability not in self.capabilities:
            raise NotSupported(capability.value)


def _newest_first(history: Iterable[MeterReading]) -> list[MeterReading]:
    """On the day of an exchange the device that stayed comes before the one that went; of one device, the higher value.

    Which one stayed shows in its other readings, and where it has none in the dial, which begins low.
    """
    of_devices: dict[str, list[MeterReading]] = {}
    for each in history:
        of_devices.setdefault(each.serial_no, []).append(each)
    age = {
        serial_no: (max(r.read_on for r in read), min(r.read_on for r in read), -min(r.value for r in read))
        for serial_no, read in of_devices.items()
    }
    every = (each for read in of_devices.values() for each in read)
    return sorted(every, key=lambda each: (each.read_on, age[each.serial_no], each.value), reverse=True)


def _delivered(found: Delivery, customer_no: str | None, reference: str) -> Delivery:
    if found.reference != reference:
        raise BadData("the ERP answered with another reference than was sent")
    if found.customer_no is not None and found.customer_no != customer_no:
        raise OwnerMismatch("submission of another customer")
    return found
