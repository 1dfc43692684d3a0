"""What people type for a meter's value, and what is made of it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.readings.records import Mistake
from gateway.readings.typed import NotAValue, value_of

_SPACES = st.sampled_from(["", " ", "\u00a0", "\u202f", "\t"])


@given(st.integers(1, 9), st.integers(0, 3), st.data())
def test_every_value_of_a_dial_is_read_however_it_is_spaced(digits: int, places: int, data: st.DataObject) -> None:
    whole = data.draw(st.integers(0, 10**digits - 1))
    part = data.draw(st.integers(0, 10**places - 1))
    text = f"{whole:0{digits}d}" + (data.draw(st.sampled_from(",.")) + f"{part:0{places}d}" if places else "")
    spaced = "".join(each + data.draw(_SPACES) for each in text)
    assert value_of(spaced, digits=digits, places=places) == Decimal(whole) + Decimal(part).scaleb(-places)


@given(st.text(max_size=12), st.integers(1, 9), st.integers(0, 3))
def test_whatever_is_typed_is_a_value_of_the_dial_or_a_mistake(text: str, digits: int, places: int) -> None:
    try:
        value = value_of(text, digits=digits, places=places)
    except NotAValue:
        return
    assert 0 <= value < 10**digits
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    assert -exponent <= places
    assert set("".join(text.split())) <= set("0123456789,.")


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", Mistake.NO_VALUE),
        (" \u00a0", Mistake.NO_VALUE),
        ("١٢٣", Mistake.NOT_DIGITS),
        ("12²", Mistake.NOT_DIGITS),
        ("-5", Mistake.NOT_DIGITS),
        ("1e3", Mistake.NOT_DIGITS),
        ("12,", Mistake.NOT_DIGITS),
        ("1,2,3", Mistake.NOT_DIGITS),
        ("abc", Mistake.NOT_DIGITS),
        ("123456", Mistake.TOO_MANY_DIGITS),
        ("123,4", Mistake.TOO_MANY_PLACES),
        ("0,001", Mistake.TOO_MANY_PLACES),
    ],
)
def test_what_cannot_stand_on_a_dial_of_five_digits_is_named(text: str, mistake: Mistake) -> None:
    with pytest.raises(NotAValue) as found:
        value_of(text, digits=5, places=0)
    assert found.value.mistake is mistake


def test_zeros_before_and_after_change_nothing() -> None:
    assert value_of("0000123", digits=5, places=0) == value_of("123,000", digits=5, places=0) == Decimal(123)
