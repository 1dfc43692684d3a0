"""Mail leaves through a queue in the portal's database, written in the same transaction as what caused it."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address

from sqlalchemy import Connection, insert

from gateway.mail.states import QUEUED
from gateway.models import Mail
from gateway.sealing import Sealer

TEMPLATES: Mapping[str, frozenset[str]] = {
    "registration_received": frozenset({"link"}),
    "registration_refused": frozenset({"reason"}),
    "registration_asked": frozenset({"question", "link"}),
    "first_password": frozenset({"login", "password", "link"}),
    "password_reset": frozenset({"link"}),
    "password_changed": frozenset(),
    "email_change_prove": frozenset({"link"}),
    "email_change_notice": frozenset(),
    "new_device_code": frozenset({"code"}),
    "login_changed": frozenset(),
    "account_locked": frozenset(),
    "account_closed": frozenset(),
    "customer_linked": frozenset(),
    "customer_link_refused": frozenset(),
    "submission_received": frozenset({"number", "kind", "accepted", "reply_by", "copy"}),
    "submission_refused": frozenset({"number", "kind", "reason"}),
    "payment_confirmed": frozenset({"number", "amount", "paid", "operator", "what"}),
    "outbox_alarm": frozenset({"count", "oldest", "link"}),
}
"""Every template, and the values that it needs."""

OPTIONAL: Mapping[str, frozenset[str]] = {
    "customer_linked": frozenset({"customer_no"}),
    "customer_link_refused": frozenset({"reason", "customer_no"}),
    "account_locked": frozenset({"reason"}),
    "payment_confirmed": frozenset({"paid_twice"}),
}
"""Values that a template can do without."""

LANGUAGES = ("pl", "en", "uk")


def enqueue(
    connection: Connection,
    *,
    to: str,
    template: str,
    language: str,
    values: Mapping[str, str],
    now: datetime,
    sealer: Sealer,
    account_id: int | None = None,
    registration_id: int | None = None,
) -> str:
    """Put a mail into the queue, as a part of the caller's transaction; the answer is its Message-ID's left part.

    Raises ``ValueError`` where the address is none, and ``KeyError`` or ``ValueError`` for another template's values.
    """
    if not TEMPLATES[template] <= values.keys() <= TEMPLATES[template] | OPTIONAL.get(template, frozenset()):
        raise ValueError(f"{template}: expected the values {sorted(TEMPLATES[template])}")
    if not is_one_address(to):
        raise ValueError("expected one e-mail address")
    message_id = secrets.token_hex(16)
    connection.execute(
        insert(Mail).values(
            message_id=message_id,
            template=template,
            language=language if language in LANGUAGES else LANGUAGES[0],
            sealed=sealer.seal_json({"to": to, "values": dict(values)}, "mail", message_id),
            state=QUEUED,
            attempts=0,
            next_at=now,
            fence=0,
            error="",
            account_id=account_id,
            registration_id=registration_id,
            created_at=now,
        )
    )
    return message_id


def is_one_address(text: str) -> bool:
    """True for a plain address such as ``anna@example.pl``: no name, no second one, nothing that ends a header."""
    if any(not character.isprintable() or character.isspace() for character in text):
        return False
    try:
        address = Address(addr_spec=text)
    except (HeaderParseError, ValueError, IndexError):
        return False
    return address.addr_spec == text and bool(address.domain)
