"""Receipts as their owners read them: the number, when it was accepted, where it stands; never what was in it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from gateway.models import SubmissionRow
from gateway.outbox.records import Draft, Receipt, State
from gateway.portal import Portal
from gateway.sealing import Sealer
from schemas import LETTERS, SubmissionKind

_SUBJECT = "submission subject"
_AGAIN_WITHIN = timedelta(hours=1)
_SIDE_BY_SIDE = (*LETTERS, SubmissionKind.OUTAGE)
"""What stands beside others of its kind; anything else is undone by the next one about the same."""
_former = aliased(SubmissionRow)
_KEPT = tuple(name for name in Receipt.__dataclass_fields__ if name not in ("is_new", "sent_before"))
_COLUMNS = tuple(getattr(SubmissionRow, name) for name in _KEPT if name != "supersedes")


def of(portal: Portal, *, account_id: int, customer_no: str) -> list[Receipt]:
    """What this account sent for this customer, the newest first."""
    query = _sent().where(SubmissionRow.account_id == account_id, SubmissionRow.customer_no == customer_no)
    with portal.database.reading() as connection:
        return [_receipt(row) for row in connection.execute(query.order_by(SubmissionRow.id.desc()))]


def one(portal: Portal, public_id: str, *, account_id: int) -> Receipt | None:
    """The receipt of this number, if it is this account's."""
    query = _sent().where(SubmissionRow.public_id == public_id, SubmissionRow.account_id == account_id)
    with portal.database.reading() as connection:
        row = connection.execute(query).first()
    return None if row is None else _receipt(row)


def of_meter(
    portal: Portal, public_id: str, *, account_id: int, customer_no: str, meter_no: str | None
) -> Receipt | None:
    """The receipt of this number, if it is this account's of a reading of this meter of the customer."""
    wanted = is_of_meter(portal.sealer, account_id=account_id, customer_no=customer_no, meter_no=meter_no)
    with portal.database.reading() as connection:
        row = connection.execute(_query().where(SubmissionRow.public_id == public_id, wanted)).first()
    return None if row is None else _receipt(row)


def is_of_meter(
    sealer: Sealer, *, account_id: int | None, customer_no: str | None, meter_no: str | None
) -> ColumnElement[bool]:
    """Which rows are this account's readings of this meter; those of which no meter was noted count, too.

    These were accepted by an older version, or while the ERP could not be asked for the meter.
    """
    marks = subject_marks(sealer, customer_no, meter_no) if meter_no is not None else []
    return and_(
        SubmissionRow.kind == SubmissionKind.READING,
        SubmissionRow.account_id == account_id,
        SubmissionRow.customer_no == customer_no,
        or_(SubmissionRow.subject_mark.is_(None), SubmissionRow.subject_mark.in_(marks)),
    )


def subject_marks(sealer: Sealer, customer_no: str | None, meter_no: str) -> list[bytes]:
    """By what a meter is known again when the reading itself is long wiped."""
    return sealer.marks(f"{customer_no}\0{meter_no}", _SUBJECT)


def promises(portal: Portal, *, customer_no: str) -> dict[str, date]:
    """The days that receipts promised to this customer, whoever sent it, by our reference and the ERP's number."""
    query = select(SubmissionRow.reference, SubmissionRow.case_no, SubmissionRow.reply_by).where(
        SubmissionRow.customer_no == customer_no, SubmissionRow.reply_by.is_not(None)
    )
    with portal.database.reading() as connection:
        rows = connection.execute(query).all()
    return {number: row.reply_by for row in rows for number in (row.reference, row.case_no) if number}


def by_key(connection: Connection, marks: Sequence[bytes]) -> tuple[Receipt, bytes] | None:
    """The receipt that was given for an idempotency key, and the mark of what was sent with it."""
    query = _query().add_columns(SubmissionRow.body_mark).where(SubmissionRow.key_mark.in_(marks))
    row = connection.execute(query).first()
    return None if row is None else (_receipt(row), row.body_mark)


def just_sent(connection: Connection, draft: Draft, bodies: Sequence[bytes], now: datetime) -> Receipt | None:
    """The receipt of the same thing that this account sent within the hour, as long as that one stands.

    It does not where it was refused or settled, nor where something else about the same was sent since: who gives
    consent, withdraws it and gives it again says something new.
    """
    query = _query().where(
        SubmissionRow.account_id == draft.account_id,
        SubmissionRow.kind == draft.kind,
        SubmissionRow.body_mark.in_(bodies),  # the customer is a part of the body
        SubmissionRow.accepted_at > now - _AGAIN_WITHIN,
        SubmissionRow.state.not_in((State.REJECTED, State.SETTLED)),
    )
    if draft.kind not in _SIDE_BY_SIDE:
        query = query.where(~_something_since())
    row = connection.execute(query.order_by(SubmissionRow.id.desc()).limit(1)).first()
    return None if row is None else replace(_receipt(row), sent_before=True)


def _something_since() -> ColumnElement[bool]:
    later = aliased(SubmissionRow)
    no_subject = and_(later.subject_mark.is_(None), SubmissionRow.subject_mark.is_(None))
    return exists().where(
        later.customer_no == SubmissionRow.customer_no,
        later.kind == SubmissionRow.kind,
        or_(later.subject_mark == SubmissionRow.subject_mark, no_subject),
        later.id > SubmissionRow.id,
    )


def by_sender(connection: Connection, marks: Sequence[bytes]) -> bool:
    """Whether somebody who is not logged in used this key from this network."""
    return connection.execute(select(SubmissionRow.id).where(SubmissionRow.sender_mark.in_(marks))).first() is not None


def _sent() -> Select[Any]:
    """What somebody sent: payments are the portal's own message to the ERP, and have a list of their own."""
    return _query().where(SubmissionRow.kind != SubmissionKind.PAYMENT)


def _query() -> Select[Any]:
    columns = select(*_COLUMNS, _former.public_id.label("supersedes"))
    return columns.outerjoin(_former, _former.id == SubmissionRow.supersedes_id)


def _receipt(row: Row[Any]) -> Receipt:
    values = {name: getattr(row, name) for name in _KEPT}
    return Receipt(**values | {"kind": SubmissionKind(row.kind), "state": State(row.state)})
