"""The dict as an office that shows meters and cases and takes what is sent: the second example of docs/adapters.md."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from adapters.capabilities import Acceptance, Capability, Recognition
from adapters.errors import NotFound, Rejected, Unavailable
from schemas import (
    CONTENT_SCHEMAS,
    Case,
    CaseSchema,
    Delivery,
    DeliverySchema,
    InvoiceDocument,
    MeterReading,
    MeterReadingSchema,
    MeterToRead,
    MeterToReadSchema,
    Offer,
    OfferSchema,
    Submission,
    SubmissionKind,
)
from tests.adapters.testing.dict_adapter import DictAdapter, record_of


class DictOffice(DictAdapter):
    """Accounts also hold meters, readings, cases, letters and offers; ``post`` is how the ERP is sent to."""

    capabilities = frozenset(Capability)
    accepts: ClassVar = {
        SubmissionKind.READING: Acceptance(Recognition.DEDUPLICATES),
        SubmissionKind.COMPLAINT: Acceptance(Recognition.FINDABLE, files=True),
        SubmissionKind.OUTAGE: Acceptance(Recognition.NONE),
    }

    def __init__(self, books: Mapping[str, Mapping[str, Any]], post: Any) -> None:
        super().__init__(books)
        self._post = post

    def _meters(self, customer_no: str) -> list[MeterToRead]:
        return [record_of(MeterToReadSchema(), row) for row in self._account(customer_no)["meters"]]

    def _readings(self, customer_no: str, meter_no: str) -> list[MeterReading]:
        rows = self._account(customer_no)["readings"]
        return [record_of(MeterReadingSchema(), row) for row in rows if row["meter_no"] == meter_no]

    def _cases(self, customer_no: str) -> list[Case]:
        return [record_of(CaseSchema(), row) for row in self._account(customer_no)["cases"]]

    def _case_document(self, case: Case, document_ref: str) -> InvoiceDocument:
        content = self._account(case.customer_no)["letters"].get((case.case_no, document_ref))
        if content is None:
            raise NotFound("no such document")
        return InvoiceDocument(case.customer_no, "application/pdf", iter([content]), size=len(content))

    def _offers(self, customer_no: str) -> list[Offer]:
        return [record_of(OfferSchema(), row) for row in self._account(customer_no)["offers"]]

    def _submit(self, submission: Submission) -> Delivery:
        sent = {
            "reference": submission.reference,
            "customer_no": submission.customer_no,
            "kind": submission.kind.value,
            "accepted_at": submission.accepted_at.isoformat(),
            "content": CONTENT_SCHEMAS[submission.kind]().dump(submission.content),
            "files": [(file.name, file.media_type, b"".join(file.chunks())) for file in submission.files],
        }
        with _translated():
            answer = self._post.take(sent)
        if "refused" in answer:
            raise Rejected(f"submit: refused with code {answer['refused']}", code=answer["refused"])
        return record_of(DeliverySchema(), answer)

    def _find_submission(self, kind: SubmissionKind, customer_no: str | None, reference: str) -> Delivery | None:
        with _translated():
            answer = self._post.find(customer_no, reference)
        return None if answer is None else record_of(DeliverySchema(), answer)


@contextmanager
def _translated() -> Iterator[None]:
    """Only a connection that was refused has surely carried nothing; whatever else breaks, it may have arrived."""
    try:
        yield
    except ConnectionRefusedError:
        raise Unavailable("the post is closed", sent=False) from None
    except OSError as error:
        raise Unavailable(f"the post broke off: {type(error).__name__}") from None
