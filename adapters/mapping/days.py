"""Turns the ways in which billing systems write a day into the calendar day in Europe/Warsaw."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from adapters.clock import WARSAW

_PLAIN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_STAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:?[0-9]{2})?", re.ASCII
)
_ODATA = re.compile(r"/Date\((-?[0-9]{1,15})([+-][0-9]{4})?\)/", re.ASCII)
_PARTS = {
    "Y": "(?P<Y>[0-9]{4})",
    "m": "(?P<m>[0-9]{2})",
    "d": "(?P<d>[0-9]{2})",
    "H": "([01][0-9]|2[0-3])",
    "M": "[0-5][0-9]",
    "S": "[0-5][0-9]",
    "%": "%",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WHEN = 'a day such as "2026-03-29", or a moment with its offset such as "2026-03-28T23:30:00Z"'


def day(raw: Any) -> date:
    """A day as it stands, or the day in Europe/Warsaw of a moment with its offset."""
    if isinstance(raw, str):
        raw = raw.strip()
        try:
            if _PLAIN.fullmatch(raw):
                return date.fromisoformat(raw)
            stamp = _STAMP.fullmatch(raw)
            if stamp and stamp[2]:
                return _warsaw(datetime.fromisoformat(raw))
        except (ValueError, OverflowError):
            pass
    raise ValueError(f"expected {_WHEN}")


def local_day(raw: Any) -> date:
    """The day of a moment without an offset, which the ERP writes in Polish local time."""
    if isinstance(raw, str):
        raw = raw.strip()
        stamp = _STAMP.fullmatch(raw)
        if _PLAIN.fullmatch(raw) or (stamp and not stamp[2]):
            try:
                return datetime.fromisoformat(raw).date()
            except ValueError:
                pass
    raise ValueError('expected a moment in local time without an offset, such as "2026-03-29T00:30:00"')


def formatted(form: str) -> Callable[[Any], date]:
    """A converter for days written as ``form`` says: %d, %m, %Y with all their digits, and %H, %M, %S in local time.

    ``ValueError`` when the form has no day, month and four-digit year, or anything else after a %.
    """
    pattern, found = "", ""
    pieces = iter(re.split(r"%(.?)", form))
    for literal in pieces:
        pattern += re.escape(literal)
        code = next(pieces, None)
        if code is None:
            break
        if code not in _PARTS or (code in "Ymd" and code in found):
            raise ValueError("%d, %m and %Y once each, and perhaps %H, %M, %S")
        pattern, found = pattern + _PARTS[code], found + code
    if not {"d", "m", "Y"} <= set(found):
        raise ValueError("%d, %m and %Y once each, and perhaps %H, %M, %S")
    matching = re.compile(pattern, re.ASCII).fullmatch

    def convert(raw: Any) -> date:
        match = matching(raw.strip()) if isinstance(raw, str) else None
        if match is not None:
            try:
                return date(int(match["Y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                pass
        raise ValueError(f'expected a day that exists, written "{form}"')

    return convert


def odata(raw: Any) -> date:
    """OData 2: ``/Date(ms)/`` is a wall time and its day is taken as written; with ``+0060`` it is a moment."""
    moment, offset = _odata(raw)
    return _warsaw(moment) if offset else moment.date()


def odata_moment(raw: Any) -> date:
    """``/Date(ms)/`` as older .NET services write it: always a moment, counted from 1970 in UTC."""
    return _warsaw(_odata(raw)[0])


def parts(raw: Any) -> date:
    """An object with ``year``, ``month`` and ``day`` as numbers, such as Tryton writes."""
    if isinstance(raw, dict):
        year, month, number = raw.get("year"), raw.get("month"), raw.get("day")
        if type(year) is int and type(month) is int and type(number) is int:
            try:
                return date(year, month, number)
            except (ValueError, OverflowError):
                pass
    raise ValueError("expected an object with the numbers year, month and day")


def _odata(raw: Any) -> tuple[datetime, str | None]:
    match = _ODATA.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if match is not None:
        try:
            return _EPOCH + timedelta(milliseconds=int(match[1])), match[2]
        except OverflowError:
            pass
    raise ValueError("expected a day written /Date(milliseconds)/")


def _warsaw(moment: datetime) -> date:
    # zoneinfo costs ten times the rest, and before 21:00 UTC the day is the same in both places, summer or winter
    moment = moment.astimezone(UTC)
    return moment.date() if moment.hour < 21 else moment.astimezone(WARSAW).date()
