"""The calls of the API: each is whose → ask → answer."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from flask import Response, abort, jsonify
from flask_smorest import Blueprint
from marshmallow import RAISE

from gateway import requester
from gateway.accounts import Link
from gateway.api import schemas
from gateway.api.bearer import find_holder, require_token, token_holder
from gateway.api.entering import challenge, new_token
from gateway.api.paging import Key, cut
from gateway.customers import current_links, link_or_404
from gateway.download import as_download, file_stem
from gateway.erp import a_few_at_a_time, erp, today
from gateway.handles import handle_for, open_handle
from gateway.portal import portal
from gateway.problem_kinds import KINDS
from gateway.problems import PROBLEM_JSON, problem_response
from gateway.selfservice.entry import enter
from schemas import Invoice, StatementLine
from schemas.dump import dumper

_PROBLEM = {"schema": schemas.Problem, "content_type": PROBLEM_JSON}
_SECURED: dict[str, Any] = {"security": [{"token": []}]}

tokens = Blueprint("tokens", __name__, url_prefix="/api/v1", description="Logging in")
customers = Blueprint("customers", __name__, url_prefix="/api/v1/customers", description="What a customer may see")
customers.before_request(require_token)


@tokens.route("/tokens", methods=["POST"])
@tokens.arguments(schemas.Credentials)
@tokens.response(201, schemas.Token)
@tokens.alt_response(401, description="Wrong login or password", **_PROBLEM)
@tokens.alt_response(
    403, schema=schemas.SecondFactorProblem, content_type=PROBLEM_JSON, description="A second factor is needed"
)
def create_token(given: dict[str, str]) -> Any:
    """A token for a login and password, to be sent as Authorization: Bearer TOKEN.

    On a new device the answer may be the problem second-factor-needed with a challenge, which
    POST /api/v1/tokens/second-factor turns into a token.
    """
    entry = enter(portal(), given["login"], given["password"], network=requester.network())
    if entry is None:
        return problem_response(KINDS["invalid-credentials"])
    if entry.method:
        return challenge(entry)
    return new_token(entry.person.id, password_hash=entry.password_hash)


@tokens.route("/tokens", methods=["DELETE"])
@tokens.response(204)
@tokens.alt_response(401, description="No valid token", **_PROBLEM)
@tokens.doc(**_SECURED)
def end_token() -> None:
    """End the token that this call is made with."""
    find_holder()
    portal().token_sessions.end(token_holder().key)


@customers.route("")
@customers.response(200, schemas.CustomerItem(many=True))
@customers.doc(**_SECURED)
def list_customers() -> Any:
    """The customers whom this account may see."""
    links = current_links()
    names = a_few_at_a_time({link.public_id: partial(erp().customer, link.customer_no) for link in links})
    return jsonify(
        [
            {
                "id": link.public_id,
                "customer_no": link.customer_no,
                "name": getattr(names[link.public_id].value, "name", None),
            }
            for link in links
        ]
    )


@customers.route("/<cid>/contracts")
@customers.response(200, schemas.ContractItem(many=True))
@customers.doc(**_SECURED)
def list_contracts(cid: str) -> Any:
    """All contracts, the newest first, with supply points, meters and last readings."""
    contracts = erp().contracts(link_or_404(cid).customer_no)
    dump = dumper(schemas.ContractItem)
    return jsonify([dump(each) for each in contracts])


@customers.route("/<cid>/invoices")
@customers.arguments(schemas.InvoiceQuery, location="query", unknown=RAISE)
@customers.response(200, schemas.InvoicePage)
@customers.doc(**_SECURED)
def list_invoices(query: dict[str, Any], cid: str) -> Any:
    """Invoices, corrections and interest notes, the newest first."""
    link = link_or_404(cid)
    found = list(_matching(erp().invoices(link.customer_no), query))
    page, following = cut(
        found, _invoice_key, link=link, kind="invoices", cursor=query.get("cursor"), limit=query["limit"]
    )
    day = today()
    return jsonify({"items": [_invoice_json(link, each, day) for each in page], "next_cursor": following})


@customers.route("/<cid>/invoices/<iid>")
@customers.response(200, schemas.InvoiceItem)
@customers.doc(**_SECURED)
def get_invoice(cid: str, iid: str) -> Any:
    """One invoice."""
    link = link_or_404(cid)
    return jsonify(_invoice_json(link, erp().invoice(link.customer_no, open_handle(link, "invoice", iid)), today()))


@customers.route("/<cid>/invoices/<iid>/document")
@customers.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@customers.doc(**_SECURED)
def get_document(cid: str, iid: str) -> Response:
    """The document as the ERP issued it, byte for byte."""
    link = link_or_404(cid)
    invoice = erp().invoice(link.customer_no, open_handle(link, "invoice", iid))
    if not invoice.has_document:
        abort(404)
    return as_download(erp().document(invoice), file_stem(invoice))


@customers.route("/<cid>/balance")
@customers.response(200, schemas.BalanceItem)
@customers.doc(**_SECURED)
def get_balance(cid: str) -> Any:
    """The balance by the next-day rule, and what is booked and does not count yet."""
    return jsonify(dumper(schemas.BalanceItem)(erp().balance(link_or_404(cid).customer_no)))


@customers.route("/<cid>/ledger")
@customers.arguments(schemas.PageQuery, location="query", unknown=RAISE)
@customers.response(200, schemas.LedgerPage)
@customers.doc(**_SECURED)
def list_ledger(query: dict[str, Any], cid: str) -> Any:
    """The entries that count in the balance, the newest first, each with the balance after it."""
    link = link_or_404(cid)
    lines = [
        line
        for line in erp().statement(link.customer_no, since=query.get("since"))
        if "until" not in query or line.entry.posted_on <= query["until"]
    ]
    page, following = cut(lines, _line_key, link=link, kind="ledger", cursor=query.get("cursor"), limit=query["limit"])
    dump = dumper(schemas.LedgerItem)
    items = [dump(schemas.LedgerLine.of(line.entry, line.balance)) for line in page]
    return jsonify({"items": items, "next_cursor": following})


def _matching(invoices: Sequence[Invoice], query: dict[str, Any]) -> Iterator[Invoice]:
    day, status = today(), query.get("status")
    for invoice in invoices:
        if "since" in query and invoice.issued_on < query["since"]:
            continue
        if "until" in query and invoice.issued_on > query["until"]:
            continue
        if status is None or invoice.status(day) == status or (status == "unpaid" and invoice.outstanding > 0):
            yield invoice


def _invoice_json(link: Link, invoice: Invoice, day: date) -> dict[str, Any]:
    return dumper(schemas.InvoiceItem)(
        invoice, id=handle_for(link, "invoice", invoice.invoice_ref), status=invoice.status(day).value
    )


def _invoice_key(invoice: Invoice) -> Key:
    return invoice.issued_on.isoformat(), invoice.invoice_no, invoice.invoice_ref


def _line_key(line: StatementLine) -> Key:
    posted_on, length, entry_no = line.entry.order
    return posted_on.isoformat(), length, entry_no
