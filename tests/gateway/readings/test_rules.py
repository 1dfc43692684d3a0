"""The rules of readings, by examples and by properties."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.readings import Doubt, Entry, Mistake, Typed, before, judge, read, window
from gateway.readings.rules import expecting, newest_first
from schemas import MeterReading, MeterRole, MeterToRead, Reading, ReadingSource

TODAY = date(2026, 3, 10)
METER = MeterToRead(
    customer_no="100001",
    meter_no="W1",
    serial_no="S2",
    role=MeterRole.MAIN,
    place="ul. Źródlana 12/3",
    digits=5,
    installed_on=date(2024, 5, 1),
    previous=Reading(Decimal(100), date(2026, 2, 10), ReadingSource.CUSTOMER),
    expected_from=Decimal(103),
    expected_until=Decimal(120),
)


def reading(value: int, day: date, serial: str = "S2", reference: str | None = None, **more: object) -> MeterReading:
    source = more.get("source", ReadingSource.CUSTOMER)
    assert isinstance(source, ReadingSource)
    return MeterReading("100001", "W1", serial, Decimal(value), day, source, reference=reference)


def typed(value: str, day: date | None = TODAY, **more: object) -> Typed:
    return replace(Typed(value, day), **more)  # type: ignore[arg-type]


def entered(value: str, meter: MeterToRead = METER, **more: object) -> Entry:
    return read(meter, typed(value, **more), today=TODAY)


def test_what_is_expected_passes_without_a_question() -> None:
    entry = entered("110")
    assert entry.content is not None
    assert (entry.content.value, entry.content.read_on, entry.content.insisted) == (Decimal(110), TODAY, False)


@pytest.mark.parametrize(("value", "doubt"), [("121", Doubt.MUCH), ("102", Doubt.LITTLE), ("100", Doubt.LITTLE)])
def test_what_is_unlikely_is_asked_about_and_taken_when_insisted_on(value: str, doubt: Doubt) -> None:
    asked = entered(value)
    assert (asked.asks, asked.judged.doubt, asked.content) == (True, doubt, None)
    insisted = entered(value, insisted_on=value)
    assert insisted.content is not None
    assert insisted.content.insisted


def test_insisting_is_on_one_value_alone() -> None:
    assert entered("500", insisted_on="400").asks


@pytest.mark.parametrize(
    ("value", "mistake"), [("99", Mistake.LOWER), ("100000", Mistake.TOO_MANY_DIGITS), ("", Mistake.NO_VALUE)]
)
def test_what_cannot_be_is_no_question(value: str, mistake: Mistake) -> None:
    entry = entered(value, insisted_on=value)
    assert entry.judged.mistakes == (mistake,)
    assert not entry.asks


@pytest.mark.parametrize(
    ("day", "mistake"),
    [
        (TODAY + timedelta(days=1), Mistake.FUTURE),
        (date(2026, 2, 9), Mistake.BEFORE_PREVIOUS),
        (date(2024, 4, 30), Mistake.BEFORE_INSTALLED),
        (None, Mistake.NOT_A_DAY),
    ],
)
def test_a_wrong_day_is_named(day: date | None, mistake: Mistake) -> None:
    assert read(METER, typed("110", day), today=TODAY).judged.mistakes == (mistake,)


def test_value_and_day_are_both_named() -> None:
    entry = read(METER, typed("x", TODAY + timedelta(days=1)), today=TODAY)
    assert entry.judged.mistakes == (Mistake.NOT_DIGITS, Mistake.FUTURE)


@given(st.integers(1, 8), st.data())
def test_a_dial_goes_round_where_little_was_used_and_never_where_much_was(digits: int, data: st.DataObject) -> None:
    around = 10**digits
    former = data.draw(st.integers(1, around - 1))
    now = data.draw(st.integers(0, former - 1))
    meter = replace(METER, digits=digits, previous=Reading(Decimal(former), TODAY, ReadingSource.INSPECTOR))
    judged = judge(meter, Decimal(now), TODAY, today=TODAY, previous=meter.previous)
    if (now + around - former) * 10 <= around:
        assert (judged.mistakes, judged.doubt, judged.used) == ((), Doubt.WENT_ROUND, now + around - former)
    else:
        assert judged.mistakes == (Mistake.LOWER,)


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_less_than_an_estimate_may_be_right(former: int, now: int) -> None:
    assume(now < former and now + 100_000 - former > 10_000)
    previous = Reading(Decimal(former), TODAY, ReadingSource.ESTIMATE)
    assert judge(METER, Decimal(now), TODAY, today=TODAY, previous=previous).doubt is Doubt.BELOW_ESTIMATE


@given(st.integers(0, 99_999), st.dates(date(2024, 1, 1), date(2027, 1, 1)), st.booleans())
def test_what_is_sent_always_keeps_the_rules(value: int, day: date, insisting: bool) -> None:
    entry = read(METER, typed(str(value), day, insisted_on=str(value) if insisting else ""), today=TODAY)
    if entry.content is not None:
        assert date(2026, 2, 10) <= entry.content.read_on <= TODAY
        assert entry.content.insisted == insisting
        assert insisting or 103 <= value <= 120
        assert value >= 100


def test_an_exchanged_device_begins_anew() -> None:
    history = [reading(98_000, date(2024, 4, 30), "S1")]
    fresh = replace(METER, previous=None, expected_from=None, expected_until=None)
    assert before(fresh, history) is None
    assert read(fresh, typed("3"), today=TODAY, history=history).content is not None


def test_a_last_reading_from_before_the_device_was_there_binds_nobody() -> None:
    old = replace(METER, previous=Reading(Decimal(98_000), date(2024, 4, 30), ReadingSource.INSPECTOR))
    assert before(old, []) is None


def test_the_device_that_was_seen_must_be_the_one_that_is_there() -> None:
    assert entered("110", serial_no="S1").judged.mistakes == (Mistake.EXCHANGED,)


def test_a_correction_is_held_against_the_reading_before_the_corrected_one() -> None:
    history = [reading(900, TODAY, reference="mine"), reading(90, date(2026, 1, 5))]
    meter = replace(METER, previous=Reading(Decimal(900), TODAY, ReadingSource.CUSTOMER), expected_from=None)
    meter = replace(meter, expected_until=None)
    assert read(meter, typed("95"), today=TODAY, history=history).judged.mistakes == (Mistake.LOWER,)
    corrected = read(meter, typed("95", supersedes="mine"), today=TODAY, history=history)
    assert corrected.content is not None
    assert corrected.content.supersedes == "mine"


@pytest.mark.parametrize(
    ("first", "last", "state"),
    [
        (None, None, "open"),
        (TODAY, TODAY, "open"),
        (TODAY + timedelta(days=1), None, "soon"),
        (None, TODAY - timedelta(days=1), "over"),
    ],
)
def test_the_window_is_open_on_its_first_and_last_day(first: date | None, last: date | None, state: str) -> None:
    meter = replace(METER, window_from=first, window_until=last)
    assert window(meter, TODAY) == state
    assert (read(meter, typed("110"), today=TODAY).content is not None) == (state == "open")


def test_a_meter_that_is_not_readable_takes_nothing() -> None:
    meter = replace(METER, readable=False)
    assert window(meter, TODAY) == "never"
    assert read(meter, typed("110"), today=TODAY).judged.mistakes == (Mistake.NOT_READABLE,)


def test_the_pace_of_the_past_stands_in_where_the_erp_expects_nothing() -> None:
    history = [reading(100, date(2026, 2, 8)), reading(70, date(2025, 12, 10)), reading(5, date(2023, 1, 1), "S1")]
    meter = expecting(replace(METER, expected_from=None, expected_until=None), history, TODAY)
    assert (meter.expected_from, meter.expected_until) == (Decimal(100), Decimal(150))


@given(st.lists(st.tuples(st.integers(0, 99_999), st.dates(date(2020, 1, 1), TODAY)), max_size=6))
def test_what_is_expected_is_on_the_dial(rows: list[tuple[int, date]]) -> None:
    history = [reading(value, day) for value, day in rows]
    meter = expecting(replace(METER, expected_from=None, expected_until=None), history, TODAY)
    if meter.expected_until is not None:
        assert meter.expected_from is not None
        assert 0 <= meter.expected_from <= meter.expected_until < 100_000


def test_on_the_day_of_an_exchange_the_new_device_comes_after_the_old_one() -> None:
    day = date(2025, 3, 10)
    old, new, later = reading(427, day, "S1"), reading(0, day), reading(15, date(2025, 4, 16))
    for told in ([old, new, later], [later, new, old], [new, later, old]):
        assert newest_first(told, "S2") == [later, new, old]
    assert newest_first([old, new], "S2") == [new, old]


def test_what_the_erp_expects_after_a_reading_that_is_corrected_says_nothing() -> None:
    history = [reading(900, TODAY, reference="mine"), reading(90, date(2026, 1, 5))]
    meter = expecting(METER, history, TODAY, without="mine")
    assert (meter.expected_from, meter.expected_until) == (None, None)


def test_of_two_readings_on_one_day_the_higher_is_the_later_one() -> None:
    first, second = reading(110, TODAY), reading(115, TODAY)
    for told in ([first, second], [second, first]):
        assert newest_first(told, "S2") == [second, first]
        found = before(METER, told)
        assert found is not None
        assert found.value == 115
