"""Begins a payment: what is to be paid is committed before the operator is told of it, and it is told once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from adapters.clock import local_day
from gateway import audit
from gateway.models import PaymentRow
from gateway.outbox.database_clock import seconds
from gateway.outbox.records import KeyReused, StillRunning
from gateway.outbox.room import AWAY, NoRoom, room_or_not
from gateway.payments import handing_off, moves, open_marks, receipts, schedule
from gateway.payments.moves import COLUMNS, Held
from gateway.payments.noting import note
from gateway.payments.records import AlreadyOpen, Chosen, Payment
from gateway.payments.sealed import Contents, seal
from gateway.payments.states import PaymentState
from gateway.portal import Portal

_TRIES = 3
_KEY, _BODY = "payment key", "payment body"
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none that is read for another


@dataclass(frozen=True, slots=True)
class _Marks:
    keys: Sequence[bytes]
    bodies: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class _Intent:
    """What is to be written down; one and the same in each try."""

    operator: str
    account_id: int
    language: str
    contents: Contents


def given(portal: Portal, *, key: str, account_id: int, body: str) -> Payment | None:
    """The payment that was begun with this key, before anything is chosen or asked again.

    Raises ``KeyReused`` for a key with another body, ``StillRunning`` and ``NoRoom``.
    """
    marks = _marks(portal, key, account_id, body)
    with room_or_not():
        with portal.database.reading() as connection:
            known = connection.execute(select(PaymentRow.id).where(PaymentRow.key_mark.in_(marks.keys))).first()
        if known is None:
            return None
        with portal.database.transaction() as connection:
            return _given(portal, connection, marks)


def begin(
    portal: Portal,
    chosen: Chosen,
    *,
    account_id: int,
    operator: str,
    key: str,
    language: str,
    email: str | None,
    customer_ip: str,
    body: str,
) -> Payment:
    """Begin it, or give back what was begun with the same key and body (``is_new`` False).

    The payment comes back ``STARTED`` with its ``redirect_url``, ``FAILED`` (``error`` says why: ``refused`` or
    ``not-sent``) or ``UNKNOWN``. Raises ``KeyReused``, ``StillRunning``, ``NoRoom`` and ``AlreadyOpen``; before
    anybody was told. ``KeyError`` for an operator that is not configured.
    """
    teller = portal.operators[operator]
    marks = _marks(portal, key, account_id, body)
    contents = Contents(parts=chosen.parts, currency=chosen.currency, email=email)
    intent = _Intent(operator, account_id, language, contents)
    held = _committed(portal, marks, intent)
    if isinstance(held, Payment):
        return held
    order = handing_off.order(portal, held, contents, customer_ip)
    handing_off.tell(portal, teller, held, contents, order)
    with room_or_not(), portal.database.reading() as connection:
        return replace(receipts.by_id(portal, connection, held.id), is_new=True)


def _committed(portal: Portal, marks: _Marks, intent: _Intent) -> Held | Payment:
    """The intent, under a lease; or what the key has brought before."""
    for _ in range(_TRIES):
        try:
            with portal.database.transaction() as connection:
                before = _given(portal, connection, marks)
                if before is not None:
                    return before
                _refuse_what_is_open(portal, connection, intent)
                return _insert(portal, connection, intent, marks)
        except IntegrityError:  # its twin was faster, or two numbers met: look again
            continue
        except AWAY as error:
            # Nobody was told anything. Had it been a commit all the same, it is found by its key, or ends by itself.
            raise NoRoom(type(error).__name__) from error
    raise NoRoom("no free number")


def _given(portal: Portal, connection: Connection, marks: _Marks) -> Payment | None:
    query = select(PaymentRow.body_mark, *COLUMNS).where(PaymentRow.key_mark.in_(marks.keys)).with_for_update()
    row = connection.execute(query).first()
    if row is None:
        return None
    body, held = row[0], Held(*row[1:])
    if body not in marks.bodies:
        raise KeyReused("this key was used for something else")
    if held.state == PaymentState.INTENT:
        if not moves.hand_off_ended(connection, held):
            raise StillRunning("the operator is being told just now")
        handing_off.ended(portal, connection, held)
    return receipts.by_id(portal, connection, held.id)


def _refuse_what_is_open(portal: Portal, connection: Connection, intent: _Intent) -> None:
    for part in intent.contents.parts:
        found = open_marks.taken_by(connection, portal.sealer, part)
        if found is not None:
            number, owner = found
            raise AlreadyOpen(number if owner == intent.account_id else None)


def _insert(portal: Portal, connection: Connection, intent: _Intent, marks: _Marks) -> Held:
    now, reference = portal.clock.now(), str(uuid4())
    made: Any = connection.execute(
        insert(PaymentRow).values(
            public_id=_number(now),
            reference=reference,
            operator=intent.operator,
            operator_ref="",
            state=PaymentState.INTENT.value,
            account_id=intent.account_id,
            key_mark=marks.keys[0],
            body_mark=marks.bodies[0],
            payload=seal(portal.sealer, reference, intent.contents),
            language=intent.language,
            created_at=now,
            valid_until=now + timedelta(minutes=portal.settings.payments.valid_minutes),
            asks=0,
            leased_until=seconds(connection) + schedule.HAND_OFF_SECONDS,
            fence=1,
            error="",
        )
    ).inserted_primary_key
    open_marks.put(connection, portal.sealer, int(made[0]), intent.contents.parts)
    held = moves.locked(connection, int(made[0]))
    assert held is not None
    actor = audit.actor_account(intent.account_id)
    for customer_no in sorted({part.customer_no for part in intent.contents.parts}):
        note(connection, held, "begun", now, actor=actor, customer_no=customer_no, detail=intent.operator)
    return held


def _marks(portal: Portal, key: str, account_id: int, body: str) -> _Marks:
    return _Marks(portal.sealer.marks(f"{account_id}\0{key}", _KEY), portal.sealer.marks(body, _BODY))


def _number(now: datetime) -> str:
    """``P-261122-7K4Q-9M2T``: the day, which a clerk asks for first, and 40 random bits."""
    parts = ["".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(2)]
    return f"P-{local_day(now):%y%m%d}-{parts[0]}-{parts[1]}"
