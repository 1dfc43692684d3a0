"""Payments of the account: the list, one of them, and what a reader sees who comes back from the operator."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
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
from gateway.payments import asking, booking, operators, paid_twice, receipts
from gateway.payments.booking import InBalance
from gateway.payments.records import Payment
from gateway.payments.states import FINAL, PaymentState
from gateway.portal import portal
from gateway.sessions import signed_in
from schemas import PendingEntry

_LATEST, _LOOKED_THROUGH = 3, 20
"""So many that are on their way are asked about at once, of so many: who comes back looks for one of them."""


def frame() -> dict[str, Any]:
    """What the pieces of payments need on a page."""
    return {
        "now": portal().clock.now(),
        "operator_title": title_of,
        "is_mine": is_mine,
        "other_operators": _others,
        "paid_twice": paid_twice.is_told,
        "by_transfer_offered": bool(portal().settings.payments.recipient),
    }


def title_of(operator: str) -> str:
    """The operator's name as customers know it, also of one that is not configured any more."""
    return operators.title(portal(), operator)


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
    found = receipts.of(portal(), account_id=account_id(), limit=_LOOKED_THROUGH)
    over = sorted((each for each in found if each.state in FINAL), key=_changed)[-1:]
    asked = [_asked(each) for each in [*[each for each in found if each.state not in FINAL][:_LATEST], *over]]
    latest = sorted(asked, key=_changed, reverse=True)
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
            day = _all_in_balance(each)
        except AdapterError as error:
            incidents.record(error, failed=False)
            continue
        if day is not None:
            told[each.public_id] = day
    return told


def _all_in_balance(payment: Payment) -> InBalance | None:
    """Certain only once it is booked for each of its customers."""
    days: list[InBalance] = []
    for customer_no in dict.fromkeys(part.customer_no for part in payment.parts):
        day = booking.in_balance_from(portal(), payment, customer_no)
        if day is None or not day.certain:
            return day
        days.append(day)
    entries = tuple(entry for day in days for entry in day.entries)
    return InBalance(max(day.on for day in days), certain=True, entries=entries)


def in_pending(
    waiting: Sequence[Payment], counts: Mapping[str, InBalance], pending: Collection[PendingEntry]
) -> dict[PendingEntry, Payment]:
    """Which of what is not yet in the balance are payments made here, all of which is there."""
    booked = [(each, counts[each.public_id].entries) for each in waiting if each.public_id in counts]
    return {entry: each for each, entries in booked if set(entries) <= set(pending) for entry in entries}


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
        counts=in_balance(waiting),
        customer_nos=[each.customer_no for each in links],
        choosing_url=choosing_url(),
        several=len(current_links()) > 1,
        offered=payments_offered(),
        **frame(),
    )


def _changed(payment: Payment) -> datetime:
    """When something last became of it."""
    return max(filter(None, (payment.created_at, payment.paid_at, payment.settled_at)))


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
