"""Files that came while the virus scanner was away: held until it has spoken, however long; never sent unscanned."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from gateway.files import Scan
from gateway.models import SubmissionFile
from gateway.outbox import parcel, refusing, schedule, words
from gateway.outbox.queue import Taken
from gateway.outbox.states import Event
from gateway.portal import Portal

_LONGEST = timedelta(minutes=10)


def scan(portal: Portal, taken: Taken, settle: Callable[..., bool]) -> None:
    """Scan what waits; where the operator has turned scanning off meanwhile, it counts like what comes in now."""
    try:
        opened = parcel.unpack(portal.database, portal.sealer, taken)
        verdict = _verdict(portal, taken) if portal.settings.files.clamav else Scan.UNSCANNED.value
    except Exception as error:  # whatever is wrong with it, it comes before a person in the end
        _later(portal, taken, str(error) if isinstance(error, parcel.Unreadable) else type(error).__name__, settle)
        return
    if verdict == "found":
        refusing.refuse(portal, taken, Event.INFECTED, words.VIRUS, opened.email, settle)
    elif verdict == "away":
        _later(portal, taken, "the virus scanner does not answer", settle)
    else:
        scanned = _marking(taken, verdict)
        settle(Event.SCANNED, also=scanned, attempts=0, next_at=portal.clock.now(), error="")


def _verdict(portal: Portal, taken: Taken) -> str:
    from gateway.files.scanner import Scanner

    scanner = Scanner(portal.settings)
    for file in _pending(portal, taken):
        said = scanner.scan(parcel.chunks_of(portal.database, portal.sealer, taken, file)())
        if said != "clean":
            return said
    return Scan.CLEAN.value


def _pending(portal: Portal, taken: Taken) -> list[Row[Any]]:
    waits = (SubmissionFile.submission_id == taken.id) & (SubmissionFile.scan == Scan.PENDING)
    query = select(SubmissionFile.__table__).where(waits).order_by(SubmissionFile.position)
    with portal.database.reading() as connection:
        return list(connection.execute(query))


def _marking(taken: Taken, verdict: str) -> Callable[[Connection], None]:
    waits = (SubmissionFile.submission_id == taken.id) & (SubmissionFile.scan == Scan.PENDING)

    def mark(connection: Connection) -> None:
        connection.execute(update(SubmissionFile).where(waits).values(scan=verdict))

    return mark


def _later(portal: Portal, taken: Taken, error: str, settle: Callable[..., bool]) -> None:
    now, tried = portal.clock.now(), replace(taken, attempts=taken.attempts + 1)
    values = {"attempts": tried.attempts, "error": error}
    if schedule.tries_are_over(taken.accepted_at, tried.attempts, now, portal.settings):
        settle(Event.SCAN_LATER, Event.GIVEN_UP, **values)
    else:
        settle(Event.SCAN_LATER, next_at=now + min(schedule.delay(tried.attempts), _LONGEST), **values)
