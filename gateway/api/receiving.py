"""Takes one thing in, once: the key, the body read under it, the content, and the receipt that answers."""

import re
from collections.abc import Callable

from flask import Response, abort, jsonify, request, url_for
from flask_babel import get_locale

from adapters.capabilities import Capability
from gateway.accounts import Link
from gateway.api.cases import CASE
from gateway.api.contents import content_of, kind_of, require_accepted
from gateway.api.sent import take_in
from gateway.api.sent_schemas import ReceiptItem, ReceiptState, ShownReceipt
from gateway.erp import erp
from gateway.handles import handle_for
from gateway.outbox import Draft, Receipt, State, receiving
from gateway.outbox.running import running
from gateway.outbox.words import refusal_of
from gateway.portal import portal
from gateway.problem_kinds import KINDS
from gateway.problems import problem_response
from gateway.requester import network
from gateway.selfservice.person import known
from schemas import SubmissionKind
from schemas.dump import dumper

_KEY = re.compile(r"[!-~](?:[ -~]{0,253}[!-~])?", re.ASCII)
_STATES = {
    State.SCANNING: ReceiptState.ACCEPTED,
    State.RECEIVED: ReceiptState.ACCEPTED,
    State.SENDING: ReceiptState.ON_ITS_WAY,
    State.RETRY: ReceiptState.ON_ITS_WAY,
    State.UNKNOWN: ReceiptState.ON_ITS_WAY,
    State.MANUAL: ReceiptState.WITH_A_PERSON,
    State.DELIVERED: ReceiptState.DELIVERED,
    State.REJECTED: ReceiptState.REFUSED,
    State.SETTLED: ReceiptState.SETTLED,
}


def received(
    link: Link | None,
    account_id: int | None,
    *,
    kind: SubmissionKind | None = None,
    admit: Callable[[], None] = lambda: None,
) -> Receipt:
    """Accept what the current request brings, or answer why not; a repetition gets its receipt again.

    ``kind`` is what the call itself is for, else the body says it. ``admit`` may turn away what would be new.
    """
    key = idempotency_key()
    with running(portal(), key, account_id, network()):
        sent = take_in()
        kind = kind or kind_of(sent)
        customer_no = None if link is None else link.customer_no
        body = sent.body(kind.value, customer_no)
        before = receiving.given(portal(), key=key, account_id=account_id, body=body, network=network())
        if before is not None:
            return before
        require_accepted(sent, kind)
        content, supersedes = content_of(sent, kind, link)
        admit()
        draft = Draft(
            kind=kind,
            content=content,
            key=key,
            language=str(get_locale()),
            account_id=account_id,
            network=network(),
            customer_no=customer_no,
            email=None if account_id is None else known(portal(), account_id).email,
            files=sent.files,
            supersedes=supersedes,
            body=body,
        )
        return receiving.accept(portal(), draft)


def idempotency_key() -> str:
    """The key of the current request; answers 400 where it has none."""
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        abort(problem_response(KINDS["idempotency-key-needed"]))
    return key


def answer(receipt: Receipt, link: Link | None) -> Response:
    """201 with a new receipt, 200 with one that was given before."""
    made = jsonify(receipt_json(receipt, link))
    made.status_code = 201 if receipt.is_new else 200
    if not receipt.is_new:
        made.headers["Idempotent-Replayed"] = "true"
    if link is not None:
        made.headers["Location"] = url_for("customers.get_submission", cid=link.public_id, receipt=receipt.public_id)
    return made


def receipt_json(receipt: Receipt, link: Link | None) -> dict[str, object]:
    """A receipt as the API tells it; ``link`` is whose it is."""
    case = None
    if link is not None and receipt.case_no is not None and erp().supports(Capability.CASES):
        case = handle_for(link, CASE, receipt.case_no)
    return dumper(ReceiptItem)(
        ShownReceipt(
            number=receipt.public_id,
            kind=receipt.kind,
            state=_STATES[receipt.state],
            accepted_at=receipt.accepted_at,
            reply_by=receipt.reply_by,
            settled_at=receipt.settled_at,
            case_no=receipt.case_no,
            case=case,
            supersedes=receipt.supersedes,
            refusal=refusal_of(receipt, str(get_locale())) if receipt.state is State.REJECTED else None,
        )
    )
