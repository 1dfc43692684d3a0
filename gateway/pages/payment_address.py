"""What was picked to be paid as the address of its summary: going back there sends no form again and tells nothing."""

import json
from decimal import Decimal

from flask import abort, g, request, url_for

from gateway.accounts import Link
from gateway.pages import payment_form as form
from gateway.payments.records import Chosen
from gateway.portal import portal

_CHOICE = "choice to pay"
_LONGEST = 4000
"""Longer addresses are refused by some servers in front of us."""


def summary_url(chosen: Chosen, mine: dict[str, Link], found: form.Picked) -> str | None:
    """Where the summary of it is; None where it is too much for an address. ``mine`` are the links by customer."""
    picked: dict[Link, tuple[list[tuple[str, str]], str]] = {}
    for part in chosen.parts:
        link = mine[part.customer_no]
        refs, on_account = picked.get(link, ([], ""))
        if part.invoice_ref is None:
            on_account = str(part.amount)
        else:
            seen = found.invoices.get((link, part.invoice_ref))
            refs.append((part.invoice_ref, "" if seen is None else str(seen)))
        picked[link] = refs, on_account
    sealed = [f"{link.public_id}.{_seal(link, *each)}" for link, each in picked.items()]
    if "link" in g:
        url = url_for("pages.check_payment", cid=g.link.public_id, co=sealed)
    else:
        url = url_for("pages.check_payments", co=sealed)
    return url if len(url) <= _LONGEST else None


def picked_before(links: list[Link]) -> form.Picked:
    """What such an address says; 404 where it was made for somebody else."""
    found, mine = form.Picked(), {each.public_id: each for each in links}
    for value in request.args.getlist("co"):
        public_id, _, sealed = value.partition(".")
        link = mine.get(public_id) or abort(404)
        text = portal().sealer.open(sealed, link.public_id, _CHOICE) or abort(404)
        refs, on_account = json.loads(text)
        found.invoices |= {(link, ref): Decimal(seen) if seen else None for ref, seen in refs}
        if on_account:
            found.on_account[link] = Decimal(on_account)
    return found


def _seal(link: Link, refs: list[tuple[str, str]], on_account: str) -> str:
    text = json.dumps([refs, on_account], ensure_ascii=False, separators=(",", ":"))
    return portal().sealer.seal(text, link.public_id, _CHOICE)
