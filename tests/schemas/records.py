"""Strategies for whole records, as a billing system could send them."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from schemas import (
    Balance,
    Basis,
    Case,
    CaseDocument,
    CaseStatus,
    ConsentContent,
    Contract,
    Customer,
    CustomerKind,
    DataChangeContent,
    Delivery,
    EntryKind,
    Invoice,
    InvoiceKind,
    LedgerEntry,
    LetterContent,
    Meter,
    MeterReading,
    MeterRole,
    MeterToRead,
    Offer,
    OfferKind,
    OutageContent,
    PaidInvoice,
    PaymentContent,
    PendingEntry,
    Reading,
    ReadingContent,
    ReadingSource,
    Service,
    StatementLine,
    SubmissionKind,
    SupplyPoint,
    Topic,
)

texts = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=40)
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
money = st.integers(-(10**12), 10**12).map(lambda grosze: Decimal(grosze).scaleb(-2))
volumes = st.integers(0, 10**9).map(lambda litres: Decimal(litres).scaleb(-3))
customer_nos = st.text("0123456789", min_size=1, max_size=12)
accounts = st.text("0123456789", min_size=24, max_size=24).map(
    lambda body: f"{98 - int(body + '252100') % 97:02d}{body}"
)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


long_texts = st.text(
    st.characters(categories=("L", "N", "P"), include_characters=" \n"), min_size=1, max_size=200
).filter(str.strip)
customers = st.builds(
    Customer,
    *(customer_nos, texts, st.sampled_from(CustomerKind), texts, maybe(accounts), maybe(texts)),
    postal_address=maybe(texts),
    email=maybe(texts),
    phone=maybe(texts),
    e_invoices=maybe(st.booleans()),
)
readings = st.builds(Reading, volumes, days, st.sampled_from(ReadingSource))
meters = st.builds(Meter, texts, st.sampled_from(MeterRole), maybe(days), maybe(readings))
points = st.builds(SupplyPoint, texts, texts, st.lists(meters, max_size=3).map(tuple))
services = st.sampled_from([(Service.WATER,), (Service.SEWAGE,), (Service.WATER, Service.SEWAGE), ()])
contracts = st.builds(
    Contract, customer_nos, texts, services, days, maybe(days), st.lists(points, max_size=3).map(tuple)
)
invoices = st.builds(
    Invoice,
    *(customer_nos, texts, texts, st.sampled_from(InvoiceKind), days, days, money, money, money, money),
    st.just("PLN"),
    maybe(accounts),
    maybe(texts),
    st.none(),
    st.booleans(),
)
entries = st.builds(
    LedgerEntry, customer_nos, texts, st.sampled_from(EntryKind), maybe(texts), money, days, maybe(days)
)
pending = st.builds(PendingEntry, st.sampled_from(EntryKind), maybe(texts), money, days, days)
balances = st.builds(
    Balance,
    *(customer_nos, money, st.just("PLN"), days, maybe(days), st.sampled_from(Basis)),
    maybe(st.lists(pending, max_size=3).map(tuple)),
    maybe(accounts),
)
lines = st.builds(StatementLine, entries, money)

meters_to_read = st.builds(
    MeterToRead,
    *(customer_nos, texts, texts, st.sampled_from(MeterRole), texts, st.integers(1, 9), st.integers(0, 3)),
    *(maybe(days), maybe(days), maybe(readings), maybe(volumes), maybe(volumes), maybe(days), maybe(days)),
    st.booleans(),
)
meter_readings = st.builds(
    MeterReading,
    *(customer_nos, texts, texts, volumes, days, st.sampled_from(ReadingSource), maybe(volumes), maybe(texts)),
)
cases = st.builds(
    Case,
    *(customer_nos, texts, st.sampled_from(SubmissionKind), st.sampled_from(CaseStatus), days),
    *(maybe(texts), maybe(days), maybe(days), maybe(long_texts)),
    st.lists(st.builds(CaseDocument, texts, texts), max_size=3).map(tuple),
)
offers = st.builds(Offer, texts, st.sampled_from(OfferKind), texts, long_texts, maybe(days), maybe(days))
reading_contents = st.builds(ReadingContent, texts, texts, volumes, days, st.booleans(), maybe(texts), maybe(texts))
letter_contents = st.builds(LetterContent, st.sampled_from(Topic), long_texts, maybe(texts))
data_change_contents = st.builds(
    DataChangeContent, maybe(texts), maybe(texts), maybe(texts), maybe(texts), maybe(long_texts)
)
consent_contents = st.builds(ConsentContent, st.booleans(), texts, maybe(texts))
payment_contents = st.builds(
    PaymentContent,
    *(money, st.just("PLN"), days, texts, texts, maybe(accounts)),
    st.lists(st.builds(PaidInvoice, texts, money), max_size=3).map(tuple),
)
outage_contents = st.builds(OutageContent, texts, long_texts, maybe(texts))
deliveries = st.builds(Delivery, texts, maybe(customer_nos), maybe(texts), maybe(days))
