"""Reporting that something is broken, for customers and passers-by alike: nobody has to log in for it."""

from flask import abort, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import current_user

from gateway.accounts import Link
from gateway.customers import current_links, link_or_404
from gateway.erp import erp, side_by_side
from gateway.notices import near
from gateway.pages.blueprint import bp
from gateway.pages.receipt import Paper, accepted_kinds, receipt_page, with_files
from gateway.portal import portal
from gateway.requester import network
from gateway.submitting import flood, outages
from gateway.submitting.uploads import takes_files
from schemas import Customer, SubmissionKind


@bp.route("/awaria", methods=["GET", "POST"])
@takes_files
def outage() -> ResponseReturnValue:
    if not accepted_kinds(SubmissionKind.OUTAGE):
        abort(404)
    link, links = _whose()
    paper, wait, now = Paper(), 0, portal().clock.now()
    if paper.sent:
        content = paper.read(lambda: outages.read(request.form))
        wait = 0 if content is None else flood.seconds_to_wait(portal(), network())
        files = () if wait else paper.files(taken=with_files(SubmissionKind.OUTAGE))
        if content is not None and not paper.mistakes and not wait:
            taken = paper.accepted(SubmissionKind.OUTAGE, content, link=link, files=files)
            if taken is not None:
                if taken[1].is_new:
                    flood.count(portal(), network())
                return receipt_page(*taken, link)
    if wait:
        paper.status, paper.retry_after = 429, wait
    page = render_template(
        "cases/outage.html",
        paper=paper,
        wait=wait,
        customer=_known(link),
        chosen=link,
        links=links,
        files=with_files(SubmissionKind.OUTAGE),
        bounds=portal().settings.files,
        notices=near(portal().notices.rows(), now=now, language=str(get_locale())),
        now=now,
    )
    return paper.answer(page)


def _whose() -> tuple[Link | None, list[Link]]:
    """The customer whom the report belongs to, if somebody is logged in, and all whom it could."""
    if not current_user.is_authenticated:
        return None, []
    links = current_links()
    wanted = request.values.get("o")
    link = links[0] if len(links) == 1 and wanted is None else link_or_404(wanted) if wanted else None
    if link is not None:
        g.link, g.several = link, len(links) > 1  # the frame shows that customer's menu
    return link, links


def _known(link: Link | None) -> Customer | None:
    """What the form is filled in with; without it the form works as well."""
    if link is None:
        return None
    found: Customer | None = side_by_side(customer=lambda: erp().customer(link.customer_no))["customer"].value
    return found
