"""Accounts and the customers they are linked with, in the portal's own memory."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from gateway.database import Database
from gateway.models import Account, AuditEvent, Consent, CustomerLink, SessionRow
from gateway.passwords import hash_password, is_right, some_letters
from gateway.terms import Document
from schemas import values

LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+\-]{2,63}")
PASSWORD_LENGTH = range(12, 129)
_TAKEN = "login: this one is taken"


@dataclass(frozen=True, slots=True)
class Link:
    """One customer whom an account may see; ``public_id`` is how URLs name them."""

    public_id: str
    customer_no: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The account that a password opened, and the hash that it fitted."""

    id: int
    password_hash: str


class AccountProblem(ValueError):
    """Why an account cannot be made so; safe to show."""


def add_account(
    database: Database,
    *,
    login: str,
    password: str,
    customer_nos: list[str],
    now: datetime,
    email: str | None = None,
    accepted: Document | None = None,
    first_password_until: datetime | None = None,
) -> None:
    """Make an account that sees these customers; raises ``AccountProblem``.

    With an ``email`` it shows a second factor. ``accepted`` are the terms that its holder is known to have accepted.
    """
    login = login.strip().lower()
    if not LOGIN.fullmatch(login):
        raise AccountProblem("login: expected 3 to 64 letters, digits or . _ @ + -")
    if len(password) not in PASSWORD_LENGTH:
        raise AccountProblem("password: expected 12 to 128 characters")
    try:
        numbers = [values.customer_no(number) for number in dict.fromkeys(customer_nos)]
    except ValueError as error:
        raise AccountProblem(str(error)) from None
    password_hash = hash_password(password)
    try:
        with database.transaction() as connection:
            if is_name_of_another(connection, login) or (email and is_name_of_another(connection, email)):
                raise AccountProblem(_TAKEN)
            account_id = insert_account(
                connection,
                login=login,
                email=email,
                password_hash=password_hash,
                password_until=first_password_until,
                created_at=now,
                second_factor="email" if email else "off",
            )
            for number in numbers:
                connection.execute(
                    insert(CustomerLink).values(
                        public_id=secrets.token_urlsafe(12),
                        account_id=account_id,
                        customer_no=number,
                        created_at=now,
                    )
                )
            if accepted:
                connection.execute(
                    insert(Consent).values(
                        account_id=account_id,
                        terms_version=accepted.version,
                        text_hash=accepted.text_hash,
                        channel="seed",
                        accepted_at=now,
                    )
                )
    except IntegrityError:
        raise AccountProblem(_TAKEN) from None


def insert_account(connection: Connection, **values: Any) -> int:
    """A new row and its id, which no account had before: of closed ones the audit log and consents still tell."""
    if connection.dialect.name == "sqlite":  # it would give the last one's id again
        had = [select(func.max(each)) for each in (Account.id, AuditEvent.account_id, Consent.account_id)]
        values["id"] = max(connection.execute(each).scalar() or 0 for each in had) + 1
    made: Any = connection.execute(insert(Account).values(**values)).inserted_primary_key
    return int(made[0])


def is_name_of_another(connection: Connection, name: str, account_id: int = 0) -> bool:
    """Whether somebody else logs in by this name already, be it a login or an address."""
    query = select(Account.id).where(or_(Account.login == name, Account.email == name), Account.id != account_id)
    return connection.execute(query).first() is not None


def invented_login() -> str:
    """A login for whoever has no address that could be one."""
    return f"ebok-{some_letters(8)}"


def opened_by(database: Database, login: str, password: str) -> Opened | None:
    """The account that this login, or e-mail, and password open, or None; takes as long for one that does not exist."""
    typed = login.strip().lower()
    with database.reading() as connection:
        # A login is somebody's e-mail only where both are the same account's.
        row = connection.execute(
            select(Account.id, Account.password_hash).where(or_(Account.login == typed, Account.email == typed))
        ).first()
    right = is_right(password, row.password_hash if row else None)
    return Opened(row.id, row.password_hash) if row and right else None


def links_of(database: Database, account_id: int) -> list[Link]:
    """The customers whom an account may see, in order of their numbers."""
    query = (
        select(CustomerLink.public_id, CustomerLink.customer_no)
        .where(CustomerLink.account_id == account_id)
        .order_by(CustomerLink.customer_no)
    )
    with database.reading() as connection:
        return [Link(row.public_id, row.customer_no) for row in connection.execute(query)]


def end_sessions(database: Database, account_id: int) -> None:
    """End every session and token of an account at once."""
    with database.transaction() as connection:
        connection.execute(delete(SessionRow).where(SessionRow.account_id == account_id))
