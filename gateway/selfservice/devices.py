"""Browsers that have shown their second factor: a cookie holds the key, the database its hash."""

import secrets
from datetime import timedelta

from sqlalchemy import delete, insert, select

from gateway.models import TrustedDevice
from gateway.portal import Portal
from gateway.session_store import key_hash


def trust(portal: Portal, account_id: int) -> tuple[str, timedelta]:
    """A new key for this browser's cookie, and for how long it is good."""
    key, life, now = secrets.token_urlsafe(32), timedelta(days=portal.settings.security.device_days), portal.clock.now()
    with portal.database.transaction() as connection:
        connection.execute(delete(TrustedDevice).where(TrustedDevice.expires_at < now))
        row = {"key_hash": key_hash(key), "account_id": account_id, "expires_at": now + life}
        connection.execute(insert(TrustedDevice).values(**row))
    return key, life


def is_trusted(portal: Portal, account_id: int, key: str) -> bool:
    """Whether this key was given to a browser of this account and is still good."""
    query = select(TrustedDevice.id).where(
        TrustedDevice.key_hash == key_hash(key),
        TrustedDevice.account_id == account_id,
        TrustedDevice.expires_at > portal.clock.now(),
    )
    with portal.database.reading() as connection:
        return connection.execute(query).first() is not None
