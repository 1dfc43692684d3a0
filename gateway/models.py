"""The portal's own memory: who may see what, who registers, and what is on its way; no billing data.

All tables stand in one file, so that one look shows everything that is kept. A test refuses a column here that smells
of billing.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    LargeBinary,
    String,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; SQLite gives it back without its zone, which is put on again here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("expected an aware instant")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The tables; names of constraints are fixed so that migrations are the same on every database."""

    type_annotation_map = {datetime: Instant}  # noqa: RUF012 (read by SQLAlchemy from the class)


Base.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Account(Base):
    """The portal login; never a ledger. ``login`` and ``email`` are kept in lower case.

    ``password_hash`` is empty until a password was given out. ``password_until`` is when a first password stops
    working; while it is set, nothing but changing the password is possible. ``totp_secret`` is sealed.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), index=True, unique=True)
    holder: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    language: Mapped[str] = mapped_column(String(2), default="pl")
    password_hash: Mapped[str] = mapped_column(String(200))
    password_until: Mapped[datetime | None]
    second_factor: Mapped[str] = mapped_column(String(8), default="email")
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)
    locked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class CustomerLink(Base):
    """The only authority for "may see": this account may see that customer."""

    __tablename__ = "customer_link"
    __table_args__ = (UniqueConstraint("account_id", "customer_no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    customer_no: Mapped[str] = mapped_column(String(32), index=True)
    created_at: Mapped[datetime]


class Staff(Base):
    """A clerk or an administrator of the utility; a second factor is required. ``totp_secret`` is sealed.

    While ``password_until`` is set, the password is one that somebody else chose: it must be changed, until then.
    """

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str] = mapped_column(String(200))
    password_until: Mapped[datetime | None]
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)
    locked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class SessionRow(Base):
    """Somebody signed in: ``page`` in a browser, ``token`` over the API, ``staff``, ``personal`` a token with a scope.

    Exactly one of ``account_id`` and ``staff_id`` is set. ``waits_for`` names what must be done before anything else
    (``second_factor``). A personal token has a ``label`` and the one ``link_id`` that it may read. ``device`` is the
    browser's family, for the list of one's own sessions. Ended sessions are deleted.
    """

    __tablename__ = "session"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("customer_link.id", ondelete="CASCADE"))
    label: Mapped[str] = mapped_column(String(80), default="")
    device: Mapped[str] = mapped_column(String(80), default="")
    waits_for: Mapped[str] = mapped_column(String(16), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class TrustedDevice(Base):
    """A browser that has shown its second factor; its cookie holds the key, this its hash."""

    __tablename__ = "trusted_device"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]


class OneTimeCode(Base):
    """A short code that was mailed for one session, or a recovery code; only its hash, and how often it was tried."""

    __tablename__ = "one_time_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(200))
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime | None]


class Registration(Base):
    """Somebody asks to see a customer's data; a clerk decides. ``particulars`` and ``finding`` are sealed and wiped
    with the decision.

    ``check_at`` is when the ERP is asked, and after its answer when we refuse if nobody decides before. ``email_mark``
    and ``customer_mark`` are keyed hashes, by which a second registration is noticed. ``account_id`` is set where an
    existing account asks for one more customer. ``proved_at`` is when the wait for that refusal began: the address was
    proved, or a question answered.
    """

    __tablename__ = "registration"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    particulars: Mapped[bytes | None] = mapped_column(LargeBinary)
    finding: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_mark: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    customer_mark: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    language: Mapped[str] = mapped_column(String(2))
    terms_version: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(default=0)
    check_at: Mapped[datetime | None] = mapped_column(index=True)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(String(32), default="")
    mail_failed: Mapped[bool] = mapped_column(default=False)


class Consent(Base):
    """Terms that were accepted: which version, the hash of the text, when and where; rows are only ever added.

    ``channel`` ``einv-yes`` and ``einv-no`` are consent to e-invoices, given and withdrawn.
    """

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(index=True)
    terms_version: Mapped[str] = mapped_column(String(32))
    text_hash: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(8))
    accepted_at: Mapped[datetime]


class UsedToken(Base):
    """A token that was consumed; it does not work again. Kept until it would have expired."""

    __tablename__ = "used_token"

    mark: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Throttle(Base):
    """How often something was tried in vain, by the keyed hash of a login or a network, and until when it waits."""

    __tablename__ = "throttle"

    mark: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    failed_at: Mapped[datetime] = mapped_column(index=True)
    waits_until: Mapped[datetime]


class AuditEvent(Base):
    """Who did or saw what, when, on whom, from where; rows are only ever added and hold no personal data besides."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(80), index=True)
    action: Mapped[str] = mapped_column(String(48), index=True)
    account_id: Mapped[int | None] = mapped_column(index=True)
    customer_no: Mapped[str | None] = mapped_column(String(32), index=True)
    subject: Mapped[str] = mapped_column(String(64), default="")
    network: Mapped[str] = mapped_column(String(48), default="")
    detail: Mapped[str] = mapped_column(String(200), default="")


class Mail(Base):
    """A mail on its way: its recipient and values sealed, and wiped once it is sent or refused for good."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    template: Mapped[str] = mapped_column(String(48))
    language: Mapped[str] = mapped_column(String(2))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(8), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    leased_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(120), default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class SubmissionRow(Base):
    """What a customer sent, on its way into the ERP (``gateway.outbox``), and afterwards its receipt.

    ``public_id`` is the receipt's number, ``reference`` what the ERP is given. ``payload`` holds the content, sealed,
    and is wiped with the files once the ERP has it, has refused it, or a person settled it. ``key_mark`` is the keyed
    hash of who sent it under which idempotency key, ``body_mark`` that of what was sent; where nobody was logged in
    ``sender_mark`` says from where under which key. ``subject_mark`` is the keyed hash of the meter that was read.
    ``refusal_why`` has the adapter's words about a refusal, by language. ``next_at`` follows the portal's clock;
    ``leased_until`` is in seconds since 1970 by the database's. ``first_sent_at`` and ``last_sent_at`` are when bytes
    may have left; both are empty again once it is certain that the ERP does not have it.
    """

    __tablename__ = "submission"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    reference: Mapped[str] = mapped_column(String(36), unique=True)
    kind: Mapped[str] = mapped_column(String(16), index=True)
    state: Mapped[str] = mapped_column(String(12), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    customer_no: Mapped[str | None] = mapped_column(String(32), index=True)
    key_mark: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    body_mark: Mapped[bytes] = mapped_column(LargeBinary(32))
    sender_mark: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    subject_mark: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)
    language: Mapped[str] = mapped_column(String(2), default="pl")
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id", ondelete="SET NULL"))
    accepted_at: Mapped[datetime] = mapped_column(index=True)
    reply_by: Mapped[date | None]
    attempts: Mapped[int] = mapped_column(default=0)
    looks: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    leased_until: Mapped[float | None]
    fence: Mapped[int] = mapped_column(default=0)
    first_sent_at: Mapped[datetime | None]
    last_sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    case_no: Mapped[str | None] = mapped_column(String(64))
    refusal: Mapped[str] = mapped_column(String(64), default="")
    refusal_why: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    error: Mapped[str] = mapped_column(String(120), default="")


class SubmissionFile(Base):
    """A file that goes with a submission; its name stands in the sealed payload, its bytes in chunks.

    ``scan`` is ``clean``, ``unscanned`` where no scanner is configured, or ``pending`` while the scanner has not
    spoken.
    """

    __tablename__ = "submission_file"
    __table_args__ = (UniqueConstraint("submission_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(32))
    size: Mapped[int]
    scan: Mapped[str] = mapped_column(String(12))


class FileChunk(Base):
    """A sealed piece of a file, some hundred kilobytes of it."""

    __tablename__ = "file_chunk"

    file_id: Mapped[int] = mapped_column(ForeignKey("submission_file.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class PaymentRow(Base):
    """A payment on its way to an operator and back (``gateway.payments``), and afterwards its trace.

    ``reference`` is what the operator is given. ``payload`` holds what is paid and where the customer goes on, sealed,
    and is wiped when it is booked or nothing was taken. ``key_mark`` and ``body_mark`` are as with a submission.
    ``next_at`` is when the operator is asked again, by the portal's clock; ``leased_until`` is in seconds since 1970 by
    the database's.
    """

    __tablename__ = "payment"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    reference: Mapped[str] = mapped_column(String(36), unique=True)
    operator: Mapped[str] = mapped_column(String(16))
    operator_ref: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(12), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    key_mark: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    body_mark: Mapped[bytes] = mapped_column(LargeBinary(32))
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)
    language: Mapped[str] = mapped_column(String(2), default="pl")
    created_at: Mapped[datetime] = mapped_column(index=True)
    valid_until: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    asks: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    leased_until: Mapped[float | None]
    fence: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(120), default="")


class PaymentPart(Base):
    """One thing that a payment pays; ``open_mark`` is its keyed hash while the payment is open, and nothing after.

    Unique: nothing is paid by two open payments. ``submission_id`` is what tells the ERP, once it is paid.
    """

    __tablename__ = "payment_part"

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id", ondelete="CASCADE"), index=True)
    customer_no: Mapped[str] = mapped_column(String(32), index=True)
    open_mark: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id", ondelete="SET NULL"))


class RunningKey(Base):
    """An idempotency key whose request is being answered just now; ``until`` is in seconds since 1970 by the
    database's clock."""

    __tablename__ = "running_key"

    key_mark: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    until: Mapped[float]
