"""What the staff may do with a customer's account: find it, lock it, end its sessions, send a new first password.

Each deed is written into the audit log and told to the customer in one transaction; no password is ever shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select, update

from gateway import audit
from gateway.mail import enqueue
from gateway.models import Account, CustomerLink, OneTimeCode, SessionRow, TrustedDevice
from gateway.passwords import FirstPassword
from gateway.sealing import Sealer
from gateway.settings import Settings
from gateway.staff.lock_reasons import sentence_about

LOCK_REASONS = ("customer-asked", "suspicious", "no-longer-entitled", "other")
UNLOCK_REASONS = ("customer-asked", "cleared-up", "by-mistake", "other")
FOUND_AT_MOST = 50


class CareProblem(ValueError):
    """Why a deed cannot be done: ``no-account``, ``no-email``, ``not-first``, ``locked`` or ``done``; safe to show."""

    _SAID = {  # noqa: RUF012 (never changed)
        "no-account": "there is no such account",
        "no-email": "the account has no e-mail address",
        "not-first": "its holder has already chosen a password, and can ask for a new one on the login page",
        "locked": "the account is locked",
        "done": "this was done already",
    }

    def __init__(self, word: str) -> None:
        super().__init__(self._SAID[word])
        self.word = word


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does it, when and from where."""

    actor: str
    now: datetime
    sealer: Sealer
    network: str = ""


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """An account as the staff see it; ``waits_for_first_login`` while its first password was not changed."""

    id: int
    login: str
    email: str
    holder: str
    phone: str
    language: str
    second_factor: str
    locked_at: datetime | None
    created_at: datetime
    password_until: datetime | None
    customer_nos: tuple[str, ...]

    @property
    def waits_for_first_login(self) -> bool:
        return self.password_until is not None


@dataclass(frozen=True, slots=True)
class SessionSeen:
    """Somebody signed in to an account: ``page``, ``token`` or ``personal``."""

    kind: str
    device: str
    label: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


def search(connection: Connection, text: str) -> Sequence[AccountSeen]:
    """Accounts whose login or e-mail begins with the text, or that see the customer of exactly this number."""
    text = text.strip()
    if len(text) < 2:
        return []
    linked = select(CustomerLink.account_id).where(CustomerLink.customer_no == text)
    begins = text.lower()
    query = select(Account.__table__).where(
        or_(
            Account.login.startswith(begins, autoescape=True),
            Account.email.startswith(begins, autoescape=True),
            Account.id.in_(linked),
        )
    )
    return [_seen(connection, row) for row in connection.execute(query.order_by(Account.login).limit(FOUND_AT_MOST))]


def everyone(connection: Connection) -> Sequence[AccountSeen]:
    """All accounts by login."""
    return [_seen(connection, row) for row in connection.execute(select(Account.__table__).order_by(Account.login))]


def get(connection: Connection, account_id: int) -> AccountSeen | None:
    row = connection.execute(select(Account.__table__).where(Account.id == account_id)).first()
    return None if row is None else _seen(connection, row)


def id_of(connection: Connection, login: str) -> int:
    """The account of a login; raises ``CareProblem``."""
    found = connection.execute(select(Account.id).where(Account.login == login.strip().lower())).scalar()
    if found is None:
        raise CareProblem("no-account")
    return int(found)


def sessions_of(connection: Connection, account_id: int, now: datetime) -> Sequence[SessionSeen]:
    """Who is signed in now, the last seen first."""
    query = select(SessionRow.__table__).where(SessionRow.account_id == account_id, SessionRow.expires_at > now)
    return [
        SessionSeen(row.kind, row.device, row.label, row.created_at, row.seen_at, row.expires_at)
        for row in connection.execute(query.order_by(SessionRow.seen_at.desc()))
    ]


def lock(connection: Connection, account_id: int, deed: Deed, *, reason: str) -> None:
    """Lock the account: every session and token ends at once, and the customer is told by mail."""
    account = _held(connection, account_id)
    if account.locked_at is not None:
        raise CareProblem("done")
    connection.execute(update(Account).where(Account.id == account_id).values(locked_at=deed.now))
    connection.execute(delete(SessionRow).where(SessionRow.account_id == account_id))
    connection.execute(delete(TrustedDevice).where(TrustedDevice.account_id == account_id))
    _note(connection, deed, "account.locked", account_id, reason)
    if account.email:
        _mail(connection, deed, account, "account_locked", sentence_about(reason, account.language))


def unlock(connection: Connection, account_id: int, deed: Deed, *, reason: str) -> None:
    if _held(connection, account_id).locked_at is None:
        raise CareProblem("done")
    connection.execute(update(Account).where(Account.id == account_id).values(locked_at=None))
    _note(connection, deed, "account.unlocked", account_id, reason)


def end_sessions(connection: Connection, account_id: int, deed: Deed) -> int:
    """End every session and token; how many there were."""
    _held(connection, account_id)
    ended = connection.execute(delete(SessionRow).where(SessionRow.account_id == account_id)).rowcount
    _note(connection, deed, "account.sessions_ended", account_id, str(ended))
    return int(ended)


def reset_second_factor(connection: Connection, account_id: int, deed: Deed) -> None:
    """For whoever lost the app for codes and the recovery codes: codes come by e-mail again, and sessions end."""
    account = _held(connection, account_id)
    method = "email" if account.email else "off"
    values: dict[str, Any] = {"second_factor": method, "totp_secret": None, "totp_step": 0}
    connection.execute(update(Account).where(Account.id == account_id).values(**values))
    connection.execute(delete(OneTimeCode).where(OneTimeCode.account_id == account_id))
    connection.execute(delete(TrustedDevice).where(TrustedDevice.account_id == account_id))
    connection.execute(delete(SessionRow).where(SessionRow.account_id == account_id))
    _note(connection, deed, "account.second_factor_reset", account_id, method)


def resend_first_password(
    connection: Connection, account_id: int, deed: Deed, settings: Settings, password: FirstPassword
) -> None:
    """Mail a new first password in place of the one that was lost or has expired; never for one in use."""
    account = _held(connection, account_id)
    if account.locked_at is not None:
        raise CareProblem("locked")
    if not account.email:
        raise CareProblem("no-email")
    if account.password_until is None and account.password_hash:
        raise CareProblem("not-first")
    until = deed.now + timedelta(days=settings.security.first_password_days)
    values: dict[str, Any] = {"password_hash": password.hash, "password_until": until}
    connection.execute(update(Account).where(Account.id == account_id).values(**values))
    connection.execute(delete(SessionRow).where(SessionRow.account_id == account_id))
    _note(connection, deed, "account.first_password_resent", account_id, "")
    link = settings.mail.base_url.rstrip("/") + "/logowanie"
    said = {"login": account.login, "password": password.text, "link": link}
    _mail(connection, deed, account, "first_password", said)


def customers_of(connection: Connection, account_id: int) -> tuple[str, ...]:
    query = select(CustomerLink.customer_no).where(CustomerLink.account_id == account_id)
    return tuple(connection.execute(query.order_by(CustomerLink.customer_no)).scalars())


def _held(connection: Connection, account_id: int) -> Row[Any]:
    row = connection.execute(select(Account.__table__).where(Account.id == account_id).with_for_update()).first()
    if row is None:
        raise CareProblem("no-account")
    return row


def _note(connection: Connection, deed: Deed, action: str, account_id: int, detail: str) -> None:
    audit.record(
        connection,
        at=deed.now,
        actor=deed.actor,
        action=action,
        account_id=account_id,
        network=deed.network,
        detail=detail,
    )


def _mail(connection: Connection, deed: Deed, account: Row[Any], template: str, values: dict[str, str]) -> None:
    enqueue(
        connection,
        to=account.email,
        template=template,
        language=account.language,
        values=values,
        now=deed.now,
        sealer=deed.sealer,
        account_id=account.id,
    )


def _seen(connection: Connection, row: Row[Any]) -> AccountSeen:
    return AccountSeen(
        id=row.id,
        login=row.login,
        email=row.email or "",
        holder=row.holder,
        phone=row.phone,
        language=row.language,
        second_factor=row.second_factor,
        locked_at=row.locked_at,
        created_at=row.created_at,
        password_until=row.password_until,
        customer_nos=customers_of(connection, row.id),
    )
