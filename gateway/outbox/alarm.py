"""Tells the operator by mail, at most once a day, that something of the outbox waits for a person."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from gateway import written
from gateway.mail import enqueue
from gateway.models import Mail, SubmissionRow
from gateway.outbox.records import State
from gateway.outbox.running import hold
from gateway.portal import Portal

_TEMPLATE = "outbox_alarm"
_DAY = timedelta(hours=24)
_LOOKS = timedelta(minutes=1)


class Alarm:
    """A job of the background, which looks once a minute by the portal's clock."""

    __name__ = "alarm"

    def __init__(self) -> None:
        self._looked_at: datetime | None = None

    def __call__(self, portal: Portal) -> int:
        """Write the mail where one is due; how many."""
        now = portal.clock.now()
        if not portal.settings.outbox.alarm_email:
            return 0
        if self._looked_at is not None and abs(now - self._looked_at) < _LOOKS:
            return 0
        self._looked_at = now
        waiting = select(func.count(), func.min(SubmissionRow.accepted_at)).where(SubmissionRow.state == State.MANUAL)
        with portal.database.reading() as connection:
            many, oldest = connection.execute(waiting).one()
        return int(bool(many) and _tell(portal, many, oldest, now))


def _tell(portal: Portal, many: int, oldest: datetime, now: datetime) -> bool:
    told = select(Mail.id).where(Mail.template == _TEMPLATE, Mail.created_at > now - _DAY)
    settings, language = portal.settings, portal.settings.utility.language
    with portal.database.transaction() as connection:
        # Two workers with the same idea: the mark lets one of them in.
        if hold(connection, portal.sealer.mark(_TEMPLATE, "alarm"), _LOOKS.total_seconds() / 2) is None:
            return False
        if connection.execute(told).first() is not None:
            return False
        enqueue(
            connection,
            to=settings.outbox.alarm_email,
            template=_TEMPLATE,
            language=language,
            values={
                "count": str(many),
                "oldest": written.moment(oldest, language),
                "link": settings.mail.base_url.rstrip("/") + "/staff/przesylki",
            },
            now=now,
            sealer=portal.sealer,
        )
    return True
