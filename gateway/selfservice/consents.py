"""Accepting the terms: which version, the hash of its text, when and where; only ever added to."""

from sqlalchemy import insert

from gateway import audit
from gateway.models import Consent
from gateway.portal import Portal
from gateway.selfservice import sentences
from gateway.selfservice.person import Refused, Who


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
        audit.record(
            connection,
            at=now,
            actor=audit.actor_account(who.login),
            action="terms.accepted",
            account_id=who.account_id,
            network=who.network,
            detail=f"version {terms.version}",
        )
