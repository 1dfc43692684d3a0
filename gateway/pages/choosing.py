"""Choosing what to pay: invoices, all that is overdue, or an amount on account, of one customer or of several."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from gateway.accounts import Link
from gateway.customers import current_links
from gateway.erp import Part, a_few_at_a_time, erp, today
from gateway.pages import payment_form as form
from gateway.pages.blueprint import bp
from gateway.pages.menu import payments_offered
from gateway.pages.paging import Page, paged
from gateway.pages.payment_address import picked_before, summary_url
from gateway.pages.payment_summary import choosing_url, summary
from gateway.pages.payments import frame, in_balance, waiting_for
from gateway.pages.question import Question
from gateway.pages.whose import for_customer
from gateway.payments.choosing import CURRENCY, ChoiceRefused, Reason, Refused, choose
from gateway.payments.records import Payment
from gateway.portal import portal
from gateway.sessions import signed_in
from schemas import Invoice, InvoiceStatus

CUSTOMERS = 12
"""So many to a page; one payment is made of one page."""


@dataclass(frozen=True, slots=True)
class Row:
    """An invoice on the page: one that can be ticked has a ``value``, one that is on its way the payment."""

    invoice: Invoice
    at: int
    value: str
    ticked: bool
    waiting: Payment | None

    @property
    def first(self) -> bool:
        return self.at == 0


@dataclass(frozen=True, slots=True)
class Group:
    """One customer on the page."""

    link: Link
    name: Part
    invoices: Part
    rows: Sequence[Row]
    typed: str
    on_account_waits: bool


@bp.route("/o/<cid>/platnosci/nowa", methods=["GET", "POST"])
@for_customer
def new_payment(link: Link) -> ResponseReturnValue:
    return _chosen([link], paged([link], 1))


@bp.route("/platnosci/nowa", methods=["GET", "POST"])
@login_required
def new_payments() -> ResponseReturnValue:
    links = current_links()
    if len(links) == 1:
        return redirect(url_for("pages.new_payment", cid=links[0].public_id))
    page = paged(links, Question(request.args).number("strona"), size=CUSTOMERS)
    return _chosen(links, page)


def _chosen(links: Sequence[Link], page: Page[Link]) -> ResponseReturnValue:
    if not payments_offered() or not links:
        abort(404)
    if request.method == "GET":
        return _page(page, {})
    found = form.picked(links)
    if found.is_empty and not found.mistakes:
        found.mistakes["faktura"] = gettext("Zaznacz fakturę albo wpisz kwotę.")
    if found.mistakes:
        return _page(page, found.mistakes), 422
    try:
        chosen = choose(portal(), found.wanted(page.rows), account_id=signed_in().account_id)
    except ChoiceRefused as error:
        return _page(page, form.refusals(error.refused)), 422
    url = summary_url(chosen, {each.customer_no: each for each in links}, found)
    return redirect(url, 303) if url else summary(chosen, links, found)


@bp.get("/o/<cid>/platnosci/sprawdz")
@for_customer
def check_payment(link: Link) -> ResponseReturnValue:
    return _checked([link])


@bp.get("/platnosci/sprawdz")
@login_required
def check_payments() -> ResponseReturnValue:
    return _checked(current_links())


def _checked(links: list[Link]) -> ResponseReturnValue:
    """The summary, as the billing system has it at this moment; also for whoever comes back here."""
    found = picked_before(links)
    if not payments_offered() or not links:
        abort(404)
    if found.is_empty:
        return redirect(choosing_url(), 303)
    try:
        chosen = choose(portal(), found.wanted(()), account_id=signed_in().account_id)
    except ChoiceRefused as error:
        begun = _begun_of_it(error.refused)
        if begun is not None:
            return redirect(url_for("pages.payment", no=begun), 303)
        return choosing_again(links, form.refusals(error.refused), found)
    return summary(chosen, links, found)


def _begun_of_it(refused: Sequence[Refused]) -> str | None:
    """The reader's own payment that has all of it, which goes on from its page."""
    numbers = {each.payment_public_id if each.reason is Reason.OPEN else None for each in refused}
    return numbers.pop() if len(numbers) == 1 else None


def choosing_again(links: Sequence[Link], told: Mapping[str, str], found: form.Picked) -> ResponseReturnValue:
    """The page once more, with what stands in the way of what was chosen on it."""
    picked = {link for link, _ in found.invoices}
    own = [each for each in links if each in picked]
    return _page(paged(own or links[:1], 1, size=max(len(own), 1)), told), 409


def _page(page: Page[Link], told: Mapping[str, str]) -> str:
    links = page.rows
    parts = a_few_at_a_time(_calls(links))
    waiting = waiting_for(links)
    groups = _groups(links, parts, waiting)
    late = [
        row.invoice
        for group in groups
        for row in group.rows
        if row.value and row.invoice.status(today()) is InvoiceStatus.OVERDUE
    ]
    labels = {form.amount_field(each): gettext("Kwota") for each in links} | {"faktura": gettext("Faktury")}
    return render_template(
        "payments/choosing.html",
        page=page,
        groups=groups,
        overdue=sum((each.outstanding for each in late), Decimal("0.00")),
        overdue_count=len(late),
        waiting=waiting,
        counts=in_balance(waiting),
        customer_nos=[each.customer_no for each in links],
        mistakes=told,
        labels=labels,
        several=len(current_links()) > 1 and "link" not in g,
        here_again=choosing_url(page.number),
        today=today(),
        **frame(),
    )


def _calls(links: Sequence[Link]) -> dict[str, Callable[[], Any]]:
    billing = erp()
    calls: dict[str, Callable[[], Any]] = {}
    for each in links:
        calls[f"invoices {each.public_id}"] = partial(billing.invoices, each.customer_no)
        if len(links) > 1:
            calls[f"name {each.public_id}"] = partial(billing.customer, each.customer_no)
    return calls


def _groups(links: Sequence[Link], parts: Mapping[str, Part], waiting: Sequence[Payment]) -> list[Group]:
    on_way = {(part.customer_no, part.invoice_ref): payment for payment in waiting for part in payment.parts}
    ticked = {form.without_amount(each) for each in request.values.getlist("faktura")}
    groups, at = [], 0
    for link in links:
        invoices = parts[f"invoices {link.public_id}"]
        rows = []
        for each in sorted(invoices.value or (), key=lambda invoice: invoice.due_on):
            if each.outstanding <= 0:
                continue
            payment = on_way.get((each.customer_no, each.invoice_ref))
            value = form.tick(link, each) if payment is None and each.currency == CURRENCY else ""
            known = bool(value) and form.without_amount(value) in ticked
            rows.append(Row(each, at if value else -1, value, known, payment))
            at += bool(value)
        groups.append(
            Group(
                link=link,
                name=parts.get(f"name {link.public_id}", Part()),
                invoices=invoices,
                rows=rows,
                typed=form.typed_amount(link),
                on_account_waits=(link.customer_no, None) in on_way,
            )
        )
    return groups
