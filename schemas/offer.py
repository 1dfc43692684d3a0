"""Products and promotions that the utility offers."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from schemas import fields


class OfferKind(StrEnum):
    PRODUCT = "product"
    PROMOTION = "promotion"


@dataclass(frozen=True, slots=True)
class Offer:
    """Something on offer from ``valid_from`` to ``valid_until``, both days included, None meaning no bound.

    ``text`` is Markdown. An offer is nobody's own, so it does not say whose it is.
    """

    offer_ref: str
    kind: OfferKind
    title: str
    text: str
    valid_from: date | None = None
    valid_until: date | None = None

    def is_valid(self, today: date) -> bool:
        """Whether it is on offer on ``today``."""
        return (self.valid_from is None or self.valid_from <= today) and (
            self.valid_until is None or today <= self.valid_until
        )


class OfferSchema(fields.RecordSchema[Offer]):
    record: ClassVar = Offer

    offer_ref = fields.Text(required=True)
    kind = fields.Word(OfferKind, required=True)
    title = fields.Text(required=True)
    text = fields.LongText(required=True)
    valid_from = fields.Day(load_default=None, allow_none=True)
    valid_until = fields.Day(load_default=None, allow_none=True)
