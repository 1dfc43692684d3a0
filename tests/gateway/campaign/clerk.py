"""The person at the utility who decides what the portal cannot: they look into the billing system themselves."""

from datetime import timedelta

from gateway.outbox.desk import By, NotNow, retry, settle
from gateway.outbox.records import State
from gateway.outbox.room import AWAY
from tests.gateway.campaign.ground import Ground

CLERK = By("staff:campaign")
_LATER = timedelta(minutes=1)


def look_after(here: Ground) -> int:
    """Decide on what waits for a person; on how many. Where the ERP can be asked, the portal asks it."""
    waiting = [row for row in here.rows() if row.state == State.MANUAL]
    if not waiting:
        return 0
    there = {each["reference"] for each in here.control("GET", "submissions")}
    done = 0
    for row in waiting:
        if row.last_sent_at is not None and here.now - row.last_sent_at < _LATER:
            continue  # it may still be on its way
        try:
            if here.level == "none" and row.reference in there:
                settle(here.portal, row.public_id, CLERK, reason="in-erp")
            else:
                retry(here.portal, row.public_id, CLERK)
        except (NotNow, *AWAY):  # or the database is busy: the clerk comes again
            continue
        done += 1
    return done
