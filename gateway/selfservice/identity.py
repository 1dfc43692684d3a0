"""Changing what one logs in with: the login, and the e-mail address, which proves itself by a link."""

from math import ceil
from urllib.parse import quote

from sqlalchemy import Connection, update
from sqlalchemy.exc import IntegrityError

from gateway.accounts import LOGIN, invented_login, is_name_of_another
from gateway.models import Account
from gateway.portal import Portal
from gateway.registration.form import EMAIL
from gateway.selfservice import sentences
from gateway.selfservice.passwords import end_all
from gateway.selfservice.person import Person, Refused, Who, person_of, proved, record, tell
from gateway.tokens import Purpose, Token, TokenProblem

_MAILS = 3  # in a row; more come with growing delays


def change_login(portal: Portal, who: Who, current: str, wanted: str) -> None:
    """Log in by another name from now on, and end all that is signed in; raises ``Refused``."""
    login = wanted.strip().lower()
    person = proved(portal, who.account_id, current)
    if not LOGIN.fullmatch(login):
        raise Refused(login=sentences.NOT_A_LOGIN)
    if "@" in login and login != person.email:
        raise Refused(login=sentences.LOGIN_OF_ANOTHER)
    try:
        with portal.database.transaction() as connection:
            connection.execute(update(Account).where(Account.id == person.id).values(login=login))
            end_all(connection, person.id)
            tell(portal, connection, person, "login_changed")
            record(portal, connection, who, "login.changed")
    except IntegrityError:
        raise Refused(login=sentences.LOGIN_TAKEN) from None


def ask_for_email(portal: Portal, who: Who, current: str, wanted: str) -> None:
    """Mail a link to the new address, and word to the old one; the same answer for one that somebody has."""
    email = wanted.strip().lower()
    person = proved(portal, who.account_id, current)
    if len(email) > 254 or not EMAIL.fullmatch(email):
        raise Refused(email=sentences.NOT_AN_EMAIL)
    if email == person.email:
        raise Refused(email=sentences.SAME_EMAIL)
    _not_too_many(portal, person)
    sealed = portal.sealer.seal(email, "change-email", str(person.id))
    state = portal.sealer.mark(_state(person), "email").hex()[:32]
    token = portal.tokens.make(Purpose.CHANGE_EMAIL, str(person.id), bound=f"{state}.{sealed}")
    with portal.database.transaction() as connection:
        if not is_name_of_another(connection, email, person.id):
            link = f"{portal.settings.mail.base_url.rstrip('/')}/konto/e-mail/{quote(token)}"
            tell(portal, connection, person, "email_change_prove", to=email, link=link)
        tell(portal, connection, person, "email_change_notice")
        record(portal, connection, who, "email.change_asked")


def _not_too_many(portal: Portal, person: Person) -> None:
    """Nobody fills strangers' mailboxes from here."""
    now, key = portal.clock.now(), ("email-change", str(person.id))
    wait = portal.throttles.wait(now, key)
    if wait.total_seconds() > 0:
        raise Refused(email=sentences.too_often(ceil(wait.total_seconds())))
    portal.throttles.failed(now, key, free=_MAILS)


def read_link(portal: Portal, token: str) -> str:
    """The address that this link proves; raises ``TokenProblem``."""
    with portal.database.reading() as connection:
        return _opened(portal, connection, portal.tokens.read(Purpose.CHANGE_EMAIL, token, connection))[1]


def prove_email(portal: Portal, token: str, *, network: str) -> int:
    """Put the proved address in place of the old one, also as the login where that was it; the account's id.

    All that is signed in ends: who changes them may well do so because of a stranger. Raises ``TokenProblem``.
    The old address never stays behind as a login: it may become somebody else's.
    """
    try:
        with portal.database.transaction() as connection:
            person, email = _opened(portal, connection, portal.tokens.consume(Purpose.CHANGE_EMAIL, token, connection))
            values = {"email": email}
            if person.login == person.email:
                values["login"] = email if LOGIN.fullmatch(email) else invented_login()
            mine = update(Account).where(Account.id == person.id, Account.email.is_not_distinct_from(person.email))
            if connection.execute(mine.values(values)).rowcount != 1:
                raise TokenProblem("used")  # another link was used at the same moment
            end_all(connection, person.id)
            record(portal, connection, Who(person.id, network), "email.changed")
            return person.id
    except IntegrityError:
        raise TokenProblem("wrong") from None  # somebody has that address meanwhile


def _opened(portal: Portal, connection: Connection, token: Token) -> tuple[Person, str]:
    person = person_of(connection, int(token.subject))
    state, _, sealed = token.bound.partition(".")
    email = portal.sealer.open(sealed, "change-email", token.subject)
    if person is None or person.locked_at or email is None:
        raise TokenProblem("wrong")
    if not portal.sealer.is_mark(state, _state(person), "email"):
        raise TokenProblem("used")
    return person, email


def _state(person: Person) -> str:
    """What must still be so when the link is used: the address and the password."""
    return f"{person.id}\0{person.email}\0{person.password_hash}"
