"""Converters give exactly what was written or refuse; nothing is rounded, guessed, or repeated in a message."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.clock import WARSAW, local_day
from adapters.mapping.converters import converter, names
from schemas import CustomerKind, fields

cents = st.integers(-(10**14) + 1, 10**14 - 1)
MONEY, DAY, TEXT, VOLUME = fields.Money(), fields.Day(), fields.Text(), fields.Volume()


def money(value: int) -> Decimal:
    return Decimal(value) / 100


@given(cents, st.integers(0, 5))
@settings(deadline=None)
def test_an_amount_keeps_its_value_however_many_zeros_follow(value: int, zeros: int) -> None:
    written = f"{money(value):.2f}" + "0" * zeros
    for raw in (written, f" {written}\n", Decimal(written)):
        read = converter(None, MONEY)(raw)
        assert read == money(value)
        assert fields.Money.accept(read) == read
        assert format(read, "f") == fields.Money.to_json(read)
    assert converter("grosze", MONEY)(str(value)) == converter("grosze", MONEY)(value) == money(value)


@given(cents)
@settings(deadline=None)
def test_an_amount_may_have_a_comma_and_marks_between_thousands(value: int) -> None:
    assert converter("amount:,", MONEY)(f"{money(value):.2f}".replace(".", ",")) == money(value)
    grouped = f"{money(value):,.2f}"
    assert converter("amount:.,", MONEY)(grouped) == money(value)
    polish = grouped.replace(",", "\u00a0").replace(".", ",")
    assert converter("amount:,\u00a0", MONEY)(polish) == money(value)


@pytest.mark.parametrize("spec", ["amount", "amount:,", "amount:, ", "grosze", "amount-from-float"])
@pytest.mark.parametrize(
    "raw",
    [
        "1e5",
        "１２",
        "１２.００",
        "NaN",
        "Infinity",
        "1,234.50",
        "1.234,50",
        "",
        " ",
        "1_000.00",
        "12.345",
        "12,345",
        "+1.00",
        "0x10",
        "1 2.00",
        "12 34,00",
        ".50",
        ",50",
        "1.",
        "--1.00",
        "10000000000000.00",
        "PLN 1.00",
        "1.00 zł",
        None,
        True,
        False,
        [],
        {},
        1.5,
        float("nan"),
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1e5"),
        10**20,
        Decimal("1e-999999"),
        Decimal("1E+999999"),
    ],
)
def test_what_is_no_amount_is_refused_without_being_repeated(spec: str, raw: Any) -> None:
    if spec == "amount-from-float" and raw == Decimal("1e-999999"):
        return  # nothing at all, as near to 0.00 as a float gets
    with pytest.raises(ValueError, match="expected") as refused:
        converter(spec, MONEY)(raw)
    assert type(refused.value) is ValueError
    assert not isinstance(raw, str) or len(raw) < 4 or raw not in str(refused.value)


@given(st.text(max_size=12) | st.decimals() | st.integers() | st.none() | st.booleans())
@settings(deadline=None)
def test_an_amount_is_read_as_the_schema_reads_it_or_refused(raw: Any) -> None:
    try:
        read = converter(None, MONEY)(raw)
    except ValueError as refused:
        assert type(refused) is ValueError  # noqa: PT017 (any refusal is fine, other errors are not)
    else:
        assert fields.Money.accept(read) == read == Decimal(str(raw).strip())


def test_a_float_that_is_nearly_an_amount_is_one_and_no_other() -> None:
    read = converter("amount-from-float", MONEY)
    assert read(Decimal("198.67000000000002")) == Decimal("198.67")
    assert read("0.30000000000000004") == Decimal("0.30")
    assert read(-5) == Decimal("-5.00")
    for wrong in (Decimal("198.675"), "198.6712"):
        with pytest.raises(ValueError, match="expected"):
            read(wrong)


def test_zero_has_no_sign() -> None:
    for spec, raw in (("amount", "-0.00"), ("amount:,", "-0,00"), ("grosze", "-0"), ("amount-from-float", "-0.0")):
        assert not converter(spec, MONEY)(raw).is_signed()


@given(st.integers(-(10**9) + 1, 10**9 - 1), st.integers(0, 4))
@settings(deadline=None)
def test_a_volume_keeps_its_value(thousandths: int, zeros: int) -> None:
    value = Decimal(thousandths) / 1000
    for raw in (f"{value:.3f}" + "0" * zeros, Decimal(f"{value:.3f}")):
        read = converter(None, VOLUME)(raw)
        assert read == fields.Volume.accept(read) == value
        assert "E" not in str(read)
    assert converter("litres", VOLUME)(thousandths) == value
    assert converter("volume:,", VOLUME)(f"{value:.3f}".replace(".", ",")) == value


@given(st.dates())
@settings(deadline=None)
def test_a_day_is_read_in_each_of_its_forms(day: date) -> None:
    assert converter(None, DAY)(day.isoformat()) == day
    written = f"{day.day:02}.{day.month:02}.{day.year:04}"
    assert converter("date:%d.%m.%Y", DAY)(written) == day
    assert converter("date:%Y%m%d", DAY)(f"{day.year:04}{day.month:02}{day.day:02}") == day
    assert converter("date:%d.%m.%Y %H:%M:%S", DAY)(f"{written} 23:59:59") == day
    assert converter("local-day", DAY)(f"{day.isoformat()}T23:59:59.999") == day
    parts = {"__class__": "date", "year": day.year, "month": day.month, "day": day.day}
    assert converter("date-parts", DAY)(parts) == day
    midnight = (day - date(1970, 1, 1)) // timedelta(milliseconds=1)
    assert converter("odata-day", DAY)(f"/Date({midnight})/") == day


moments = st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))


@given(moments, st.integers(-14 * 60, 14 * 60))
@settings(deadline=None)
def test_a_moment_is_read_as_its_day_in_warsaw(moment: datetime, offset: int) -> None:
    moment = moment.replace(microsecond=0)
    day = local_day(moment)
    assert converter(None, DAY)(f"{moment:%Y-%m-%dT%H:%M:%S}Z") == day
    shifted = moment + timedelta(minutes=offset)
    hours, minutes = divmod(abs(offset), 60)
    assert (
        converter(None, DAY)(f"{shifted:%Y-%m-%dT%H:%M:%S}{'-' if offset < 0 else '+'}{hours:02}:{minutes:02}") == day
    )
    count = int(moment.timestamp() * 1000)
    assert (
        converter("odata-moment", DAY)(f"/Date({count})/")
        == converter("odata-day", DAY)(f"/Date({count}+0060)/")
        == day
    )


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2024, 2, 29), date(2027, 1, 1)])
def test_the_seconds_around_midnight_fall_on_their_own_days(day: date) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=WARSAW).astimezone(UTC)
    before = midnight - timedelta(seconds=1)
    assert converter(None, DAY)(f"{midnight:%Y-%m-%dT%H:%M:%S}Z") == day
    assert converter(None, DAY)(f"{before:%Y-%m-%dT%H:%M:%S}Z") == day - timedelta(days=1)


@pytest.mark.parametrize(
    ("spec", "raw"),
    [
        (None, "2026-02-30"),
        (None, "2026-3-1"),
        (None, "20260301"),
        (None, "２０２６-03-01"),
        (None, "2026-03-29T00:30:00"),
        (None, "2026-03-29T25:00:00Z"),
        (None, 20260301),
        (None, None),
        (None, ""),
        (None, "0001-01-01T00:00:00+14:00"),
        (None, "2026-W10-1"),
        ("date:%d.%m.%Y", "2026-03-01"),
        ("date:%d.%m.%Y", "1.3.2026"),
        ("date:%d.%m.%Y", "31.02.2026"),
        ("date:%d.%m.%Y", "٠١.03.2026"),
        ("date:%d.%m.%Y %H:%M", "01.03.2026 24:00"),
        ("local-day", "2026-03-29T00:30:00Z"),
        ("odata-day", "/Date(x)/"),
        ("odata-day", "/Date(99999999999999999)/"),
        ("odata-day", "/Date(999999999999999)/"),
        ("odata-day", 0),
        ("date-parts", {"year": 2026}),
        ("date-parts", {"year": True, "month": 1, "day": 1}),
        ("date-parts", []),
    ],
)
def test_what_is_no_day_is_refused(spec: str | None, raw: Any) -> None:
    with pytest.raises(ValueError, match="expected") as refused:
        converter(spec, DAY)(raw)
    assert type(refused.value) is ValueError


def test_texts_are_taken_as_they_stand_or_tidied_where_the_mapping_says() -> None:
    assert converter(None, TEXT)("FV/1/2026") == "FV/1/2026"
    assert converter(None, TEXT)(10000014) == "10000014"
    assert converter("one-line", TEXT)(" ul.  Lipowa\n 12 ") == "ul. Lipowa 12"
    assert converter("lines", TEXT)("ul. Lipowa  12\n\n62-999 Zdrojewo\n") == "ul. Lipowa 12, 62-999 Zdrojewo"
    for wrong in (" x", "x ", "a\tb", "", None, True, 1.5, Decimal("1.5"), [], "a\u200b", "x" * 501):
        with pytest.raises(ValueError, match="expected"):
            converter(None, TEXT)(wrong)


@given(st.text())
@settings(deadline=None)
def test_a_text_is_read_exactly_when_the_schema_accepts_it(raw: str) -> None:
    try:
        accepted = fields.Text.accept(raw)
    except ValueError:
        with pytest.raises(ValueError, match="expected"):
            converter(None, TEXT)(raw)
    else:
        assert converter(None, TEXT)(raw) == accepted


def test_account_numbers_may_be_spaced_and_flags_named() -> None:
    nrb = "61109010140000071219812874"
    assert converter(None, fields.Nrb())(f"PL{nrb[:2]} {nrb[2:6]} {nrb[6:]}") == nrb
    assert converter("flag:T/N", fields.Flag())("T") is True
    assert converter("flag:1/0", fields.Flag())(0) is False
    assert converter(None, fields.Flag())("false") is False
    for spec, wrong in ((None, "T"), (None, 1), ("flag:T/N", "true"), ("flag:T/N", True), ("flag:T/N", None)):
        with pytest.raises(ValueError, match="expected"):
            converter(spec, fields.Flag())(wrong)


def test_words_are_ours_alone() -> None:
    read = converter(None, fields.Word(CustomerKind))
    assert read("person") is CustomerKind.PERSON
    for wrong in ("Person", "", None, 1, []):
        with pytest.raises(ValueError, match="expected one of person, company"):
            read(wrong)


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ("amonut", MONEY),
        ("day", MONEY),
        ("amount", DAY),
        ("date", DAY),
        ("text:x", TEXT),
        ("grosze:,", MONEY),
        ("text", fields.Word(CustomerKind)),
    ],
)
def test_a_converter_of_another_kind_of_field_does_not_exist(spec: str, field: Any) -> None:
    with pytest.raises(LookupError):
        converter(spec, field)


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ("date:%d.%m", DAY),
        ("date:%d.%m.%y", DAY),
        ("date:%d.%d.%m.%Y", DAY),
        ("date:%d.%m.%Y%", DAY),
        ("date:", DAY),
        ("amount:x", MONEY),
        ("amount:,,", MONEY),
        ("flag:T", fields.Flag()),
        ("flag:T/T", fields.Flag()),
        ("volume:;", VOLUME),
    ],
)
def test_an_argument_that_makes_no_sense_is_refused_at_start(spec: str, field: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the message is what was expected, and is the mapping's mistake)
        converter(spec, field)


def test_every_kind_of_field_has_a_converter() -> None:
    kinds = [fields.Money, fields.Volume, fields.Day, fields.Text, fields.CustomerNo, fields.Nrb, fields.KsefNo]
    for kind in (*kinds, fields.Currency, fields.Flag):
        assert names(kind())
        converter(None, kind())
