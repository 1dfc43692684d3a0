"""Reads a meter's value as people type it: spaces anywhere, a comma or a point, digits 0 to 9 and nothing else."""

import re
from decimal import Decimal

from gateway.readings.records import Mistake

_VALUE = re.compile(r"(?P<whole>[0-9]{1,30})(?:[.,](?P<part>[0-9]{1,30}))?", re.ASCII)


class NotAValue(ValueError):
    """What was typed cannot stand on this dial; ``mistake`` says why."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.value)
        self.mistake = mistake


def value_of(text: str, *, digits: int, places: int) -> Decimal:
    """The value in m³; zeros before it are as good as none. Raises ``NotAValue``.

    Nothing is rounded: more places than are read on this dial are a mistake, unless they are only zeros.
    """
    packed = "".join(text.split())
    if not packed:
        raise NotAValue(Mistake.NO_VALUE)
    found = _VALUE.fullmatch(packed)
    if found is None:
        raise NotAValue(Mistake.NOT_DIGITS)
    part = (found["part"] or "").rstrip("0")
    if len(part) > places:
        raise NotAValue(Mistake.TOO_MANY_PLACES)
    whole = found["whole"].lstrip("0") or "0"
    if len(whole) > digits and whole != "0":
        raise NotAValue(Mistake.TOO_MANY_DIGITS)
    return Decimal(f"{whole}.{part}" if part else whole)
