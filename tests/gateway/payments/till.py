"""A portal without pages in front of it, and behind it an operator and a billing system that tests can lead."""

import itertools
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Self

from sqlalchemy import delete, select, update

from adapters.base import Adapter, Figures
from adapters.capabilities import Acceptance, Capability, Recognition
from adapters.clock import SetClock, local_day
from adapters.errors import NotFound, Rejected, Unavailable
from adapters.limits import Limits
from adapters.payments import Begun, Forged, Notice, PaymentOperator, PaymentOrder, Standing, Stands
from gateway.accounts import Link, add_account, links_of
from gateway.app import create_app
from gateway.models import (
    Account,
    AuditEvent,
    CustomerLink,
    Mail,
    PaymentPart,
    PaymentRow,
    SubmissionRow,
    Throttle,
)
from gateway.outbox.worker import deliver_some
from gateway.payments import asking, choosing, intents, notices, receipts
from gateway.payments.records import Payment
from gateway.payments.worker import follow_payments
from gateway.portal import Portal
from gateway.settings_file import load
from schemas import (
    Basis,
    Contract,
    Customer,
    Delivery,
    EntryKind,
    Invoice,
    InvoiceKind,
    LedgerEntry,
    Submission,
    SubmissionKind,
)

NOON = datetime(2026, 3, 10, 11, tzinfo=UTC)
NRB = "61109010140000071219812874"
_numbers = itertools.count()


class Crash(BaseException):
    """What ends a process in the middle of a conversation with the operator."""


@dataclass
class Order:
    """What the operator holds: what it was asked to take, what it took, and where that stands."""

    order: PaymentOrder
    stands: Stands = Stands.OPEN
    amount: Decimal = Decimal("0.00")
    currency: str = "PLN"
    times: int = 1


class Cashier(PaymentOperator):
    """An operator of the plainest sort. ``behave`` is asked for each order, ``answers`` for each question."""

    name: ClassVar[str] = "cashier"
    title: ClassVar[str] = "Kasa"

    def __init__(self) -> None:
        self.hosts = frozenset({"https://cashier.example"})
        self.orders: dict[str, Order] = {}
        self.behave: Callable[[], str] = lambda: "take"
        self.answers: Callable[[], str] = lambda: "answer"
        self.asked = 0
        self.lock = threading.Lock()

    @classmethod
    def from_settings(cls, options: Mapping[str, Any], *, limits: Limits) -> Self:
        return cls()

    def start(self, order: PaymentOrder) -> Begun:
        how = self.behave()
        if how == "not_sent":
            raise Unavailable("refused connection", sent=False)
        if how == "refuse":
            raise Rejected("refused", code="ERR-01")
        if how == "dies_before":
            raise Crash
        if how == "lost_before":
            raise Unavailable("reset")
        with self.lock:
            if order.reference in self.orders:
                self.orders[order.reference].times += 1
            else:
                self.orders[order.reference] = Order(order, amount=order.amount, currency=order.currency)
        if how == "lost":
            raise Unavailable("no answer")
        if how == "dies":
            raise Crash
        if how == "bug":
            raise RuntimeError("a customer's secret")
        host = "https://elsewhere.example" if how == "elsewhere" else "https://cashier.example"
        return Begun(f"{host}/pay/{order.reference}", "")

    def ask(self, reference: str, *, operator_ref: str, amount: Decimal, currency: str) -> Standing:
        self.asked += 1
        how = self.answers()
        if how == "away":
            raise Unavailable("refused connection", sent=False)
        if how == "dies":
            raise Crash
        found = self.orders.get(reference)
        if found is None:
            return Standing(reference, Stands.ABSENT)
        return Standing(reference, found.stands, f"K-{reference[:8]}", found.amount, found.currency)

    def notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        if headers.get("Signature") != "true":
            raise Forged("not signed")
        return Notice(body.decode())

    def acknowledgement(self) -> tuple[int, str]:
        return 200, "OK"


@dataclass
class Books:
    """The billing system: invoices that are paid by what it takes, and a ledger."""

    invoices: dict[str, list[Invoice]] = field(default_factory=dict)
    entries: list[LedgerEntry] = field(default_factory=list)
    taken: dict[str, Submission] = field(default_factory=dict)
    takes: bool = True
    refuses: bool = False
    books: bool = True
    today: Callable[[], date] = lambda: NOON.date()

    def take(self, submission: Submission) -> Delivery:
        if self.refuses:
            raise Rejected("no", code="E-7")
        self.taken[submission.reference] = submission
        if self.books:
            self.book(submission.reference)
        return Delivery(submission.reference, case_no=f"W/{len(self.taken)}")

    def book(self, reference: str) -> None:
        submission = self.taken[reference]
        content: Any = submission.content
        self.add(str(submission.customer_no), -content.amount, reference)

    def add(self, customer_no: str, amount: Decimal, document_no: str | None) -> None:
        number = str(len(self.entries) + 1)
        self.entries.append(LedgerEntry(customer_no, number, EntryKind.PAYMENT, document_no, amount, self.today()))


class BooksAdapter(Adapter):
    """An adapter over ``Books``."""

    name = "books"
    basis = Basis.LEDGER
    capabilities = frozenset({Capability.LEDGER})

    def __init__(self, books: Books) -> None:
        self.books = books

    @property
    def accepts(self) -> Mapping[SubmissionKind, Acceptance]:  # type: ignore[override]
        kinds = [SubmissionKind.REMARK, *([SubmissionKind.PAYMENT] if self.books.takes else [])]
        return dict.fromkeys(kinds, Acceptance(Recognition.DEDUPLICATES))

    def _customer(self, customer_no: str) -> Customer:
        raise NotFound

    def _contracts(self, customer_no: str) -> list[Contract]:
        return []

    def _invoices(self, customer_no: str) -> list[Invoice]:
        return self.books.invoices.get(customer_no, [])

    def _ledger(self, customer_no: str, since: date | None) -> Figures:
        entries = [
            each
            for each in self.books.entries
            if each.customer_no == customer_no and (since is None or each.posted_on >= since)
        ]
        return Figures(customer_no, Decimal("500.00"), "PLN", entries, NRB)

    def _submit(self, submission: Submission) -> Delivery:
        return self.books.take(submission)


@dataclass
class Till:
    """The portal, its operator, its billing system and its clock."""

    portal: Portal
    cashier: Cashier
    books: Books
    clock: SetClock
    app: Any

    def account(self, login: str = "anna", *customer_nos: str, email: str | None = "anna@example.pl") -> int:
        with self.portal.database.reading() as connection:
            found = connection.execute(select(Account.id).where(Account.login == login)).scalar()
        if found is None:
            add_account(
                self.portal.database,
                login=login,
                password="twelve or more",
                customer_nos=list(customer_nos or ("100001",)),
                now=self.clock.now(),
                email=email if login == "anna" else None,
            )
            return self.account(login)
        return int(found)

    def links(self, account_id: int) -> list[Link]:
        return links_of(self.portal.database, account_id)

    def choose(self, account_id: int, *refs: str) -> Any:
        wanted = [choosing.Wanted(self.links(account_id)[0], refs or ("F1",))]
        return choosing.choose(self.portal, wanted, account_id=account_id)

    def begin(self, *refs: str, key: str | None = None, body: str | None = None, login: str = "anna") -> Payment:
        account_id = self.account(login)
        key, body = key or f"key {next(_numbers)}", body or repr(refs)
        before = intents.given(self.portal, key=key, account_id=account_id, body=body)
        return before or self.hand_off(self.choose(account_id, *refs), account_id, key, body)

    def hand_off(self, chosen: Any, account_id: int, key: str, body: str) -> Payment:
        return intents.begin(
            self.portal,
            chosen,
            account_id=account_id,
            operator="cashier",
            key=key,
            language="pl",
            email="anna@example.pl",
            customer_ip="192.0.2.1",
            body=body,
        )

    def at_the_cashier(self, payment: Payment) -> Order:
        return self.cashier.orders[payment.reference]

    def pays(self, payment: Payment, **more: Any) -> None:
        """The customer pays at the operator, who tells nobody."""
        order = self.at_the_cashier(payment)
        order.stands = Stands.PAID
        for name, value in more.items():
            setattr(order, name, value)

    def notify(self, reference: str, signature: str = "true") -> notices.Result:
        return notices.taken(self.portal, "cashier", {"Signature": signature}, reference.encode(), network="192.0.2.0")

    def look(self, payment: Payment) -> Payment:
        """Its owner looks at it, not having looked just before."""
        self.end_leases()
        return asking.ask(self.portal, self.read(payment))

    def read(self, payment: Payment) -> Payment:
        assert payment.account_id is not None
        found = receipts.one(self.portal, payment.public_id, account_id=payment.account_id)
        assert found is not None
        return found

    def work(self) -> int:
        done = 0
        while some := follow_payments(self.portal) + deliver_some(self.portal):
            done += some
        return done

    def pass_time(self, **time: float) -> None:
        self.clock.advance(timedelta(**time).total_seconds())
        self.end_leases()

    def end_leases(self) -> None:
        """As if the database's clock had gone on for long."""
        with self.portal.database.transaction() as connection:
            for table in (PaymentRow, SubmissionRow):
                leased = table.leased_until.is_not(None)
                connection.execute(update(table).where(leased).values(leased_until=1.0))

    def rows(self, table: Any = PaymentRow) -> list[Any]:
        with self.portal.database.reading() as connection:
            return list(connection.execute(select(table.__table__).order_by(table.id)))

    def mails(self) -> list[dict[str, Any]]:
        rows = [row for row in self.rows(Mail) if row.template == "payment_confirmed"]
        return [self.portal.sealer.open_json(row.sealed, "mail", row.message_id) or {} for row in rows]

    def empty(self) -> None:
        with self.portal.database.transaction() as connection:
            for table in (PaymentPart, PaymentRow, SubmissionRow, Mail, AuditEvent, CustomerLink, Account, Throttle):
                connection.execute(delete(table))


def invoice(ref: str = "F1", *, customer_no: str = "100001", outstanding: str = "61.50", **more: Any) -> Invoice:
    values: dict[str, Any] = {
        "kind": InvoiceKind.INVOICE,
        "issued_on": date(2026, 2, 1),
        "due_on": date(2026, 2, 15),
        "net": Decimal("50.00"),
        "vat": Decimal("11.50"),
        "gross": Decimal("61.50"),
        "currency": "PLN",
        "payment_account": NRB,
    }
    return Invoice(customer_no, ref, f"FV/{ref}/2026", outstanding=Decimal(outstanding), **values | more)


@contextmanager
def till(url: str, **environment: str) -> Iterator[Till]:
    """A portal over a database; more settings by their environment names, without ``EBOK_``."""
    settings = load(
        None,
        {
            "EBOK_UTILITY__NAME": "Wodociągi Przykładowo",
            "EBOK_WEB__SECRET_KEY": "for tests only; for tests only; for tests only",
            "EBOK_WEB__SECURE_COOKIES": "false",
            "EBOK_DATABASE__URL": url,
            "EBOK_ERP__ADAPTER": "rest",
            "EBOK_GUARD__BREAKER_OPEN_SECONDS": "0",
            "EBOK_CACHE__SECONDS": "0",
            **{f"EBOK_{name}": value for name, value in environment.items()},
        },
    )
    clock, cashier, books = SetClock(NOON), Cashier(), Books()
    books.today = lambda: local_day(clock.now())
    app = create_app(settings, clock=clock, adapter=BooksAdapter(books), operators={"cashier": cashier})
    portal: Portal = app.extensions["ebok"]
    portal.database.upgrade()
    try:
        yield Till(portal, cashier, books, clock, app)
    finally:
        portal.erp.close()
        portal.database.engine.dispose()
