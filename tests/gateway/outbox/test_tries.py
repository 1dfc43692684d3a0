"""What counts as a try, when the next one comes, and when a person decides."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.capabilities import Capability, Recognition
from adapters.errors import Unavailable
from gateway.readings.by_serial import ReadingBySerial
from schemas import MeterToRead, SubmissionKind
from tests.gateway.outbox.office import NOON, Erp, Office, ScriptedAdapter, office


def test_what_certainly_was_not_sent_is_tried_until_it_arrives(here: Office) -> None:
    here.erp.behave = lambda _: "not_sent"
    here.send()
    for wait in (10, 30, 120, 600, 3600, 3600):
        assert here.deliver() == 1
        row = here.row()
        assert (row.state, row.first_sent_at, row.last_sent_at) == ("retry", None, None)
        assert 0.8 * wait <= (row.next_at - here.clock.now()).total_seconds() <= 1.2 * wait
        assert row.error == "Unavailable: refused connection"
        here.pass_time(seconds=0.79 * wait)
        assert here.deliver() == 0
        here.pass_time(seconds=0.42 * wait)
    here.erp.behave = lambda _: "take"
    assert here.deliver() == 1
    assert here.states() == ["delivered"]
    assert here.row().accepted_at == NOON


def test_only_what_went_out_is_a_try(database_url: str) -> None:
    """Behind our own open breaker nothing is asked: then the waits, which grow with each try, do not grow either."""
    with office(database_url, GUARD__BREAKER_OPEN_SECONDS="15") as here:
        here.empty()
        here.erp.behave = lambda _: "not_sent"
        for number in range(15):
            here.send(f"1{number:05}")
        for _ in range(30):
            here.deliver()
            here.pass_time(seconds=20)
        assert sum(row.attempts for row in here.rows()) == here.erp.sends
        tried = [row.customer_no for row in here.rows() if row.attempts > 2]
        here.erp.behave = lambda _: "take"
        here.pass_time(seconds=60)
        here.deliver()
        late = {row.customer_no for row in here.rows() if row.state != "delivered"}
        assert late <= set(tried), "only what went out often waits for long"
        assert len(late) < 5


@pytest.mark.parametrize("before", [None, "lost"])
def test_what_our_own_guard_refused_after_all_waits_for_the_guard(here: Office, before: str | None) -> None:
    ways = iter([before, "held"] if before else ["held"])
    here.erp.behave = lambda _: next(ways, "take")
    here.send()
    here.deliver()
    here.pass_time(seconds=0 if before is None else 12)
    here.deliver()
    row = here.row()
    assert (row.state, row.attempts) == (("retry", 0) if before is None else ("unknown", 1))
    assert row.last_sent_at == (None if before is None else NOON)
    assert (row.next_at - here.clock.now()).total_seconds() == 15
    here.pass_time(seconds=15)
    here.deliver()
    assert here.states() == ["delivered"]


def test_a_meter_that_our_own_guard_did_not_ask_for_is_no_try_either(tmp_path: Path) -> None:
    asked = []

    class Away(ScriptedAdapter):
        capabilities = frozenset({Capability.METERS})

        def _meters(self, customer_no: str) -> list[MeterToRead]:
            asked.append(customer_no)
            raise Unavailable("refused connection", sent=False)

    url, content = f"sqlite:///{tmp_path}/x.sqlite", ReadingBySerial("12345678", Decimal("12"), NOON.date())
    with office(url, adapter=Away(Erp()), GUARD__BREAKER_OPEN_SECONDS="15") as here:
        for number in range(8):
            here.send(f"1{number:05}", kind=SubmissionKind.READING, content=content)
        here.deliver()
        assert [row.attempts for row in here.rows()] == [1] * len(asked) + [0] * (8 - len(asked))
        assert 0 < len(asked) < 8
        assert {row.state for row in here.rows()} == {"retry"}


def test_a_look_that_our_own_guard_refused_is_none(here: Office) -> None:
    here.erp.recognition, looks = Recognition.FINDABLE, iter(["held"])
    here.erp.behave, here.erp.look = lambda _: "lost", lambda _: next(looks, "answer")
    here.send()
    here.deliver()
    here.pass_time(minutes=5)
    here.deliver()
    assert (here.row().state, here.row().looks) == ("unknown", 0)
    here.pass_time(seconds=15)
    here.deliver()
    assert here.states() == ["delivered"]


def test_after_three_days_a_person_decides(here: Office) -> None:
    here.erp.behave = lambda _: "not_sent"
    here.send()
    while here.deliver():
        assert here.clock.now() < NOON + timedelta(hours=75)
        if here.states() == ["manual"]:
            break
        here.pass_time(hours=1.2)
    assert here.states() == ["manual"]
    assert here.clock.now() >= NOON + timedelta(hours=72)
    assert here.row().payload is not None
    here.pass_time(days=30)
    assert here.deliver() == 0


def test_what_waited_long_without_a_try_is_tried_more_than_once(here: Office) -> None:
    here.send()
    here.pass_time(days=10)
    here.erp.behave = lambda _: "not_sent"
    here.deliver()
    assert here.states() == ["retry"]
