"""Invoices: the list that can be narrowed down, one of them, and its document."""

from datetime import date

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from adapters.capabilities import Capability
from gateway.accounts import Link
from gateway.download import as_download, file_stem
from gateway.erp import erp, side_by_side, today
from gateway.handles import open_handle
from gateway.pages.blueprint import bp
from gateway.pages.letters import letter_url
from gateway.pages.menu import payments_offered
from gateway.pages.paging import paged
from gateway.pages.payment_form import address_of
from gateway.pages.payments import account_id, frame, waiting_for
from gateway.pages.question import Question
from gateway.pages.whose import for_customer
from gateway.pages.words import INVOICE_FILTERS
from gateway.payments.transfer import transfer_for
from gateway.portal import portal
from schemas import Invoice


@bp.get("/o/<cid>/faktury")
@for_customer
def invoices(link: Link) -> ResponseReturnValue:
    question = Question(request.args)
    status = question.one_of("status", INVOICE_FILTERS)
    since, until = question.period("od", "do")
    page, day = None, today()
    if not question.mistakes:
        everything = erp().invoices(link.customer_no)
        chosen = [each for each in everything if _is(each, status, day) and _within(each.issued_on, since, until)]
        page = paged(chosen, question.number("strona"))
    narrowed = bool(status or since or until)
    return render_template(
        "invoices.html",
        question=question,
        page=page,
        narrowed=narrowed,
        filters=INVOICE_FILTERS,
        documents=erp().supports(Capability.DOCUMENT),
        today=day,
        waiting=waiting_for([link]),
        offers_payment=payments_offered(),
        **frame(),
    ), 400 if question.mistakes else 200


@bp.get("/o/<cid>/faktury/<iid>")
@for_customer
def invoice(link: Link, iid: str) -> ResponseReturnValue:
    found = erp().invoice(link.customer_no, open_handle(link, "invoice", iid))
    waiting = waiting_for([link])  # first, as it may find one of them booked
    return render_template(
        "invoice.html",
        invoice=found,
        corrected=_corrected(found),
        has_document=found.has_document and erp().supports(Capability.DOCUMENT),
        complaint=letter_url(link, found),
        transfer=transfer_for(portal(), found, account_id=account_id()),
        today=today(),
        waiting=waiting,
        pay_url=_pay_url(link, found),
        **frame(),
    )


@bp.get("/o/<cid>/faktury/<iid>/dokument")
@for_customer
def document(link: Link, iid: str) -> ResponseReturnValue:
    found = erp().invoice(link.customer_no, open_handle(link, "invoice", iid))
    if not (found.has_document and erp().supports(Capability.DOCUMENT)):
        abort(404)
    return as_download(erp().document(found), file_stem(found))


def _pay_url(link: Link, invoice: Invoice) -> str:
    """Where to choose it for paying, with its box ticked; empty where there is no need or no way."""
    if invoice.outstanding <= 0 or not portal().operators:
        return ""
    return url_for("pages.new_payment", cid=link.public_id, faktura=address_of(link, invoice.invoice_ref))


def _is(invoice: Invoice, status: str, day: date) -> bool:
    if status == "unpaid":
        return invoice.outstanding > 0
    return not status or invoice.status(day) == status


def _within(day: date, since: date | None, until: date | None) -> bool:
    return (since is None or day >= since) and (until is None or day <= until)


def _corrected(correction: Invoice) -> Invoice | None:
    """The invoice that a correction corrects; its page is only a link away, so its failing fails nothing."""
    if correction.corrects_no is None:
        return None
    billing, number = erp(), correction.customer_no
    others = side_by_side(all=lambda: billing.invoices(number))["all"].value or []
    return next((each for each in others if each.invoice_no == correction.corrects_no), None)
