"""Choosing an app for codes as the second factor, its recovery codes, and giving it up."""

from sqlalchemy import Connection, delete, update

from gateway.codes import OF_CUSTOMERS
from gateway.models import Account, TrustedDevice
from gateway.portal import Portal
from gateway.selfservice import sentences
from gateway.selfservice.entry import EMAIL, TOTP
from gateway.selfservice.person import Refused, Who, proved, record
from gateway.totp import new_secret, step_of


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
    with portal.database.transaction() as connection:
        _choose(portal, connection, who, TOTP, OF_CUSTOMERS.sealed(portal.sealer, person.id, secret), step)
        return OF_CUSTOMERS.renew_recovery(connection, portal.sealer, person.id)


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
    OF_CUSTOMERS.forget_recovery(connection, who.account_id)
    connection.execute(delete(TrustedDevice).where(TrustedDevice.account_id == who.account_id))
    record(portal, connection, who, "second_factor.changed", detail=method)
