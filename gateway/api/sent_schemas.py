"""What may be sent over the API, one schema for each sort, and the receipt that answers it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, validate, validates_schema
from marshmallow import fields as marshmallow_fields

from gateway.api import schemas
from schemas import LETTERS, SubmissionKind, Topic, fields
from schemas.values import MAX_LONG_TEXT, MAX_TEXT


def _text(about: str, *, required: bool = False, most: int = MAX_TEXT) -> marshmallow_fields.String:
    """What is empty is refused by the readers, in the language asked for."""
    return marshmallow_fields.String(
        required=required, validate=validate.Length(max=most), metadata={"description": about}
    )


def _kind(*kinds: SubmissionKind) -> marshmallow_fields.String:
    return marshmallow_fields.String(required=True, validate=validate.OneOf([each.value for each in kinds]))


class _Sending(Schema):
    class Meta:
        unknown = RAISE


class ReadingSubmission(_Sending):
    """A meter's reading; a correction is a new one that supersedes the former."""

    kind = _kind(SubmissionKind.READING)
    meter = _text("The meter's id, from GET meters; may be left out where serial_no says which it is.", most=300)
    value = _text('m³, as read on the dial, such as "123" or "123.5".', required=True, most=40)
    read_on = fields.Day(required=True)
    serial_no = _text(
        "That of the device that was read, to be sure that it is still there. With it the reading is taken while the "
        "billing system is away, also without the meter; the same without it is 503. Spaces, dashes and capitals make "
        "no difference where there is no meter, and what fits no meter or several is a clerk's.",
        most=100,
    )
    insisted = fields.Flag(
        metadata={"description": "true: the value is right though an answer called it unlikely (doubt)."}
    )
    supersedes = _text("The number of one's own receipt of the former reading of this meter to correct.", most=32)
    note = _text("For whoever reads it.")

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _says_which(self, _: dict[str, Any], given: Mapping[str, Any], **__: Any) -> None:
        if not given.get("meter") and not given.get("serial_no"):
            raise ValidationError("expected the meter or its serial_no", "meter")


class LetterSubmission(_Sending):
    """A complaint, remark, petition or grievance."""

    kind = _kind(*LETTERS)
    topic = fields.Word(Topic, required=True)
    about = _text("The number of the invoice or meter; a complaint about an invoice needs it.", most=60)
    text = _text("What it is about, in lines.", required=True, most=MAX_LONG_TEXT)


class DataChangeSubmission(_Sending):
    """What is to change; what is left out stays as it is. A new name needs a document among the files."""

    kind = _kind(SubmissionKind.DATA_CHANGE)
    postal_address = _text("Where letters are to go.")
    phone = _text("7 to 15 digits, with + before a country's.", most=32)
    email = _text("Where the utility is to write to.", most=254)
    name = _text("Of the person or the company.", most=200)
    note = _text("For whoever reads it.", most=MAX_LONG_TEXT)


class ConsentSubmission(_Sending):
    """Consent to invoices by e-mail, given or withdrawn."""

    kind = _kind(SubmissionKind.CONSENT)
    given = fields.Flag(required=True)
    text_version = _text("Of the text that was shown, from GET /api/v1/e-invoice-consent.", required=True, most=64)
    email = _text("Where invoices are to go; needed to give it.", most=254)


class OutageReport(_Sending):
    """Something is broken."""

    place = _text("Street and number, or the place in words.", required=True)
    description = _text("What happens there.", required=True, most=MAX_LONG_TEXT)
    phone = _text("For questions; may be left out.", most=32)


class OutageSubmission(OutageReport):
    """Something is broken, reported by a customer."""

    kind = _kind(SubmissionKind.OUTAGE)


SENDING: dict[SubmissionKind, type[Schema]] = {
    SubmissionKind.READING: ReadingSubmission,
    **dict.fromkeys(LETTERS, LetterSubmission),
    SubmissionKind.DATA_CHANGE: DataChangeSubmission,
    SubmissionKind.CONSENT: ConsentSubmission,
    SubmissionKind.OUTAGE: OutageSubmission,
}


class ReceiptState(StrEnum):
    """Where it stands, in few words that stay."""

    ACCEPTED = "accepted"
    ON_ITS_WAY = "on_its_way"
    DELIVERED = "delivered"
    REFUSED = "refused"
    WITH_A_PERSON = "with_a_person"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class ShownReceipt:
    """A receipt, as the API tells it."""

    number: str
    kind: SubmissionKind
    state: ReceiptState
    accepted_at: datetime
    reply_by: date | None
    settled_at: datetime | None
    case_no: str | None
    case: str | None
    supersedes: str | None
    refusal: str | None


class ReceiptItem(fields.RecordSchema[ShownReceipt]):
    record: ClassVar = ShownReceipt

    number = fields.Text(required=True, metadata={"description": "Names this receipt, on paper and in URLs."})
    kind = fields.Word(SubmissionKind, required=True)
    state = fields.Word(
        ReceiptState,
        required=True,
        metadata={
            "description": "delivered: the billing system has it; with_a_person: somebody at the utility looks after "
            "it; settled: they brought it to its end themselves."
        },
    )
    accepted_at = fields.Instant(required=True, metadata={"description": "This moment counts, whenever it arrives."})
    reply_by = fields.Day(required=True, allow_none=True, metadata={"description": "The last day for an answer."})
    settled_at = fields.Instant(required=True, allow_none=True, metadata={"description": "When its way ended."})
    case_no = fields.Text(required=True, allow_none=True, metadata={"description": "The billing system's own number."})
    case = fields.Text(required=True, allow_none=True, metadata={"description": "The case's id, as in URLs."})
    supersedes = fields.Text(
        required=True, allow_none=True, metadata={"description": "The number of the reading that this one corrects."}
    )
    refusal = fields.Text(required=True, allow_none=True, metadata={"description": "Why it was refused, in words."})


class ReceiptPage(Schema):
    items = marshmallow_fields.List(marshmallow_fields.Nested(ReceiptItem), required=True)
    next_cursor = marshmallow_fields.String(required=True, allow_none=True)


class DoubtProblem(schemas.Problem):
    doubt = marshmallow_fields.String(
        metadata={
            "description": "Why a reading is unlikely: much, little, went_round or below_estimate. "
            "Send it again with insisted where it is right."
        }
    )


KEY_HEADER: dict[str, Any] = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "1 to 255 printable ASCII characters, another for each thing sent, such as a UUID. The same key "
    "and body give the same receipt, however often they come.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"},
}


def request_body(*sendings: type[Schema]) -> dict[str, Any]:
    """The description of a body: JSON of one of the schemas, or a form with the same fields and with files."""
    unique = list(dict.fromkeys(sendings))
    names: Iterable[str] = dict.fromkeys(name for each in unique for name in each().fields)
    files = {"type": "array", "items": {"type": "string", "format": "binary"}}
    in_form: dict[str, Any] = {name: {"type": "string"} for name in names}
    about = "The fields of the JSON as texts, and files: PDF, JPEG, PNG or HEIC."
    form = {"type": "object", "properties": {**in_form, "files": files}, "description": about}
    return {
        "required": True,
        "content": {
            "application/json": {"schema": unique[0] if len(unique) == 1 else {"oneOf": unique}},
            "multipart/form-data": {"schema": form},
        },
    }
