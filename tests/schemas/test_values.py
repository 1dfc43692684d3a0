"""The strict values: what they accept comes back exactly, everything else is refused without being repeated."""

import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import values

SHARED = Path(__file__).parents[3] / "shared" / "contracts"


@given(st.integers(-(10**14) + 1, 10**14 - 1))
def test_every_amount_in_grosze_survives_as_text_and_as_decimal(grosze: int) -> None:
    amount = Decimal(grosze).scaleb(-2)
    assert values.money(f"{amount:.2f}") == amount
    assert values.money(amount.quantize(Decimal("0.01"))) == amount


@pytest.mark.parametrize(
    "wrong",
    [1, 1.5, True, None, "1", "1.5", "1.555", "1,50", "1e2", "1.5E1", "NaN", "Infinity", "+1.00", " 1.00", "1.00\n"]
    + [
        "١.٠٠",
        "１.00",
        "1_0.00",
        "",
        "-",
        "--1.00",
        "1234567890123.00",
        Decimal("1.5"),
        Decimal("NaN"),
        Decimal("1E+2"),
    ]
    + [Decimal("1.555"), b"1.00", [], {}],
)
def test_an_amount_that_is_not_exact_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="two places"):
        values.money(wrong)


def test_minus_zero_is_zero() -> None:
    assert str(values.money("-0.00")) == "0.00"


@given(st.text() | st.from_regex(r"-?[0-9]{0,14}[.,]?[0-9]{0,4}", fullmatch=True))
def test_a_text_is_an_amount_exactly_when_it_reads_back_the_same(text: str) -> None:
    right = re.fullmatch(r"-?[0-9]{1,12}\.[0-9]{2}", text, re.ASCII)
    if right:
        assert values.money(text) == Decimal(text)
    else:
        with pytest.raises(ValueError, match="two places"):
            values.money(text)


@given(st.decimals(0, 10**9 - 1, places=3, allow_nan=False, allow_infinity=False))
def test_every_volume_survives(volume: Decimal) -> None:
    assert values.volume(format(volume, "f")) == volume


@pytest.mark.parametrize("wrong", ["1.2345", "1,5", "1e3", "٣", 3, 3.0, None, "", "1."])
def test_a_volume_that_is_not_exact_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="m³"):
        values.volume(wrong)


def _with_check_digits(body: str) -> str:
    return f"{98 - int(body + '252100') % 97:02d}{body}"


@given(st.text("0123456789", min_size=24, max_size=24))
def test_an_nrb_with_right_check_digits_is_accepted_and_any_single_wrong_digit_is_not(body: str) -> None:
    number = _with_check_digits(body)
    assert values.nrb(number) == number
    for place in range(26):
        wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        with pytest.raises(ValueError, match="check digits"):
            values.nrb(wrong)


@pytest.mark.parametrize("wrong", ["", "1" * 25, "1" * 27, "PL" + "1" * 26, "1 " * 13, "１" * 26, 26, None])
def test_what_does_not_look_like_an_nrb_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="26 digits"):
        values.nrb(wrong)


@given(st.dates())
def test_every_day_survives(day: date) -> None:
    assert values.day(day.isoformat()) == day == values.day(day)


@pytest.mark.parametrize(
    "wrong",
    ["2026-02-29", "2026-13-01", "20260301", "2026-3-1", "2026-03-01T00:00:00", "2026-W01-1", "01.03.2026", ""]
    + [datetime(2026, 3, 1, tzinfo=UTC), None, 20260301, "２026-03-01"],
)
def test_what_is_not_a_day_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="day"):
        values.day(wrong)


@given(st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2999, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_every_moment_with_an_offset_becomes_the_same_instant_in_utc(moment: datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    read = values.instant(aware.isoformat())
    assert read == aware
    assert read.utcoffset() == timedelta()


@pytest.mark.parametrize("wrong", ["2026-03-29T00:30:00", datetime(2026, 3, 29), "", None, 0, "now"])
def test_a_moment_without_its_offset_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="offset"):
        values.instant(wrong)


@pytest.mark.parametrize("number", ["100001", "K/2026/1", "a.b-c_d", "A" * 32])
def test_customer_numbers_are_opaque(number: str) -> None:
    assert values.customer_no(number) == number


@pytest.mark.parametrize("wrong", ["", "-1", "../etc", "a b", "ą", "A" * 33, "a\n", "a?b", "a%2f", None, 100001])
def test_a_customer_number_that_could_be_something_else_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="customer number"):
        values.customer_no(wrong)


@pytest.mark.parametrize("wrong", ["", " a", "a ", "a\nb", "a\x00", "\u202eabc", "x" * 501, 5, None])
def test_text_that_would_break_a_page_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="text"):
        values.text(wrong)


def test_a_ksef_number_needs_its_check_digits() -> None:
    number = "1111111111-20260301-0123456789AB-"
    right = number + f"{values._crc8(number[:32].encode()):02X}"
    assert values.ksef_no(right) == right
    with pytest.raises(ValueError, match="check digits"):
        values.ksef_no(right[:-1] + ("0" if right[-1] != "0" else "1"))


@pytest.mark.skipif(not SHARED.exists(), reason="the published vectors are not on this machine")
def test_the_published_ksef_number_is_accepted() -> None:
    vectors = json.loads((SHARED / "ksef" / "vectors.json").read_text())
    assert values.ksef_no(vectors["ksef_number_example"])
