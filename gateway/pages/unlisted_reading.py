"""Handing in a reading while the list of meters cannot be had: by the serial number as it stands on the device."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from adapters.errors import AdapterError
from gateway.accounts import Link
from gateway.erp import erp, side_by_side, today
from gateway.pages.blueprint import bp
from gateway.pages.question import Question
from gateway.pages.receipt import Paper, receipt_page, with_files
from gateway.pages.whose import for_customer
from gateway.portal import portal
from gateway.readings import Entry, Mistake, Typed, read, words
from gateway.readings.by_serial import any_meter, by_serial, fitting, key_of
from gateway.readings.known import takes_readings
from gateway.submitting import Typed as Lines
from gateway.submitting import Wrong
from gateway.submitting.uploads import takes_files
from schemas import MeterToRead, SubmissionKind

_LONGEST_SERIAL = 60
_NO_SERIAL = _l("Przepisz numer fabryczny z wodomierza.")


@bp.route("/o/<cid>/odczyt", methods=["GET", "POST"])
@for_customer
@takes_files
def unlisted_reading(link: Link) -> ResponseReturnValue:
    if not takes_readings():
        abort(404)
    paper, question = Paper(), Question(request.form)
    if not paper.sent:  # the page of meters has the form, for as long as it has no list
        return redirect(url_for("pages.meters", cid=link.public_id), 303)
    files = paper.files(taken=with_files(SubmissionKind.READING))
    typed = _typed(paper, question)
    entry = read(any_meter(link.customer_no, typed.serial_no or ""), typed, today=today())
    _say(paper, entry, None)
    taken, back = None, False
    if entry.content is not None and not paper.mistakes:
        content = by_serial(entry.content)
        taken = paper.repeated(paper.draft(SubmissionKind.READING, content, link=link, files=files))
        if taken is None:
            meters = side_by_side(meters=partial(erp().meters, link.customer_no))["meters"]
            back = meters.error is None
            entry = _judged(paper, entry, typed, meters.value or ()) if back else entry
        if taken is None and not paper.mistakes:
            taken = paper.accepted(SubmissionKind.READING, content, link=link, files=files)
    if taken is not None:
        return receipt_page(*taken, link)
    return paper.answer(_page(link, paper, question, entry, back=back))


def unlisted_page(link: Link, error: AdapterError) -> str:
    """The empty form in the place of the meters, and why they are not there."""
    return _page(link, Paper(), Question({}), None, error=error)


def _typed(paper: Paper, question: Question) -> Typed:
    lines = Lines(request.form)
    serial_no = lines.line("serial_no", needed=_NO_SERIAL, most=_LONGEST_SERIAL) or ""
    if not key_of(serial_no):
        lines.wrong("serial_no", _NO_SERIAL)
    paper.mistakes |= Wrong(*lines.problems).by_field
    day = question.day("read_on")
    question.mistakes.clear()  # the rules say it in their words
    return Typed(
        value=paper.typed("value"),
        read_on=day,
        day_given=bool(question.typed("read_on")),
        insisted_on=paper.typed("insisted_on"),
        serial_no=serial_no,
    )


def _judged(paper: Paper, entry: Entry, typed: Typed, meters: Sequence[MeterToRead]) -> Entry:
    """The ERP is back: what it knows of the meter is said now, and not only to a clerk later."""
    found = fitting(meters, typed.serial_no or "")
    if not found:
        paper.mistakes["serial_no"] = gettext(
            "System rozliczeniowy już odpowiada i nie ma tu wodomierza o takim numerze. Sprawdź numer na wodomierzu."
        )
    if len(found) != 1:
        return entry
    meter = found[0]
    entry = read(meter, replace(typed, serial_no=meter.serial_no), today=today())
    _say(paper, entry, meter)
    return entry


def _say(paper: Paper, entry: Entry, meter: MeterToRead | None) -> None:
    """What is wrong, or unlikely where the ``meter`` is known."""
    told = {}
    for each in reversed(entry.judged.mistakes):
        if meter is None and each is Mistake.TOO_MANY_DIGITS:
            told[each.field] = gettext("Tylu cyfr nie ma żaden wodomierz. Wpisz tylko te przed przecinkiem.")
        else:
            told[each.field] = words.wrong(each, meter or any_meter("-", "-"), entry.previous)
    if entry.asks and meter is not None:
        told["insisted_on"] = words.doubt(entry.judged, meter, entry.previous)
    paper.mistakes |= told


def _page(
    link: Link,
    paper: Paper,
    question: Question,
    entry: Entry | None,
    *,
    error: AdapterError | None = None,
    back: bool = False,
) -> str:
    question.mistakes.update(paper.mistakes)
    return render_template(
        "meters/unlisted.html",
        link=link,
        paper=paper,
        question=question,
        entry=entry,
        error=error,
        back=back,
        today=today(),
        files=with_files(SubmissionKind.READING),
        bounds=portal().settings.files,
    )
