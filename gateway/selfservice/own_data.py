"""What the portal holds about one's account, to take away or to remove; billing data is not among it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update

from gateway.mail import enqueue
from gateway.models import (
    Account,
    AuditEvent,
    Consent,
    CustomerLink,
    Mail,
    PaymentRow,
    Registration,
    SessionRow,
    SubmissionRow,
)
from gateway.portal import Portal
from gateway.selfservice.person import Person, Who, known, proved, record

# What is told of each row; keys, hashes and seals are never among it.
_TOLD: Mapping[str, tuple[Any, tuple[Any, ...]]] = {
    "customers": (CustomerLink, (CustomerLink.customer_no, CustomerLink.created_at)),
    "consents": (
        Consent,
        (Consent.terms_version, Consent.text_hash, Consent.channel, Consent.accepted_at),
    ),
    "sessions": (
        SessionRow,
        (SessionRow.kind, SessionRow.label, SessionRow.device, SessionRow.created_at, SessionRow.seen_at),
    ),
    "registrations": (Registration, (Registration.state, Registration.created_at, Registration.decided_at)),
    "submissions": (
        SubmissionRow,
        (
            *(SubmissionRow.public_id, SubmissionRow.kind, SubmissionRow.state, SubmissionRow.customer_no),
            *(SubmissionRow.accepted_at, SubmissionRow.reply_by, SubmissionRow.settled_at),
            *(SubmissionRow.case_no, SubmissionRow.refusal),
        ),
    ),
    "payments": (
        PaymentRow,
        (
            *(PaymentRow.public_id, PaymentRow.operator, PaymentRow.operator_ref, PaymentRow.state),
            *(PaymentRow.created_at, PaymentRow.paid_at, PaymentRow.settled_at),
        ),
    ),
    "mails": (Mail, (Mail.template, Mail.state, Mail.created_at, Mail.sent_at)),
    "audit": (
        AuditEvent,
        (AuditEvent.at, AuditEvent.actor, AuditEvent.action, AuditEvent.customer_no, AuditEvent.network),
    ),
}


def export(portal: Portal, who: Who) -> dict[str, Any]:
    """All that the portal holds about the account, as JSON values; times are UTC."""
    person = known(portal, who.account_id)
    told: dict[str, Any] = {"written_at": _plain(portal.clock.now()), "account": _account(person)}
    with portal.database.transaction() as connection:
        for name, (table, columns) in _TOLD.items():
            rows = connection.execute(select(*columns).where(table.account_id == person.id).order_by(table.id))
            told[name] = [{key: _plain(value) for key, value in row._mapping.items()} for row in rows]
        record(portal, connection, who, "data.exported")
    return told


def close(portal: Portal, who: Who, current: str) -> None:
    """Remove the account and all that hangs on it. Raises ``Refused``.

    The audit log and the consents remain, under the account's number alone, and the receipts without their account:
    what was accepted is delivered.
    """
    person = proved(portal, who.account_id, current)
    with portal.database.transaction() as connection:
        # What still waits to be sent to them would tell of an account that is no more.
        connection.execute(
            update(Mail)
            .where(Mail.account_id == person.id, Mail.sealed.is_not(None), Mail.state == "queued")
            .values(state="failed", sealed=None, error="the account was closed", next_at=None)
        )
        if person.email:
            enqueue(
                connection,
                to=person.email,
                template="account_closed",
                language=person.language,
                values={},
                now=portal.clock.now(),
                sealer=portal.sealer,
            )
        connection.execute(delete(Account).where(Account.id == person.id))
        record(portal, connection, who, "account.closed")


def _account(person: Person) -> dict[str, Any]:
    names = ("login", "email", "holder", "phone", "language", "second_factor", "created_at")
    return {name: _plain(getattr(person, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
