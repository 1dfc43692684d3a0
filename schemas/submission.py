"""What a customer sends into the billing system, one record for each sort, and what the ERP says on taking it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from schemas import fields


class SubmissionKind(StrEnum):
    READING = "reading"
    COMPLAINT = "complaint"
    REMARK = "remark"
    PETITION = "petition"
    GRIEVANCE = "grievance"
    DATA_CHANGE = "data_change"
    CONSENT = "consent"
    OUTAGE = "outage"
    PAYMENT = "payment"
    """Paid through an operator; made by the portal itself, never typed by a customer."""


class Topic(StrEnum):
    """What a letter is about."""

    INVOICE = "invoice"
    READING = "reading"
    SERVICE = "service"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReadingContent:
    """What the customer read, in m³; ``insisted`` where we called the value unlikely and they stood by it.

    ``supersedes`` is our reference of the customer's former reading that this one corrects.
    """

    meter_no: str
    serial_no: str
    value: Decimal
    read_on: date
    insisted: bool = False
    supersedes: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class LetterContent:
    """A complaint, remark, petition or grievance; ``about`` is the number of the invoice or meter it concerns."""

    topic: Topic
    text: str
    about: str | None = None


@dataclass(frozen=True, slots=True)
class DataChangeContent:
    """What the customer asks to change in the ERP; None leaves a value as it is. A new name needs a document."""

    name: str | None = None
    postal_address: str | None = None
    phone: str | None = None
    email: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentContent:
    """Consent to invoices by e-mail instead of paper, ``given`` or withdrawn, and which version of its text."""

    given: bool
    text_version: str
    email: str | None = None


@dataclass(frozen=True, slots=True)
class OutageContent:
    """Something is broken; reported by a customer or by a passer-by, who may leave a phone number."""

    place: str
    description: str
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class PaidInvoice:
    """What of a payment is meant for which invoice; ``amount`` is positive, in zlotys."""

    invoice_no: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PaymentContent:
    """Money that a payment operator has taken for one customer and one ``payment_account`` (NRB).

    ``amount`` is positive and the whole; what ``invoices`` leave of it is on account. ``operator_ref`` is the
    operator's own number of the payment, ``paid_on`` the day in Europe/Warsaw on which it confirmed.
    """

    amount: Decimal
    currency: str
    paid_on: date
    operator: str
    operator_ref: str
    payment_account: str | None = None
    invoices: tuple[PaidInvoice, ...] = ()


Content = ReadingContent | LetterContent | DataChangeContent | ConsentContent | OutageContent | PaymentContent


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that goes with a submission; ``chunks`` opens its bytes anew each time. ``sha256`` is in hexadecimal."""

    name: str
    media_type: str
    size: int
    sha256: str
    chunks: Callable[[], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Submission:
    """What goes to the ERP. ``reference`` is ours, the same however often it is sent; ``accepted_at`` is UTC.

    ``customer_no`` is None where somebody reports an outage who is not logged in.
    """

    reference: str
    kind: SubmissionKind
    customer_no: str | None
    accepted_at: datetime
    content: Content
    files: tuple[SentFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """The ERP has it: under our ``reference``, as its case ``case_no`` where it makes one, answered by ``reply_by``."""

    reference: str
    customer_no: str | None = None
    case_no: str | None = None
    reply_by: date | None = None


class ReadingContentSchema(fields.RecordSchema[ReadingContent]):
    record: ClassVar = ReadingContent

    meter_no = fields.Text(required=True)
    serial_no = fields.Text(required=True)
    value = fields.Volume(required=True)
    read_on = fields.Day(required=True)
    insisted = fields.Flag(load_default=False)
    supersedes = fields.Text(load_default=None, allow_none=True)
    note = fields.Text(load_default=None, allow_none=True)


class LetterContentSchema(fields.RecordSchema[LetterContent]):
    record: ClassVar = LetterContent

    topic = fields.Word(Topic, required=True)
    text = fields.LongText(required=True)
    about = fields.Text(load_default=None, allow_none=True)


class DataChangeContentSchema(fields.RecordSchema[DataChangeContent]):
    record: ClassVar = DataChangeContent

    name = fields.Text(load_default=None, allow_none=True)
    postal_address = fields.Text(load_default=None, allow_none=True)
    phone = fields.Text(load_default=None, allow_none=True)
    email = fields.Text(load_default=None, allow_none=True)
    note = fields.LongText(load_default=None, allow_none=True)


class ConsentContentSchema(fields.RecordSchema[ConsentContent]):
    record: ClassVar = ConsentContent

    given = fields.Flag(required=True)
    text_version = fields.Text(required=True)
    email = fields.Text(load_default=None, allow_none=True)


class OutageContentSchema(fields.RecordSchema[OutageContent]):
    record: ClassVar = OutageContent

    place = fields.Text(required=True)
    description = fields.LongText(required=True)
    phone = fields.Text(load_default=None, allow_none=True)


class PaidInvoiceSchema(fields.RecordSchema[PaidInvoice]):
    record: ClassVar = PaidInvoice

    invoice_no = fields.Text(required=True)
    amount = fields.Money(required=True)


class PaymentContentSchema(fields.RecordSchema[PaymentContent]):
    record: ClassVar = PaymentContent

    amount = fields.Money(required=True)
    currency = fields.Currency(required=True)
    paid_on = fields.Day(required=True)
    operator = fields.Text(required=True)
    operator_ref = fields.Text(required=True)
    payment_account = fields.Nrb(load_default=None, allow_none=True)
    invoices = fields.Rows(PaidInvoiceSchema, load_default=())


class DeliverySchema(fields.RecordSchema[Delivery]):
    record: ClassVar = Delivery

    reference = fields.Text(required=True)
    customer_no = fields.CustomerNo(load_default=None, allow_none=True)
    case_no = fields.Text(load_default=None, allow_none=True)
    reply_by = fields.Day(load_default=None, allow_none=True)


CONTENT_SCHEMAS: dict[SubmissionKind, type[fields.RecordSchema[Content]]] = {
    SubmissionKind.READING: ReadingContentSchema,  # type: ignore[dict-item]
    SubmissionKind.COMPLAINT: LetterContentSchema,  # type: ignore[dict-item]
    SubmissionKind.REMARK: LetterContentSchema,  # type: ignore[dict-item]
    SubmissionKind.PETITION: LetterContentSchema,  # type: ignore[dict-item]
    SubmissionKind.GRIEVANCE: LetterContentSchema,  # type: ignore[dict-item]
    SubmissionKind.DATA_CHANGE: DataChangeContentSchema,  # type: ignore[dict-item]
    SubmissionKind.CONSENT: ConsentContentSchema,  # type: ignore[dict-item]
    SubmissionKind.OUTAGE: OutageContentSchema,  # type: ignore[dict-item]
    SubmissionKind.PAYMENT: PaymentContentSchema,  # type: ignore[dict-item]
}
LETTERS = (
    SubmissionKind.COMPLAINT,
    SubmissionKind.REMARK,
    SubmissionKind.PETITION,
    SubmissionKind.GRIEVANCE,
)
