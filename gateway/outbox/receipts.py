"""Receipts as their owners read them: the number, when it was accepted, where it stands; never what was in it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, select
from sqlalchemy.orm import aliased

from gateway.models import SubmissionRow
from gateway.outbox.records import Receipt, State
from gateway.portal import Portal
from schemas import SubmissionKind

_former = aliased(SubmissionRow)
_COLUMNS = tuple(
    getattr(SubmissionRow, name) for name in Receipt.__dataclass_fields__ if name not in ("supersedes", "is_new")
)


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


def by_key(connection: Connection, marks: Sequence[bytes]) -> tuple[Receipt, bytes] | None:
    """The receipt that was given for an idempotency key, and the mark of what was sent with it."""
    row = connection.execute(_query().add_columns(SubmissionRow.body_mark).where(_key(marks))).first()
    return None if row is None else (_receipt(row), row.body_mark)


def _key(marks: Sequence[bytes]) -> Any:
    return SubmissionRow.key_mark.in_(marks)


def _sent() -> Select[Any]:
    """What somebody sent: payments are the portal's own message to the ERP, and have a list of their own."""
    return _query().where(SubmissionRow.kind != SubmissionKind.PAYMENT)


def _query() -> Select[Any]:
    columns = select(*_COLUMNS, _former.public_id.label("supersedes"))
    return columns.outerjoin(_former, _former.id == SubmissionRow.supersedes_id)


def _receipt(row: Row[Any]) -> Receipt:
    values = {name: getattr(row, name) for name in Receipt.__dataclass_fields__ if name != "is_new"}
    return Receipt(**values | {"kind": SubmissionKind(row.kind), "state": State(row.state)})
