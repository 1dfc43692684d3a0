"""Takes in what somebody sends: the row, its files and the mail about it, all in one transaction or not at all."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.exc import IntegrityError

from adapters.clock import local_day
from gateway import audit, written
from gateway.files import Scan
from gateway.mail import enqueue
from gateway.models import Account, Consent, SubmissionRow
from gateway.outbox import parcel, receipts, words
from gateway.outbox.deadlines import promised
from gateway.outbox.records import Draft, KeyReused, Receipt, State
from gateway.outbox.room import AWAY, NoRoom, room_or_not
from gateway.outbox.running import key_marks, visit_marks
from gateway.portal import Portal
from gateway.sealing import Sealer
from gateway.submitting.consent_text import in_force
from schemas import ConsentContent, ReadingContent, SubmissionKind

E_INVOICES, NO_E_INVOICES = "einv-yes", "einv-no"
"""How consent to e-invoices and its end are told apart, among consents, from terms that were accepted."""
VISITOR = "visitor"
"""Who sends without an account, in the audit log."""

_TRIES = 3
_BODY = "submission body"
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none that is read for another


class NotSuperseded(ValueError):
    """What it is to supersede is not a former reading of the same account, customer and meter."""


def accept(portal: Portal, draft: Draft) -> Receipt:
    """Accept it for good, or not at all; the same key and body give the same receipt, however often they come.

    A page's form is known again by its body alone, for an hour: see ``Draft.from_page``.

    Raises ``KeyReused`` for a key with another body, ``NoRoom`` where nothing could be written, ``NotSuperseded``, and
    ``marshmallow.ValidationError`` for a content that no schema takes.
    """
    marks = _Marks.of(portal.sealer, draft.key, draft.account_id, draft.network, parcel.body_of(draft))
    for _ in range(_TRIES):
        try:
            with portal.database.transaction() as connection:
                _one_at_a_time(connection, draft)
                before = _taken_before(portal, connection, draft, marks)
                if before is not None:
                    return before
                return _insert(portal, connection, draft, marks)[0]
        except IntegrityError:  # its twin was faster, or two numbers met: look again
            continue
        except AWAY as error:
            return _after_all(portal, marks, error)
    raise NoRoom("no free number")


def given(portal: Portal, *, key: str, account_id: int | None, body: str, network: str = "") -> Receipt | None:
    """The receipt that was given for this key and ``Draft.body``, before anything is judged or asked again.

    Raises ``KeyReused`` for a key with another body, and ``NoRoom``.
    """
    marks = _Marks.of(portal.sealer, key, account_id, network, body)
    with room_or_not(), portal.database.reading() as connection:
        return _given_before(connection, marks)


def taken_before(portal: Portal, draft: Draft) -> Receipt | None:
    """The receipt that ``accept`` would give again for this; raises ``KeyReused`` and ``NoRoom``."""
    marks = _Marks.of(portal.sealer, draft.key, draft.account_id, draft.network, parcel.body_of(draft))
    with room_or_not(), portal.database.reading() as connection:
        return _taken_before(portal, connection, draft, marks)


def put(portal: Portal, connection: Connection, draft: Draft) -> int:
    """Accept it as a part of the caller's transaction, under a key of the caller's own; the id of its row."""
    marks = _Marks.of(portal.sealer, draft.key, draft.account_id, draft.network, parcel.body_of(draft))
    return _insert(portal, connection, draft, marks)[1]


@dataclass(frozen=True, slots=True)
class _Marks:
    """By what a repetition is known, each under every accepted secret.

    An account's key is its own: the same with another body is refused. Somebody who is not logged in has nothing that
    is theirs alone, so there the key and the body together make a repetition, wherever it comes from; another body is
    refused only where the same network used the key. So strangers with the same key neither learn of each other nor
    stand in each other's way.
    """

    key: Sequence[bytes]
    body: Sequence[bytes]
    sender: Sequence[bytes]

    @classmethod
    def of(cls, sealer: Sealer, key: str, account_id: int | None, network: str, body: str) -> "_Marks":
        own = key_marks(sealer, key, account_id, network)
        bodies = sealer.marks(body, _BODY)
        return cls(own, bodies, ()) if account_id is not None else cls(visit_marks(sealer, key, body), bodies, own)


def _after_all(portal: Portal, marks: _Marks, error: Exception) -> Receipt:
    """A commit whose answer was lost may have been one: nobody is told no before this was looked up."""
    with room_or_not(), portal.database.reading() as connection:
        before = _given_before(connection, marks)
    if before is None:
        raise NoRoom(type(error).__name__) from error
    return replace(before, is_new=True)


def _given_before(connection: Connection, marks: _Marks) -> Receipt | None:
    # In this order: a twin that is committed between the two is seen by the second.
    used = bool(marks.sender) and receipts.by_sender(connection, marks.sender)
    found = receipts.by_key(connection, marks.key)
    if found is None and not used:
        return None
    if found is None or found[1] not in marks.body:
        raise KeyReused("this key was used for something else")
    return found[0]


def _one_at_a_time(connection: Connection, draft: Draft) -> None:
    """Of one account's forms the second waits until the first can be seen: no key makes two of the same text one."""
    if draft.from_page:  # on SQLite any transaction waits for the other
        connection.execute(select(Account.id).where(Account.id == draft.account_id).with_for_update(key_share=True))


def _taken_before(portal: Portal, connection: Connection, draft: Draft, marks: _Marks) -> Receipt | None:
    found = _given_before(connection, marks)
    if found is not None or not draft.from_page or draft.account_id is None:
        return found
    return receipts.just_sent(connection, draft, marks.body, portal.clock.now())


def _insert(portal: Portal, connection: Connection, draft: Draft, marks: _Marks) -> tuple[Receipt, int]:
    now = portal.clock.now()
    former, meter_no = _former(portal, connection, draft), _meter_no(draft)
    pending = any(each.scan is Scan.PENDING for each in draft.files)
    receipt = Receipt(
        public_id=_number(now),
        reference=str(uuid4()),
        kind=draft.kind,
        state=State.SCANNING if pending else State.RECEIVED,
        customer_no=draft.customer_no,
        accepted_at=now,
        reply_by=promised(draft.kind, now, portal.settings.outbox),
        settled_at=None,
        case_no=None,
        refusal="",
        supersedes=draft.supersedes,
        is_new=True,
    )
    made: Any = connection.execute(
        insert(SubmissionRow).values(
            public_id=receipt.public_id,
            reference=receipt.reference,
            kind=receipt.kind.value,
            state=receipt.state.value,
            account_id=draft.account_id,
            customer_no=draft.customer_no,
            key_mark=marks.key[0],
            body_mark=marks.body[0],
            sender_mark=marks.sender[0] if marks.sender else None,
            subject_mark=meter_no and receipts.subject_marks(portal.sealer, draft.customer_no, meter_no)[0],
            payload=parcel.pack(draft, portal.sealer, receipt.reference),
            language=draft.language,
            supersedes_id=None if former is None else former.id,
            accepted_at=now,
            reply_by=receipt.reply_by,
            attempts=0,
            looks=0,
            next_at=now,
            fence=0,
            refusal="",
            error="",
        )
    ).inserted_primary_key
    parcel.put_files(connection, portal.sealer, int(made[0]), receipt.reference, draft)
    _note(connection, draft, receipt)
    _keep_consent(portal, connection, draft, now)
    if draft.email:
        _mail(portal, connection, draft, receipt)
    return receipt, int(made[0])


def _former(portal: Portal, connection: Connection, draft: Draft) -> Row[Any] | None:
    if draft.supersedes is None:
        return None
    mine = receipts.is_of_meter(
        portal.sealer, account_id=draft.account_id, customer_no=draft.customer_no, meter_no=_meter_no(draft)
    )
    row = connection.execute(select(SubmissionRow.id).where(SubmissionRow.public_id == draft.supersedes, mine)).first()
    if row is None or draft.kind is not SubmissionKind.READING:
        raise NotSuperseded("expected the number of a former reading of one's own")
    return row


def _meter_no(draft: Draft) -> str | None:
    return draft.content.meter_no if isinstance(draft.content, ReadingContent) else None


def _number(now: datetime) -> str:
    """``Z-261122-7K4Q-9M2T``: the day, which a clerk asks for first, and 40 random bits."""
    parts = ["".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(2)]
    return f"Z-{local_day(now):%y%m%d}-{parts[0]}-{parts[1]}"


def _note(connection: Connection, draft: Draft, receipt: Receipt) -> None:
    audit.record(
        connection,
        at=receipt.accepted_at,
        actor=_actor(draft),
        action="submission.accepted",
        account_id=draft.account_id,
        customer_no=draft.customer_no,
        subject=receipt.public_id,
        detail=draft.kind.value,
    )


def _actor(draft: Draft) -> str:
    if draft.kind is SubmissionKind.PAYMENT:  # the operator has confirmed it; its customer sends nothing
        return audit.SYSTEM
    return VISITOR if draft.account_id is None else audit.actor_account(draft.account_id)


def _keep_consent(portal: Portal, connection: Connection, draft: Draft, now: datetime) -> None:
    """What was consented to can be shown years later, when the payload is long wiped."""
    if not isinstance(draft.content, ConsentContent) or draft.account_id is None:
        return
    shown, text = draft.content.text_version, in_force(portal.settings)
    connection.execute(
        insert(Consent).values(
            account_id=draft.account_id,
            terms_version=shown[:32],
            # consent to a former text can be withdrawn too, and that text is not here any more
            text_hash=text.text_hash if shown == text.version else "",
            channel=E_INVOICES if draft.content.given else NO_E_INVOICES,
            accepted_at=now,
        )
    )


def _mail(portal: Portal, connection: Connection, draft: Draft, receipt: Receipt) -> None:
    assert draft.email is not None
    language = draft.language
    enqueue(
        connection,
        to=draft.email,
        template="submission_received",
        language=language,
        values={
            "number": receipt.public_id,
            "kind": words.kind_name(draft.kind, language),
            "accepted": written.moment(receipt.accepted_at, language),
            "reply_by": "" if receipt.reply_by is None else written.day(receipt.reply_by, language),
            "copy": words.copy_of(draft, language),
        },
        now=receipt.accepted_at,
        sealer=portal.sealer,
        account_id=draft.account_id,
    )
