"""A portal without pages in front of it, between an operator and a billing system that tests can lead."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from adapters.clock import SetClock, local_day
from adapters.payments import Stands
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
from tests.gateway.payments.books import Books, BooksAdapter
from tests.gateway.payments.cashier import Cashier, Order

NOON = datetime(2026, 3, 10, 11, tzinfo=UTC)
_LONG_AGO, _LONG_AFTER = 1.0, 1e11
_numbers = itertools.count()


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

    def paid(self, *refs: str) -> Payment:
        """One that was begun and paid, and then looked at by its owner."""
        begun = self.begin(*refs)
        self.pays(begun)
        return self.look(begun)

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
        self._lease_all_until(_LONG_AGO)

    def hold_leases(self) -> None:
        """As if the database's clock stood still from now on, until the leases are ended."""
        self._lease_all_until(_LONG_AFTER)

    def _lease_all_until(self, end: float) -> None:
        with self.portal.database.transaction() as connection:
            for table in (PaymentRow, SubmissionRow):
                running = table.leased_until > _LONG_AGO
                connection.execute(update(table).where(running).values(leased_until=end))

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
