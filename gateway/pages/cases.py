"""What the customer sent and what became of it: from our receipt through the ERP's case to its answer."""

import json
import re

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from adapters.capabilities import Capability
from gateway.accounts import Link
from gateway.download import as_download, case_stem
from gateway.erp import Part, erp, side_by_side, today
from gateway.handles import handle_for, open_handle
from gateway.outbox import kept, receipts, words
from gateway.outbox.deadlines import ANSWERED
from gateway.pages.blueprint import bp
from gateway.pages.paging import paged
from gateway.pages.question import Question
from gateway.pages.receipt import accepted_kinds
from gateway.pages.whose import for_customer
from gateway.portal import portal
from gateway.sessions import signed_in
from gateway.submitting.journey import Journey, as_promised, journeys
from schemas import LETTERS, SubmissionKind

_CASE, _DOCUMENT = "case", "case document"
_RECEIPT = re.compile(r"Z-[0-9]{6}-[0-9A-Z]{4}-[0-9A-Z]{4}", re.ASCII)
"""The number of a receipt, which a handle is always longer than."""


def are_shown() -> bool:
    """Whether there can be anything: the ERP tells of cases, or takes something."""
    return erp().supports(Capability.CASES) or bool(erp().accepts)


@bp.get("/o/<cid>/sprawy")
@for_customer
def cases(link: Link) -> ResponseReturnValue:
    if not are_shown():
        abort(404)
    found, part = _ways(link)
    return render_template(
        "cases/cases.html",
        page=paged(found, Question(request.args).number("strona")),
        error=part.error,
        today=today(),
        way_url=lambda way: handle_of(link, way),
        letters=bool(accepted_kinds(*LETTERS)),
        outages=bool(accepted_kinds(SubmissionKind.OUTAGE)),
    )


@bp.get("/o/<cid>/sprawy/<no>")
@for_customer
def case(link: Link, no: str) -> ResponseReturnValue:
    """One of them, by its receipt's number or the handle of a case that did not come through us."""
    way, part = _one(link, no)
    return render_template(
        "cases/case.html",
        way=way,
        error=part.error,
        no=no,
        answered=way.kind in ANSWERED,
        today=today(),
        documents=_documents(link, way),
        content=_content(way),
        refusal=words.refusal_of(way.receipt, str(get_locale())) if way.receipt else "",
    )


@bp.get("/o/<cid>/sprawy/<no>/pisma/<did>")
@for_customer
def case_document(link: Link, no: str, did: str) -> ResponseReturnValue:
    if not (erp().supports(Capability.CASES) and erp().supports(Capability.CASE_DOCUMENT)):
        abort(404)
    case_no, document_ref = json.loads(open_handle(link, _DOCUMENT, did))
    found = next((each for each in erp().cases(link.customer_no) if each.case_no == case_no), None)
    if found is None or document_ref not in [each.document_ref for each in found.documents]:
        return abort(404)
    return as_download(erp().case_document(found, document_ref), case_stem(found, document_ref))


def handle_of(link: Link, way: Journey) -> str:
    """What its address ends with: the receipt's number, which says nothing to strangers, or an opaque handle."""
    if way.receipt is not None:
        return way.receipt.public_id
    assert way.case is not None
    return handle_for(link, _CASE, way.case.case_no)


def _ways(link: Link) -> tuple[list[Journey], Part]:
    part = Part(value=[])
    if erp().supports(Capability.CASES):
        part = side_by_side(cases=lambda: erp().cases(link.customer_no))["cases"]
    sent = receipts.of(portal(), account_id=signed_in().account_id or 0, customer_no=link.customer_no)
    promises = receipts.promises(portal(), customer_no=link.customer_no)
    return journeys(sent, as_promised(part.value or [], promises)), part


def _one(link: Link, no: str) -> tuple[Journey, Part]:
    if not are_shown():
        abort(404)
    case_no = "" if _RECEIPT.fullmatch(no) else open_handle(link, _CASE, no)
    ways, part = _ways(link)
    for way in ways:
        if (way.receipt is not None and way.receipt.public_id == no) or (case_no and way.case_no == case_no):
            return way, part
    if case_no and part.error is not None:
        raise part.error
    return abort(404)


def _content(way: Journey) -> words.Said:
    """What was sent, for as long as it is kept here: until the ERP has it."""
    if way.receipt is None:
        return []
    number, account_id = way.receipt.public_id, signed_in().account_id or 0
    return kept.said(portal(), [number], account_id=account_id, language=str(get_locale())).get(number, [])


def _documents(link: Link, way: Journey) -> list[tuple[str, str]]:
    """The handle and the name of each document of the answer."""
    if way.case is None or not erp().supports(Capability.CASE_DOCUMENT):
        return []
    refs = [(json.dumps([way.case.case_no, each.document_ref]), each.name) for each in way.case.documents]
    return [(handle_for(link, _DOCUMENT, ref), name) for ref, name in refs]
