"""How amounts, days, account numbers and volumes look: one filter each, so that a format is changed in one place."""

import re
from datetime import date, datetime
from decimal import Decimal

from babel.numbers import format_decimal
from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup

from gateway import written
from gateway.pages.words import word
from gateway.payments import qr

NO_BREAK = "\u00a0"
_REFERENCE = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def init_app(app: Flask) -> None:
    for each in (money, signed_money, day, short_day, instant, hour, nrb, volume, figure, word, breakable):
        app.add_template_filter(each)
    app.add_template_filter(qr.png_uri, "qr_picture")
    app.add_template_test(our_reference)


def money(amount: Decimal, currency: str = "PLN") -> str:
    """``1 234,50 zł`` on one line; złoty stay zł in every language, as on the invoice."""
    return written.money(amount, currency, _language()).replace(" ", NO_BREAK)


def signed_money(amount: Decimal, currency: str = "PLN") -> str:
    """The same with its plus, where it adds to something."""
    return ("+" if amount > 0 else "") + money(amount, currency)


def day(value: date) -> str:
    """``29 marca 2026``."""
    return written.day(value, _language()).replace(" ", NO_BREAK, 1)


def short_day(value: date) -> str:
    """``29.03.2026``, for tables."""
    return written.short_day(value, _language()).replace(" ", NO_BREAK)


def instant(value: datetime) -> str:
    """``29.03.2026, 12:00`` in Warsaw."""
    return written.moment(value, _language()).replace(" ", NO_BREAK)


def hour(value: datetime) -> str:
    """``12:00`` in Warsaw."""
    return written.hour(value, _language())


def _language() -> str:
    locale = get_locale()
    assert locale is not None
    return str(locale.language)


def nrb(account: str) -> str:
    """A bank account number in groups of 2 and six times 4; it may break between them on a narrow screen."""
    return " ".join([account[:2], *(account[at : at + 4] for at in range(2, len(account), 4))])


def volume(value: Decimal) -> str:
    """``12,5 m³``, with as many places as the meter gave."""
    places = max(-int(value.as_tuple().exponent), 0)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return f"{format_decimal(value, pattern, locale=get_locale())}{NO_BREAK}m³"


def figure(value: Decimal) -> str:
    """A number by itself, as on the scale of a chart."""
    return str(format_decimal(value.normalize(), "#,##0.###", locale=get_locale()))


def breakable(number: str) -> Markup:
    """A document's number that may break after its slashes and nowhere else."""
    return Markup("/<wbr>").join(number.split("/"))


def our_reference(document_no: str | None) -> bool:
    """Whether the ERP keeps a payment under the reference that we sent it with, which tells nobody else anything."""
    return document_no is not None and _REFERENCE.fullmatch(document_no) is not None
