"""What a sender can still read of what they sent: all of it, until the ERP has it and it is wiped here."""

from collections.abc import Collection

from sqlalchemy import select

from gateway.models import SubmissionRow
from gateway.outbox import parcel, words
from gateway.portal import Portal


def said(portal: Portal, public_ids: Collection[str], *, account_id: int, language: str) -> dict[str, words.Said]:
    """The fields and values of those that are this account's and still kept, by the number of their receipt."""
    query = select(SubmissionRow.__table__).where(
        SubmissionRow.public_id.in_(public_ids),
        SubmissionRow.account_id == account_id,
        SubmissionRow.payload.is_not(None),
    )
    with portal.database.reading() as connection:
        rows = connection.execute(query).all()
    found = {}
    for row in rows:
        try:
            content, files = parcel.content(portal.sealer, row)
        except parcel.Unreadable:
            continue
        found[row.public_id] = words.told(content, files, language)
    return found
