"""Changing a password: the first one, one's own, and a forgotten one by a link; each ends what was signed in."""

from collections.abc import Iterable
from urllib.parse import quote

from sqlalchemy import Connection, delete, or_, select, update

from gateway import audit
from gateway.mail import enqueue
from gateway.models import Account, Mail, SessionRow, TrustedDevice
from gateway.password_rules import Weakness, strength, weakness
from gateway.passwords import hash_password, was_used_up
from gateway.portal import Portal
from gateway.selfservice import sentences
from gateway.selfservice.person import Person, Refused, Who, known, person_of, proved, record, tell
from gateway.tokens import Purpose, Token, TokenProblem

_NOBODY = "nobody@nowhere.invalid"


def change(portal: Portal, who: Who, current: str, new: str) -> None:
    """Put a new password in place of the current one; ends every session and token. Raises ``Refused``."""
    person = proved(portal, who.account_id, current)
    if new == current:
        raise Refused(new_password=sentences.SAME_PASSWORD)
    _replace(portal, person, new, network=who.network, action="password.changed")


def change_first(portal: Portal, who: Who, new: str) -> None:
    """Put one's own password in place of the first one, which was used up by logging in. Raises ``Refused``."""
    person = known(portal, who.account_id)
    if person.password_until is None:
        raise Refused(new_password=sentences.CHANGED_MEANWHILE)
    if was_used_up(new, person.password_hash):
        raise Refused(new_password=sentences.MAILED_PASSWORD)
    _replace(portal, person, new, network=who.network, action="password.first_changed")


def send_link(portal: Portal, typed: str, *, language: str, network: str) -> None:
    """Mail a link for a new password where the login or address is known; does the same work where it is not."""
    now, wanted = portal.clock.now(), typed.strip().lower()[:254]
    key = ("forgotten", wanted)
    waits = portal.throttles.wait(now, key).total_seconds() > 0
    portal.throttles.failed(now, key, free=3)
    if waits:
        return  # its mailbox has had enough; the page says the same
    with portal.database.transaction() as connection:
        query = select(Account.id).where(or_(Account.login == wanted, Account.email == wanted))
        found = connection.execute(query).scalar()
        person = person_of(connection, found or 0)
        known_one = person if person and person.email and not person.locked_at else None
        subject, bound = (str(person.id), _fingerprint(portal, person)) if person else ("0", "")
        token = portal.tokens.make(Purpose.RESET_PASSWORD, subject, bound=bound)
        message_id = enqueue(
            connection,
            to=(known_one.email if known_one else None) or _NOBODY,
            template="password_reset",
            language=known_one.language if known_one else language,
            values={"link": f"{portal.settings.mail.base_url.rstrip('/')}/haslo/nowe/{quote(token)}"},
            now=now,
            sealer=portal.sealer,
            account_id=known_one.id if known_one else None,
        )
        if known_one is None:
            connection.execute(delete(Mail).where(Mail.message_id == message_id))
        audit.record(
            connection,
            at=now,
            actor=audit.actor_account(known_one.id) if known_one else "anonymous",
            action="password.forgotten",
            account_id=known_one.id if known_one else None,
            network=network,
        )


def read_link(portal: Portal, token: str) -> Person:
    """Whose link this is; raises ``TokenProblem``."""
    with portal.database.reading() as connection:
        return _owner(portal, connection, portal.tokens.read(Purpose.RESET_PASSWORD, token, connection))


def reset(portal: Portal, token: str, new: str, *, network: str) -> None:
    """Put a new password in place of a forgotten one; raises ``TokenProblem`` or, with the link kept, ``Refused``."""
    person = read_link(portal, token)
    _check(portal, person, new)
    new_hash = hash_password(new)
    with portal.database.transaction() as connection:
        person = _owner(portal, connection, portal.tokens.consume(Purpose.RESET_PASSWORD, token, connection))
        _put(portal, connection, person, new_hash, network=network, action="password.reset")


def around(portal: Portal, person: Person) -> Iterable[str]:
    """The words that stand around an account, which a password must not be made of."""
    return (person.login, person.email or "", person.holder, person.phone, portal.settings.utility.name)


def hint(portal: Portal, person: Person, typed: str) -> object:
    """How strong the password is that was typed and not taken yet; nothing where its mistake says enough."""
    found = weakness(typed, around(portal, person))
    if found is Weakness.SHORT and typed:
        return sentences.too_short(len(typed))
    return "" if found else sentences.STRENGTH[strength(typed)]


def end_all(connection: Connection, account_id: int) -> None:
    """End everything that is signed in to an account, or could sign in without its password."""
    for table in (SessionRow, TrustedDevice):
        connection.execute(delete(table).where(table.account_id == account_id))


def _replace(portal: Portal, person: Person, new: str, *, network: str, action: str) -> None:
    _check(portal, person, new)
    new_hash = hash_password(new)  # before the transaction: it takes long
    with portal.database.transaction() as connection:
        _put(portal, connection, person, new_hash, network=network, action=action)


def _check(portal: Portal, person: Person, new: str) -> None:
    found = weakness(new, around(portal, person))
    if found:
        raise Refused(new_password=sentences.WEAK[found])


def _put(portal: Portal, connection: Connection, person: Person, new_hash: str, *, network: str, action: str) -> None:
    query = update(Account).where(Account.id == person.id, Account.password_hash == person.password_hash)
    if connection.execute(query.values(password_hash=new_hash, password_until=None)).rowcount != 1:
        raise Refused(new_password=sentences.CHANGED_MEANWHILE)
    end_all(connection, person.id)
    tell(portal, connection, person, "password_changed")
    record(portal, connection, Who(person.id, network), action)


def _owner(portal: Portal, connection: Connection, token: Token) -> Person:
    """Whose link it is, as long as their password and address are still those that it was asked for."""
    person = person_of(connection, int(token.subject))
    if person is None or person.locked_at:
        raise TokenProblem("wrong")
    if not portal.sealer.is_mark(token.bound, _state(person), "password"):
        raise TokenProblem("used")
    return person


def _fingerprint(portal: Portal, person: Person) -> str:
    return portal.sealer.mark(_state(person), "password").hex()[:32]


def _state(person: Person) -> str:
    """What must still be so when the link is used: the password, and the address that the link was mailed to."""
    return f"{person.id}\0{person.email}\0{person.password_hash}"
