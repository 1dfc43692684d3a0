"""The sandbox as the suite's world: steered through its control desk, whichever way the adapter asks it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import requests

from adapters.capabilities import Recognition
from adapters.clock import SetClock, local_day
from adapters.sandbox.server import SandboxServer
from adapters.testing import Facts, KnownCustomer, Received, Writing
from schemas import EntryKind, LedgerEntry, LetterContent, ReadingContent, SubmissionKind, Topic

START = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
NUMBERS = ("100001", "100104", "200007", "200008", "200014")
"""Anna, an association in arrears, one who is corrected monthly, a reversal at midnight, one who paid ahead."""


class SandboxWorld:
    """A running sandbox; its own clock dates the bookings."""

    def __init__(self, recognition: Recognition = Recognition.DEDUPLICATES) -> None:
        self.server = SandboxServer(clock=SetClock(START)).start()
        self.server.world.bureau.recognition = recognition
        self.url = self.server.url
        self.is_off = False

    def now(self) -> datetime:
        return datetime.fromisoformat(self._control("GET", "clock")["now"])

    def set_now(self, moment: datetime) -> None:
        self._control("PUT", "clock", now=moment.isoformat())

    def book_payment(self, customer_no: str, amount: Decimal, *, value_on: date | None = None) -> None:
        day = None if value_on is None else value_on.isoformat()
        self._control("POST", f"customers/{customer_no}/payments", amount=str(amount), value_on=day)

    def issue_invoice(self, customer_no: str, gross: Decimal, *, due_on: date, issued_on: date | None = None) -> None:
        day = None if issued_on is None else issued_on.isoformat()
        body = {"gross": str(gross), "due_on": due_on.isoformat(), "issued_on": day}
        self._control("POST", f"customers/{customer_no}/invoices", **body)

    def ledger(self, customer_no: str) -> Sequence[LedgerEntry]:
        return [
            LedgerEntry(
                customer_no=customer_no,
                entry_no=row["entry_no"],
                kind=EntryKind(row["kind"]),
                document_no=row["document_no"],
                amount=Decimal(row["amount"]),
                posted_on=date.fromisoformat(row["posted_on"]),
                value_on=date.fromisoformat(row["value_on"]) if row["value_on"] else None,
            )
            for row in self._control("GET", f"customers/{customer_no}/ledger")
        ]

    def received(self, reference: str) -> Sequence[Received]:
        return [
            Received(
                sent.customer_no,
                tuple(file.sha256 for file in sent.files),
                local_day(sent.accepted_at or taken.received_at),
                sent.content,
            )
            for taken in self.server.world.bureau.submissions()
            if (sent := taken.sending).reference == reference
            for _ in range(taken.count)
        ]

    def cut_next_answer(self) -> None:
        self._control("PUT", "faults", operation="submit", fault="accepted_but_no_answer", times=1)

    @contextmanager
    def switched_off(self) -> Iterator[None]:
        self.server.stop()
        self.is_off = True
        try:
            yield
        finally:
            self.server.start()
            self.is_off = False

    @cached_property
    def facts(self) -> Facts:
        """What the register and the books say, read where they are kept and not through an adapter."""
        return Facts(
            customers=tuple(map(self._known, NUMBERS)),
            unknown_customer_no="999999",
            without_invoices="100201",
            writing=Writing(contents=_contents(), refused={SubmissionKind.READING: self._refused()}),
        )

    def close(self) -> None:
        self.server.close()

    def _refused(self) -> ReadingContent:
        """A reading that is lower than the one before."""
        dial = next(iter(self.server.world.bureau.folder(NUMBERS[0]).dials.values()))
        return ReadingContent(dial.meter_no, dial.serial_no, Decimal(1), START.date())

    def _known(self, customer_no: str) -> KnownCustomer:
        books = self.server.world.account(customer_no).books
        folder = self.server.world.bureau.folder(customer_no)
        bill = books.bills[len(books.bills) // 2]
        return KnownCustomer(
            customer_no,
            name=books.party.name,
            contracts=len(books.party.contracts),
            meters=len(folder.dials),
            cases=len(folder.cases),
            invoice={
                "invoice_no": bill.invoice_no,
                "invoice_ref": str(bill.bill_id),
                "kind": bill.kind.value,
                "issued_on": bill.issued_on,
                "due_on": bill.due_on,
                "net": bill.net,
                "gross": bill.gross,
                "corrects_no": bill.corrects_no,
                "payment_account": books.party.payment_account,
            },
        )

    def _control(self, method: str, path: str, **body: Any) -> Any:
        answer = requests.request(method, f"{self.url}/control/{path}", json=body or None, timeout=20)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:200]}"
        return answer.json()


def _contents() -> dict[SubmissionKind, LetterContent]:
    """A letter with everything that one may have; the suite makes up the others."""
    about = LetterContent(Topic.INVOICE, "Za dużo o 12,50 zł.\n\nProszę o <korektę> & zwrot.", "FV/7/2026")
    return {SubmissionKind.COMPLAINT: about}
