"""How a registration comes in: taken whatever it says, and passed on once its address is proved."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway import audit
from gateway.mail import enqueue
from gateway.models import Registration
from gateway.portal import Portal
from gateway.registration.reading import locked_row, typed_in
from gateway.registration.records import AlreadyDecided, NotThere, State, Typed
from gateway.tokens import Purpose, TokenProblem

MAILS_A_DAY = 5
"""So many times a day an address gets our mail, whoever types it into the form."""


def submit(
    portal: Portal,
    typed: Typed,
    *,
    language: str,
    network: str,
    account_id: int | None = None,
    channel: str = "page",
    once: str = "",
) -> str:
    """Take a registration and mail its link; the ``public_id``.

    Nothing is asked of the ERP and no account looked for, so the answer and its time are the same for everybody. The
    same ``once`` with the same particulars is one registration, however often it is sent. An account that asks for one
    more customer needs no link: its address is its own.
    """
    now = portal.clock.now()
    public_id = _public_id(portal, typed, once)
    try:
        with portal.database.transaction() as connection:
            mails = _mails_today(portal, connection, typed, now)
            registration_id = _insert(portal, connection, public_id, typed, now, language, account_id, channel)
            audit.record(
                connection,
                at=now,
                actor="visitor" if account_id is None else audit.actor_account(account_id),
                action="registration.submitted",
                account_id=account_id,
                subject=public_id,
                network=network,
                detail=channel,
            )
            if account_id is None and mails < MAILS_A_DAY:
                _mail_link(portal, connection, registration_id, public_id, typed, language, now)
    except IntegrityError:
        if not once:
            raise
    return public_id


def prove(portal: Portal, token: str) -> None:
    """The link of the mail was used: the address is its sender's, and the ERP is asked next.

    Raises ``TokenProblem``.
    """
    now = portal.clock.now()
    with portal.database.transaction() as connection:
        found = portal.tokens.consume(Purpose.PROVE_EMAIL, token, connection)
        done = connection.execute(
            update(Registration)
            .where(Registration.public_id == found.subject, Registration.state == State.NEW)
            .values(state=State.PROVED, proved_at=now, check_at=now, mail_failed=False)
        )
        if done.rowcount != 1:
            raise TokenProblem("used")
        audit.record(connection, at=now, actor=audit.SYSTEM, action="registration.proved", subject=found.subject)


def question_of(portal: Portal, token: str) -> Typed:
    """What was typed, for the form that answers a clerk's question; raises ``TokenProblem``."""
    with portal.database.transaction() as connection:
        found = portal.tokens.read(Purpose.ANSWER_REGISTRATION, token, connection)
        return _asked(portal, connection, found.subject)


def answer(portal: Portal, token: str, typed: Typed) -> None:
    """Take the answer to a clerk's question: the particulars are replaced and checked again.

    The address stays the proved one. Raises ``TokenProblem``.
    """
    now = portal.clock.now()
    with portal.database.transaction() as connection:
        found = portal.tokens.consume(Purpose.ANSWER_REGISTRATION, token, connection)
        before = _asked(portal, connection, found.subject)
        row = locked_row(connection, found.subject)
        kept = portal.sealer.open_json(row.particulars, "registration", row.public_id) or {}
        corrected = {**typed.to_json(), "email": before.email}
        connection.execute(
            update(Registration)
            .where(Registration.id == row.id)
            .values(
                state=State.PROVED,
                proved_at=now,
                check_at=now,
                checks=0,
                finding=None,
                customer_mark=portal.sealer.mark(typed.customer_no, "registration.customer"),
                particulars=portal.sealer.seal_json({**kept, "typed": corrected}, "registration", row.public_id),
            )
        )
        audit.record(connection, at=now, actor=audit.SYSTEM, action="registration.answered", subject=found.subject)


def _asked(portal: Portal, connection: Connection, public_id: str) -> Typed:
    try:
        row = locked_row(connection, public_id)
    except (AlreadyDecided, NotThere):
        raise TokenProblem("used") from None
    typed = typed_in(portal, row)
    if row.state != State.ASKED or typed is None:
        raise TokenProblem("used")
    return typed


def _public_id(portal: Portal, typed: Typed, once: str) -> str:
    if not once:
        return secrets.token_urlsafe(12)
    said = "\0".join([once, *(str(value) for value in typed.to_json().values())])
    return portal.sealer.mark(said, "registration.once").hex()[:32]


def _insert(
    portal: Portal,
    connection: Connection,
    public_id: str,
    typed: Typed,
    now: datetime,
    language: str,
    account_id: int | None,
    channel: str,
) -> int:
    terms = portal.terms.terms
    particulars = {"typed": typed.to_json(), "text_hash": terms.text_hash, "channel": channel}
    proved: dict[str, Any] = {"state": State.NEW, "proved_at": None, "check_at": None}
    if account_id is not None:
        proved = {"state": State.PROVED, "proved_at": now, "check_at": now}
    made = connection.execute(
        insert(Registration).values(
            public_id=public_id,
            account_id=account_id,
            particulars=portal.sealer.seal_json(particulars, "registration", public_id),
            email_mark=_email_mark(portal, typed),
            customer_mark=portal.sealer.mark(typed.customer_no, "registration.customer"),
            language=language,
            terms_version=terms.version,
            created_at=now,
            checks=0,
            reason="",
            mail_failed=False,
            **proved,
        )
    )
    key: Any = made.inserted_primary_key
    return int(key[0])


def _mail_link(
    portal: Portal,
    connection: Connection,
    registration_id: int,
    public_id: str,
    typed: Typed,
    language: str,
    now: datetime,
) -> None:
    token = portal.tokens.make(Purpose.PROVE_EMAIL, public_id)
    enqueue(
        connection,
        to=typed.email,
        template="registration_received",
        language=language,
        values={"link": link_to(portal, "/rejestracja/potwierdz", token)},
        now=now,
        sealer=portal.sealer,
        registration_id=registration_id,
    )


def link_to(portal: Portal, path: str, token: str) -> str:
    """An address of ours for a mail, which may be written without a request."""
    return f"{portal.settings.mail.base_url.rstrip('/')}{path}?token={token}"


def _email_mark(portal: Portal, typed: Typed) -> bytes:
    return portal.sealer.mark(typed.email, "registration.email")


def _mails_today(portal: Portal, connection: Connection, typed: Typed, now: datetime) -> int:
    query = select(func.count()).where(
        Registration.email_mark == _email_mark(portal, typed), Registration.created_at > now - timedelta(days=1)
    )
    return int(connection.execute(query).scalar_one())
