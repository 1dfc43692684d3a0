"""Choosing an app for codes as the second factor, its recovery codes, and giving it up."""

from sqlalchemy import Connection, delete, insert, update

from gateway.models import Account, OneTimeCode, TrustedDevice
from gateway.passwords import some_letters
from gateway.portal import Portal
from gateway.selfservice import sentences
from gateway.selfservice.entry import EMAIL, TOTP
from gateway.selfservice.person import Refused, Who, proved, record
from gateway.selfservice.second_factor import RECOVERY, mark_of_recovery
from gateway.totp import new_secret, step_of

_CODES = 10


def offer(portal: Portal, who: Who) -> tuple[str, str]:
    """A new secret, and the same sealed for the form; nothing is kept until a code shows that the app has it."""
    secret = new_secret()
    return secret, portal.sealer.seal(secret, "totp-offer", str(who.account_id))


def opened(portal: Portal, who: Who, sealed: str) -> str | None:
    """The secret that was offered to this account, or None."""
    return portal.sealer.open(sealed, "totp-offer", str(who.account_id))


def take_up(portal: Portal, who: Who, sealed: str, code: str, current: str) -> list[str]:
    """Ask for the app's codes from now on; the answer are the recovery codes, shown once. Raises ``Refused``."""
    secret = opened(portal, who, sealed)
    if secret is None:
        raise Refused(code=sentences.CODE_ENDED)
    person = proved(portal, who.account_id, current)
    step = step_of(secret, code, portal.clock.now())
    if step is None:
        raise Refused(code=sentences.WRONG_CODE)
    codes = ["-".join(some_letters(5) for _ in range(2)) for _ in range(_CODES)]
    with portal.database.transaction() as connection:
        kept = portal.sealer.seal_json({"secret": secret}, "account.totp", str(person.id))
        _choose(portal, connection, who, TOTP, kept, step)
        for each in codes:
            mark = mark_of_recovery(portal, person.id, each)
            values = {"purpose": RECOVERY, "account_id": person.id, "code_hash": mark, "tries": 0}
            connection.execute(insert(OneTimeCode).values(**values))
    return codes


def give_up(portal: Portal, who: Who, current: str) -> None:
    """Go back to codes by e-mail, or to none where the account has no address. Raises ``Refused``."""
    person = proved(portal, who.account_id, current)
    with portal.database.transaction() as connection:
        _choose(portal, connection, who, EMAIL if person.email else "off", None, person.totp_step)


def _choose(portal: Portal, connection: Connection, who: Who, method: str, kept: bytes | None, step: int) -> None:
    connection.execute(
        update(Account)
        .where(Account.id == who.account_id)
        .values(second_factor=method, totp_secret=kept, totp_step=step)
    )
    connection.execute(
        delete(OneTimeCode).where(OneTimeCode.account_id == who.account_id, OneTimeCode.purpose == RECOVERY)
    )
    connection.execute(delete(TrustedDevice).where(TrustedDevice.account_id == who.account_id))
    record(portal, connection, who, "second_factor.changed", detail=method)
