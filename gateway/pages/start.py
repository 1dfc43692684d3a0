"""The start page: what is to be paid, as of which day, and what it is made of, asked for side by side."""

from functools import partial

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import login_required

from gateway.accounts import Link
from gateway.customers import current_links
from gateway.erp import erp, side_by_side, today
from gateway.notices import near
from gateway.pages.blueprint import bp
from gateway.pages.menu import payments_offered
from gateway.pages.offers import current_offers, have_offers
from gateway.pages.parts import none_came, status_of
from gateway.pages.payments import frame, in_balance, in_pending, waiting_for
from gateway.pages.whose import for_customer
from gateway.portal import portal
from schemas import Invoice


@bp.get("/")
@login_required
def start() -> ResponseReturnValue:
    links = current_links()
    if len(links) == 1:
        return redirect(url_for("pages.customer", cid=links[0].public_id))
    return redirect(url_for("pages.customers"))


@bp.get("/o/<cid>/")
@for_customer
def customer(link: Link) -> ResponseReturnValue:
    billing, number = erp(), link.customer_no
    parts = side_by_side(
        customer=partial(billing.customer, number),
        balance=partial(billing.balance, number),
        invoices=partial(billing.invoices, number),
        contracts=partial(billing.contracts, number),
        **({"offers": partial(current_offers, link)} if have_offers() else {}),
    )
    offers, now = parts.pop("offers", None), portal().clock.now()  # the page is whole without them
    waiting = waiting_for([link])
    counts = in_balance(waiting)
    booked = in_pending(waiting, counts, (parts["balance"].value and parts["balance"].value.pending) or ())
    listed = {each.public_id for each in booked.values()}
    page = render_template(
        "start.html",
        today=today(),
        worth_seeing=worth_seeing,
        none_came=none_came(parts),
        offers=(offers and offers.value) or [],
        notices=near(portal().notices.rows(), now=now, language=str(get_locale())),
        waiting=waiting,
        on_their_way=[each for each in waiting if each.public_id not in listed],
        counts=counts,
        paid_here=booked,
        offers_payment=payments_offered(),
        **frame() | {"now": now},
        **parts,
    )
    return page, *status_of(parts)


def worth_seeing(invoices: list[Invoice]) -> list[Invoice]:
    """The unpaid ones, the most urgent first; or the newest three when all are paid."""
    unpaid = [each for each in invoices if each.outstanding > 0]
    return sorted(unpaid, key=lambda each: each.due_on)[:5] or invoices[:3]
