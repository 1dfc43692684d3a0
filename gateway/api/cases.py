"""The calls about cases: what became of what was sent, with the billing system's answers and their documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from flask import Response, abort, jsonify, url_for
from marshmallow import RAISE, Schema
from marshmallow import fields as marshmallow_fields

from gateway.accounts import Link
from gateway.api import schemas
from gateway.api.bearer import token_holder
from gateway.api.paging import Key, cut
from gateway.api.views import customers
from gateway.customers import link_or_404
from gateway.download import as_download, case_stem
from gateway.erp import erp
from gateway.handles import handle_for, open_handle
from gateway.outbox import receipts
from gateway.portal import portal
from gateway.submitting.journey import as_promised
from schemas import Case, CaseDocument, CaseStatus, SubmissionKind, fields
from schemas.dump import dumper

CASE = "case"
"""The kind of a case's handle."""
_SECURED: dict[str, Any] = {"security": [{"token": []}]}


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A document of a case, as the API tells it."""

    id: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case, as the API tells it; ``receipt`` is the number that the asking account was given for it."""

    id: str
    case_no: str
    kind: SubmissionKind
    status: CaseStatus
    opened_on: date
    reply_by: date | None
    answered_on: date | None
    answer: str | None
    receipt: str | None
    documents: tuple[ShownDocument, ...]


class CaseDocumentItem(fields.RecordSchema[ShownDocument]):
    record: ClassVar = ShownDocument

    id = fields.Text(required=True, metadata={"description": "Opaque; names this document in URLs."})
    name = fields.Text(required=True)
    url = fields.Text(required=True, metadata={"description": "The path of its bytes."})


class CaseItem(fields.RecordSchema[ShownCase]):
    record: ClassVar = ShownCase

    id = fields.Text(required=True, metadata={"description": "Opaque; names this case in URLs."})
    case_no = fields.Text(required=True)
    kind = fields.Word(SubmissionKind, required=True)
    status = fields.Word(CaseStatus, required=True)
    opened_on = fields.Day(required=True)
    reply_by = fields.Day(
        required=True,
        allow_none=True,
        metadata={"description": "The last day for an answer, as the receipt promised it."},
    )
    answered_on = fields.Day(required=True, allow_none=True)
    answer = fields.LongText(required=True, allow_none=True)
    receipt = fields.Text(
        required=True,
        allow_none=True,
        metadata={"description": "The number of this account's receipt, where it was sent through the portal by it."},
    )
    documents = fields.Rows(CaseDocumentItem, required=True)


class CasePage(Schema):
    items = marshmallow_fields.List(marshmallow_fields.Nested(CaseItem), required=True)
    next_cursor = marshmallow_fields.String(required=True, allow_none=True)


@customers.route("/<cid>/cases")
@customers.arguments(schemas.CursorQuery, location="query", unknown=RAISE)
@customers.response(200, CasePage)
@customers.doc(**_SECURED)
def list_cases(query: dict[str, Any], cid: str) -> Any:
    """All cases, the newest first, whether they came through the portal or not."""
    link = link_or_404(cid)
    found = _cases(link)
    page, following = cut(found, _case_key, link=link, kind="cases", cursor=query.get("cursor"), limit=query["limit"])
    given, dump = _receipts(link), dumper(CaseItem)
    return jsonify({"items": [dump(_shown(link, each, given)) for each in page], "next_cursor": following})


@customers.route("/<cid>/cases/<no>")
@customers.response(200, CaseItem)
@customers.doc(**_SECURED)
def get_case(cid: str, no: str) -> Any:
    """One case, with its answer."""
    link = link_or_404(cid)
    return jsonify(dumper(CaseItem)(_shown(link, _case(link, no), _receipts(link))))


@customers.route("/<cid>/cases/<no>/documents/<did>")
@customers.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@customers.doc(**_SECURED)
def get_case_document(cid: str, no: str, did: str) -> Response:
    """A document of a case, byte for byte as the billing system gives it."""
    link = link_or_404(cid)
    case = _case(link, no)
    document_ref = open_handle(link, _document_kind(case), did)
    document = erp().case_document(case, document_ref)
    return as_download(document, case_stem(case, document_ref))


def _cases(link: Link) -> list[Case]:
    return as_promised(erp().cases(link.customer_no), receipts.promises(portal(), customer_no=link.customer_no))


def _case(link: Link, handle: str) -> Case:
    case_no = open_handle(link, CASE, handle)
    for case in _cases(link):
        if case.case_no == case_no:
            return case
    return abort(404)


def _receipts(link: Link) -> dict[str, str]:
    """The asking account's receipts for this customer, by our reference, which the ERP tells with a case."""
    found = receipts.of(portal(), account_id=token_holder().account_id or 0, customer_no=link.customer_no)
    return {each.reference: each.public_id for each in found}


def _shown(link: Link, case: Case, given: Mapping[str, str]) -> ShownCase:
    handle = handle_for(link, CASE, case.case_no)
    return ShownCase(
        id=handle,
        case_no=case.case_no,
        kind=case.kind,
        status=case.status,
        opened_on=case.opened_on,
        reply_by=case.reply_by,
        answered_on=case.answered_on,
        answer=case.answer,
        receipt=given.get(case.reference or ""),
        documents=tuple(_shown_document(link, case, handle, each) for each in case.documents),
    )


def _shown_document(link: Link, case: Case, handle: str, document: CaseDocument) -> ShownDocument:
    did = handle_for(link, _document_kind(case), document.document_ref)
    path = url_for("customers.get_case_document", cid=link.public_id, no=handle, did=did)
    return ShownDocument(did, document.name, path)


def _document_kind(case: Case) -> str:
    """A document's handle opens it only beside its own case."""
    return f"document of case {case.case_no}"


def _case_key(case: Case) -> Key:
    return case.opened_on.isoformat(), case.case_no
