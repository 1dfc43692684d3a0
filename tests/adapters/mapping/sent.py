"""What customers send, of every kind, and the adapters that take it to the sandbox."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests

from adapters.limits import Limits
from adapters.mapping.adapter import MappedAdapter
from adapters.rest import RestAdapter
from adapters.sandbox.register import ANNA
from adapters.sandbox.server import SandboxServer
from adapters.soap import SoapAdapter
from schemas import (
    ConsentContent,
    Content,
    DataChangeContent,
    LetterContent,
    OutageContent,
    PaidInvoice,
    PaymentContent,
    ReadingContent,
    SentFile,
    Submission,
    SubmissionKind,
    Topic,
)

NOON = datetime(2026, 3, 28, 11, tzinfo=UTC)
ACCEPTED = datetime(2026, 3, 27, 23, 30, 12, 345678, tzinfo=UTC)  # the 28th in Poland
ERPS = Path(__file__).parents[3] / "adapters" / "erps"
WAYS = ("soap", "rest")
PATIENT = Limits(read_seconds=20, total_seconds=20, submission_seconds=20)


def file(octets: bytes = b"%PDF-1.4 " + bytes(range(256)) * 40, name: str = "zdjęcie & <licznik>.pdf") -> SentFile:
    """A file that comes in several pieces."""
    pieces = [octets[:7], octets[7:100], octets[100:]]
    digest = hashlib.sha256(octets).hexdigest()
    return SentFile(name, "application/pdf", len(octets), digest, lambda: iter(pieces))


def sending(
    reference: str,
    kind: SubmissionKind,
    content: Content,
    *,
    customer_no: str | None = ANNA,
    files: tuple[SentFile, ...] = (),
) -> Submission:
    return Submission(reference, kind, customer_no, ACCEPTED, content, files)


def letter(reference: str, text: str = "Za dużo.", **more: Any) -> Submission:
    return sending(reference, SubmissionKind.COMPLAINT, LetterContent(Topic.INVOICE, text), **more)


WORDS = "Nikt <nie> odbiera & nie dzwoni.\n\nTo\tnie w porządku: 'ani' \"słowa\" ]]>. "
EVERY_KIND: dict[str, Submission] = {
    "reading": sending(
        "Z-1",
        SubmissionKind.READING,
        ReadingContent("W1000010101", "WS22-0300-001", Decimal("240"), date(2026, 3, 20)),
    ),
    "reading_insisted": sending(
        "Z-2",
        SubmissionKind.READING,
        ReadingContent(
            "W1000010102", "JS25-0300-002", Decimal("900"), date(2026, 3, 20), True, "Z-0", "Zaparował & ledwo widać."
        ),
        files=(file(),),
    ),
    **{
        kind.value: sending(f"Z-{kind}", kind, LetterContent(topic, WORDS, about), files=files)
        for kind, topic, about, files in (
            (SubmissionKind.COMPLAINT, Topic.INVOICE, "FV/1/2026", (file(), file(b"", name="puste.pdf"))),
            (SubmissionKind.REMARK, Topic.OTHER, None, ()),
            (SubmissionKind.PETITION, Topic.READING, "W1000010101", ()),
            (SubmissionKind.GRIEVANCE, Topic.SERVICE, None, (file(),)),
        )
    },
    "data_change": sending("Z-3", SubmissionKind.DATA_CHANGE, DataChangeContent(phone="+48 99 000 00 01")),
    "new_name": sending(
        "Z-4",
        SubmissionKind.DATA_CHANGE,
        DataChangeContent(
            "Anna Nowak", "ul. Rynek 4/5, 99-991 Zdrojewo", "1", "nowa@poczta.example", "Ślub.\nWczoraj."
        ),
        files=(file(),),
    ),
    "consent": sending("Z-5", SubmissionKind.CONSENT, ConsentContent(True, "2026-01", "ja@poczta.example")),
    "consent_withdrawn": sending("Z-6", SubmissionKind.CONSENT, ConsentContent(False, "2026-01")),
    "outage": sending("Z-7", SubmissionKind.OUTAGE, OutageContent("ul. Rynek 4", WORDS), files=(file(),)),
    "outage_of_a_passer_by": sending(
        "Z-8", SubmissionKind.OUTAGE, OutageContent("ul. Rynek 4", "Woda.", "+48 99 000 00 02"), customer_no=None
    ),
    "payment": sending(
        "Z-9",
        SubmissionKind.PAYMENT,
        PaymentContent(
            Decimal("1234.50"),
            "PLN",
            date(2026, 3, 28),
            "p24",
            "318000001",
            "87999900010000000000100001",
            (PaidInvoice("FV/1/2026", Decimal("1200.00")), PaidInvoice("FV/2 <b>/2026", Decimal("30.10"))),
        ),
    ),
    "payment_on_account": sending(
        "Z-10", SubmissionKind.PAYMENT, PaymentContent(Decimal("5.00"), "PLN", date(2026, 3, 28), "payu", "WZHF5FFDRJ")
    ),
}


@contextmanager
def mapped(way: str, url: str, *, limits: Limits = PATIENT, mapping: str = "") -> Iterator[MappedAdapter]:
    """The adapter for one of the sandbox's faces; ``mapping`` in the place of the project's own."""
    kind: type[MappedAdapter] = SoapAdapter if way == "soap" else RestAdapter
    options = {"mapping": mapping or f"sandbox_{way}", "url": f"{url}/soap" if way == "soap" else url}
    opened = kind.from_settings(options, limits=limits)
    try:
        yield opened
    finally:
        opened.close()


def variant(way: str, folder: Path, **changes: str) -> str:
    """The project's mapping with other values of keys, such as ``recognition='"none"'``."""
    text = (ERPS / f"sandbox_{way}.toml").read_text(encoding="utf-8")
    text = text.replace("../sandbox/billing.wsdl", str(ERPS.parent / "sandbox" / "billing.wsdl"))
    for key, value in changes.items():
        old = f'{key} = "deduplicates"'
        assert old in text
        text = text.replace(old, f"{key} = {value}")
    written = folder / f"{way}.toml"
    written.write_text(text, encoding="utf-8")
    return str(written)


def taken(sandbox: SandboxServer) -> list[dict[str, Any]]:
    """What the sandbox has been sent, as it lists it."""
    listed: list[dict[str, Any]] = requests.get(f"{sandbox.url}/control/submissions", timeout=20).json()
    return listed
