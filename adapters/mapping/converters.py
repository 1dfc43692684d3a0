"""Turns the raw values of an answer into the exact values that the schemas' fields accept; refuses instead of guessing.

A raw value is text where the answer is XML; where it is JSON it may also be an int, a ``Decimal``, a bool, a list or
a table. A converter raises ``ValueError`` that says what was expected and never repeats the value.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any

from marshmallow import fields as marshmallow_fields

from adapters.mapping import days
from schemas import fields, values

Convert = Callable[[Any], Any]

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?", re.ASCII)
_WHOLE = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_CENT, _LITRE, _NEARLY = Decimal("0.01"), Decimal("0.001"), Decimal("0.00001")
_ZERO = Decimal("0.00")
_USUAL_MONEY = re.compile(r"-?[0-9]{1,12}\.[0-9]{2}", re.ASCII).fullmatch
_MONEY = "an amount with at most two places"


def number(raw: Any, *, point: str = ".", group: str = "") -> Decimal:
    """An exact decimal from text without an exponent, an int or a ``Decimal``; ``group`` stands between thousands."""
    if isinstance(raw, str):
        text = raw.strip()
        if group:
            text = _ungrouped(text, point, group)
        if point != ".":
            text = "" if "." in text else text.replace(point, ".")
        if _NUMBER.fullmatch(text):
            return Decimal(text)
    elif isinstance(raw, Decimal):
        if raw.is_finite() and -13 < int(raw.as_tuple().exponent) <= 0 and raw.adjusted() < 15:
            return raw
    elif type(raw) is int and -(10**15) < raw < 10**15:
        return Decimal(raw)
    raise ValueError("expected a decimal number without an exponent")


def _ungrouped(text: str, point: str, group: str) -> str:
    whole, found, places = text.partition(point)
    head, *rest = whole.split(group)
    if rest and (not 1 <= len(head.lstrip("-")) <= 3 or any(len(each) != 3 for each in rest)):
        return ""
    return "".join([head, *rest]) + found + places


def _exact(value: Decimal, unit: Decimal, expected: str) -> Decimal:
    exact = value.quantize(unit) + 0  # + 0 turns -0.00 into 0.00
    if exact != value or exact.adjusted() > (11 if unit == _CENT else 8):
        raise ValueError(f"expected {expected}")
    return exact


def amount(raw: Any) -> Decimal:
    """Money with a decimal point; further places must be zeros."""
    if raw.__class__ is str and _USUAL_MONEY(raw):
        return Decimal(raw) or _ZERO  # never -0.00
    return _exact(number(raw), _CENT, _MONEY)


def _amount_with(point: str, group: str) -> Convert:
    usual = re.compile(rf"-?[0-9]{{1,12}}{re.escape(point)}[0-9]{{2}}", re.ASCII).fullmatch

    def convert(raw: Any) -> Decimal:
        if raw.__class__ is str and usual(raw):
            return Decimal(raw.replace(point, ".")) or _ZERO
        return _exact(number(raw, point=point, group=group), _CENT, _MONEY)

    return convert


def grosze(raw: Any) -> Decimal:
    """Money as a whole number of hundredths."""
    return _exact(_whole(raw) * _CENT, _CENT, "a whole number of grosze")


def amount_from_float(raw: Any) -> Decimal:
    """Money that the ERP holds as a binary float, such as 198.67000000000002; refused unless nearly exact."""
    if isinstance(raw, str) and re.fullmatch(r"-?[0-9]{1,12}\.[0-9]{1,20}", raw.strip(), re.ASCII):
        raw = Decimal(raw.strip())
    near = isinstance(raw, Decimal) and raw.is_finite() and raw.adjusted() < 12 and int(raw.as_tuple().exponent) < 0
    value = raw if near else number(raw)
    exact = value.quantize(_CENT)
    if abs(exact - value) > _NEARLY:
        raise ValueError(f"expected {_MONEY}, give or take a hundred-thousandth")
    return _exact(exact, _CENT, _MONEY)


def volume(raw: Any, *, point: str = ".", group: str = "") -> Decimal:
    """Cubic metres with at most three places; zeros at the end say nothing and are dropped."""
    return _plain(_exact(number(raw, point=point, group=group), _LITRE, "a volume in m³ with at most three places"))


def litres(raw: Any) -> Decimal:
    """Cubic metres from a whole number of litres."""
    return _plain(_exact(_whole(raw) * _LITRE, _LITRE, "a whole number of litres"))


def _plain(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _whole(raw: Any) -> Decimal:
    if isinstance(raw, str) and _WHOLE.fullmatch(raw.strip()):
        return Decimal(raw.strip())
    if type(raw) is int and -(10**15) < raw < 10**15:
        return Decimal(raw)
    raise ValueError("expected a whole number")


def count(raw: Any) -> int:
    """A whole number that is not negative, as text or as a number."""
    return values.count(int(_whole(raw)))


def text(raw: Any) -> str:
    """Text as it stands, or a whole number as text: ids are often numbers."""
    if raw.__class__ is str:
        if raw.isprintable() and 0 < len(raw) <= values.MAX_TEXT and not (raw[0] == " " or raw[-1] == " "):
            return str(raw)
        return values.text(raw)
    return values.text(_identifier(raw))


def one_line(raw: Any) -> str:
    """Text with every run of white space, line ends included, turned into one space."""
    return values.text(" ".join(raw.split()) if isinstance(raw, str) else _identifier(raw))


def long_text(raw: Any) -> str:
    """Text in lines, whichever way these end; white space around the whole is dropped."""
    if not isinstance(raw, str):
        return values.long_text(_identifier(raw))
    return values.long_text(raw.replace("\r\n", "\n").replace("\r", "\n").strip())


def lines(raw: Any) -> str:
    """Text of several lines on one, with ", " between them."""
    if not isinstance(raw, str):
        raise ValueError("expected text")
    return values.text(", ".join(" ".join(line.split()) for line in raw.splitlines() if line.strip()))


def _identifier(raw: Any) -> Any:
    return str(raw) if type(raw) is int else raw


def customer_no(raw: Any) -> str:
    """A customer's number, from text or a whole number."""
    return values.customer_no(raw.strip() if isinstance(raw, str) else _identifier(raw))


def nrb(raw: Any) -> str:
    """A bank account number; spaces between its digits and a leading PL are dropped, the check digits are checked."""
    if not isinstance(raw, str):
        raise ValueError("expected a bank account number (NRB) as text")
    return values.nrb(raw.replace(" ", "").strip().removeprefix("PL"))


def flag(raw: Any) -> bool:
    """A boolean, or its name in XML: true, false, 1, 0."""
    if raw.__class__ is bool:
        return bool(raw)
    found = {"true": True, "1": True, "false": False, "0": False}.get(raw.strip()) if isinstance(raw, str) else None
    if found is None:
        raise ValueError("expected true or false")
    return found


def present(raw: Any) -> bool:
    """True: something stands there; where nothing does, the field's reader says false."""
    return raw is not False


def _stripped(accept: Convert) -> Convert:
    return lambda raw: accept(raw.strip() if isinstance(raw, str) else raw)


def word(words: type) -> Convert:
    """One of our own words as it stands."""
    known: Mapping[str, Any] = {str(each): each for each in words}  # type: ignore[attr-defined]

    def convert(raw: Any) -> Any:
        found = known.get(raw.strip()) if isinstance(raw, str) else None
        if found is None:
            raise ValueError(f"expected one of {', '.join(known)}")
        return found

    return convert


def _marks(argument: str) -> tuple[str, str]:
    point, group = argument[:1] or ".", argument[1:]
    if point not in (".", ",") or group not in ("", " ", "\u00a0", "\u202f", ".", ",", "'") or point == group:
        raise ValueError('a decimal mark and perhaps the mark between thousands, such as "amount:," or "amount:, "')
    return point, group


def _flag_with(argument: str) -> Convert:
    yes, _, no = argument.partition("/")
    if not yes or not no or yes == no:
        raise ValueError('the words for true and false, such as "flag:T/N"')
    known = {yes: True, no: False}

    def convert(raw: Any) -> bool:
        found = known.get(str(raw).strip()) if isinstance(raw, str) or type(raw) is int else None
        if found is None:
            raise ValueError(f"expected {yes} or {no}")
        return found

    return convert


# by the schema's kind of field: the names of its converters, the first being the one used where none is named;
# a name that ends in ":" takes an argument after the colon
_BY_FIELD: Mapping[type, Mapping[str, Any]] = MappingProxyType(
    {
        fields.Money: {
            "amount": amount,
            "amount:": lambda argument: _amount_with(*_marks(argument)),
            "grosze": grosze,
            "amount-from-float": amount_from_float,
        },
        fields.Volume: {
            "volume": volume,
            "volume:": lambda argument: _volume_with(*_marks(argument)),
            "litres": litres,
        },
        fields.Day: {
            "day": days.day,
            "date:": days.formatted,
            "local-day": days.local_day,
            "odata-day": days.odata,
            "odata-moment": days.odata_moment,
            "date-parts": days.parts,
        },
        fields.Text: {"text": text, "one-line": one_line, "lines": lines},
        fields.LongText: {"long-text": long_text},
        fields.Count: {"count": count},
        fields.CustomerNo: {"customer-no": customer_no},
        fields.Nrb: {"nrb": nrb},
        fields.KsefNo: {"ksef-no": _stripped(values.ksef_no)},
        fields.Currency: {"currency": _stripped(values.currency)},
        fields.Flag: {"flag": flag, "flag:": _flag_with, "present": present},
    }
)


def _volume_with(point: str, group: str) -> Convert:
    return lambda raw: volume(raw, point=point, group=group)


def converter(spec: str | None, field: marshmallow_fields.Field[Any]) -> Convert:
    """The function from a raw value to what ``field`` accepts; ``spec`` is the mapping's ``as``, None the usual one.

    ``LookupError`` when there is no such converter for this kind of field, ``ValueError`` when its argument is wrong;
    both say what was expected. The same converter is the same function, so that readers can share what they memorise.
    """
    if isinstance(field, (fields.Word, fields.Words)):
        if spec is not None:
            raise LookupError('no "as" for a word of a closed list; use "values"')
        return word(field.words)
    kind: Any = type(field)  # mypy takes the class for unhashable, because its instances are
    return _converter(spec, kind)


@cache
def _converter(spec: str | None, kind: Any) -> Convert:
    table = _BY_FIELD[kind]
    name, colon, argument = (spec or next(iter(table))).partition(":")
    if name + colon not in table:
        raise LookupError("no such converter")
    found: Convert = table[name + colon](argument) if colon else table[name]
    return found


def names(field: marshmallow_fields.Field[Any]) -> list[str]:
    """The names of the converters for this kind of field; one that ends in ":" takes an argument."""
    return list(_BY_FIELD.get(type(field), ()))
