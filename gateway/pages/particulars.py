"""The customer's own particulars as the ERP has them, what was asked to change, and asking for a change."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from gateway.accounts import Link
from gateway.erp import erp, side_by_side
from gateway.outbox import kept, receipts
from gateway.pages.blueprint import bp
from gateway.pages.receipt import Paper, accepted_kinds, receipt_page, with_files
from gateway.pages.whose import for_customer
from gateway.portal import portal
from gateway.sessions import signed_in
from gateway.submitting import particulars as reader
from gateway.submitting.journey import ENDED, Journey
from gateway.submitting.uploads import takes_files
from schemas import SubmissionKind

_CHANGE = SubmissionKind.DATA_CHANGE


@bp.route("/o/<cid>/dane", methods=["GET", "POST"])
@for_customer
@takes_files
def particulars(link: Link) -> ResponseReturnValue:
    paper, changes = Paper(), bool(accepted_kinds(_CHANGE))
    if paper.sent:
        if not changes:
            abort(404)
        files = paper.files(taken=with_files(_CHANGE))
        chosen = bool(files or paper.files_again)
        content = paper.read(lambda: reader.read(request.form, has_document=chosen))
        taken = None if paper.mistakes or content is None else paper.accepted(_CHANGE, content, link=link, files=files)
        if taken is not None:
            return receipt_page(*taken, link)
    known = side_by_side(customer=lambda: erp().customer(link.customer_no))["customer"]
    asked = _asked(link)
    page = render_template(
        "cases/particulars.html",
        paper=paper,
        customer=known.value,
        error=known.error,
        changes=changes,
        files=with_files(_CHANGE),
        asked=asked,
        contents=_contents(asked),
        consents=bool(accepted_kinds(SubmissionKind.CONSENT)),
        bounds=portal().settings.files,
    )
    return paper.answer(page)


def _asked(link: Link) -> list[Journey]:
    """Changes that are on their way."""
    sent = receipts.of(portal(), account_id=signed_in().account_id or 0, customer_no=link.customer_no)
    ways = [Journey(each, None) for each in sent if each.kind is _CHANGE]
    return [each for each in ways if each.stage not in ENDED]


def _contents(asked: list[Journey]) -> dict[str, list[tuple[str, str]]]:
    """What stands in those that the ERP does not have yet; afterwards nothing of it is kept here."""
    numbers = [each.receipt.public_id for each in asked if each.receipt is not None]
    return kept.said(portal(), numbers, account_id=signed_in().account_id or 0, language=str(get_locale()))
