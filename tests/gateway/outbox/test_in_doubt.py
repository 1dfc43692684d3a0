"""What nobody can know: an answer that was lost, a worker that did not come back, at each level of recognition."""

import pytest

from adapters.capabilities import Recognition
from tests.gateway.outbox.office import NOON, Office

DEDUPLICATES, FINDABLE, NONE = Recognition


@pytest.mark.parametrize("how", ["lost", "bug", "broken"])
@pytest.mark.parametrize("recognition", Recognition)
def test_a_lost_answer_is_never_a_second_effect(here: Office, how: str, recognition: Recognition) -> None:
    here.erp.recognition = recognition
    ways = iter([how])
    here.erp.behave = lambda _: next(ways, "take")
    receipt = here.send()
    here.deliver()
    if recognition is NONE:
        assert here.states() == ["manual"]
        here.pass_time(days=30)
        assert here.deliver() == 0
    else:
        row = here.row()
        assert row.state == "unknown"
        assert row.first_sent_at == row.last_sent_at == NOON
        here.pass_time(minutes=6)
        here.deliver()
        assert here.states() == ["delivered"]
        assert here.row().first_sent_at == NOON
    assert here.erp.got[receipt.reference].times == 1
    assert here.erp.sends == (2 if recognition is DEDUPLICATES else 1)
    assert here.erp.looks == (1 if recognition is FINDABLE else 0)


def test_what_the_erp_surely_does_not_have_is_sent_again_at_once(here: Office) -> None:
    here.erp.recognition = FINDABLE
    ways = iter(["lost_before"])
    here.erp.behave = lambda _: next(ways, "take")
    here.send()
    here.deliver()
    assert here.states() == ["unknown"]
    here.pass_time(minutes=5)
    assert here.deliver() == 2, "a look and a send"
    assert here.states() == ["delivered"]


def test_not_there_counts_only_after_the_erps_own_lag(here: Office) -> None:
    here.erp.recognition, here.erp.lag = FINDABLE, 3 * 3600.0
    ways = iter(["lost_before"])
    here.erp.behave = lambda _: next(ways, "take")
    here.send()
    here.deliver()
    here.pass_time(hours=2.99)
    assert here.deliver() == 0
    here.pass_time(hours=0.1)
    here.deliver()
    assert here.states() == ["delivered"]
    assert here.erp.looks == 1


def test_looks_follow_their_schedule_and_end_with_a_person(here: Office) -> None:
    here.erp.recognition = FINDABLE
    here.erp.behave = lambda _: "lost"
    here.erp.look = lambda _: "away"
    here.send()
    here.deliver()
    waits = [5 / 60, 1, 24, 24, 24, 24, 24]
    for number, hours in enumerate(waits, 1):
        here.pass_time(hours=hours - 0.01)
        assert here.deliver() == 0
        here.pass_time(hours=0.01)
        assert here.deliver() == 1
        assert here.row().looks == number
    assert here.states() == ["manual"]
    assert here.erp.sends == 1


def test_a_resend_that_did_not_leave_leaves_the_doubt(here: Office) -> None:
    """Only the first was in doubt; the second certainly did not leave, which says nothing about the first."""
    ways = iter(["lost", "not_sent"])
    here.erp.behave = lambda _: next(ways, "take")
    here.send()
    here.deliver()
    here.pass_time(minutes=1)
    here.deliver()
    assert here.states() == ["unknown"]
    here.erp.recognition = NONE
    here.pass_time(hours=2)
    here.deliver()
    assert here.states() == ["manual"]
    assert here.erp.sends == 2


@pytest.mark.parametrize("recognition", Recognition)
def test_a_worker_that_did_not_come_back_leaves_a_doubt(here: Office, recognition: Recognition) -> None:
    here.erp.recognition = recognition
    here.send()

    class Killed(BaseException):
        pass

    def die(*_: object) -> str:
        raise Killed

    here.erp.behave = die
    here.deliver()  # the guard's thread dies of it, which is one doubt
    here.erp.behave = lambda _: "take"
    with pytest.raises(Exhausted):
        interrupted_after_begin(here)
    assert here.states()[-1] == "sending"
    assert here.deliver() == 0, "its lease still runs"
    here.end_leases()
    here.deliver()
    assert here.states()[-1] == ("manual" if recognition is NONE else "unknown")
    here.pass_time(minutes=6)
    here.deliver()
    assert here.states()[-1] == ("manual" if recognition is NONE else "delivered")
    assert all(each.times == 1 for each in here.erp.got.values())


class Exhausted(BaseException):
    """What ends a worker in the middle."""


def interrupted_after_begin(here: Office) -> None:
    """A worker that ends when its next step after the commit would be to send."""
    from gateway.outbox import queue
    from gateway.outbox.states import Event

    here.send("100009")
    taken = queue.take(here.portal.database, here.clock.now(), 60)
    assert taken is not None
    assert queue.begin(here.portal.database, taken, Event.BEGUN, here.clock.now(), 60)
    raise Exhausted
