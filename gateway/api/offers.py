"""The call about products and promotions: the billing system's own, or else the operator's."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from flask import jsonify
from flask_babel import get_locale

from adapters.capabilities import Capability
from adapters.errors import NotSupported
from gateway.api.views import customers
from gateway.customers import link_or_404
from gateway.erp import erp, today
from gateway.offers import ShownOffer, valid
from gateway.portal import portal
from schemas import OfferKind, fields
from schemas.dump import dumper

_SECURED: dict[str, Any] = {"security": [{"token": []}]}


@dataclass(frozen=True, slots=True)
class OfferLine:
    """An offer, as the API tells it."""

    kind: OfferKind
    title: str
    text: str
    valid_from: date | None
    valid_until: date | None
    language: str | None

    @classmethod
    def of(cls, shown: ShownOffer) -> "OfferLine":
        offer = shown.offer
        return cls(offer.kind, offer.title, offer.text, offer.valid_from, offer.valid_until, shown.language)


class OfferItem(fields.RecordSchema[OfferLine]):
    record: ClassVar = OfferLine

    kind = fields.Word(OfferKind, required=True)
    title = fields.Text(required=True)
    text = fields.LongText(required=True, metadata={"description": "Markdown."})
    valid_from = fields.Day(required=True, allow_none=True, metadata={"description": "The first day; null: no bound."})
    valid_until = fields.Day(required=True, allow_none=True, metadata={"description": "The last day; null: no bound."})
    language = fields.Text(
        required=True, allow_none=True, metadata={"description": "Of the title and text; null where nobody says."}
    )


@customers.route("/<cid>/offers")
@customers.response(200, OfferItem(many=True))
@customers.doc(**_SECURED)
def list_offers(cid: str) -> Any:
    """The products and promotions on offer today, promotions first, in the language asked for."""
    link = link_or_404(cid)
    if erp().supports(Capability.OFFERS):
        found = [ShownOffer(each) for each in erp().offers(link.customer_no)]
    elif portal().settings.content.offers:
        found = list(portal().offers.rows())
    else:
        raise NotSupported(Capability.OFFERS.value)
    dump = dumper(OfferItem)
    shown = valid(found, today=today(), language=str(get_locale()))
    return jsonify([dump(OfferLine.of(each)) for each in shown])
