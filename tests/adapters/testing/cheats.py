"""Adapters that are wrong, each in one way that has been met in the field, and the test that must name it."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from adapters.base import Figures
from adapters.settlement import EVERY_DAY, RefreshDays
from schemas import Balance, Basis, Customer, EntryKind, Invoice, InvoiceDocument, LedgerEntry
from tests.adapters.testing.dict_adapter import DictAdapter

CHEATS: list[tuple[type[DictAdapter], str]] = []


def caught_by(name: str) -> Callable[[type[DictAdapter]], type[DictAdapter]]:
    def remember(cheat: type[DictAdapter]) -> type[DictAdapter]:
        CHEATS.append((cheat, name))
        return cheat

    return remember


def _with_entries(figures: Figures, change: Callable[[LedgerEntry], LedgerEntry], since: date | None) -> Figures:
    """Figures as an ERP would give them that takes each entry for another."""
    entries = [change(entry) for entry in figures.entries]
    before = sum((each.amount for each in entries if since and each.posted_on < since), Decimal("0.00"))
    return replace(
        figures, amount=before, entries=[each for each in entries if since is None or each.posted_on >= since]
    )


@caught_by("test_it_supplies_facts_and_overrides_no_public_method")
@caught_by("test_what_is_booked_today_counts_tomorrow")
class ShowsTheMomentAsYesterday(DictAdapter):
    def balance(self, customer_no: str, *, today: date, days: RefreshDays = EVERY_DAY) -> Balance:
        honest = super().balance(customer_no, today=today, days=days)
        return replace(honest, amount=honest.amount + sum(entry.amount for entry in honest.pending or ()))


@caught_by("test_each_days_balance_holds_what_was_posted_before_that_day")
@caught_by("test_with_business_days_the_weekends_entries_count_on_monday")
class IgnoresTheDayItIsAskedFor(DictAdapter):
    basis = Basis.AS_OF

    def _balance_on(self, customer_no: str, day: date) -> Figures:
        entries = self._ledger(customer_no, None).entries
        return Figures(customer_no, sum((entry.amount for entry in entries), Decimal("0.00")), "PLN")


@caught_by("test_the_banks_value_date_decides_nothing")
class CountsByTheValueDate(DictAdapter):
    def _ledger(self, customer_no: str, since: date | None) -> Figures:
        return _with_entries(
            super()._ledger(customer_no, None),
            lambda entry: replace(entry, posted_on=entry.value_on or entry.posted_on),
            since,
        )


class _OwnIdeaOfMidnight(DictAdapter):
    offset = timedelta(0)

    def _ledger(self, customer_no: str, since: date | None) -> Figures:
        moments = {row["entry_no"]: row["booked_at"] for row in self._account(customer_no)["bookings"]}

        def moved(entry: LedgerEntry) -> LedgerEntry:
            moment = datetime.fromisoformat(moments[entry.entry_no])
            return replace(entry, posted_on=moment.astimezone(timezone(self.offset)).date())

        return _with_entries(super()._ledger(customer_no, None), moved, since)


@caught_by("test_midnight_in_warsaw_decides_on_the_day[an_ordinary_day]")
class TakesTheDateInUtc(_OwnIdeaOfMidnight):
    pass


@caught_by("test_midnight_in_warsaw_decides_on_the_day[the_spring_clock_change]")
@caught_by("test_midnight_in_warsaw_decides_on_the_day[the_autumn_clock_change]")
class TakesWinterTimeForTheWholeYear(_OwnIdeaOfMidnight):
    offset = timedelta(hours=1)


@caught_by("test_midnight_in_warsaw_decides_on_the_day[the_last_of_december]")
class TakesSummerTimeForTheWholeYear(_OwnIdeaOfMidnight):
    offset = timedelta(hours=2)


@caught_by("test_amount_and_pending_together_are_what_the_erp_shows")
@caught_by("test_what_is_booked_today_counts_tomorrow")
class HidesWhatDoesNotCountYet(DictAdapter):
    def _ledger(self, customer_no: str, since: date | None) -> Figures:
        figures = super()._ledger(customer_no, since)
        last = max((entry.posted_on for entry in super()._ledger(customer_no, None).entries), default=None)
        return replace(figures, entries=[entry for entry in figures.entries if entry.posted_on != last])


@caught_by("test_a_part_of_the_statement_is_that_part")
@caught_by("test_statement_and_balance_agree")
class ForgetsTheOpeningAmount(DictAdapter):
    def _ledger(self, customer_no: str, since: date | None) -> Figures:
        return replace(super()._ledger(customer_no, since), amount=Decimal("0.00"))


@caught_by("test_an_invoice_dated_in_the_future_counts_after_its_date")
class CountsFutureInvoicesAtOnce(_OwnIdeaOfMidnight):
    def _ledger(self, customer_no: str, since: date | None) -> Figures:
        moments = [row["booked_at"] for row in self._account(customer_no)["bookings"]]
        ordered = DictAdapter._ledger(self, customer_no, None).entries
        latest: list[LedgerEntry] = []
        for entry, _ in zip(ordered, moments, strict=True):
            before = latest[-1].posted_on if latest else entry.posted_on
            is_ahead = entry.kind is EntryKind.INVOICE and entry.posted_on > before + timedelta(days=1)
            latest.append(replace(entry, posted_on=before) if is_ahead and len(latest) > 2 else entry)
        return _with_entries(replace(Figures(customer_no, Decimal(0), "PLN"), entries=latest), lambda each: each, since)


@caught_by("test_an_entry_and_its_reversal_on_either_side_of_midnight_are_two_entries")
class NetsOutReversals(DictAdapter):
    def _ledger(self, customer_no: str, since: date | None) -> Figures:
        entries = list(super()._ledger(customer_no, None).entries)
        for entry in [each for each in entries if each.kind is EntryKind.PAYMENT and each.amount > 0]:
            twin = next((each for each in entries if each.amount == -entry.amount), None)
            if twin is not None:
                entries.remove(entry)
                entries.remove(twin)
        return _with_entries(Figures(customer_no, Decimal("0.00"), "PLN", entries), lambda each: each, since)


@caught_by("test_invoices_raise_what_is_owed_and_payments_lower_it")
class TakesDebitForCredit(DictAdapter):
    def _ledger(self, customer_no: str, since: date | None) -> Figures:
        return _with_entries(
            super()._ledger(customer_no, None), lambda entry: replace(entry, amount=-entry.amount), since
        )


@caught_by("test_another_customers_invoice_is_not_found")
class StampsInvoicesWithTheNumberAskedFor(DictAdapter):
    def _invoice(self, customer_no: str, invoice_ref: str) -> Invoice:
        everybodys: Iterable[Invoice] = (each for number in self._books for each in self._invoices(number))
        for invoice in everybodys:
            if invoice.invoice_ref == invoice_ref:
                return replace(invoice, customer_no=customer_no)
        return super()._invoice(customer_no, invoice_ref)


@caught_by("test_another_customers_document_is_not_given")
class StampsDocumentsWithTheNumberAskedFor(DictAdapter):
    def _document(self, invoice: Invoice) -> InvoiceDocument:
        files = {ref: content for account in self._books.values() for ref, content in account["files"].items()}
        if invoice.invoice_ref not in files:
            return super()._document(invoice)
        return InvoiceDocument(invoice.customer_no, "application/pdf", iter([files[invoice.invoice_ref]]))


@caught_by("test_an_invoice_issued_today_is_in_the_list_today_and_in_the_balance_tomorrow")
class KeepsTheListOfInvoices(DictAdapter):
    def _invoices(self, customer_no: str) -> list[Invoice]:
        kept = self.__dict__.setdefault("kept", {})
        return kept.setdefault(customer_no, super()._invoices(customer_no))


@caught_by("test_many_threads_get_what_one_gets")
class KeepsTheCustomerInItself(DictAdapter):
    def _customer(self, customer_no: str) -> Customer:
        self._current = customer_no
        time.sleep(0.002)
        return super()._customer(self._current)


@caught_by("test_every_field_of_an_invoice_is_of_its_exact_type")
class UsesFloats(DictAdapter):
    def _invoices(self, customer_no: str) -> list[Invoice]:
        return [replace(each, outstanding=float(each.outstanding)) for each in super()._invoices(customer_no)]


@caught_by("test_an_unknown_customer_is_not_found")
@caught_by("test_odd_customer_numbers_raise_nothing_but_the_projects_errors")
class LetsForeignErrorsOut(DictAdapter):
    def _customer(self, customer_no: str) -> Customer:
        self._books[customer_no]
        return super()._customer(customer_no)
