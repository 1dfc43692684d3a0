"""The words of the rules: what is wrong with a reading, and what makes one ask whether it is right."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Mistake(StrEnum):
    """What makes a reading impossible; ``field`` is where it was typed."""

    NO_VALUE = "no_value"
    NOT_DIGITS = "not_digits"
    TOO_MANY_DIGITS = "too_many_digits"
    TOO_MANY_PLACES = "too_many_places"
    LOWER = "lower"
    NO_DAY = "no_day"
    NOT_A_DAY = "not_a_day"
    FUTURE = "future"
    BEFORE_PREVIOUS = "before_previous"
    BEFORE_INSTALLED = "before_installed"
    OUT_OF_WINDOW = "out_of_window"
    NOT_READABLE = "not_readable"
    EXCHANGED = "exchanged"

    @property
    def field(self) -> str:
        return "value" if self in _OF_VALUE else "read_on"


_OF_VALUE = frozenset(
    {
        *(Mistake.NO_VALUE, Mistake.NOT_DIGITS, Mistake.TOO_MANY_DIGITS, Mistake.TOO_MANY_PLACES, Mistake.LOWER),
        *(Mistake.NOT_READABLE, Mistake.EXCHANGED),
    }
)


class Doubt(StrEnum):
    """What makes a reading unlikely, though it may be right: the customer is asked, and may insist."""

    MUCH = "much"
    LITTLE = "little"
    WENT_ROUND = "went_round"
    BELOW_ESTIMATE = "below_estimate"


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules say of one reading; ``used`` is what would have been used since the one before, in m³."""

    mistakes: tuple[Mistake, ...] = ()
    doubt: Doubt | None = None
    used: Decimal | None = None
