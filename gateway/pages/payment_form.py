"""What somebody ticked and typed to pay, read from the form; amounts in it only tell what the reader has seen."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from flask import abort, request
from flask_babel import gettext

from gateway.accounts import Link
from gateway.handles import handle_for
from gateway.payments.choosing import Refused, Wanted
from gateway.payments.words import sentence
from gateway.portal import portal
from gateway.registration.form import amount
from schemas import Invoice

_MOST = 200
_SEEN = re.compile(r"[0-9]{1,9}\.[0-9]{2}", re.ASCII)
_LONGEST = 30
INVOICE = "invoice"
"""The kind of handles that hide an invoice's reference, as in its address."""


@dataclass(slots=True)
class Picked:
    """``invoices`` by customer and the ERP's reference, each with what the reader saw it cost; ``on_account`` by
    customer."""

    overdue: bool = False
    invoices: dict[tuple[Link, str], Decimal | None] = field(default_factory=dict)
    on_account: dict[Link, Decimal] = field(default_factory=dict)
    mistakes: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.overdue or self.invoices or self.on_account)

    def wanted(self, shown: Sequence[Link]) -> list[Wanted]:
        """What is to be asked from the ERP; all that is overdue is that of the customers who were ``shown``."""
        if self.overdue:
            return [Wanted(each, None) for each in shown]
        links = dict.fromkeys([*(own for own, _ in self.invoices), *self.on_account])
        return [
            Wanted(link, tuple(ref for own, ref in self.invoices if own == link), self.on_account.get(link))
            for link in links
        ]


def picked(links: Sequence[Link]) -> Picked:
    """What the form says; 404 for a customer or an invoice that is not the account's own."""
    found = Picked(overdue="zalegle" in request.form)
    mine = {each.public_id: each for each in links}
    for value in request.form.getlist("faktura")[:_MOST]:
        public_id, _, rest = value.partition(".")
        handle, _, seen = rest.partition(".")
        link = mine.get(public_id) or abort(404)
        ref = portal().sealer.open(handle, link.public_id, INVOICE) or abort(404)
        found.invoices[link, ref] = Decimal(seen) if _SEEN.fullmatch(seen) else None
    for link in links:
        text = typed_amount(link)
        if not text:
            continue
        sum_ = amount(text)
        if sum_ is None or sum_ <= 0:
            found.mistakes[amount_field(link)] = gettext("Wpisz kwotę w złotych, na przykład 123,45.")
        else:
            found.on_account[link] = sum_
    return found


def refusals(refused: Sequence[Refused]) -> dict[str, str]:
    """What stands in the way, by the field that it is about."""
    told: dict[str, list[str]] = {}
    for each in refused:
        field = amount_field(each.link) if each.link and each.is_on_account else "faktura"
        told.setdefault(field, []).append(sentence(each))
    return {field: " ".join(dict.fromkeys(sentences)) for field, sentences in told.items()}


def amount_field(link: Link) -> str:
    return f"kwota-{link.public_id}"


def typed_amount(link: Link) -> str:
    """What was typed to be paid on account, to be shown again."""
    return request.form.get(amount_field(link), "").strip()[:_LONGEST]


def tick(link: Link, invoice: Invoice) -> str:
    """The value of an invoice's box."""
    return f"{address_of(link, invoice.invoice_ref)}.{invoice.outstanding}"


def address_of(link: Link, ref: str) -> str:
    """What names an invoice in a form of several customers, or in an address."""
    return f"{link.public_id}.{handle_for(link, INVOICE, ref)}"


def without_amount(value: str) -> str:
    """Of the value of a box what names the invoice."""
    return ".".join(value.split(".")[:2])


def carried(link: Link, ref: str | None, sum_: Decimal) -> tuple[str, str]:
    """A hidden field that brings something picked to the next page."""
    if ref is None:
        return amount_field(link), str(sum_)
    return "faktura", f"{address_of(link, ref)}.{sum_}"


def body() -> str:
    """Everything that makes two forms with one key the same."""
    typed = {name: sorted(texts) for name, texts in request.form.lists() if name not in ("csrf_token", "key")}
    return json.dumps(typed, sort_keys=True, ensure_ascii=False)
