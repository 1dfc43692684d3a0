"""The customer's meters by place, and the history of one of them as a drawing and a table."""

from functools import partial
from itertools import groupby, zip_longest
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from adapters.capabilities import Capability
from gateway.accounts import Link
from gateway.customers import current_links
from gateway.erp import erp, side_by_side, today
from gateway.handles import handle_for, open_handle
from gateway.pages.blueprint import bp
from gateway.pages.paging import paged
from gateway.pages.parts import none_came, status_of
from gateway.pages.question import Question
from gateway.pages.unlisted_reading import unlisted_page
from gateway.pages.whose import for_customer
from gateway.readings import window, words
from gateway.readings.chart import draw, with_consumption
from gateway.readings.known import AWAY, METER, correctable, known, takes_readings
from gateway.sessions import signed_in
from schemas import MeterToRead

_ROWS = 24


@bp.get("/o/<cid>/wodomierze")
@for_customer
def meters(link: Link) -> ResponseReturnValue:
    _offered()
    parts = side_by_side(meters=partial(erp().meters, link.customer_no))
    if takes_readings() and isinstance(parts["meters"].error, AWAY):
        return unlisted_page(link, parts["meters"].error)
    found: list[MeterToRead] = sorted(parts["meters"].value or [], key=lambda each: each.place)
    page = render_template(
        "meters/meters.html",
        meters=parts["meters"],
        places=[(place, list(rows)) for place, rows in groupby(found, key=lambda each: each.place)],
        today=today(),
        window=window,
        window_words=words.window,
        meter_url=meter_url,
        takes=takes_readings(),
        histories=erp().supports(Capability.READINGS),
        sheet=takes_readings() and (len(current_links()) > 1 or len(found) > 1),
        none_came=none_came(parts),
    )
    return page, *status_of(parts)


@bp.get("/o/<cid>/wodomierze/<mid>")
@for_customer
def meter(link: Link, mid: str) -> ResponseReturnValue:
    _offered(Capability.READINGS)
    found = known(link, open_handle(link, METER, mid))
    rows = with_consumption(found.history, found.meter.digits)
    return render_template(
        "meters/meter.html",
        meter=found.meter,
        error=found.error,
        page=paged(list(zip_longest(rows, rows[1:])), Question(request.args).number("strona"), size=_ROWS),
        chart=draw(rows),
        today=today(),
        window=window,
        window_words=words.window,
        meter_url=meter_url,
        takes=takes_readings(),
        correction=correctable(link, found, account_id=signed_in().account_id or 0) if takes_readings() else "",
    )


def meter_url(link: Link, meter: MeterToRead, view: str = "pages.meter", **more: Any) -> str:
    """The address of a meter's page, or of its form, by an opaque handle."""
    return url_for(view, cid=link.public_id, mid=handle_for(link, METER, meter.meter_no), **more)


def _offered(*more: Capability) -> None:
    """404 where the ERP does not tell of meters."""
    if not all(erp().supports(each) for each in (Capability.METERS, *more)):
        abort(404)
