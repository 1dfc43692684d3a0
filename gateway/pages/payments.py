"""Payments of the account: the list, one of them, and what a reader sees who comes back from the operator."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import abort, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from adapters.capabilities import Capability
from adapters.clock import local_day
from adapters.errors import AdapterError
from gateway import incidents
from gateway.accounts import Link
from gateway.customers import current_links
from gateway.pages.blueprint import bp
from gateway.pages.menu import payments_offered
from gateway.pages.paging import paged
from gateway.pages.payment_summary import choosing_url
from gateway.pages.question import Question
from gateway.pages.whose import for_customer
from gateway.payments import asking, booking, paid_twice, receipts
from gateway.payments.booking import InBalance
from gateway.payments.records import Payment
from gateway.payments.states import FINAL, PaymentState
from gateway.portal import portal
from gateway.sessions import signed_in

_LATEST = 3
"""So many are asked about at once: who comes back looks for one of them."""


def frame() -> dict[str, Any]:
    """What the pieces of payments need on a page."""
    return {
        "now": portal().clock.now(),
        "operator_title": title_of,
        "is_mine": is_mine,
        "other_operators": _others,
        "paid_twice": lambda payment: bool(paid_twice.number_in(payment.error)),
        "by_transfer_offered": bool(portal().settings.payments.recipient),
    }


def title_of(operator: str) -> str:
    """The operator's name as customers know it, also of one that is not configured any more."""
    found = portal().operators.get(operator)
    return found.title if found else operator


def _others(operator: str) -> list[str]:
    """What the other operators are called, for whom this one does not answer."""
    return [each.title for each in portal().operators.values() if each.name != operator]


def account_id() -> int:
    return signed_in().account_id or 0


def is_mine(payment: Payment) -> bool:
    return payment.account_id is not None and payment.account_id == account_id()


@bp.get("/o/<cid>/platnosci")
@for_customer
def payments(link: Link) -> ResponseReturnValue:
    return _list([link])


@bp.get("/platnosci")
@login_required
def all_payments() -> ResponseReturnValue:
    _as_usual()
    return _list(current_links())


@bp.get("/platnosci/powrot")
@login_required
def payment_return() -> ResponseReturnValue:
    """Whoever comes back from an operator; the address says nothing and proves nothing."""
    _as_usual()
    latest = [_asked(each) for each in receipts.of(portal(), account_id=account_id(), limit=_LATEST)]
    first = latest[:1]
    return render_template(
        "payments/return.html",
        payments=first + [each for each in latest[1:] if each.state not in FINAL],
        counts=in_balance(latest),
        **frame(),
    )


@bp.get("/platnosci/<no>")
@login_required
def payment(no: str) -> ResponseReturnValue:
    _as_usual()
    found = receipts.one(portal(), no, account_id=account_id())
    if found is None:
        return abort(404)
    found = _asked(found)
    return render_template(
        "payments/payment.html",
        payment=found,
        counts=in_balance([found]).get(found.public_id),
        again_url=choosing_url(),
        counts_since=_counts_since(found),
        **frame(),
    )


def waiting_for(links: Sequence[Link]) -> list[Payment]:
    """What is on its way for these customers, also from another account, which is not named.

    For what is paid the ledger is looked at, as the balance beside it may have it already; no operator is asked here.
    """
    found = receipts.waiting(portal(), [each.customer_no for each in links], account_id=account_id())
    looked = [
        replace(each, state=asking.ask(portal(), each).state) if each.state is PaymentState.PAID else each
        for each in found
    ]
    return [each for each in looked if each.state not in FINAL]


def in_balance(found: Sequence[Payment]) -> dict[str, InBalance]:
    """From which day each paid one is in the balance, by its number; what the ERP cannot say is left out."""
    told: dict[str, InBalance] = {}
    for each in found:
        if each.state is not PaymentState.PAID or not each.parts:
            continue
        try:
            day = booking.in_balance_from(portal(), each, each.parts[0].customer_no)
        except AdapterError as error:
            incidents.record(error, failed=False)
            continue
        if day is not None:
            told[each.public_id] = day
    return told


def _list(links: Sequence[Link]) -> ResponseReturnValue:
    mine = receipts.of(portal(), account_id=account_id())
    if not payments_offered() and not mine:
        abort(404)
    waiting = waiting_for(links)
    others = [each for each in waiting if not is_mine(each)]
    return render_template(
        "payments/payments.html",
        page=paged([_seen(each) for each in mine], Question(request.args).number("strona")),
        others=others,
        counts=in_balance(others),
        customer_nos=[each.customer_no for each in links],
        choosing_url=choosing_url(),
        several=len(current_links()) > 1,
        offered=payments_offered(),
        **frame(),
    )


def _counts_since(payment: Payment) -> date | None:
    """From which day a booked one is in the balance; a ledger is what tells when, and only where it said so."""
    by_itself = not paid_twice.without(payment.error)
    seen = payment.state is PaymentState.BOOKED and by_itself and portal().erp.supports(Capability.LEDGER)
    return local_day(payment.settled_at) if seen and payment.settled_at else None


def _asked(payment: Payment) -> Payment:
    return _seen(asking.ask(portal(), payment))


def _seen(payment: Payment) -> Payment:
    """Without the parts of customers whom the account does not see any more."""
    return payment.only_of({each.customer_no for each in current_links()})


def _as_usual() -> None:
    """An account with one customer keeps that customer's menu."""
    links = current_links()
    g.several = len(links) > 1
    if len(links) == 1:
        g.link = links[0]
