"""What the ERP made of a submission: the case, where it stands, and its answer."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from schemas import fields
from schemas.submission import SubmissionKind


class CaseStatus(StrEnum):
    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """A document that the ERP put beside its answer; ``document_ref`` is how it finds it again."""

    document_ref: str
    name: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case (sprawa) by its signature ``case_no``; ``reference`` is ours where it came through the portal."""

    customer_no: str
    case_no: str
    kind: SubmissionKind
    status: CaseStatus
    opened_on: date
    reference: str | None = None
    reply_by: date | None = None
    answered_on: date | None = None
    answer: str | None = None
    documents: tuple[CaseDocument, ...] = ()


class CaseDocumentSchema(fields.RecordSchema[CaseDocument]):
    record: ClassVar = CaseDocument

    document_ref = fields.Text(required=True)
    name = fields.Text(required=True)


class CaseSchema(fields.RecordSchema[Case]):
    record: ClassVar = Case

    customer_no = fields.CustomerNo(required=True)
    case_no = fields.Text(required=True)
    kind = fields.Word(SubmissionKind, required=True)
    status = fields.Word(CaseStatus, required=True)
    opened_on = fields.Day(required=True)
    reference = fields.Text(load_default=None, allow_none=True)
    reply_by = fields.Day(load_default=None, allow_none=True)
    answered_on = fields.Day(load_default=None, allow_none=True)
    answer = fields.LongText(load_default=None, allow_none=True)
    documents = fields.Rows(CaseDocumentSchema, load_default=())
