"""Makes the submissions that the suite sends; whatever a person may read in them says that it is a test."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from itertools import count
from uuid import uuid4

import pytest

from adapters.base import Adapter
from adapters.capabilities import Capability
from adapters.clock import local_day
from adapters.testing.writing import Writing
from schemas import (
    LETTERS,
    ConsentContent,
    Content,
    DataChangeContent,
    LetterContent,
    MeterToRead,
    OutageContent,
    PaidInvoice,
    PaymentContent,
    ReadingContent,
    SentFile,
    Submission,
    SubmissionKind,
    Topic,
)

WORDS = "Test eBOK, proszę pominąć: „żółć” <b> & 'tak'."
_LINES = f"{WORDS}\n\n\tDruga linia, 100% + 1.\n"
_grown = count(1)


@dataclass(frozen=True, slots=True)
class Drafts:
    """Submissions of one customer, accepted ``now``; each has a reference of its own, as the portal gives them."""

    adapter: Adapter
    writing: Writing
    customer_no: str
    now: datetime

    def new(
        self, kind: SubmissionKind, *, files: tuple[SentFile, ...] = (), supersedes: str | None = None
    ) -> Submission:
        """Something that this ERP should take."""
        content = self._content(kind)
        if isinstance(content, ReadingContent):
            content = replace(content, supersedes=supersedes)
        return Submission(str(uuid4()), kind, self.customer_no, self.now, content, files)

    def refused(self, kind: SubmissionKind) -> Submission:
        """Something that it refuses; skips where nobody has said what that is."""
        if kind not in self.writing.refused:
            pytest.skip(f"`facts.writing.refused` does not say which {kind} this ERP refuses")
        return Submission(str(uuid4()), kind, self.customer_no, self.now, self.writing.refused[kind])

    def of_a_passer_by(self) -> Submission:
        """An outage that is reported by somebody unknown."""
        return replace(self.new(SubmissionKind.OUTAGE), customer_no=None)

    def _content(self, kind: SubmissionKind) -> Content:
        given = self.writing.contents.get(kind)
        if isinstance(given, ReadingContent):
            return replace(given, value=given.value + next(_grown))
        if given is not None:
            return given
        if kind is SubmissionKind.READING:
            return self._reading()
        if kind in LETTERS:
            return LetterContent(Topic.OTHER, _LINES)
        if kind is SubmissionKind.DATA_CHANGE:
            return DataChangeContent(phone="+48 99 555 00 99", note=_LINES)
        if kind is SubmissionKind.CONSENT:
            return ConsentContent(given=True, text_version="test")
        if kind is SubmissionKind.PAYMENT:
            return self._payment()
        return OutageContent(place=WORDS, description=_LINES, phone="+48 99 555 00 99")

    def _payment(self) -> PaymentContent:
        """12.34 zł: ten of them for an invoice, where the customer has one, and the rest on account."""
        invoices = self.adapter.invoices(self.customer_no)[:1]
        return PaymentContent(
            amount=Decimal("12.34"),
            currency="PLN",
            paid_on=local_day(self.now),
            operator="p24",
            operator_ref="318000001",
            payment_account=invoices[0].payment_account if invoices else None,
            invoices=tuple(PaidInvoice(each.invoice_no, Decimal("10.00")) for each in invoices),
        )

    def _reading(self) -> ReadingContent:
        today = local_day(self.now)
        if Capability.METERS in self.adapter.capabilities:
            for meter in self.adapter.meters(self.customer_no):
                value = _next_value(meter)
                if _takes(meter, today) and value < 10**meter.digits - 100:
                    return ReadingContent(meter.meter_no, meter.serial_no, value, today, insisted=True, note=WORDS)
        pytest.skip("no meter that may be read is known: give `facts.writing.contents` a reading")


def some_files() -> tuple[SentFile, ...]:
    """A picture of all bytes, which comes in odd pieces, and a small document."""
    picture = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 300 + b"\xff\xd9"
    document = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    return _file("zdjęcie licznika.jpg", "image/jpeg", picture), _file("pismo.pdf", "application/pdf", document)


def _file(name: str, media_type: str, content: bytes) -> SentFile:
    def chunks(size: int = 10_001) -> Iterator[bytes]:
        return (content[start : start + size] for start in range(0, len(content), size))

    return SentFile(name, media_type, len(content), hashlib.sha256(content).hexdigest(), chunks)


def _takes(meter: MeterToRead, today: date) -> bool:
    begun = meter.window_from is None or meter.window_from <= today
    return meter.readable and begun and (meter.window_until is None or today <= meter.window_until)


def _next_value(meter: MeterToRead) -> Decimal:
    """The least that may be read, a whole m³ more than before."""
    last = meter.previous.value if meter.previous is not None else Decimal(0)
    value = last.to_integral_value(ROUND_CEILING) + 1
    return max(value, (meter.expected_from or Decimal(0)).to_integral_value(ROUND_CEILING))
