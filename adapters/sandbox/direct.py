"""An adapter over a world in the same process: the shortest example, and the measure for those over the wire."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from adapters.base import Adapter, Capability, Figures
from adapters.errors import NotFound
from adapters.sandbox.account import Books
from adapters.sandbox.pdf import Pdf
from adapters.sandbox.records import CURRENCY, Bill, Posting
from adapters.sandbox.world import UnknownCustomer, World
from schemas import Basis, Contract, Customer, Invoice, InvoiceDocument, LedgerEntry


class SandboxAdapter(Adapter):
    """Asks a ``World`` directly; ``basis`` may be any, so that the same world can be seen in each way."""

    name = "sandbox"
    capabilities = frozenset({Capability.LEDGER, Capability.DOCUMENT})

    def __init__(self, world: World, *, basis: Basis = Basis.LEDGER) -> None:
        self.world = world
        self.basis = basis

    def _customer(self, customer_no: str) -> Customer:
        party = self._books(customer_no).party
        return Customer(party.customer_no, party.name, party.kind, party.address, party.payment_account, party.nip)

    def _contracts(self, customer_no: str) -> Iterable[Contract]:
        return self._books(customer_no).party.contracts

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

    def _books(self, customer_no: str) -> Books:
        try:
            return self.world.account(customer_no).books
        except UnknownCustomer:
            raise NotFound("no such customer") from None


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
