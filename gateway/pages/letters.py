"""Writing to the utility: a complaint, a remark, a petition or a grievance, with files, from one form."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from gateway.accounts import Link
from gateway.erp import erp, side_by_side
from gateway.handles import handle_for
from gateway.pages.blueprint import bp
from gateway.pages.receipt import Paper, accepted_kinds, receipt_page, with_files
from gateway.pages.whose import for_customer
from gateway.portal import portal
from gateway.submitting import Problem, Wrong, letters
from gateway.submitting.uploads import takes_files
from schemas import LETTERS, Invoice, LetterContent, SubmissionKind

ABOUT = "about"
"""The kind of handles that hide an invoice's number."""
_LISTED = 24


@bp.route("/o/<cid>/sprawy/nowa", methods=["GET", "POST"])
@for_customer
@takes_files
def letter(link: Link) -> ResponseReturnValue:
    kinds, paper = accepted_kinds(*LETTERS), Paper()
    if not kinds:
        abort(404)
    if paper.sent:
        read = paper.read(lambda: _read(link, kinds))
        kind = SubmissionKind(request.form["kind"]) if request.form.get("kind") in kinds else kinds[0]
        files = paper.files(taken=erp().accepts[kind].files)
        taken = paper.accepted(*read, link=link, files=files) if read and not paper.mistakes else None
        if taken is not None:
            return receipt_page(*taken, link)
    invoices = side_by_side(invoices=lambda: erp().invoices(link.customer_no))["invoices"]
    chosen = paper.typed("invoice", request.args.get("faktura", ""))
    page = render_template(
        "cases/letter.html",
        paper=paper,
        kinds=kinds,
        files=with_files(*kinds),
        invoices=[(handle_for(link, ABOUT, each.invoice_no), each) for each in _newest(invoices.value)],
        chosen=chosen,
        chosen_no=portal().sealer.open(chosen, link.public_id, ABOUT) or "",
        away=invoices.error is not None,
        bounds=portal().settings.files,
        days=portal().settings.outbox.reply_days,
    )
    return paper.answer(page)


def letter_url(link: Link, invoice: Invoice) -> str:
    """Where to complain about an invoice; empty where the ERP takes no complaints."""
    if SubmissionKind.COMPLAINT not in erp().accepts:
        return ""
    return url_for("pages.letter", cid=link.public_id, faktura=handle_for(link, ABOUT, invoice.invoice_no))


def _read(link: Link, kinds: list[SubmissionKind]) -> tuple[SubmissionKind, LetterContent]:
    """The letter with the number of the invoice that was chosen, or of what was typed instead."""
    typed: dict[str, Any] = {name: request.form.get(name, "") for name in letters.FIELDS}
    chosen, problem = request.form.get("invoice", ""), None
    number = portal().sealer.open(chosen, link.public_id, ABOUT) if chosen else ""
    if number is None or (number and typed["about"].strip() not in ("", number)):
        problem = Problem("invoice", gettext("Wybierz fakturę z listy albo wpisz numer, nie jedno i drugie."))
    elif number:
        typed["about"] = number
    try:
        read = letters.read(typed, kinds=kinds)
    except Wrong as wrong:
        raise Wrong(*wrong.problems, *([problem] if problem else [])) from None
    if problem:
        raise Wrong(problem)
    return read


def _newest(invoices: list[Invoice] | None) -> list[Invoice]:
    return sorted(invoices or [], key=lambda each: each.issued_on, reverse=True)[:_LISTED]
