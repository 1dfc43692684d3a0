"""Accepting the terms: which version, the hash of its text, when and where; only ever added to."""

from sqlalchemy import insert

from gateway.models import Consent
from gateway.portal import Portal
from gateway.selfservice import sentences
from gateway.selfservice.person import Refused, Who, record


def accept(portal: Portal, who: Who, version: str, *, channel: str) -> None:
    """Record that the terms in force were accepted; raises ``Refused`` when another version was shown."""
    now, terms = portal.clock.now(), portal.terms.terms
    if version != terms.version:
        raise Refused(version=sentences.OTHER_TERMS)
    with portal.database.transaction() as connection:
        connection.execute(
            insert(Consent).values(
                account_id=who.account_id,
                terms_version=terms.version,
                text_hash=terms.text_hash,
                channel=channel,
                accepted_at=now,
            )
        )
        record(portal, connection, who, "terms.accepted", detail=f"version {terms.version}")
