"""An adapter over a world in the same process: the shortest example, and the measure for those over the wire."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from adapters.base import Adapter, Figures
from adapters.capabilities import Acceptance, Capability
from adapters.clock import local_day
from adapters.errors import BadData, NotFound, NotSupported, Rejected
from adapters.sandbox.account import Books
from adapters.sandbox.calls import Reason, Refused
from adapters.sandbox.casework import DOCUMENT
from adapters.sandbox.folder import Folder
from adapters.sandbox.offers import offers
from adapters.sandbox.pdf import Pdf, letter
from adapters.sandbox.records import CURRENCY, Bill, Posting
from adapters.sandbox.sending import FileNote, Receipt, Sending
from adapters.sandbox.world import UnknownCustomer, World
from schemas import (
    Basis,
    Case,
    Contract,
    Customer,
    Delivery,
    Invoice,
    InvoiceDocument,
    LedgerEntry,
    MeterReading,
    MeterToRead,
    Offer,
    SentFile,
    Submission,
    SubmissionKind,
)

_WITHOUT_FILES = (SubmissionKind.CONSENT, SubmissionKind.PAYMENT)


class SandboxAdapter(Adapter):
    """Asks a ``World`` directly; ``basis`` may be any, so that the same world can be seen in each way."""

    name = "sandbox"
    capabilities = frozenset(Capability)

    def __init__(self, world: World, *, basis: Basis = Basis.LEDGER) -> None:
        self.world = world
        self.basis = basis
        recognition = world.bureau.recognition
        self.accepts = {kind: Acceptance(recognition, files=kind not in _WITHOUT_FILES) for kind in SubmissionKind}

    def _customer(self, customer_no: str) -> Customer:
        party = self._books(customer_no).party
        now = self.world.bureau.particulars(customer_no)
        return Customer(
            customer_no=party.customer_no,
            name=now.name,
            kind=party.kind,
            address=party.address,
            payment_account=party.payment_account,
            nip=party.nip,
            postal_address=now.postal_address,
            email=now.email,
            phone=now.phone,
            e_invoices=now.e_invoices,
        )

    def _contracts(self, customer_no: str) -> Iterable[Contract]:
        return self._folder(customer_no).contracts()

    def _invoices(self, customer_no: str) -> Iterable[Invoice]:
        books = self._books(customer_no)
        return [_invoice(books, bill) for bill in books.bills]

    def _invoice(self, customer_no: str, invoice_ref: str) -> Invoice:
        books = self._books(customer_no)
        return _invoice(books, _bill(books, invoice_ref))

    def _ledger(self, customer_no: str, since: date | None) -> Figures:
        books = self._books(customer_no)
        position = books.since(since)
        return _figures(books, books.before(position), books.ordered[position:])

    def _balance_on(self, customer_no: str, day: date) -> Figures:
        books = self._books(customer_no)
        return _figures(books, books.balance_on(day), ())

    def _live(self, customer_no: str, since: date) -> Figures:
        books = self._books(customer_no)
        return _figures(books, books.balance, books.ordered[books.since(since) :])

    def _document(self, invoice: Invoice) -> InvoiceDocument:
        books = self._books(invoice.customer_no)
        bill = _bill(books, invoice.invoice_ref)
        pdf = Pdf(books.party, bill, books.sizes.get(bill.bill_id, 0))
        return InvoiceDocument(books.party.customer_no, "application/pdf", pdf.pieces(), len(pdf))

    def _meters(self, customer_no: str) -> Iterable[MeterToRead]:
        today = local_day(self.world.clock.now())
        return [each.to_read(today) for each in self._folder(customer_no).dials.values()]

    def _readings(self, customer_no: str, meter_no: str) -> Iterable[MeterReading]:
        found = self._folder(customer_no).readings(meter_no)
        if found is None:
            raise NotFound("no such meter")
        return found

    def _cases(self, customer_no: str) -> Iterable[Case]:
        with _translated():
            return self.world.bureau.cases(customer_no)

    def _case_document(self, case: Case, document_ref: str) -> InvoiceDocument:
        with _translated():
            file = self.world.bureau.case(case.customer_no, case.case_no)
        if document_ref != DOCUMENT or not file.has_document:
            raise NotFound("no such document")
        pdf = letter(file)
        return InvoiceDocument(case.customer_no, "application/pdf", iter([pdf]), len(pdf))

    def _offers(self, customer_no: str) -> Iterable[Offer]:
        return offers(self._folder(customer_no).party, self.world.base_day)

    def _submit(self, submission: Submission) -> Delivery:
        sending = Sending(
            reference=submission.reference,
            kind=submission.kind,
            customer_no=submission.customer_no,
            content=submission.content,
            files=tuple(map(_note, submission.files)),
            accepted_at=submission.accepted_at,
        )
        with _translated():
            return _delivery(self.world.bureau.take(sending))

    def _find_submission(self, kind: SubmissionKind, customer_no: str | None, reference: str) -> Delivery | None:
        try:
            return _delivery(self.world.bureau.find(reference))
        except Refused as refused:
            if refused.reason is Reason.NO_SUBMISSION:
                return None
            raise NotSupported(refused.reason.name) from None

    def _folder(self, customer_no: str) -> Folder:
        with _translated():
            return self.world.bureau.folder(customer_no)

    def _books(self, customer_no: str) -> Books:
        try:
            return self.world.account(customer_no).books
        except UnknownCustomer:
            raise NotFound("no such customer") from None


@contextmanager
def _translated() -> Iterator[None]:
    """A refusal in the words of the contract."""
    try:
        yield
    except Refused as refused:
        reason = refused.reason
        if reason in (Reason.NO_CUSTOMER, Reason.NO_CASE):
            raise NotFound(reason.name) from None
        if reason is Reason.ANOTHER_SUBMISSION:
            raise BadData(reason.name) from None
        raise Rejected(reason.name, code=reason.name.lower()) from None


def _note(file: SentFile) -> FileNote:
    """Hashed anew: what counts is what has come."""
    size, digest = 0, hashlib.sha256()
    for chunk in file.chunks():
        size += len(chunk)
        digest.update(chunk)
    return FileNote(file.name, file.media_type, size, digest.hexdigest())


def _delivery(receipt: Receipt) -> Delivery:
    return Delivery(receipt.reference, receipt.customer_no, receipt.case_no, receipt.reply_by)


def _bill(books: Books, invoice_ref: str) -> Bill:
    bill = books.bill(invoice_ref)
    if bill is None:
        raise NotFound("no such invoice")
    return bill


def _invoice(books: Books, bill: Bill) -> Invoice:
    return Invoice(
        customer_no=books.party.customer_no,
        invoice_ref=str(bill.bill_id),
        invoice_no=bill.invoice_no,
        kind=bill.kind,
        issued_on=bill.issued_on,
        due_on=bill.due_on,
        net=bill.net,
        vat=bill.vat,
        gross=bill.gross,
        outstanding=books.outstanding[bill.bill_id],
        currency=CURRENCY,
        payment_account=books.party.payment_account,
        corrects_no=bill.corrects_no,
        ksef_no=bill.ksef_no,
        has_document=True,
    )


def _figures(books: Books, amount: Decimal, postings: Iterable[Posting]) -> Figures:
    number = books.party.customer_no
    entries = [
        LedgerEntry(number, str(each.entry_no), each.kind, each.document_no, each.amount, each.posted_on, each.value_on)
        for each in postings
    ]
    return Figures(number, amount, CURRENCY, entries, books.party.payment_account)
