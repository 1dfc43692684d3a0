"""Choosing among the customers that an account is linked with, by name, address or number."""

from collections.abc import Sequence
from functools import partial

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from gateway.accounts import Link
from gateway.customers import current_links
from gateway.erp import Part, a_few_at_a_time, erp
from gateway.pages.blueprint import bp
from gateway.pages.paging import paged
from gateway.pages.question import Question

NAMED = 48  # up to so many customers all are asked for their names, and the search can look at these


@bp.get("/klienci")
@login_required
def customers() -> ResponseReturnValue:
    links, question = current_links(), Question(request.args)
    by_name, sought = len(links) <= NAMED, question.typed("szukaj").casefold()
    known = _particulars(links) if by_name else {}
    found = [link for link in links if sought in _searched(link, known)]
    page = paged(found, question.number("strona"), size=12)
    known = known or _particulars(page.rows)
    return render_template(
        "customers.html",
        question=question,
        page=page,
        known=known,
        by_name=by_name,
        all=len(links),
        unnamed=sum(part.error is not None for part in known.values()),
    )


def _particulars(links: Sequence[Link]) -> dict[str, Part]:
    """What the ERP knows of each by ``public_id``."""
    return a_few_at_a_time({each.public_id: partial(erp().customer, each.customer_no) for each in links})


def _searched(link: Link, known: dict[str, Part]) -> str:
    part = known.get(link.public_id)
    customer = part.value if part else None
    words = [link.customer_no, customer.name, customer.address] if customer else [link.customer_no]
    return "\n".join(words).casefold()
