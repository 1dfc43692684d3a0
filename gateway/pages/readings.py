"""Giving the reading of one meter: the form says what to read, and takes what is unlikely when it is insisted on."""

from dataclasses import dataclass

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from gateway.accounts import Link
from gateway.erp import erp, today
from gateway.files import AcceptedFile
from gateway.handles import open_handle
from gateway.outbox import Draft, Receipt
from gateway.pages.blueprint import bp
from gateway.pages.meters import meter_url
from gateway.pages.question import Question
from gateway.pages.receipt import Paper, receipt_page
from gateway.pages.unlisted_reading import unlisted_page
from gateway.pages.whose import for_customer
from gateway.portal import portal
from gateway.readings import Entry, Typed, before, read, window, words
from gateway.readings.known import METER, Correction, Known, correction, known_or_away, seal_seen, takes_readings
from gateway.sessions import signed_in
from gateway.submitting.uploads import takes_files
from schemas import SubmissionKind


@dataclass(frozen=True, slots=True)
class _Form:
    """What came with the form, besides what was typed."""

    paper: Paper
    question: Question
    found: Known
    former: Correction | None

    @property
    def superseded(self) -> str | None:
        return None if self.former is None else self.former.public_id


@bp.route("/o/<cid>/wodomierze/<mid>/odczyt", methods=["GET", "POST"])
@for_customer
@takes_files
def reading(link: Link, mid: str) -> ResponseReturnValue:
    if not takes_readings():
        abort(404)
    meter_no, paper = open_handle(link, METER, mid), Paper()
    former = correction(link, meter_no, request.values.get("poprawia", ""), account_id=signed_in().account_id or 0)
    reference = former.reference if former else None
    found = known_or_away(link, meter_no, seen=request.form.get("seen", ""), without=reference)
    if not isinstance(found, Known):
        if paper.sent or former is not None:
            raise found
        return unlisted_page(link, found)
    form = _Form(paper, Question(request.form), found, former)
    entry = None
    if paper.sent:
        files = paper.files(taken=erp().accepts[SubmissionKind.READING].files)
        typed = _typed(form)
        taken = _repeated(link, form, typed, files)
        if taken is None:
            entry = read(found.meter, typed, today=today(), history=found.history)
            _say(form, entry)
            taken = _accepted(link, form, entry, files)
        if taken is not None:
            return receipt_page(*taken, link)
    return paper.answer(_page(link, form, entry))


def _repeated(link: Link, form: _Form, typed: Typed, files: tuple[AcceptedFile, ...]) -> tuple[Draft, Receipt] | None:
    """A form that came again is not judged again: what it was judged by has changed through it."""
    content = read(form.found.meter, typed, today=today(), again=True).content
    if content is None:
        return None
    return form.paper.repeated(
        form.paper.draft(SubmissionKind.READING, content, link=link, files=files, supersedes=form.superseded)
    )


def _accepted(link: Link, form: _Form, entry: Entry, files: tuple[AcceptedFile, ...]) -> tuple[Draft, Receipt] | None:
    if entry.content is None or form.paper.mistakes:
        return None
    return form.paper.accepted(
        SubmissionKind.READING, entry.content, link=link, files=files, supersedes=form.superseded
    )


def _typed(form: _Form) -> Typed:
    day = form.question.day("read_on")
    form.question.mistakes.clear()  # the rules say it in their words
    return Typed(
        value=form.paper.typed("value"),
        read_on=day,
        day_given=bool(form.question.typed("read_on")),
        insisted_on=form.paper.typed("insisted_on"),
        serial_no=form.paper.typed("serial_no") or None,
        supersedes=None if form.former is None else form.former.reference,
    )


def _say(form: _Form, entry: Entry) -> None:
    meter = form.found.meter
    for each in reversed(entry.judged.mistakes):
        form.paper.mistakes[each.field] = words.wrong(each, meter, entry.previous)
    if entry.asks:
        form.paper.mistakes["insisted_on"] = words.doubt(entry.judged, meter, entry.previous)


def _page(link: Link, form: _Form, entry: Entry | None) -> str:
    meter, settings = form.found.meter, portal().settings
    for name, sentence in form.paper.mistakes.items():
        form.question.mistakes[name] = sentence
    return render_template(
        "meters/reading.html",
        paper=form.paper,
        question=form.question,
        meter=meter,
        known=form.found,
        former=form.former,
        correcting=request.values.get("poprawia", "") if form.former else "",
        previous=before(meter, form.found.history, without=form.former.reference if form.former else None),
        entry=entry,
        seen=seal_seen(link, meter),
        window=window(meter, today()),
        words=words,
        today=today(),
        meter_url=meter_url,
        files=settings.files.most > 0 and erp().accepts[SubmissionKind.READING].files,
        bounds=settings.files,
    )
