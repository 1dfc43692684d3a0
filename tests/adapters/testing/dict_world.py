"""A world to try the dict adapter in: its books, and a clerk who writes in them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from adapters.clock import local_day
from adapters.testing import Facts, KnownCustomer
from schemas import EntryKind, LedgerEntry

START = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
FACTS = Facts(
    customers=(
        KnownCustomer(
            "100234",
            name="Anna Nowak",
            contracts=1,
            amount_now=Decimal("64.80"),
            invoice={"invoice_no": "FV/100234/1", "gross": "108.00", "due_on": "2026-03-15"},
        ),
        KnownCustomer("100777", name="Jan Lis", contracts=1, invoices=2, amount_now=Decimal("64.80")),
    ),
    unknown_customer_no="999999",
    without_invoices="100888",
)


class DictWorld:
    """``books`` is what the adapter reads; ``truth`` is kept apart from it, as plain facts."""

    def __init__(self) -> None:
        self._now = START
        self.books: dict[str, dict[str, Any]] = {}
        self.truth: dict[str, list[LedgerEntry]] = {}
        for number, name in (("100234", "Anna Nowak"), ("100777", "Jan Lis"), ("100888", "Ewa Nowa")):
            self._open(number, name)
        for number in ("100234", "100777"):
            self._invoice(number, Decimal("108.00"), date(2026, 3, 1), date(2026, 3, 15))
            self._book(number, EntryKind.PAYMENT, Decimal("-108.00"), date(2026, 3, 10), None)
            self._invoice(number, Decimal("64.80"), date(2026, 3, 12), date(2026, 3, 26))

    def now(self) -> datetime:
        return self._now

    def set_now(self, moment: datetime) -> None:
        assert moment >= self._now
        self._now = moment

    def book_payment(self, customer_no: str, amount: Decimal, *, value_on: date | None = None) -> None:
        self._book(customer_no, EntryKind.PAYMENT, -amount, None, value_on)

    def issue_invoice(self, customer_no: str, gross: Decimal, *, due_on: date, issued_on: date | None = None) -> None:
        self._invoice(customer_no, gross, issued_on or local_day(self._now), due_on)

    def ledger(self, customer_no: str) -> Sequence[LedgerEntry]:
        return list(self.truth[customer_no])

    def _open(self, customer_no: str, name: str) -> None:
        self.truth[customer_no] = []
        self.books[customer_no] = {
            "customer": {
                "customer_no": customer_no,
                "name": name,
                "kind": "person",
                "address": f"ul. Wodna {customer_no[-2:]}, 05-100 Nowy Dwór",
            },
            "contracts": [
                {
                    "customer_no": customer_no,
                    "contract_no": f"U/{customer_no}",
                    "services": ["sewage", "water"],
                    "valid_from": "2020-01-01",
                    "supply_points": [
                        {
                            "point_no": "P1",
                            "address": "ul. Wodna 1",
                            "meters": [
                                {
                                    "meter_no": "W1",
                                    "role": "main",
                                    "last_reading": {"value": "12.5", "read_on": "2026-02-28", "source": "radio"},
                                }
                            ],
                        }
                    ],
                }
            ],
            "invoices": [],
            "bookings": [],
            "files": {},
        }

    def _invoice(self, customer_no: str, gross: Decimal, issued_on: date, due_on: date) -> None:
        account = self.books[customer_no]
        number = len(account["invoices"]) + 1
        net = (gross / Decimal("1.08")).quantize(Decimal("0.01"))
        account["invoices"].append(
            {
                "customer_no": customer_no,
                "invoice_ref": f"{customer_no}-{number}",
                "invoice_no": f"FV/{customer_no}/{number}",
                "kind": "invoice",
                "issued_on": issued_on.isoformat(),
                "due_on": due_on.isoformat(),
                "net": str(net),
                "vat": str(gross - net),
                "gross": str(gross),
                "outstanding": "0.00",
                "currency": "PLN",
                "has_document": True,
            }
        )
        account["files"][f"{customer_no}-{number}"] = b"%PDF-1.7 " + str(number).encode()
        self._book(customer_no, EntryKind.INVOICE, gross, issued_on, None, f"FV/{customer_no}/{number}")

    def _book(
        self,
        customer_no: str,
        kind: EntryKind,
        amount: Decimal,
        day: date | None,
        value_on: date | None,
        document_no: str | None = None,
    ) -> None:
        booked_at = self._now
        if day is not None and day != local_day(self._now):
            booked_at = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
        bookings = self.books[customer_no]["bookings"]
        entry_no = str(len(bookings) + 1)
        bookings.append(
            {
                "customer_no": customer_no,
                "entry_no": entry_no,
                "kind": kind.value,
                "document_no": document_no,
                "amount": str(amount),
                "booked_at": booked_at.astimezone(UTC).isoformat(),
                "value_on": value_on,
            }
        )
        self.truth[customer_no].append(
            LedgerEntry(customer_no, entry_no, kind, document_no, amount, day or local_day(self._now), value_on)
        )
