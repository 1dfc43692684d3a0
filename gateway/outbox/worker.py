"""Delivers what customers sent: one submission after the other, each exactly as its ERP's recognition allows.

That bytes may leave is committed before they do, so whatever ends a worker leaves either "not sent" or "unknown".
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, select

from adapters.capabilities import Acceptance, Recognition
from adapters.clock import local_day
from adapters.errors import AdapterError, NotAsked, OwnerMismatch, Rejected, Unavailable
from gateway.models import SubmissionRow
from gateway.outbox import metrics, parcel, queue, refusing, scanning, schedule
from gateway.outbox.queue import Taken
from gateway.outbox.records import LONGEST_CASE_NO, State
from gateway.outbox.room import AWAY
from gateway.outbox.states import Event
from gateway.portal import Portal
from gateway.readings.by_serial import ForAPerson, ReadingBySerial, content_for
from schemas import Delivery, ReadingContent, Submission, SubmissionKind

_AT_ONCE = 20
_WRITING_TRIES = 4
_log = structlog.get_logger("ebok.outbox")


def deliver_some(portal: Portal) -> int:
    """Do some of what is due; the number of submissions that were taken up."""
    done, lease = 0, schedule.lease_seconds(portal.settings)
    while done < _AT_ONCE and queue.is_due(portal.database, portal.clock.now(), besides=(held := _held(portal))):
        taken = queue.take(portal.database, portal.clock.now(), lease, besides=held)
        if taken is None:  # another worker was faster
            break
        done += 1
        _work(portal, taken)
    return done


def _held(portal: Portal) -> tuple[State, ...]:
    """Where submissions stand that nobody takes up just now, as our own guard would let none of them through."""
    if portal.erp.holds_back("submit"):
        return State.RECEIVED, State.RETRY, State.UNKNOWN
    return (State.UNKNOWN,) if portal.erp.holds_back("find_submission") else ()


def _work(portal: Portal, taken: Taken) -> None:
    acceptance = portal.erp.accepts.get(SubmissionKind(taken.kind))
    match State(taken.state):
        case State.SENDING:
            _in_doubt(portal, taken, Event.LEASE_ENDED, "its worker did not come back", acceptance)
        case State.SCANNING:
            scanning.scan(portal, taken, _settling(portal, taken))
        case _ if acceptance is None:
            _settle(portal, taken, Event.GIVEN_UP, error="the adapter no longer accepts this kind")
        case State.UNKNOWN if acceptance.recognition is Recognition.NONE:
            _settle(portal, taken, Event.GIVEN_UP, error="in doubt, and the ERP cannot be asked")
        case State.UNKNOWN if acceptance.recognition is Recognition.FINDABLE:
            _look(portal, taken, acceptance)
        case State.UNKNOWN:
            _send(portal, taken, Event.RESENT, acceptance)
        case _:
            _send(portal, taken, Event.BEGUN, acceptance)


def _send(portal: Portal, taken: Taken, event: Event, acceptance: Acceptance) -> None:
    lease, since = schedule.lease_seconds(portal.settings), time.monotonic()
    try:
        opened = parcel.unpack(portal.database, portal.sealer, taken)
        submission = _submission(portal, taken, opened)
    except Exception as error:  # nothing has left, and the next one's turn must come whatever is wrong with this one
        _held_back(portal, taken, error)
        return
    if opened.files and not acceptance.files:
        _settle(portal, taken, Event.GIVEN_UP, error="the adapter takes no files with this kind")
        return
    now = portal.clock.now()
    if not queue.begin(portal.database, taken, event, now, lease):
        _fenced(taken)
        return
    metrics.count(event)
    sending = replace(
        taken,
        state=State.SENDING.value,
        attempts=taken.attempts + 1,
        first_sent_at=taken.first_sent_at or now,
        last_sent_at=now,
    )
    try:
        if time.monotonic() - since > lease / 2:  # held up for so long that it may be another's before it arrives
            raise Unavailable("held up before it was sent", sent=False)
        delivery = portal.erp.submit(submission)
    except Rejected as error:
        settle = _settling(portal, sending)
        refusing.refuse(portal, sending, Event.REFUSED, error.code, opened.email, settle, why=error.words_in)
    except NotAsked as error:  # another worker's call came between
        event = Event.NOT_SENT if taken.first_sent_at is None else Event.ANSWER_LOST
        _not_asked(portal, replace(taken, state=State.SENDING.value), event, error)
    except Unavailable as error:
        if error.sent or taken.first_sent_at is not None:  # an earlier try may have arrived
            _in_doubt(portal, sending, Event.ANSWER_LOST, _said(error), acceptance)
        else:
            _later(portal, sending, Event.NOT_SENT, _said(error), first_sent_at=None, last_sent_at=None)
    except Exception as error:
        _in_doubt(portal, sending, Event.ANSWER_LOST, _said(error), acceptance)
    else:
        _delivered(portal, sending, Event.TAKEN, delivery)


def _submission(portal: Portal, taken: Taken, opened: parcel.Parcel) -> Submission:
    content = opened.content
    if isinstance(content, ReadingBySerial):
        # While the ERP is away this raises, and nothing has left. What may have arrived was judged before.
        meters, sent = portal.erp.meters(taken.customer_no or ""), taken.first_sent_at is not None
        content = content_for(meters, content, local_day(portal.clock.now()), again=sent)
    if isinstance(content, ReadingContent) and taken.supersedes_id is not None:
        # The queue's order has brought the former to its end: the ERP has it under its reference, or never will.
        former = select(SubmissionRow.reference).where(
            SubmissionRow.id == taken.supersedes_id, SubmissionRow.state == State.DELIVERED
        )
        with portal.database.reading() as connection:
            content = replace(content, supersedes=connection.execute(former).scalar())
    return Submission(
        reference=taken.reference,
        kind=SubmissionKind(taken.kind),
        customer_no=taken.customer_no,
        accepted_at=taken.accepted_at,
        content=content,
        files=opened.files,
    )


def _look(portal: Portal, taken: Taken, acceptance: Acceptance) -> None:
    """Ask the ERP for our reference: only its word, given late enough, lets it be sent again."""
    try:
        found = portal.erp.find_submission(SubmissionKind(taken.kind), taken.customer_no, taken.reference)
    except NotAsked as error:
        _not_asked(portal, taken, Event.STILL_UNKNOWN, error)
        return
    except Exception as error:
        _look_later(portal, taken, acceptance, _said(error))
        return
    if found is not None:
        _delivered(portal, taken, Event.FOUND, found)
    elif portal.clock.now() >= _sure_from(portal, taken, acceptance):
        _later(portal, taken, Event.NOT_FOUND, "the ERP does not have it", first_sent_at=None, last_sent_at=None)
    else:
        _look_later(portal, taken, acceptance, "not there yet")


def _look_later(portal: Portal, taken: Taken, acceptance: Acceptance, error: str) -> None:
    looks, wait = taken.looks + 1, schedule.next_look(taken.looks + 1)
    if wait is None:
        _settle(portal, taken, Event.STILL_UNKNOWN, Event.GIVEN_UP, looks=looks, error=error)
        return
    due = max(portal.clock.now() + wait, _sure_from(portal, taken, acceptance))
    _settle(portal, taken, Event.STILL_UNKNOWN, looks=looks, next_at=due, error=error)


def _sure_from(portal: Portal, taken: Taken, acceptance: Acceptance) -> Any:
    sent = taken.last_sent_at or portal.clock.now()
    return schedule.surely_arrived_by(sent, acceptance.lag_seconds, portal.settings)


def _in_doubt(portal: Portal, taken: Taken, event: Event, error: str, acceptance: Acceptance | None) -> None:
    """Bytes may have left. What may be done about it depends on what the ERP makes of our reference."""
    now = portal.clock.now()
    recognition = Recognition.NONE if acceptance is None else acceptance.recognition
    over = schedule.tries_are_over(taken.accepted_at, taken.attempts, now, portal.settings)
    if recognition is Recognition.NONE or (recognition is Recognition.DEDUPLICATES and over):
        _settle(portal, taken, event, Event.GIVEN_UP, error=error)
        return
    due = now + schedule.delay(taken.attempts)
    if recognition is Recognition.FINDABLE:
        assert acceptance is not None
        due = max(now + schedule.LOOKS[0], _sure_from(portal, taken, acceptance))
    _settle(portal, taken, event, looks=0, next_at=due, error=error)


def _held_back(portal: Portal, taken: Taken, error: Exception) -> None:
    if isinstance(error, ForAPerson):
        _settle(portal, taken, Event.GIVEN_UP, error=error.reason.value)
        return
    if isinstance(error, OwnerMismatch):
        _log.critical("owner_mismatch", alarm=True, detail=error.detail)
    if isinstance(error, NotAsked):
        _not_asked(portal, taken, Event.HELD_BACK, error)
        return
    tried = taken.attempts + 1
    _later(portal, replace(taken, attempts=tried), Event.HELD_BACK, _said(error), attempts=tried)


def _not_asked(portal: Portal, taken: Taken, event: Event, error: NotAsked) -> None:
    """Our own guard refused it, so it was no try: it is as it was when it was taken, and waits for the guard."""
    now = portal.clock.now()
    over = schedule.tries_are_over(taken.accepted_at, taken.attempts, now, portal.settings)
    events = (event, Event.GIVEN_UP) if over and event is not Event.STILL_UNKNOWN else (event,)
    _settle(
        portal,
        taken,
        *events,
        attempts=taken.attempts,
        first_sent_at=taken.first_sent_at,
        last_sent_at=taken.last_sent_at,
        next_at=now + timedelta(seconds=error.retry_after),
        error=_said(error),
    )


def _later(portal: Portal, taken: Taken, event: Event, error: str, **values: Any) -> None:
    """Certainly not sent by this try: again after a while, at once where the ERP was asked, or a person decides."""
    now = portal.clock.now()
    wait = timedelta() if event is Event.NOT_FOUND else schedule.delay(taken.attempts)
    if schedule.tries_are_over(taken.accepted_at, taken.attempts, now, portal.settings):
        _settle(portal, taken, event, Event.GIVEN_UP, error=error, **values)
    else:
        _settle(portal, taken, event, looks=0, next_at=now + wait, error=error, **values)


def _delivered(portal: Portal, taken: Taken, event: Event, delivery: Delivery) -> None:
    # By when it is answered counts from our acceptance; the ERP's own day stands only where we promised none.
    reply_by = taken.reply_by or delivery.reply_by
    # The ERP has it, whatever it calls it: half a number would be another case's.
    case_no = delivery.case_no if len(delivery.case_no or "") <= LONGEST_CASE_NO else None
    _settle(portal, taken, event, case_no=case_no, reply_by=reply_by, error="")


def _settling(portal: Portal, taken: Taken) -> Callable[..., bool]:
    return lambda *events, **values: _settle(portal, taken, *events, **values)


def _settle(
    portal: Portal,
    taken: Taken,
    *events: Event,
    also: Callable[[Connection], None] | None = None,
    **values: Any,
) -> bool:
    """Write down what became of it, with ``also`` in the same transaction; a moment's trouble does not lose it."""
    for tries in range(1, _WRITING_TRIES + 1):
        try:
            with portal.database.transaction() as connection:
                ours = queue.move(connection, taken, *events, now=portal.clock.now(), **values)
                if ours and also is not None:
                    also(connection)
            break
        except AWAY:
            if tries == _WRITING_TRIES:
                raise
            time.sleep(0.1 * 4**tries)
    if not ours:
        _fenced(taken)
        return False
    metrics.count(*events)
    said = [each.value for each in events]
    _log.info("submission", number=taken.public_id, kind=taken.kind, events=said, error=values.get("error", ""))
    return True


def _fenced(taken: Taken) -> None:
    metrics.FENCED.inc()
    _log.warning("submission_fenced", number=taken.public_id, kind=taken.kind)


def _said(error: Exception) -> str:
    """What staff read of an error: its kind, and of our own errors the detail, which holds no personal data."""
    detail = error.detail if isinstance(error, AdapterError) else ""
    if isinstance(error, parcel.Unreadable):
        detail = str(error)
    text = f"{type(error).__name__}: {detail}" if detail else type(error).__name__
    return "".join(each if each.isprintable() else " " for each in text)[:120]
