"""Products and promotions: their page, and what the start page tells of them."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from adapters.capabilities import Capability
from gateway.accounts import Link
from gateway.erp import erp, side_by_side, today
from gateway.offers import ShownOffer, valid
from gateway.pages.blueprint import bp
from gateway.pages.parts import none_came, status_of
from gateway.pages.whose import for_customer
from gateway.portal import portal


@bp.get("/o/<cid>/oferta")
@for_customer
def offers(link: Link) -> ResponseReturnValue:
    if not have_offers():
        abort(404)
    parts = side_by_side(offers=lambda: current_offers(link))
    page = render_template("offers/offers.html", offers=parts["offers"], none_came=none_came(parts))
    return page, *status_of(parts)


def have_offers() -> bool:
    """Whether there is anybody to ask for offers: the ERP, or a folder of the operator's."""
    return erp().supports(Capability.OFFERS) or bool(portal().settings.content.offers)


def current_offers(link: Link) -> list[ShownOffer]:
    """What is on offer today, in the reader's language where there are several."""
    if erp().supports(Capability.OFFERS):
        found = tuple(ShownOffer(each) for each in erp().offers(link.customer_no))
    else:
        found = portal().offers.rows()
    return valid(found, today=today(), language=str(get_locale()))
