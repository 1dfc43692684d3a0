"""Processes share their answers through Redis and forget them together; what stands there is sealed and short-lived."""

import json
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.clock import SetClock, local_midnight
from adapters.guard.adapter import READS
from adapters.guard.flights import Flight, Key
from adapters.guard.redis_cache import MOST_RECORDS, RedisCache
from tests.adapters.guard.back_end import NOON, BackEnd, Gate, an_invoice
from tests.adapters.guard.sharing import Share
from tests.redis_server import RedisServer
from tests.schemas import records


@pytest.fixture
def redis(redis_server: RedisServer) -> Iterator[Any]:
    with redis_server.client() as client:
        client.flushall()
        yield client


def test_what_one_process_was_told_the_other_does_not_ask(back_end: BackEnd, share: Share) -> None:
    one, other = share.guard(back_end), share.guard(back_end)
    for ask in (
        lambda guarded: guarded.customer("C-1"),
        lambda guarded: guarded.contracts("C-1"),
        lambda guarded: guarded.invoices("C-1"),
        lambda guarded: guarded.invoice("C-1", "7"),
        lambda guarded: guarded.balance("C-1"),
        lambda guarded: guarded.statement("C-1", since=date(2026, 1, 1)),
        lambda guarded: guarded.statement("C-1"),
    ):
        assert ask(one) == ask(other) == ask(one)
    assert back_end.calls == {"customer": 1, "contracts": 1, "invoices": 1, "invoice": 1, "ledger": 3}


def test_customers_and_arguments_are_kept_apart(back_end: BackEnd, share: Share) -> None:
    one, other = share.guard(back_end), share.guard(back_end)
    for guarded in (one, other):
        for customer_no in ("C-1", "C-2"):
            for invoice_ref in ("1", "2"):
                found = guarded.invoice(customer_no, invoice_ref)
                assert (found.customer_no, found.invoice_ref) == (customer_no, invoice_ref)
    assert back_end.calls["invoice"] == 4


def test_an_answer_is_kept_for_its_seconds_from_the_question(back_end: BackEnd, share: Share) -> None:
    one, other = share.guard(back_end), share.guard(back_end)
    back_end.faults["invoices"] = lambda: share.clock.advance(5)
    one.invoices("C-1")
    share.clock.advance(9.9)
    other.invoices("C-1")
    assert back_end.calls["invoices"] == 1
    share.clock.advance(0.2)
    other.invoices("C-1")
    assert back_end.calls["invoices"] == 2


@pytest.mark.parametrize(
    "midnight",
    [
        datetime(2026, 3, 28, 23, 0, tzinfo=UTC),  # before the night without 02:30
        datetime(2026, 10, 25, 23, 0, tzinfo=UTC),  # after the night with 02:30 twice
        datetime(2026, 12, 31, 23, 0, tzinfo=UTC),
    ],
)
def test_nothing_is_read_past_local_midnight(back_end: BackEnd, share: Share, midnight: datetime) -> None:
    share.clock.set(midnight - timedelta(seconds=1))
    one, other = share.guard(back_end), share.guard(back_end)
    before = one.balance("C-1")
    one.contracts("C-1")
    share.clock.set(midnight - timedelta(milliseconds=1))
    assert other.balance("C-1") == before
    share.clock.set(midnight)
    after = other.balance("C-1")
    other.contracts("C-1")
    assert local_midnight(after.as_of + timedelta(days=1)) == midnight
    assert (back_end.calls["ledger"], back_end.calls["contracts"]) == (2, 2)


def test_redis_itself_drops_it_at_midnight(share: Share, redis: Any) -> None:
    share.clock.set(datetime(2026, 3, 28, 22, 59, 58, tzinfo=UTC))
    flight = begun(share.cache(), "invoices")
    share.cache().put(flight, (an_invoice(),))
    (entry,) = entries(redis)
    assert 0 < redis.pttl(entry) <= 2000


def test_an_entry_of_today_that_a_later_day_is_asked_for_is_not_good(share: Share) -> None:
    # The key has the day as well; this is the check on reading alone.
    share.clock.set(datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC))
    cache = share.cache()
    flight = begun(cache, "invoices")
    cache.put(flight, (an_invoice(),))
    assert cache.get(flight.key) is not None
    share.clock.set(datetime(2026, 3, 28, 23, 0, tzinfo=UTC))
    assert cache.get(flight.key) is None
    share.clock.set(datetime(2026, 3, 28, 22, 0, tzinfo=UTC))  # set back, to before the question
    assert cache.get(flight.key) is None


def test_what_a_customer_sends_drops_their_answers_in_all_processes(back_end: BackEnd, share: Share) -> None:
    one, other = share.guard(back_end), share.guard(back_end)
    for guarded in (one, other):
        guarded.balance("C-1")
        guarded.contracts("C-1")
        guarded.balance("C-2")
    one.forget("C-1")
    back_end.opening = Decimal("99.00")
    for guarded in (other, one):
        assert guarded.balance("C-1").amount == Decimal("99.00")
        assert guarded.balance("C-2").amount == Decimal("10.00")
        guarded.contracts("C-1")
    assert (back_end.calls["ledger"], back_end.calls["contracts"]) == (3, 2)


def test_an_answer_under_way_in_another_process_does_not_land(back_end: BackEnd, share: Share, gate: Gate) -> None:
    one, other = share.guard(back_end), share.guard(back_end)
    back_end.faults["ledger"] = gate
    early: list[Decimal] = []
    asking = Thread(target=lambda: early.append(other.balance("C-1").amount))
    asking.start()
    assert gate.reached.wait(5)
    one.forget("C-1")
    del back_end.faults["ledger"]
    gate.open()
    asking.join(5)
    assert early == [Decimal("10.00")]
    back_end.opening = Decimal("99.00")
    assert one.balance("C-1").amount == Decimal("99.00")
    assert other.balance("C-1").amount == Decimal("99.00")


def test_another_secret_shares_nothing(back_end: BackEnd, share: Share) -> None:
    share.guard(back_end).contracts("C-1")
    share.guard(back_end, cache=share.cache(secret="another")).contracts("C-1")
    assert back_end.calls["contracts"] == 2


def test_nothing_in_redis_can_be_read_and_nothing_stays(back_end: BackEnd, share: Share, redis: Any) -> None:
    guarded = share.guard(back_end)
    for _ in range(2):
        guarded.customer("C-1234567")
        guarded.invoices("C-1234567")
        guarded.ping()
    keys = redis.keys()
    assert len(keys) == 3  # a generation and two entries
    everything = b"\n".join([*keys, *(redis.get(key) for key in keys)])
    for mark in (b"C-1234567", b"Nowak", b"Wodna", b"108.00", b"FV/", b"customer", b"invoices"):
        assert mark not in everything
    assert all(0 < redis.pttl(key) <= 3_600_000 for key in keys)


SPOILT: list[tuple[str, Any]] = [
    ("entry", lambda redis, key: redis.set(key, b"")),
    ("entry", lambda redis, key: redis.set(key, b"garbage")),
    ("entry", lambda redis, key: redis.set(key, b"\x00" * 4096)),
    ("entry", lambda redis, key: redis.set(key, b'["2026-03-28T11:00:00+00:00",[]]')),
    ("entry", lambda redis, key: redis.setrange(key, 40, b"!")),
    ("entry", lambda redis, key: redis.append(key, b"x" * 3_000_000)),
    ("entry", lambda redis, key: (redis.delete(key), redis.lpush(key, b"a list"))),
    ("entry", lambda redis, key: redis.delete(key)),
    ("generation", lambda redis, key: redis.set(key, b"")),
    ("generation", lambda redis, key: redis.set(key, b"x" * 3_000_000)),
    ("generation", lambda redis, key: (redis.delete(key), redis.lpush(key, b"a list"))),
    ("generation", lambda redis, key: redis.delete(key)),
]


@pytest.mark.parametrize(("which", "spoil"), SPOILT)
def test_what_is_damaged_is_asked_again(back_end: BackEnd, share: Share, redis: Any, which: str, spoil: Any) -> None:
    one, other = share.guard(back_end), share.guard(back_end)
    kept = one.balance("C-1")
    (entry,) = entries(redis)
    spoil(redis, entry if which == "entry" else entry.rpartition(b":")[0])
    assert other.balance("C-1") == kept
    assert back_end.calls["ledger"] == 2
    other.contracts("C-2")  # the others are still kept
    one.contracts("C-2")
    assert back_end.calls["contracts"] == 1


def test_an_entry_put_in_anothers_place_is_no_answer(back_end: BackEnd, share: Share, redis: Any) -> None:
    one, other = share.guard(back_end), share.guard(back_end)
    one.invoice("C-1", "1")
    (rich,) = entries(redis)
    one.invoice("C-2", "1")
    (poor,) = entries(redis) - {rich}
    redis.set(poor, redis.get(rich))
    redis.set(poor.rpartition(b":")[0], redis.get(rich.rpartition(b":")[0]))
    assert other.invoice("C-2", "1").customer_no == "C-2"
    assert back_end.calls["invoice"] == 3


def test_a_record_of_another_release_is_no_answer(share: Share, redis: Any) -> None:
    cache = share.cache()
    flight = begun(cache, "invoices")
    cache.put(flight, (an_invoice(),))
    (entry,) = entries(redis)
    bound = [entry, flight.generation]
    said, rows = json.loads(zlib.decompress(cache._aead.decrypt(redis.get(entry), bound)))
    for changed in (
        [said, [{**rows[0], "discount": "1.00"}]],
        [said, rows, 1],
        [said],
        {},
        ["yesterday", rows],
        [1, 2],
    ):
        redis.set(entry, cache._aead.encrypt(zlib.compress(json.dumps(changed).encode()), bound))
        assert cache.get(flight.key) is None
    redis.set(entry, cache._aead.encrypt(b"not compressed", bound))
    assert cache.get(flight.key) is None


def test_too_much_is_not_kept(share: Share, redis: Any) -> None:
    cache = share.cache()
    for many in (MOST_RECORDS + 1, 1):
        flight = begun(cache, "invoices")
        cache.put(flight, (an_invoice(),) * many)
        assert (cache.get(flight.key) is None) == (many > 1)


@pytest.mark.parametrize("value", [(an_invoice(" edges "),), ("not a record",), (1,), an_invoice(), ({},), None])
def test_what_would_not_come_back_the_same_is_not_kept(share: Share, value: object) -> None:
    cache = share.cache()
    flight = begun(cache, "invoices")
    cache.put(flight, value)
    assert cache.get(flight.key) is None


ANSWERS: dict[str, st.SearchStrategy[Any]] = {
    "customer": records.customers,
    "contracts": st.lists(records.contracts, max_size=3).map(tuple),
    "invoices": st.lists(records.invoices, max_size=3).map(tuple),
    "invoice": records.invoices,
    "balance": records.balances,
    "statement": st.lists(records.lines, max_size=3).map(tuple),
    "meters": st.lists(records.meters_to_read, max_size=3).map(tuple),
    "readings": st.lists(records.meter_readings, max_size=3).map(tuple),
    "cases": st.lists(records.cases, max_size=3).map(tuple),
    "offers": st.lists(records.offers, max_size=3).map(tuple),
}


@pytest.mark.parametrize("operation", ANSWERS)
def test_every_answer_comes_back_as_it_was(redis_server: RedisServer, operation: str) -> None:
    share = Share(redis_server.url, SetClock(NOON))
    one, other = share.cache(), share.cache()

    @settings(max_examples=40, deadline=None)
    @given(answer=ANSWERS[operation])
    def check(answer: object) -> None:
        one.forget("C-1")
        flight = begun(one, operation)
        one.put(flight, answer)
        kept = other.get(flight.key)
        assert kept is not None
        assert kept.value == answer
        assert type(kept.value) is type(answer)

    check()
    share.close()
    assert ANSWERS.keys() == set(READS) - {"ping"}


def begun(cache: RedisCache, operation: str, customer_no: str = "C-1") -> Flight:
    """A flight that has just started and found nothing."""
    clock = cache._clock
    flight = Flight(Key(operation, customer_no, (), NOON.date()), clock.now(), clock.monotonic())
    assert cache.begin(flight) is None
    return flight


def entries(redis: Any) -> set[bytes]:
    """The names of the entries alone, without those of the generations."""
    return set(redis.scan_iter("ebok:*:*:*"))
