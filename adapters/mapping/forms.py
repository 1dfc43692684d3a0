"""The ways in which a request may write a value: what may stand after the colon in ``{since:%d.%m.%Y}``."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from adapters.clock import WARSAW, local_midnight
from adapters.errors import NotFound

_DAY = re.compile(r"(?:[^%]|%[dmY%])+")
_MOMENT = re.compile(r"(?:[^%]|%[dmYHMS%])+")
_UTC = "%Y-%m-%dT%H:%M:%SZ"
_OF_DAY: Mapping[str, Callable[[date], str | int]] = {
    "year": lambda day: day.year,
    "month": lambda day: day.month,
    "day": lambda day: day.day,
    # for ERPs that filter by moments: when that day begins in Poland
    "utc": lambda day: local_midnight(day).astimezone(UTC).strftime(_UTC),
}


def check_form(name: str, kind: type, form: str, note: Callable[[str], None]) -> None:
    """Call ``note`` with what was expected where a value of ``kind`` cannot be written in this form."""
    if kind is date:
        if form and form not in _OF_DAY and not _DAY.fullmatch(form):
            note(f"after {{{name}: a form of %d, %m and %Y, or one of {', '.join(_OF_DAY)}")
    elif kind is datetime:
        if form and form != "local" and not _MOMENT.fullmatch(form):
            note(f"after {{{name}: a form of %d, %m, %Y, %H, %M and %S, or local")
    elif kind is Decimal:
        if form not in ("", ",", "number"):
            note(f'after {{{name}: nothing, "," for a decimal comma, or "number"')
    elif kind is str:
        if form not in ("", "int"):
            note(f'after {{{name}: nothing, or "int"')
    elif form:
        note(f"after {{{name}: nothing")


def written(name: str, value: Any, form: str) -> str | int | float | None:
    """The value in this form; None stays None. Raises ``NotFound`` where an id is no number and must be one."""
    if isinstance(value, datetime):
        return _moment(value, form)
    if isinstance(value, date):
        # strftime leaves out leading zeros of years before 1000
        return _OF_DAY[form](value) if form in _OF_DAY else _strftime(value, form or "%Y-%m-%d")
    if isinstance(value, Decimal):
        return _decimal(value, form)
    if value is not None and form == "int":
        if not re.fullmatch(r"[0-9]{1,15}", str(value), re.ASCII):
            raise NotFound(f"{name} is no number, so the ERP cannot have it")
        return int(value)
    return value  # type: ignore[no-any-return]


def _strftime(value: date, form: str) -> str:
    return value.strftime(form.replace("%Y", f"{value.year:04}"))


def _moment(value: datetime, form: str) -> str:
    """Without a form in UTC; in a form, and with "local" beside the offset, in Polish time."""
    if not form:
        return _strftime(value.astimezone(UTC), _UTC)
    local = value.astimezone(WARSAW).replace(microsecond=0)
    return local.isoformat() if form == "local" else _strftime(local, form)


def _decimal(value: Decimal, form: str) -> str | int | float:
    text = format(value, "f")
    if form == "number":
        # a volume has at most twelve digits, and up to fifteen a float is written as it was read
        return int(value) if value == value.to_integral_value() else float(text)
    return text.replace(".", ",") if form == "," else text
