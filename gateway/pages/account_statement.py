"""The account statement: the dated balance, what is not yet in it, and the operations that it is made of."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from adapters.capabilities import Capability
from gateway.accounts import Link
from gateway.erp import Part, erp, side_by_side, today
from gateway.pages.blueprint import bp
from gateway.pages.paging import Page, paged
from gateway.pages.parts import none_came, status_of
from gateway.pages.payments import in_balance, in_pending, is_mine, waiting_for
from gateway.pages.question import Question
from gateway.pages.whose import for_customer
from gateway.payments.records import Payment
from schemas import PendingEntry, StatementLine


@bp.get("/o/<cid>/rozliczenia")
@for_customer
def statement(link: Link) -> ResponseReturnValue:
    question = Question(request.args)
    usual = date(today().year - 1, 1, 1)  # a long history costs the ERP much; an emptied field asks for all of it
    since, until = question.period("od", "do", default=usual)
    parts = {} if question.mistakes else _asked(link, since)
    written = render_template(
        "statement.html",
        question=question,
        page=_page(parts.get("lines"), until, question),
        usual=usual,
        since=since,
        until=until,
        today=today(),
        none_came=none_came(parts),
        paid_here=_paid_here(link, parts),
        is_mine=is_mine,
        **parts,
    )
    return (written, 400) if question.mistakes else (written, *status_of(parts))


def _asked(link: Link, since: date | None) -> dict[str, Part]:
    billing, number = erp(), link.customer_no
    calls: dict[str, Callable[[], Any]] = {"balance": partial(billing.balance, number)}
    if billing.supports(Capability.LEDGER):
        calls["lines"] = partial(billing.statement, number, since=since)
    return side_by_side(**calls)


def _paid_here(link: Link, parts: Mapping[str, Part]) -> dict[PendingEntry, Payment]:
    """Which of what is not yet in the balance the reader has paid here."""
    balance = parts["balance"].value if "balance" in parts else None
    if not (balance and balance.pending):
        return {}
    mine = [each for each in waiting_for([link]) if is_mine(each)]
    return in_pending(mine, in_balance(mine), balance.pending)


def _page(lines: Part | None, until: date | None, question: Question) -> Page[StatementLine] | None:
    if lines is None or lines.error is not None:
        return None
    wanted = [line for line in lines.value if until is None or line.entry.posted_on <= until]
    return paged(wanted, question.number("strona"))
