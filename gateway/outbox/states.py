"""The one graph of where a submission can stand and what brings it from one place to the next.

Nothing in the outbox writes a state but by an edge of it: the worker, the clerk and the scanner alike.
"""

from collections.abc import Mapping
from enum import StrEnum

from gateway.outbox.records import FINAL, State


class Event(StrEnum):
    """What happens to a submission; each is counted."""

    SCANNED = "scanned"  # every file is clean
    INFECTED = "infected"  # the scanner found something
    SCAN_LATER = "scan_later"  # the scanner is away
    BEGUN = "begun"  # from here on bytes may leave
    RESENT = "resent"  # in doubt, and the ERP recognises our reference
    TAKEN = "taken"  # the ERP has it
    REFUSED = "refused"  # the ERP said no
    NOT_SENT = "not_sent"  # certainly nothing left
    HELD_BACK = "held_back"  # it could not even be begun
    ANSWER_LOST = "answer_lost"  # bytes may have left; nobody knows
    LEASE_ENDED = "lease_ended"  # the same: its worker did not come back
    FOUND = "found"  # the ERP knows our reference
    NOT_FOUND = "not_found"  # the ERP surely does not have it
    STILL_UNKNOWN = "still_unknown"  # looked for in vain
    GIVEN_UP = "given_up"  # a person decides
    CLERK_SENDS = "clerk_sends"  # a person says: send it
    CLERK_LOOKS = "clerk_looks"  # the same, where the ERP is asked or recognises it first
    CLERK_SCANS = "clerk_scans"  # the same, where its files were never scanned
    CLERK_SETTLES = "clerk_settles"  # a person brought it to its end outside the portal


_S, _E = State, Event

EDGES: Mapping[Event, Mapping[State, State]] = {
    _E.SCANNED: {_S.SCANNING: _S.RECEIVED},
    _E.INFECTED: {_S.SCANNING: _S.REJECTED},
    _E.SCAN_LATER: {_S.SCANNING: _S.SCANNING},
    _E.BEGUN: {_S.RECEIVED: _S.SENDING, _S.RETRY: _S.SENDING},
    _E.RESENT: {_S.UNKNOWN: _S.SENDING},
    _E.TAKEN: {_S.SENDING: _S.DELIVERED},
    _E.REFUSED: {_S.SENDING: _S.REJECTED},
    _E.NOT_SENT: {_S.SENDING: _S.RETRY},
    _E.HELD_BACK: {_S.RECEIVED: _S.RETRY, _S.RETRY: _S.RETRY, _S.UNKNOWN: _S.UNKNOWN},
    _E.ANSWER_LOST: {_S.SENDING: _S.UNKNOWN},
    _E.LEASE_ENDED: {_S.SENDING: _S.UNKNOWN},
    _E.FOUND: {_S.UNKNOWN: _S.DELIVERED},
    _E.NOT_FOUND: {_S.UNKNOWN: _S.RETRY},
    _E.STILL_UNKNOWN: {_S.UNKNOWN: _S.UNKNOWN},
    _E.GIVEN_UP: dict.fromkeys((_S.SCANNING, _S.RECEIVED, _S.RETRY, _S.UNKNOWN), _S.MANUAL),
    _E.CLERK_SENDS: dict.fromkeys((_S.MANUAL, _S.RETRY, _S.RECEIVED), _S.RETRY),
    _E.CLERK_LOOKS: dict.fromkeys((_S.MANUAL, _S.UNKNOWN), _S.UNKNOWN),
    _E.CLERK_SCANS: dict.fromkeys((_S.MANUAL, _S.SCANNING), _S.SCANNING),
    _E.CLERK_SETTLES: {each: _S.SETTLED for each in State if each not in FINAL and each is not _S.SENDING},
}
"""From where each event may come, and where it leads."""


class IllegalEdge(RuntimeError):
    """A mistake of ours: this event does not happen to a submission that stands there."""


def after(state: State, event: Event) -> State:
    """Where ``event`` leads from ``state``; raises ``IllegalEdge``."""
    try:
        return EDGES[event][state]
    except KeyError:
        raise IllegalEdge(f"{event} from {state}") from None
