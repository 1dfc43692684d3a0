"""Asks about payments whose time has come: operators while it is not certain, the ledger once it is paid."""

from gateway.payments import asking, handing_off, moves
from gateway.payments.moves import Held
from gateway.payments.states import PaymentState
from gateway.portal import Portal

_AT_ONCE = 20


def follow_payments(portal: Portal) -> int:
    """Look at some of what is due; how many."""
    done = 0
    while done < _AT_ONCE and moves.is_due(portal.database, portal.clock.now()):
        held = moves.take(portal.database, portal.clock.now())
        if held is None:  # another worker was faster
            break
        done += 1
        _follow(portal, held)
    return done


def _follow(portal: Portal, held: Held) -> None:
    if held.state == PaymentState.INTENT:
        with portal.database.transaction() as connection:
            row = moves.locked(connection, held.id)
            # Taking it has moved the fence on: whoever told the operator writes nothing any more.
            if row is not None and row.fence == held.fence and row.state == PaymentState.INTENT:
                handing_off.ended(portal, connection, row)
        return
    asking.follow(portal, held)
    with portal.database.transaction() as connection:
        moves.let_go(connection, held)
