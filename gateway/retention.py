"""Deletes what was kept long enough: the audit log, consents of closed accounts, receipts, rows of what is done."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from gateway.models import Account, AuditEvent, Consent, Mail, PaymentRow, Registration, RunningKey, SubmissionRow
from gateway.outbox.database_clock import seconds
from gateway.outbox.records import FINAL
from gateway.payments import states
from gateway.portal import Portal

_EVERY = timedelta(hours=1)
_MONTH = timedelta(days=365.25 / 12)


class Retention:
    """A job of the background, which looks once an hour by the portal's clock."""

    __name__ = "retention"

    def __init__(self) -> None:
        self._looked_at: datetime | None = None

    def __call__(self, portal: Portal) -> int:
        """Delete what is older than ``security.keep_months``; how many rows went."""
        now = portal.clock.now()
        if self._looked_at is not None and abs(now - self._looked_at) < _EVERY:
            return 0
        self._looked_at = now
        before = now - _MONTH * portal.settings.security.keep_months
        gone = (
            delete(AuditEvent).where(AuditEvent.at < before),
            delete(Consent).where(Consent.accepted_at < before, Consent.account_id.not_in(select(Account.id))),
            delete(Mail).where(Mail.created_at < before, Mail.sealed.is_(None)),
            delete(Registration).where(Registration.decided_at < before),
            # What is still on its way stays, however old, and with it what it corrects.
            delete(SubmissionRow).where(SubmissionRow.settled_at < before, SubmissionRow.state.in_(FINAL)),
            delete(PaymentRow).where(PaymentRow.settled_at < before, PaymentRow.state.in_(states.FINAL)),
        )
        with portal.database.transaction() as connection:
            connection.execute(delete(RunningKey).where(RunningKey.until < seconds(connection)))
            return sum(connection.execute(each).rowcount for each in gone)
