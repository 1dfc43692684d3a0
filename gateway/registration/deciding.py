"""A registration's end: access is given or refused, its sender told, and what was typed wiped, all at once."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway import audit
from gateway.accounts import LOGIN, insert_account, invented_login, is_name_of_another
from gateway.mail import enqueue
from gateway.models import Account, Consent, CustomerLink, Registration
from gateway.passwords import FirstPassword, first_password
from gateway.portal import Portal
from gateway.registration.arriving import link_to
from gateway.registration.reading import finding_of, locked_row, mark_of, typed_in
from gateway.registration.reasons import REASONS, reason_text
from gateway.registration.records import ChangedMeanwhile, NotChecked, State, Typed
from gateway.tokens import Purpose


def confirm(portal: Portal, public_id: str, *, seen: str, staff_login: str, staff_id: int, network: str) -> bool:
    """Give access: a new account with a first password by mail, or one more customer for an account that exists.

    An account with the proved address counts as existing; True where there was none. ``seen`` is the mark of what
    the clerk looked at. Raises ``AlreadyDecided``, ``NotChecked``, ``ChangedMeanwhile`` or ``NotThere``.
    """
    by = {"seen": seen, "staff_login": staff_login, "network": network}
    try:
        return _confirm(portal, public_id, staff_id, **by)
    except IntegrityError:  # another registration of this address was confirmed at the same moment: now it exists
        return _confirm(portal, public_id, staff_id, **by)


def _confirm(portal: Portal, public_id: str, staff_id: int, *, seen: str, staff_login: str, network: str) -> bool:
    now, password = portal.clock.now(), first_password()
    with portal.database.transaction() as connection:
        row = locked_row(connection, public_id)
        typed = typed_in(portal, row)
        found = finding_of(portal, row)
        if (
            row.state not in (State.CHECKED, State.ASKED)
            or typed is None
            or found is None
            or not found.may_be_confirmed
        ):
            raise NotChecked
        if mark_of(row) != seen:
            raise ChangedMeanwhile
        account = _existing(connection, row, typed)
        if account is None:
            account_id = _new_account(portal, connection, row, typed, password, now)
        else:
            account_id = account.id
            values = {"customer_no": typed.customer_no}
            _mail(portal, connection, row, account.email, "customer_linked", values, now, account_id)
        _link(connection, account_id, typed.customer_no, now)
        _close(connection, row, State.CONFIRMED, now, staff_id, account_id=account_id)
        audit.record(
            connection,
            at=now,
            actor=audit.actor_staff(staff_login),
            action="registration.confirmed",
            account_id=account_id,
            customer_no=typed.customer_no,
            subject=public_id,
            network=network,
            detail="new account" if account is None else "one more customer",
        )
    return account is None


def refuse(
    portal: Portal,
    public_id: str,
    *,
    staff_login: str,
    staff_id: int,
    network: str,
    reason: str,
    note: str = "",
) -> None:
    """Refuse for one of ``reasons.REASONS``; ``note`` goes into the mail and is not kept.

    Raises ``AlreadyDecided`` or ``NotThere``, and ``ValueError`` for another reason.
    """
    if reason not in REASONS:
        raise ValueError("expected one of the reasons")
    with portal.database.transaction() as connection:
        row = locked_row(connection, public_id)
        refuse_row(
            portal,
            connection,
            row,
            reason=reason,
            note=note,
            actor=audit.actor_staff(staff_login),
            staff_id=staff_id,
            network=network,
        )


def refuse_row(
    portal: Portal,
    connection: Connection,
    row: Row[Any],
    *,
    reason: str,
    actor: str,
    staff_id: int | None = None,
    network: str = "",
    note: str = "",
) -> None:
    """Refuse a registration that ``locked_row`` holds, by a clerk or by ourselves."""
    now = portal.clock.now()
    typed, found = typed_in(portal, row), finding_of(portal, row)
    if typed is not None:
        words = " ".join(filter(None, [reason_text(reason, row.language), note.strip()]))
        to = typed.email if row.account_id is None else _address(connection, row.account_id)
        template = "registration_refused" if row.account_id is None else "customer_link_refused"
        # An account may have asked for several customers; the mail alone can tell which one it is about.
        which = {} if row.account_id is None else {"customer_no": typed.customer_no}
        _mail(portal, connection, row, to, template, {"reason": words, **which}, now)
    _close(connection, row, State.REFUSED, now, staff_id, reason=reason)
    audit.record(
        connection,
        at=now,
        actor=actor,
        action="registration.refused",
        account_id=row.account_id,
        # Only a number that the ERP knows is a customer's; any other is just something that somebody typed.
        customer_no=typed.customer_no if typed and found and found.known else None,
        subject=row.public_id,
        network=network,
        detail=reason,
    )


def ask_again(portal: Portal, public_id: str, *, staff_login: str, staff_id: int, network: str, question: str) -> None:
    """Send a question and a link to answer it by; raises ``AlreadyDecided``, ``NotChecked`` or ``NotThere``."""
    now = portal.clock.now()
    with portal.database.transaction() as connection:
        row = locked_row(connection, public_id)
        typed = typed_in(portal, row)
        to = "" if typed is None else typed.email
        if row.account_id is not None:
            to = _address(connection, row.account_id)
        if row.state not in (State.CHECKED, State.ASKED) or not to:
            raise NotChecked
        token = portal.tokens.make(Purpose.ANSWER_REGISTRATION, public_id)
        values = {"question": question.strip(), "link": link_to(portal, "/rejestracja/odpowiedz", token)}
        connection.execute(update(Registration).where(Registration.id == row.id).values(state=State.ASKED))
        _mail(portal, connection, row, to, "registration_asked", values, now)
        audit.record(
            connection,
            at=now,
            actor=audit.actor_staff(staff_login),
            action="registration.asked",
            account_id=row.account_id,
            subject=public_id,
            network=network,
            detail=f"staff {staff_id}",
        )


def _existing(connection: Connection, row: Row[Any], typed: Typed) -> Row[Any] | None:
    columns: Any = select(Account.id, Account.email)
    if row.account_id is not None:
        return connection.execute(columns.where(Account.id == row.account_id)).first()
    return connection.execute(columns.where(Account.email == typed.email)).first()


def _new_account(
    portal: Portal,
    connection: Connection,
    row: Row[Any],
    typed: Typed,
    password: FirstPassword,
    now: datetime,
) -> int:
    login = _login(connection, typed.email)
    account_id = insert_account(
        connection,
        login=login,
        email=typed.email,
        holder=typed.name,
        phone=typed.phone,
        language=row.language,
        password_hash=password.hash,
        password_until=now + timedelta(days=portal.settings.security.first_password_days),
        second_factor="email",  # whether it is asked for, the settings say each time
        created_at=now,
    )
    kept = portal.sealer.open_json(row.particulars, "registration", row.public_id) or {}
    connection.execute(
        insert(Consent).values(
            account_id=account_id,
            terms_version=row.terms_version,
            text_hash=kept.get("text_hash", ""),
            channel="register",
            accepted_at=row.created_at,
        )
    )
    link = portal.settings.mail.base_url.rstrip("/") + "/logowanie"
    values = {"login": login, "password": password.text, "link": link}
    _mail(portal, connection, row, typed.email, "first_password", values, now, account_id)
    return account_id


def _login(connection: Connection, email: str) -> str:
    """The address, unless it is no login or somebody has it as theirs."""
    return email if LOGIN.fullmatch(email) and not is_name_of_another(connection, email) else invented_login()


def _link(connection: Connection, account_id: int, customer_no: str, now: datetime) -> None:
    there = select(CustomerLink.id).where(
        CustomerLink.account_id == account_id, CustomerLink.customer_no == customer_no
    )
    if connection.execute(there).first() is None:
        connection.execute(
            insert(CustomerLink).values(
                public_id=secrets.token_urlsafe(12), account_id=account_id, customer_no=customer_no, created_at=now
            )
        )


def _close(
    connection: Connection,
    row: Row[Any],
    state: State,
    now: datetime,
    staff_id: int | None,
    *,
    account_id: int | None = None,
    reason: str = "",
) -> None:
    connection.execute(
        update(Registration)
        .where(Registration.id == row.id)
        .values(
            state=state,
            account_id=account_id or row.account_id,
            particulars=None,
            finding=None,
            check_at=None,
            decided_at=now,
            decided_by=staff_id,
            reason=reason,
        )
    )


def _mail(
    portal: Portal,
    connection: Connection,
    row: Row[Any],
    to: str | None,
    template: str,
    values: dict[str, str],
    now: datetime,
    account_id: int | None = None,
) -> None:
    if not to:  # an account without an address reads the outcome on its own page
        return
    enqueue(
        connection,
        to=to,
        template=template,
        language=row.language,
        values=values,
        now=now,
        sealer=portal.sealer,
        account_id=account_id or row.account_id,
        registration_id=row.id,
    )


def _address(connection: Connection, account_id: int) -> str:
    return connection.execute(select(Account.email).where(Account.id == account_id)).scalar_one() or ""
