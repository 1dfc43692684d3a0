"""The last look before paying: what the ERP says it costs now, and the ways to pay it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.accounts import Link
from gateway.pages import payment_form as form
from gateway.pages.payment_address import summary_url
from gateway.payments.records import Chosen, Part
from gateway.payments.transfer import transfers
from gateway.portal import portal


@dataclass(frozen=True, slots=True)
class Line:
    """A part of what is paid, and what the reader saw it cost ``before``."""

    part: Part
    before: Decimal | None


def summary(
    chosen: Chosen,
    links: Sequence[Link],
    found: form.Picked,
    *,
    key: str = "",
    changed: bool = False,
    mistakes: Mapping[str, str] | None = None,
    trouble: str = "",
    status: int = 200,
    retry_after: int = 0,
) -> ResponseReturnValue:
    """The page, with a key of its own that makes a double click or a reload one payment."""
    mine = {each.customer_no: each for each in links}
    lines = [
        (mine[each.customer_no], Line(each, _before(found, mine[each.customer_no], each))) for each in chosen.parts
    ]
    own = dict.fromkeys(link for link, _ in lines)
    groups = [(link, [line for of, line in lines if of == link]) for link in own]
    differs = any(line.before is not None and line.before != line.part.amount for _, line in lines)
    page = render_template(
        "payments/summary.html",
        chosen=chosen,
        groups=groups,
        several=len(groups) > 1,
        carried=[form.carried(link, line.part.invoice_ref, line.part.amount) for link, line in lines],
        changed=changed or differs,
        operators=list(portal().operators.values()),
        operator=request.form.get("operator", ""),
        transfers=transfers(portal(), chosen) if portal().settings.payments.recipient else [],
        key=key or secrets.token_urlsafe(16),
        mistakes=mistakes or {},
        trouble=trouble,
        now=portal().clock.now(),
        choosing_url=choosing_url(),
        own_url=summary_url(chosen, mine, found) if request.method == "POST" else None,
        pay_url=url_for("pages.pay", cid=g.link.public_id) if "link" in g else url_for("pages.pay_for_several"),
    )
    return page, status, {"Retry-After": str(retry_after)} if retry_after else {}


def choosing_url(page: int | None = None) -> str:
    """Where something can be chosen: the page of the customer, or of all of them."""
    if "link" in g:
        return url_for("pages.new_payment", cid=g.link.public_id)
    return url_for("pages.new_payments", strona=page)


def _before(found: form.Picked, link: Link, part: Part) -> Decimal | None:
    return None if part.invoice_ref is None else found.invoices.get((link, part.invoice_ref))
