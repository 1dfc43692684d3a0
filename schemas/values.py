"""The strict readings of single values: each refuses what it would otherwise have to round or guess.

Every function takes what came in, returns the exact value, and raises ``ValueError`` whose message says what was
expected and never repeats the value: it may be personal data.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

_MONEY = re.compile(r"-?[0-9]{1,12}\.[0-9]{2}", re.ASCII)
_VOLUME = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,3})?", re.ASCII)
_CUSTOMER_NO = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-/]{0,31}", re.ASCII)
_KSEF_NO = re.compile(r"[0-9]{10}-[0-9]{8}-[0-9A-F]{12}-[0-9A-F]{2}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
MAX_TEXT = 500
MAX_LONG_TEXT = 10_000


def money(value: object) -> Decimal:
    """An amount with exactly two places, from a string such as ``"123.45"`` or such a ``Decimal``.

    At most twelve digits before the point. A float, an integer, an exponent or a third place is refused.
    """
    if isinstance(value, Decimal):
        value = format(value, "f") if value.is_finite() else ""
    if not isinstance(value, str) or not _MONEY.fullmatch(value):
        raise ValueError('expected an amount with two places as a string, such as "123.45"')
    return Decimal(value) + 0  # + 0 turns -0.00 into 0.00


def volume(value: object) -> Decimal:
    """A volume in m³ with at most three places, from a string such as ``"12.5"`` or such a ``Decimal``."""
    if isinstance(value, Decimal):
        value = format(value, "f") if value.is_finite() else ""
    if not isinstance(value, str) or not _VOLUME.fullmatch(value):
        raise ValueError('expected a volume in m³ with at most three places as a string, such as "12.5"')
    return Decimal(value) + 0


def nrb(value: object) -> str:
    """A Polish bank account number: 26 digits without spaces, checked mod 97 as in ISO 13616 (country PL)."""
    if not isinstance(value, str) or len(value) != 26 or not (value.isascii() and value.isdigit()):
        raise ValueError("expected a bank account number (NRB): 26 digits")
    if int(value[2:] + "2521" + value[:2]) % 97 != 1:
        raise ValueError("this bank account number (NRB) has wrong check digits")
    return value


def customer_no(value: object) -> str:
    """A customer's number in the ERP: 1 to 32 ASCII letters, digits and ``_ . - /``, opaque to the portal."""
    if not isinstance(value, str) or not _CUSTOMER_NO.fullmatch(value):
        raise ValueError("expected a customer number: 1 to 32 letters, digits, or _ . - /")
    return value


def day(value: object) -> date:
    """A calendar day, from ``"2026-03-29"`` or a ``date``; an instant is refused, it is not a day."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError('expected a day that exists, such as "2026-03-29"')


def instant(value: object) -> datetime:
    """A moment with its offset, from ``"2026-03-29T00:30:00+01:00"`` or an aware ``datetime``; returned in UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError('expected a moment with its offset, such as "2026-03-29T00:30:00+01:00"')
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("expected a moment that UTC has too: of the years 1 to 9999") from None


def text(value: object) -> str:
    """One to 500 characters without control characters or edges of white space."""
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT or value != value.strip():
        raise ValueError(f"expected text of 1 to {MAX_TEXT} characters without spaces at its ends")
    if not value.isprintable():
        raise ValueError("expected text without control characters")
    return value


def long_text(value: object) -> str:
    """One to ``MAX_LONG_TEXT`` characters in lines ended by a line feed, without other control characters."""
    if not isinstance(value, str) or not 0 < len(value) <= MAX_LONG_TEXT or not value.strip():
        raise ValueError(f"expected text of 1 to {MAX_LONG_TEXT} characters")
    if not value.replace("\n", "").replace("\t", "").isprintable():
        raise ValueError("expected text without control characters other than line feeds")
    return value


def count(value: object) -> int:
    """A whole number from 0 to 999,999,999."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**9:
        raise ValueError("expected a whole number that is not negative")
    return value


def currency(value: object) -> str:
    """An ISO 4217 code: three capital letters."""
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise ValueError('expected a currency code, such as "PLN"')
    return value


def flag(value: object) -> bool:
    """A real boolean; 0, 1 and "true" are refused."""
    if not isinstance(value, bool):
        raise ValueError("expected true or false")
    return value


def ksef_no(value: object) -> str:
    """A number given by KSeF: NIP, day, twelve hexadecimal digits and their CRC-8 (polynomial 0x07, start 0)."""
    if not isinstance(value, str) or not _KSEF_NO.fullmatch(value):
        raise ValueError("expected a KSeF number of 35 characters")
    if f"{_crc8(value[:32].encode()):02X}" != value[-2:]:
        raise ValueError("this KSeF number has wrong check digits")
    return value


def _crc8(octets: bytes) -> int:
    crc = 0
    for octet in octets:
        crc ^= octet
        for _ in range(8):
            crc = (crc << 1) ^ 0x07 if crc & 0x80 else crc << 1
            crc &= 0xFF
    return crc
