"""Tokens that a customer makes for a program: reading the invoices of one linked customer, until a day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select

from adapters.clock import local_day, local_midnight
from gateway.models import CustomerLink, SessionRow
from gateway.portal import Portal
from gateway.selfservice import sentences
from gateway.selfservice.person import Refused, Who, record
from gateway.session_store import PERSONAL, key_hash

_MOST = 20
_LONGEST = timedelta(days=731)


@dataclass(frozen=True, slots=True)
class PersonalToken:
    """One token, without its key; ``used_at`` is empty until it was used."""

    public_id: str
    label: str
    customer_no: str
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime

    @property
    def last_day(self) -> date:
        """The last day, in Warsaw, on which it works."""
        return local_day(self.expires_at) - timedelta(days=1)


def tokens_of(portal: Portal, who: Who) -> list[PersonalToken]:
    """The tokens that still work, the newest first."""
    query = (
        select(SessionRow, CustomerLink.customer_no)
        .join(CustomerLink, CustomerLink.id == SessionRow.link_id)
        .where(SessionRow.account_id == who.account_id, SessionRow.kind == PERSONAL)
        .where(SessionRow.expires_at > portal.clock.now())
        .order_by(SessionRow.id.desc())
    )
    with portal.database.reading() as connection:
        return [
            PersonalToken(
                row.public_id,
                row.label,
                row.customer_no,
                row.created_at,
                row.seen_at if row.seen_at > row.created_at else None,
                row.expires_at,
            )
            for row in connection.execute(query)
        ]


def make(portal: Portal, who: Who, *, name: str, link_public_id: str, last_day: date | None) -> tuple[str, datetime]:
    """The new token's key, which is shown once, and when it ends: with its last day. Raises ``Refused``."""
    now, label = portal.clock.now(), " ".join(name.split())
    today = local_day(now)
    with portal.database.reading() as connection:
        link_id = connection.execute(
            select(CustomerLink.id).where(
                CustomerLink.account_id == who.account_id, CustomerLink.public_id == link_public_id
            )
        ).scalar()
        mine = (SessionRow.account_id == who.account_id, SessionRow.kind == PERSONAL, SessionRow.expires_at > now)
        many = connection.execute(select(func.count()).select_from(SessionRow).where(*mine)).scalar_one()
    mistakes = {}
    if not 1 <= len(label) <= 80 or not label.isprintable():
        mistakes["name"] = sentences.NO_NAME
    if link_id is None:
        mistakes["customer"] = sentences.NO_CUSTOMER
    if last_day is None or not today < last_day <= today + _LONGEST:
        mistakes["last_day"] = sentences.NOT_A_DAY
    if many >= _MOST:
        mistakes["name"] = sentences.TOO_MANY_TOKENS
    if mistakes or last_day is None:
        raise Refused(**mistakes)
    expires_at = local_midnight(last_day + timedelta(days=1))
    with portal.database.transaction() as connection:
        record(portal, connection, who, "token.made")  # before it: no token works that the log does not know
    return portal.personal_sessions.begin(
        now, account_id=who.account_id, link_id=link_id, label=label, expires_at=expires_at
    )


def id_of(portal: Portal, key: str) -> str | None:
    """By which a token is revoked; None where there is none with this key."""
    with portal.database.reading() as connection:
        query = select(SessionRow.public_id).where(SessionRow.key_hash == key_hash(key))
        return connection.execute(query).scalar()


def revoke(portal: Portal, who: Who, public_id: str) -> bool:
    """End it at once; False where there is no such token of one's own."""
    with portal.database.transaction() as connection:
        ended = connection.execute(
            delete(SessionRow).where(
                SessionRow.account_id == who.account_id,
                SessionRow.kind == PERSONAL,
                SessionRow.public_id == public_id,
            )
        ).rowcount
        if ended:
            record(portal, connection, who, "token.revoked")
    return bool(ended)
