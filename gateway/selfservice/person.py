"""The holder of an account, as the services here need them, and the proof that it is they who ask."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from sqlalchemy import Connection, select

from gateway import audit
from gateway.mail import enqueue
from gateway.models import Account
from gateway.passwords import is_right
from gateway.portal import Portal
from gateway.selfservice import sentences

_COLUMNS = (
    *(Account.id, Account.login, Account.email, Account.holder, Account.phone, Account.language),
    *(Account.password_hash, Account.password_until, Account.second_factor, Account.totp_secret, Account.totp_step),
    *(Account.locked_at, Account.created_at),
)


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts, for the audit log: their account, and the network they call from."""

    account_id: int
    network: str


@dataclass(frozen=True, slots=True)
class Person:
    """One row of ``account``."""

    id: int
    login: str
    email: str | None
    holder: str
    phone: str
    language: str
    password_hash: str
    password_until: datetime | None
    second_factor: str
    totp_secret: bytes | None
    totp_step: int
    locked_at: datetime | None
    created_at: datetime


class Refused(Exception):
    """Why something was not done: ``mistakes`` maps a field to the sentence that is shown beside it."""

    def __init__(self, **mistakes: Any) -> None:
        super().__init__(", ".join(mistakes))
        self.mistakes = mistakes


def record(portal: Portal, connection: Connection, who: Who, action: str, *, detail: str = "") -> None:
    """Write into the audit log what somebody did with their own account, in the transaction of the deed."""
    audit.record(
        connection,
        at=portal.clock.now(),
        actor=audit.actor_account(who.account_id),
        action=action,
        account_id=who.account_id,
        network=who.network,
        detail=detail,
    )


def tell(
    portal: Portal, connection: Connection, person: Person, template: str, *, to: str | None = None, **values: str
) -> None:
    """Mail the holder, in the transaction of the deed, at their address or another; nothing where they have none."""
    if to or person.email:
        enqueue(
            connection,
            to=to or person.email or "",
            template=template,
            language=person.language,
            values=values,
            now=portal.clock.now(),
            sealer=portal.sealer,
            account_id=person.id,
        )


def person_of(connection: Connection, account_id: int) -> Person | None:
    """The holder of this account, or None where there is no such account any more."""
    row = connection.execute(select(*_COLUMNS).where(Account.id == account_id)).first()
    return Person(**row._mapping) if row else None


def known(portal: Portal, account_id: int) -> Person:
    """The holder of an account that is signed in."""
    with portal.database.reading() as connection:
        found = person_of(connection, account_id)
    if found is None:
        raise LookupError("the account was closed meanwhile")
    return found


def proved(portal: Portal, account_id: int, current: str, *, field: str = "current_password") -> Person:
    """The holder, once their current password was right; raises ``Refused``, and slows down who guesses."""
    now, key = portal.clock.now(), ("current", str(account_id))
    wait = portal.throttles.wait(now, key)
    if wait.total_seconds() > 0:
        raise Refused(**{field: sentences.too_often(ceil(wait.total_seconds()))})
    person = known(portal, account_id)
    if not is_right(current, person.password_hash):
        portal.throttles.failed(now, key)
        raise Refused(**{field: sentences.WRONG_CURRENT if current else sentences.NO_CURRENT})
    portal.throttles.succeeded(key)
    return person
