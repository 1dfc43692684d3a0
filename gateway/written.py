"""How days, moments and amounts are written in each language: one form of each for pages, mails and copies."""

from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, get_currency_symbol

from adapters.clock import WARSAW

_DAY = {"pl": "d MMMM y", "en": "d MMMM y", "uk": "d MMMM y 'року'"}
_SHORT_DAY = {"pl": "dd.MM.y", "en": "d MMM y", "uk": "dd.MM.y"}


def day(value: date, language: str) -> str:
    """``29 marca 2026``."""
    return str(format_date(value, _DAY[language], locale=language))


def short_day(value: date, language: str) -> str:
    """``29.03.2026``, for tables."""
    return str(format_date(value, _SHORT_DAY[language], locale=language))


def hour(value: datetime, language: str) -> str:
    """``12:00`` in Warsaw."""
    return str(format_datetime(value, "HH:mm", tzinfo=WARSAW, locale=language))


def moment(value: datetime, language: str) -> str:
    """``29.03.2026, 12:00`` in Warsaw."""
    return str(format_datetime(value, f"{_SHORT_DAY[language]}, HH:mm", tzinfo=WARSAW, locale=language))


def money(amount: Decimal, currency: str, language: str) -> str:
    """``1 234,50 zł``; złoty stay zł in every language, as on the invoice."""
    number = format_decimal(abs(amount), "#,##0.00", locale=language).replace("\N{NO-BREAK SPACE}", " ")
    sign = "\N{MINUS SIGN}" if amount < 0 else ""
    return f"{sign}{number} {get_currency_symbol(currency, locale='pl')}"
