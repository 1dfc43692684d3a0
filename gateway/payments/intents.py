"""Begins a payment: what is to be paid is committed before the operator is told of it, and it is told once.

Signatures only, for now.
"""

from gateway.payments.records import Chosen, Payment
from gateway.portal import Portal


def given(portal: Portal, *, key: str, account_id: int, body: str) -> Payment | None:
    """The payment that was begun with this key, before anything is chosen or asked again.

    Raises ``KeyReused`` (gateway.outbox.records) for a key with another body, ``StillRunning`` and ``NoRoom``.
    """
    raise NotImplementedError


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
    return_url: str,
    notify_url: str,
) -> Payment:
    """Begin it, or give back what was begun with the same key and body (``is_new`` False).

    The payment comes back ``STARTED`` with its ``redirect_url``, ``FAILED`` (``error`` says why: ``refused`` or
    ``not-sent``) or ``UNKNOWN``. Raises ``KeyReused``, ``StillRunning``, ``NoRoom`` (gateway.outbox) and
    ``AlreadyOpen``; KeyError for an operator that is not configured.
    """
    raise NotImplementedError
