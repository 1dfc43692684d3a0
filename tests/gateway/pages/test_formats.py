"""How amounts, days, account numbers and volumes look in the three languages."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from gateway.pages.filters import day, money, nrb, short_day, signed_money, volume
from gateway.pages.words import word
from schemas import EntryKind, InvoiceKind, InvoiceStatus, MeterRole, ReadingSource, Service


@pytest.mark.parametrize(
    ("language", "amount", "written"),
    [
        ("pl", "1234.50", "1 234,50 zł"),
        ("pl", "-20.00", "−20,00 zł"),
        ("pl", "0.00", "0,00 zł"),
        ("en", "1234567.89", "1,234,567.89 zł"),
        ("uk", "999999999999.99", "999 999 999 999,99 zł"),
    ],
)
def test_money_stays_on_one_line(app: Flask, language: str, amount: str, written: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert money(Decimal(amount)) == written.replace(" ", "\u00a0")


def test_another_currency_is_named_and_signs_are_shown(app: Flask) -> None:
    with app.test_request_context(), force_locale("pl"):
        assert money(Decimal("5.00"), "EUR") == "5,00\u00a0€"
        assert signed_money(Decimal("5.00")) == "+5,00\u00a0zł"
        assert signed_money(Decimal("-5.00")) == "−5,00\u00a0zł"
        assert signed_money(Decimal("0.00")) == "0,00\u00a0zł"


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        ("pl", "29 marca 2026", "29.03.2026"),
        ("en", "29 March 2026", "29 Mar 2026"),
        ("uk", "29 березня 2026 року", "29.03.2026"),
    ],
)
def test_days(app: Flask, language: str, long: str, short: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert day(date(2026, 3, 29)).replace("\u00a0", " ") == long
        assert short_day(date(2026, 3, 29)).replace("\u00a0", " ") == short


def test_volumes_keep_the_places_that_the_meter_gave(app: Flask) -> None:
    with app.test_request_context(), force_locale("pl"):
        assert volume(Decimal("12.500")) == "12,500\u00a0m³"
        assert volume(Decimal("1234")) == "1\u00a0234\u00a0m³"


@given(st.text("0123456789", min_size=26, max_size=26))
def test_an_account_number_is_two_and_six_times_four(account: str) -> None:
    written = nrb(account)
    assert written.replace(" ", "") == account
    assert [len(group) for group in written.split(" ")] == [2, 4, 4, 4, 4, 4, 4]


@pytest.mark.parametrize("words", [InvoiceKind, InvoiceStatus, EntryKind, Service, MeterRole, ReadingSource])
@pytest.mark.parametrize("language", ["pl", "en", "uk"])
def test_every_word_of_the_closed_lists_has_its_own_name(app: Flask, words: type[StrEnum], language: str) -> None:
    with app.test_request_context(), force_locale(language):
        names = [str(word(member)) for member in words]
    assert all(names)
    assert len(set(names)) == len(names)
