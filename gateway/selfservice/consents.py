"""Accepting the terms: which version, the hash of its text, when and where; only ever added to."""

from sqlalchemy import insert, select

from gateway.models import Consent
from gateway.portal import Portal
from gateway.selfservice import sentences
from gateway.selfservice.person import Refused, Who, record
from gateway.session_store import BY_THE_HOLDER

AT_REGISTRATION = "register"


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


def accepted_another(portal: Portal, account_id: int) -> bool:
    """Whether its holder accepted other terms than those in force, signed in or on the form for registering."""
    query = select(Consent.id).where(
        Consent.account_id == account_id,
        Consent.channel.in_((*BY_THE_HOLDER, AT_REGISTRATION)),
        Consent.terms_version != portal.terms.terms.version,
    )
    with portal.database.reading() as connection:
        return connection.execute(query).first() is not None
