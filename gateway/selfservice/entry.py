"""Decides what a right login and password open: everything, or first a second factor; and burns first passwords."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update

from gateway import audit
from gateway.accounts import opened_by
from gateway.login_watch import LOGINS
from gateway.models import Account
from gateway.passwords import used_up
from gateway.portal import Portal
from gateway.selfservice import devices
from gateway.selfservice.person import Person, known
from gateway.session_store import SECOND_FACTOR
from gateway.throttle import Slowed

EMAIL, TOTP = "email", "totp"
_NETWORK_FREE = 20  # a household or an office stands behind one address


@dataclass(frozen=True, slots=True)
class Entry:
    """Whom a login and password opened; ``method`` is the second factor that is still to be shown, or empty."""

    person: Person
    method: str

    @property
    def waits_for(self) -> str:
        return SECOND_FACTOR if self.method else ""

    @property
    def password_hash(self) -> str:
        """What the account has by now: a first password is used up."""
        return used_up(self.person.password_hash) if self.person.password_until else self.person.password_hash


def enter(portal: Portal, login: str, password: str, *, network: str, device_key: str = "") -> Entry | None:
    """Whom they open, or None for wrong, locked and expired alike.

    A first password works once and until its day: from then on only changing it, or a link by mail, helps. Raises
    ``Slowed`` after too many failures of this login or network, whether the login exists or not.

    A login and an address are counted apart, also where they are one account's: an address that had to wait for what
    was tried with a login would tell that both have an account, and the same one.
    """
    now, by_login, by_network = portal.clock.now(), ("login", login.strip().lower()), ("login-network", network)
    wait = portal.throttles.wait(now, by_login, by_network)
    if wait > timedelta():
        LOGINS.labels("slowed").inc()
        raise Slowed(wait)
    entry = _enter(portal, login, password, network=network, device_key=device_key)
    if entry is None:
        portal.throttles.failed(now, by_login)
        portal.throttles.failed(now, by_network, free=_NETWORK_FREE)
        portal.failures.failed(now)
    else:
        LOGINS.labels("right").inc()
        portal.throttles.succeeded(by_login)
    return entry


def _enter(portal: Portal, login: str, password: str, *, network: str, device_key: str) -> Entry | None:
    opened = opened_by(portal.database, login, password)
    if opened is None:
        return None
    account_id, now, person = opened.id, portal.clock.now(), known(portal, opened.id)
    if person.password_hash != opened.password_hash:  # changed while it was checked
        return None
    if person.locked_at or (person.password_until and person.password_until <= now):
        return None
    trusted = bool(device_key) and devices.is_trusted(portal, account_id, device_key)
    method = "" if trusted else method_of(portal, person)
    with portal.database.transaction() as connection:
        if person.password_until:
            burn = update(Account).where(Account.id == account_id, Account.password_hash == person.password_hash)
            if connection.execute(burn.values(password_hash=used_up(person.password_hash))).rowcount != 1:
                return None
        audit.record(
            connection,
            at=now,
            actor=audit.actor_account(account_id),
            action="login.password" if method else "login.done",
            account_id=account_id,
            network=network,
            detail="first password" if person.password_until else "",
        )
    return Entry(person, method)


def method_of(portal: Portal, person: Person) -> str:
    """The second factor that a new device has to show: ``email``, ``totp`` or none."""
    if person.second_factor == TOTP:
        return TOTP
    if portal.settings.security.second_factor != EMAIL or person.second_factor != EMAIL or not person.email:
        return ""
    # A first password has just come to the very same address.
    return "" if person.password_until else EMAIL
