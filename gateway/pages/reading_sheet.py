"""One sheet for the readings of many meters, of all customers of the account: all rows are taken, or none and all kept.

Each row that was filled in is a submission and has a receipt of its own; its key comes from the sheet's, so that a
sheet that is sent again takes nothing twice.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from flask import abort, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_login import current_user, login_required

from gateway.accounts import Link
from gateway.customers import current_links
from gateway.erp import Part, a_few_at_a_time, erp, today
from gateway.outbox import Draft, KeyReused, NoRoom, Receipt
from gateway.outbox.receiving import accept, taken_before
from gateway.pages.blueprint import bp
from gateway.pages.meters import meter_url
from gateway.pages.paging import Page, paged
from gateway.pages.question import Question
from gateway.portal import portal
from gateway.readings import Entry, Typed, read, window, words
from gateway.readings.known import AWAY, open_seen, seal_seen, takes_readings
from gateway.selfservice.person import known as holder
from gateway.sessions import signed_in
from schemas import MeterToRead, ReadingContent, SubmissionKind

CUSTOMERS = 12
"""So many to a page of the sheet."""
_MOST_ROWS = 80  # what a form may bring back without files
_LONGEST = 40


@dataclass(slots=True)
class Row:
    """One meter on the sheet: what is known, what was typed, and what came of it."""

    link: Link
    meter: MeterToRead
    at: int
    value: str = ""
    insisted_on: str = ""
    entry: Entry | None = None
    mistake: str = ""
    receipt: Receipt | None = None
    serial_no: str | None = None
    """On the device that stood there when the sheet was opened."""

    @property
    def seen(self) -> str:
        return f"{self.link.public_id}.{seal_seen(self.link, self.meter)}"


@bp.route("/wodomierze/odczyt", methods=["GET", "POST"])
@login_required
def reading_sheet() -> ResponseReturnValue:
    links = current_links()
    if not takes_readings() or not links:
        abort(404)
    if len(links) == 1:
        g.link = links[0]
    question = Question(request.values)
    page = paged(links, question.number("strona"), size=CUSTOMERS)
    meters = a_few_at_a_time({each.public_id: partial(erp().meters, each.customer_no) for each in page.rows})
    if request.method == "GET":
        return _sheet(page, question, meters, _offered(page.rows, meters))
    rows = _posted(page.rows, meters)
    key = request.form.get("key", "")[:60] or secrets.token_urlsafe(16)
    filled = [each for each in rows if each.value]
    _judge(filled, key, question)
    if not filled:
        question.mistakes["rows"] = gettext("Wpisz wskazanie choć jednego wodomierza.")
    if question.mistakes or any(each.mistake for each in filled):
        return _sheet(page, question, meters, rows, key=key, status=422)
    try:
        for each in filled:
            if each.receipt is None and each.entry is not None and each.entry.content is not None:
                each.receipt = accept(portal(), _draft(each, each.entry.content, key))
    except NoRoom as full:
        question.mistakes["rows"] = _no_room(filled, full)
        return _sheet(page, question, meters, rows, key=key, status=503, retry_after=int(full.retry_after))
    email = holder(portal(), signed_in().account_id or 0).email
    return render_template("meters/sheet_receipts.html", rows=filled, read_on=question.day("read_on"), email=email)


def _offered(links: Sequence[Link], meters: dict[str, Part]) -> list[Row]:
    """A row for each meter that the ERP tells of."""
    found = [(link, meter) for link in links for meter in meters[link.public_id].value or ()]
    return [Row(link, meter, at) for at, (link, meter) in enumerate(found[:_MOST_ROWS])]


def _posted(links: Sequence[Link], meters: dict[str, Part]) -> list[Row]:
    """The rows as they were on the sheet that came back, with what the ERP says of their meters now, if it does."""
    mine = {each.public_id: each for each in links}
    rows = []
    for at in range(_MOST_ROWS):
        public_id, _, seen = request.form.get(f"meter-{at}", "").partition(".")
        if not public_id:
            continue
        link = mine.get(public_id) or abort(404)
        meter = open_seen(link, seen) or abort(404)
        now = {each.meter_no: each for each in meters[public_id].value or ()}
        value = request.form.get(f"value-{at}", "").strip()[:_LONGEST]
        insisted_on = request.form.get(f"insisted-{at}", "")[:_LONGEST]
        row = Row(link, now.get(meter.meter_no, meter), at, value, insisted_on, serial_no=meter.serial_no)
        if meters[public_id].error is None and meter.meter_no not in now:
            row.mistake = gettext("Tego wodomierza już tu nie ma.")
        rows.append(row)
    return rows


def _judge(rows: list[Row], key: str, question: Question) -> None:
    """Judge each row that was filled in; one that was taken before keeps its receipt and is not judged again."""
    day = question.day("read_on")
    given_day = bool(question.typed("read_on"))
    if day is None and not given_day:
        question.mistakes["read_on"] = gettext("Podaj dzień, w którym odczytano wodomierze.")
    if day is not None and day > today():
        question.mistakes["read_on"] = gettext("Ten dzień jeszcze nie nadszedł.")
    if "read_on" in question.mistakes:
        day = today()  # so that what is wrong with the rows is said as well
    for row in rows:
        typed = Typed(row.value, day, insisted_on=row.insisted_on, serial_no=row.serial_no)
        twice = read(row.meter, typed, today=today(), again=True).content
        try:
            if twice is not None and "read_on" not in question.mistakes:
                row.receipt = taken_before(portal(), _draft(row, twice, key))
        except KeyReused:
            row.mistake = gettext("Z tego arkusza przyjęliśmy już inny odczyt tego wodomierza. Wyczyść to pole.")
        except NoRoom:
            pass  # said when it is to be accepted
        if row.receipt is None and not row.mistake:
            row.entry = read(row.meter, typed, today=today())
            row.mistake = _sentence(row, row.entry)


def _sentence(row: Row, entry: Entry) -> str:
    if entry.asks:
        return words.doubt(entry.judged, row.meter, entry.previous)
    return " ".join(words.wrong(each, row.meter, entry.previous) for each in entry.judged.mistakes)


def _draft(row: Row, content: ReadingContent, key: str) -> Draft:
    account_id = signed_in().account_id or 0
    return Draft(
        kind=SubmissionKind.READING,
        content=content,
        key=f"{key}/{row.link.public_id}/{row.meter.meter_no}",
        language=str(get_locale()),
        account_id=account_id,
        customer_no=row.link.customer_no,
        email=holder(portal(), account_id).email,
        from_page=True,
    )


def _no_room(rows: list[Row], full: NoRoom) -> str:
    done = sum(each.receipt is not None for each in rows)
    if full.disk_is_full:
        return gettext(
            "Zapisaliśmy %(done)s z %(all)s odczytów, na resztę nie mamy teraz miejsca. To nasz kłopot, nie Twój. "
            "Wyślij arkusz jeszcze raz później: niczego nie policzymy dwa razy.",
            done=done,
            all=len(rows),
        )
    return gettext(
        "Zapisaliśmy %(done)s z %(all)s odczytów, reszty teraz nie możemy. To nasz kłopot, nie Twój. Wyślij arkusz "
        "jeszcze raz za pół minuty: niczego nie policzymy dwa razy.",
        done=done,
        all=len(rows),
    )


def _sheet(
    page: Page[Link],
    question: Question,
    meters: dict[str, Part],
    rows: list[Row],
    *,
    key: str = "",
    status: int = 200,
    retry_after: int = 0,
) -> ResponseReturnValue:
    names = a_few_at_a_time({each.public_id: partial(erp().customer, each.customer_no) for each in page.rows})
    for each in rows:
        if each.mistake:
            question.mistakes[f"value-{each.at}"] = each.mistake
    groups = [(link, [each for each in rows if each.link == link]) for link in page.rows]
    written = render_template(
        "meters/sheet.html",
        page=page,
        question=question,
        groups=groups,
        meters=meters,
        names=names,
        away={public_id for public_id, part in meters.items() if isinstance(part.error, AWAY)},
        any_rows=bool(rows),
        key=key or secrets.token_urlsafe(16),
        today=today(),
        window=window,
        words=words,
        meter_url=meter_url,
        several=len(current_links()) > 1,
        full=len(rows) == _MOST_ROWS,
        reader=current_user,
    )
    return written, status, {"Retry-After": str(retry_after)} if retry_after else {}
