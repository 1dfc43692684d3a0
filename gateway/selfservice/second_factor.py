"""The second factor: a code by e-mail on a new device, an app's code (RFC 6238), or a recovery code; each used once."""

import secrets
from datetime import timedelta
from math import ceil

from sqlalchemy import Connection, delete, insert, select, update

from gateway.mail import enqueue
from gateway.models import Account, OneTimeCode
from gateway.portal import Portal
from gateway.selfservice import sentences
from gateway.selfservice.entry import EMAIL, TOTP
from gateway.selfservice.person import Person, Refused, Who, known, record
from gateway.totp import step_of

LOGIN, RECOVERY = "login", "recovery"
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
                purpose=LOGIN,
                session_id=session_id,
                code_hash=portal.sealer.mark(f"{session_id}\0{code}", "code").hex(),
                expires_at=now + _LIFE,
                tries=0,
            )
        )
        enqueue(
            connection,
            to=person.email,
            template="new_device_code",
            language=person.language,
            values={"code": code},
            now=now,
            sealer=portal.sealer,
            account_id=person.id,
        )
    return True


def code_is_out(portal: Portal, session_id: int) -> bool:
    """Whether a code was mailed for this session that still works."""
    query = select(OneTimeCode.id).where(
        OneTimeCode.session_id == session_id,
        OneTimeCode.purpose == LOGIN,
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


def mark_of_recovery(portal: Portal, account_id: int, code: str) -> str:
    """How a recovery code is kept."""
    return portal.sealer.mark(_recovery_text(account_id, code), RECOVERY).hex()


def _recovery_text(account_id: int, code: str) -> str:
    return f"{account_id}\0{code.replace('-', '')}"


def _use(portal: Portal, connection: Connection, person: Person, session_id: int, code: str) -> object:
    """None when the code was good, else the sentence that says why not."""
    if person.second_factor == TOTP:
        good = use_app_code(portal, connection, person, code) or _use_recovery(portal, connection, person, code)
        return None if good else sentences.WRONG_CODE
    row = connection.execute(
        select(OneTimeCode)
        .where(OneTimeCode.session_id == session_id, OneTimeCode.purpose == LOGIN)
        .with_for_update()  # many tries at once are still as many tries
    ).first()
    if row is None or row.tries >= _TRIES or row.expires_at <= portal.clock.now():
        return sentences.CODE_ENDED
    if not portal.sealer.is_mark(row.code_hash, f"{session_id}\0{code}", "code"):
        connection.execute(update(OneTimeCode).where(OneTimeCode.id == row.id).values(tries=OneTimeCode.tries + 1))
        return sentences.WRONG_CODE
    used = connection.execute(delete(OneTimeCode).where(OneTimeCode.id == row.id))
    return None if used.rowcount == 1 else sentences.CODE_ENDED


def use_app_code(portal: Portal, connection: Connection, person: Person, code: str) -> bool:
    """Whether an app's code fits and belongs to a later step than the last one that was used."""
    values = portal.sealer.open_json(person.totp_secret, "account.totp", str(person.id))
    step = step_of(values["secret"], code, portal.clock.now()) if values else None
    if step is None:
        return False
    query = update(Account).where(Account.id == person.id, Account.totp_step < step).values(totp_step=step)
    return connection.execute(query).rowcount == 1


def _use_recovery(portal: Portal, connection: Connection, person: Person, code: str) -> bool:
    marks = [each.hex() for each in portal.sealer.marks(_recovery_text(person.id, code), RECOVERY)]
    used = connection.execute(
        delete(OneTimeCode).where(
            OneTimeCode.account_id == person.id,
            OneTimeCode.purpose == RECOVERY,
            OneTimeCode.code_hash.in_(marks),
        )
    )
    return used.rowcount == 1


__all__ = [
    "EMAIL",
    "LOGIN",
    "RECOVERY",
    "TOTP",
    "check",
    "code_is_out",
    "mark_of_recovery",
    "send_code",
    "use_app_code",
]
