"""The second factor: a code by e-mail on a new device, an app's code (RFC 6238), or a recovery code; each used once."""

import secrets
from datetime import timedelta
from math import ceil

from sqlalchemy import Connection, delete, insert, select, update

from gateway.codes import OF_CUSTOMERS
from gateway.models import OneTimeCode
from gateway.portal import Portal
from gateway.selfservice import sentences
from gateway.selfservice.entry import TOTP
from gateway.selfservice.person import Person, Refused, Who, known, record, tell

_LOGIN = "login"
_LIFE = timedelta(minutes=10)
_TRIES = 5
_MAILS = 3  # in a row; more come with growing delays


def send_code(portal: Portal, person: Person, session_id: int) -> bool:
    """Mail a new code for this session in place of an earlier one; False where too many were asked for."""
    now, key = portal.clock.now(), ("code-mail", str(person.id))
    if not person.email or portal.throttles.wait(now, key).total_seconds() > 0:
        return False
    portal.throttles.failed(now, key, free=_MAILS)
    code = f"{secrets.randbelow(10**6):06d}"
    with portal.database.transaction() as connection:
        connection.execute(delete(OneTimeCode).where(OneTimeCode.session_id == session_id))
        connection.execute(
            insert(OneTimeCode).values(
                purpose=_LOGIN,
                session_id=session_id,
                code_hash=portal.sealer.mark(f"{session_id}\0{code}", "code").hex(),
                expires_at=now + _LIFE,
                tries=0,
            )
        )
        tell(portal, connection, person, "new_device_code", code=code)
    return True


def code_is_out(portal: Portal, session_id: int) -> bool:
    """Whether a code was mailed for this session that still works."""
    query = select(OneTimeCode.id).where(
        OneTimeCode.session_id == session_id,
        OneTimeCode.purpose == _LOGIN,
        OneTimeCode.tries < _TRIES,
        OneTimeCode.expires_at > portal.clock.now(),
    )
    with portal.database.reading() as connection:
        return connection.execute(query).first() is not None


def check(portal: Portal, who: Who, session_id: int, typed: str) -> None:
    """Use up a code that fits; raises ``Refused``, and slows down who guesses."""
    now, key = portal.clock.now(), ("second-factor", str(who.account_id))
    wait = portal.throttles.wait(now, key)
    if wait.total_seconds() > 0:
        raise Refused(code=sentences.too_often(ceil(wait.total_seconds())))
    person, code = known(portal, who.account_id), "".join(typed.split()).lower()
    with portal.database.transaction() as connection:
        problem = _use(portal, connection, person, session_id, code)
        action = "login.code_refused" if problem else "login.done"
        record(portal, connection, who, action, detail=person.second_factor)
    if problem:
        portal.throttles.failed(now, key)
        raise Refused(code=problem)
    portal.throttles.succeeded(key, ("code-mail", str(who.account_id)))


def _use(portal: Portal, connection: Connection, person: Person, session_id: int, code: str) -> object:
    """None when the code was good, else the sentence that says why not."""
    if person.second_factor == TOTP:
        good = OF_CUSTOMERS.use(connection, portal.sealer, person.id, code, portal.clock.now())
        good = good or OF_CUSTOMERS.use_recovery(connection, portal.sealer, person.id, code)
        return None if good else sentences.WRONG_CODE
    row = connection.execute(
        select(OneTimeCode)
        .where(OneTimeCode.session_id == session_id, OneTimeCode.purpose == _LOGIN)
        .with_for_update()  # many tries at once are still as many tries
    ).first()
    if row is None or row.tries >= _TRIES or row.expires_at <= portal.clock.now():
        return sentences.CODE_ENDED
    if not portal.sealer.is_mark(row.code_hash, f"{session_id}\0{code}", "code"):
        connection.execute(update(OneTimeCode).where(OneTimeCode.id == row.id).values(tries=OneTimeCode.tries + 1))
        return sentences.WRONG_CODE
    used = connection.execute(delete(OneTimeCode).where(OneTimeCode.id == row.id))
    return None if used.rowcount == 1 else sentences.CODE_ENDED
