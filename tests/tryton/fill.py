"""Books the invented history into a fresh Tryton database, each operation on the day on which it happened.

Runs inside Tryton's own environment as ``python -m tests.tryton.fill CONFIG DATABASE KEYFILE``. Tryton takes the
day of booking (``account.move.post_date``) from its own idea of today, so that is what is moved here; everything
else is Tryton's ordinary code.
"""

import gc
import json
import sys
from collections import defaultdict
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import trytond.config as config
from trytond.pool import Pool
from trytond.transaction import Transaction, TransactionError

from tests.tryton import customers, masterdata, world
from tests.tryton.masterdata import Books
from tests.tryton.quick import unchecked

# Bookings after this day have the same shape as those before, which Tryton checked field by field.
CHECKED_UNTIL = date(2025, 1, 31)


class Calendar:
    """Today, as the ERP sees it."""

    today: date = world.FIRST_DAY


class Ledger:
    """Books one day after the other; remembers by the history's own keys what it booked."""

    def __init__(self, books: Books, parties: dict[str, Any]) -> None:
        self.books = books
        self.parties = parties
        self.accounts = {code: party.bank_accounts[0] for code, party in parties.items()}
        self.invoices: dict[str, Any] = {}
        self.corrections: dict[str, list[Any]] = defaultdict(list)
        self.payments: dict[str, Any] = {}

    def issue(self, issues: list[world.Issue]) -> None:
        Invoice = Pool().get("account.invoice")
        new = [self._invoice(issue) for issue in issues]
        Invoice.save(new)
        self.invoices.update(zip((issue.key for issue in issues), new, strict=True))
        to_post = [self.invoices[issue.key] for issue in issues if not issue.draft]
        if to_post:
            Invoice.post(to_post)

    def credit(self, credits: list[world.Credit]) -> None:
        Invoice = Pool().get("account.invoice")
        for credit in credits:
            original = Invoice(self.invoices[credit.invoice].id)
            if credit.water is None:
                (new,) = Invoice.credit([original], refund=True, invoice_date=credit.day)
                Invoice.process([Invoice(new.id)])
                continue
            (new,) = Invoice.credit([original], invoice_date=credit.day)
            lines = list(new.lines)
            lines[0].quantity = -float(credit.water)
            new.lines = lines[:1]
            new.description = "Korekta odczytu"
            new.save()
            Invoice.post([new])
            self.corrections[credit.invoice].append(new)

    def pay(self, pays: list[world.Pay]) -> None:
        """One move for each payment; a payment that settles its invoice is reconciled with it."""
        pool = Pool()
        Move, Line, Invoice = (pool.get(f"account.{name}") for name in ("move", "move.line", "invoice"))
        moves = [self._payment(pay) for pay in pays]
        Move.save(moves)
        Move.post(moves)
        settled, links = [], {}
        for pay, move in zip(pays, moves, strict=True):
            if pay.key:
                self.payments[pay.key] = move
            if pay.invoice is None:
                continue
            invoice = Invoice(self.invoices[pay.invoice].id)
            (line,) = (line for line in move.lines if line.account == self.books.receivable)
            links[invoice] = [line]
            if pay.amount is None:
                open_lines = [*invoice.lines_to_pay]
                for correction in self.corrections.pop(pay.invoice, []):
                    open_lines.extend(Invoice(correction.id).lines_to_pay)
                settled.append([*open_lines, line])
        Invoice.add_payment_lines(links)
        Line.reconcile(*settled)
        # Tryton leaves this to its queue; here it is done at once.
        touched = {line.move.origin for lines in settled for line in lines}
        Invoice.process([each for each in touched if each.__name__ == "account.invoice"])

    def reverse(self, reverses: list[world.Reverse]) -> None:
        pool = Pool()
        Move, Line, Period = (pool.get(f"account.{name}") for name in ("move", "move.line", "period"))
        for reverse in reverses:
            wrong = Move(self.payments[reverse.payment].id)
            period = Period.find(self.books.company, date=reverse.day)
            undone = wrong.cancel({"date": reverse.day, "period": period.id})
            undone.description = "Storno: wpłata innego odbiorcy"
            undone.save()
            Move.post([undone])
            lines = [line for move in (wrong, undone) for line in move.lines if line.account == self.books.receivable]
            Line.reconcile(lines)

    def buy(self) -> None:
        """A customer is our supplier too: what we owe them must never show in their customer account."""
        Invoice, Line = (Pool().get(f"account.invoice{part}") for part in ("", ".line"))
        party = self.parties[world.ALSO_A_SUPPLIER]
        bought = Invoice(type="in", company=self.books.company, party=party, reference="HP/77/2026")
        bought.on_change_type()
        bought.on_change_party()
        bought.invoice_date = Calendar.today
        line = Line(type="line", quantity=1.0, unit_price=Decimal("1230.0000"), description="Naprawa pompy")
        line.account = self.books.expense
        bought.lines = [line]
        bought.save()
        Invoice.post([bought])

    def _invoice(self, issue: world.Issue) -> Any:
        pool = Pool()
        Invoice, Mean = (pool.get(f"account.invoice{part}") for part in ("", ".payment.mean"))
        books, party = self.books, self.parties[issue.code]
        person = next(person for person in world.PEOPLE if person.code == issue.code)
        new = Invoice(type="out", company=books.company, currency=books.company.currency, party=party)
        new.invoice_address = party.addresses[0]
        new.journal, new.account = books.sales, books.receivable
        new.payment_term = books.instalments if issue.instalments else books.term
        new.description = f"Woda i ścieki, punkt {issue.point + 1}"
        new.invoice_date = None if issue.draft else issue.day
        new.payment_means = [Mean(instrument=self.accounts[issue.code])]
        new.lines = [self._line(books.water, issue.water, world.WATER_PRICE)]
        if person.sewage:
            new.lines = [*new.lines, self._line(books.sewage, issue.water, world.SEWAGE_PRICE)]
        if person.fee:
            new.lines = [*new.lines, self._line(books.fee, Decimal(1), world.FEE_PRICE)]
        return new

    def _line(self, service: Any, quantity: Decimal, price: Decimal) -> Any:
        product = service.product
        return Pool().get("account.invoice.line")(
            type="line",
            product=product,
            description=product.name,
            quantity=float(quantity),
            unit=product.default_uom,
            unit_price=price,
            account=self.books.revenue,
            taxes=[self.books.tax],
            company=self.books.company,
            currency=self.books.company.currency,
        )

    def _payment(self, pay: world.Pay) -> Any:
        pool = Pool()
        Move, Line, Period, Invoice = (
            pool.get(f"account.{name}") for name in ("move", "move.line", "period", "invoice")
        )
        books, amount, origin = self.books, pay.amount, None
        if pay.invoice is not None:
            origin = Invoice(self.invoices[pay.invoice].id)
            if amount is None:
                corrections = (Invoice(each.id) for each in self.corrections[pay.invoice])
                amount = origin.amount_to_pay + sum(each.amount_to_pay for each in corrections)
        move = Move(company=books.company, journal=books.cash, date=pay.dated, origin=origin)
        move.period = Period.find(books.company, date=pay.dated)
        move.description = "Wpłata"
        move.lines = [
            Line(account=books.receivable, party=self.parties[pay.code], debit=Decimal(0), credit=amount),
            Line(account=books.bank, debit=amount, credit=Decimal(0)),
        ]
        return move


def in_transaction(database: str, work: Callable[[], Any]) -> Any:
    """Do the work and commit; again with what Tryton asks to have locked, as its own dispatcher does."""
    # These two it would ask for anyway, and each time it does, the work begins anew.
    extras: dict[str, Any] = {"_lock_tables": ["account_configuration", "account_journal_period"]}
    while True:
        with Transaction().start(database, 1, **extras) as transaction:
            try:
                with transaction.set_context(_skip_warnings=True):
                    result = work()
            except TransactionError as error:
                transaction.rollback()
                error.fix(extras)
                continue
            transaction.commit()
            return result


def tell(ledger: Ledger, story: world.History) -> None:
    """Book the story day by day, with Tryton's today moved along."""
    for day in story.days():
        Calendar.today = day
        with unchecked() if day > CHECKED_UNTIL else nullcontext():
            for events, book in (
                (story.issues, ledger.issue),
                (story.credits, ledger.credit),
                (story.pays, ledger.pay),
                (story.reverses, ledger.reverse),
            ):
                todays = [event for event in events if event.day == day]
                if todays:
                    book(todays)
    Calendar.today = world.LAST_DAY
    ledger.buy()


def main(configuration: str, database: str, key_file: str) -> None:
    gc.disable()  # it ends soon
    config.update_etc(configuration)
    Pool.start()
    pool = Pool(database)
    with Transaction().start(database, 0):
        pool.init()
    pool.get("ir.date").today = staticmethod(lambda timezone=None: Calendar.today)
    pdf = find_spec("weasyprint") is not None
    template = Path(__file__).with_name("invoice.html")

    def everything() -> str:
        # A company has to be there before the context can name it.
        Calendar.today = world.FIRST_DAY
        utility = masterdata.company()
        User = pool.get("res.user")
        with Transaction().set_context(User.get_preferences(context_only=True)):
            books = masterdata.books(utility, template, pdf)
            found = customers.parties(books)
            customers.contracts(books, found)
            tell(Ledger(books, found), world.history())
            # Documents are drawn when they are first asked for, so the queued ones are not wanted.
            queue = pool.get("ir.queue").__table__()
            Transaction().connection.cursor().execute(*queue.delete())
            return masterdata.portal_key()

    key = in_transaction(database, everything)
    Path(key_file).write_text(json.dumps({"rest_key": key, "documents": "pdf" if pdf else "odt"}))


if __name__ == "__main__":
    main(*sys.argv[1:])
