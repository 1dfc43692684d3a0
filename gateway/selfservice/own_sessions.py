"""The list of what is signed in to one's account, and ending it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from gateway.models import SessionRow
from gateway.portal import Portal
from gateway.selfservice.person import Who, record
from gateway.session_store import PAGE, TOKEN

_KINDS = (PAGE, TOKEN)


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One browser or program; ``public_id`` names it in URLs."""

    public_id: str
    kind: str
    device: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    current: bool


def sessions_of(portal: Portal, who: Who, session_id: int) -> list[OwnSession]:
    """What is signed in and has ended neither by its hour nor by its idle time, the last used first."""
    now = portal.clock.now()
    idle_since = now - timedelta(minutes=portal.settings.sessions.idle_minutes)
    query = (
        select(SessionRow)
        .where(SessionRow.account_id == who.account_id, SessionRow.kind.in_(_KINDS), SessionRow.waits_for == "")
        .where(SessionRow.expires_at > now, or_(SessionRow.kind != PAGE, SessionRow.seen_at > idle_since))
        .order_by(SessionRow.seen_at.desc(), SessionRow.id.desc())
    )
    with portal.database.reading() as connection:
        return [
            OwnSession(
                row.public_id,
                row.kind,
                row.device,
                row.created_at,
                row.seen_at,
                row.expires_at,
                row.id == session_id,
            )
            for row in connection.execute(query)
        ]


def end_one(portal: Portal, who: Who, public_id: str) -> bool:
    """End one's own session of that name at once; False where there is none."""
    return _end(portal, who, "session.ended", SessionRow.public_id == public_id) == 1


def end_others(portal: Portal, who: Who, session_id: int) -> None:
    """End all of one's sessions but this one."""
    _end(portal, who, "session.others_ended", SessionRow.id != session_id)


def _end(portal: Portal, who: Who, action: str, which: object) -> int:
    with portal.database.transaction() as connection:
        ended = connection.execute(
            delete(SessionRow).where(
                SessionRow.account_id == who.account_id,
                SessionRow.kind.in_(_KINDS),
                which,  # type: ignore[arg-type]
            )
        ).rowcount
        if ended:
            record(portal, connection, who, action)
    return ended
