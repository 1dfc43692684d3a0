"""A billing system in memory with the cases that pages must show well, over the real contract."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from adapters.base import Adapter, Figures
from adapters.capabilities import Capability
from adapters.errors import AdapterError, BadData
from schemas import (
    Basis,
    Contract,
    Customer,
    CustomerKind,
    EntryKind,
    Invoice,
    InvoiceDocument,
    InvoiceKind,
    LedgerEntry,
    Meter,
    MeterRole,
    Reading,
    ReadingSource,
    Service,
    SupplyPoint,
)

TODAY = date(2026, 3, 29)
ANNA, COMPANY, NEW, EVEN = "100001", "100002", "100003", "100004"
DOCUMENT = b"%PDF-1.7\n" + bytes(range(256)) * 400 + b"\n%%EOF\n"


def nrb(customer_no: str) -> str:
    body = "10901014" + customer_no.rjust(16, "0")
    return f"{98 - int(body + '252100') % 97:02d}{body}"


class Books(Adapter):
    """``broken`` maps an operation to the error it raises; ``closed`` counts the documents given back."""

    name = "books"
    basis = Basis.LEDGER
    capabilities = frozenset({Capability.LEDGER, Capability.DOCUMENT})

    def __init__(self) -> None:
        self.start_anew()

    def start_anew(self) -> None:
        """Whole again, and asked nothing yet."""
        self.broken: dict[str, AdapterError] = {}
        self.nameless: set[str] = set()
        self.calls: list[str] = []
        self.closed = 0
        self.media_type = "application/pdf"
        self.document_size: int | None = len(DOCUMENT)
        self.chunks: Callable[[], Iterator[bytes]] = lambda: iter([DOCUMENT[:1000], DOCUMENT[1000:]])

    def _customer(self, customer_no: str) -> Customer:
        self._asked("customer")
        if customer_no in self.nameless:
            raise BadData("no name")
        names = {
            ANNA: ("Anna Źródło-Kowalczyk", CustomerKind.PERSON, "ul. Nad Potokiem 7 m. 3, 00-001 Przykładowo"),
            COMPANY: (
                "Przedsiębiorstwo Gospodarki Nieruchomościami „Pod Dębami” Spółka z ograniczoną odpowiedzialnością",
                CustomerKind.COMPANY,
                "al. Konstantynopolitańczykowianeczkówny 112B lok. 14, 00-002 Przykładowo",
            ),
            NEW: ("Jan Nowy", CustomerKind.PERSON, "ul. Świeża 1, 00-003 Przykładowo"),
        }
        name, kind, address = names.get(
            customer_no, (f"Wspólnota nr {customer_no[-2:]}", CustomerKind.COMPANY, f"ul. Długa {customer_no[-2:]}")
        )
        return Customer(customer_no, name, kind, address, nrb(customer_no))

    def _contracts(self, customer_no: str) -> list[Contract]:
        self._asked("contracts")
        if customer_no == NEW:
            return []
        main = Meter(
            "WM-0012345",
            MeterRole.MAIN,
            date(2029, 12, 31),
            Reading(Decimal("1234.5"), date(2026, 2, 27), ReadingSource.INSPECTOR),
        )
        points = (
            SupplyPoint("PP-1", "ul. Nad Potokiem 7", (main, Meter("WO-77", MeterRole.GARDEN))),
            SupplyPoint("PP-2", "ul. Nad Potokiem 7A"),
        )
        newest = Contract(customer_no, "U/2019/00071", (Service.WATER, Service.SEWAGE), date(2019, 5, 2), None, points)
        ended = Contract(customer_no, "U/2011/00003", (Service.WATER,), date(2011, 1, 1), date(2019, 5, 1), points[:1])
        return [newest, ended]

    def _invoices(self, customer_no: str) -> list[Invoice]:
        self._asked("invoices")
        return [] if customer_no == NEW else [*_remarkable(customer_no), *_ordinary(customer_no)]

    def _ledger(self, customer_no: str, since: date | None) -> Figures:
        self._asked("ledger")
        entries = _entries(customer_no)
        before = [each.amount for each in entries if since and each.posted_on < since]
        later = [each for each in entries if not since or each.posted_on >= since]
        return Figures(customer_no, sum(before, Decimal("0.00")), "PLN", later, nrb(customer_no))

    def _live(self, customer_no: str, since: date) -> Figures:
        return self._ledger(customer_no, None)

    def _document(self, invoice: Invoice) -> InvoiceDocument:
        self._asked("document")
        return InvoiceDocument(invoice.customer_no, self.media_type, _Chunks(self), self.document_size)

    def _asked(self, operation: str) -> None:
        self.calls.append(operation)
        if operation in self.broken:
            raise self.broken[operation]


class _Chunks(Iterator[bytes]):
    def __init__(self, books: Books) -> None:
        self._chunks, self._books, self._open = books.chunks(), books, True

    def __next__(self) -> bytes:
        return next(self._chunks)

    def close(self) -> None:
        if self._open:
            self._open = False
            self._books.closed += 1


class LiveBooks(Books):
    """An ERP that knows only the balance of this moment."""

    basis = Basis.LIVE
    capabilities = frozenset()

    def _live(self, customer_no: str, since: date) -> Figures:
        whole = super()._live(customer_no, since)
        return replace(whole, amount=sum((each.amount for each in whole.entries), Decimal("0.00")), entries=())


def _invoice(customer_no: str, number: str, issued_on: date, gross: str, left: str, **more: object) -> Invoice:
    amount = Decimal(gross)
    net = (amount / Decimal("1.08")).quantize(Decimal("0.01"))
    facts: dict[str, object] = {
        "kind": InvoiceKind.INVOICE,
        "due_on": issued_on + timedelta(days=14),
        "payment_account": nrb(customer_no),
        "has_document": True,
    } | more
    return Invoice(
        customer_no=customer_no,
        invoice_ref=number,
        invoice_no=number,
        issued_on=issued_on,
        net=net,
        vat=amount - net,
        gross=amount,
        outstanding=Decimal(left),
        currency="PLN",
        **facts,  # type: ignore[arg-type]
    )


def _remarkable(customer_no: str) -> list[Invoice]:
    if customer_no == EVEN:
        return []
    ksef = "5265877635-20260210-0100001AF629-AF"
    return [
        _invoice(customer_no, "FV/2026/00090", TODAY, "1234.50", "1234.50"),
        _invoice(customer_no, "FV/2026/00041", date(2026, 2, 27), "87.31", "87.31", ksef_no=ksef),
        _invoice(
            customer_no,
            "KOR/2026/00003",
            date(2026, 2, 10),
            "-20.00",
            "0.00",
            kind=InvoiceKind.CORRECTION,
            corrects_no="FV/2026/00012",
        ),
        _invoice(customer_no, "NO/2026/00001", date(2026, 1, 31), "3.17", "0.00", kind=InvoiceKind.INTEREST_NOTE),
        _invoice(customer_no, "FV/2026/00012", date(2026, 1, 30), "145.00", "0.00", has_document=False),
    ]


def _ordinary(customer_no: str) -> list[Invoice]:
    months = [date(2025 - past // 12, 12 - past % 12, 28) for past in range(60)]
    return [_invoice(customer_no, f"FV/{day.year}/{day.month:05d}", day, "98.76", "0.00") for day in months]


def _entries(customer_no: str) -> list[LedgerEntry]:
    if customer_no == NEW:
        return []
    entries = []
    for invoice in reversed(_ordinary(customer_no)):
        entries.append((EntryKind.INVOICE, invoice.invoice_no, invoice.gross, invoice.issued_on))
        entries.append((EntryKind.PAYMENT, None, -invoice.gross, invoice.due_on))
    if customer_no == COMPANY:
        entries.append((EntryKind.PAYMENT, None, Decimal("-250.00"), date(2026, 3, 20)))
    if customer_no in (ANNA, *(str(number) for number in range(100101, 100113))):
        entries.append((EntryKind.INVOICE, "FV/2026/00041", Decimal("87.31"), date(2026, 2, 27)))
        entries.append((EntryKind.PAYMENT, None, Decimal("-50.00"), TODAY))
        entries.append((EntryKind.INVOICE, "FV/2026/00090", Decimal("1234.50"), TODAY))
    if customer_no == EVEN:
        entries += [(EntryKind.PAYMENT, None, Decimal("-1.00"), TODAY)] * 7
    return [
        LedgerEntry(customer_no, str(at), kind, document, amount, posted_on)
        for at, (kind, document, amount, posted_on) in enumerate(entries, 1)
    ]
