"""Where the bars of a history stand."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gateway.readings.chart import HEIGHT, WIDTH, draw, with_consumption
from schemas import MeterReading, ReadingSource

_USED = st.none() | st.decimals(0, 99_999, places=3)


def row(value: int, day: date, used: Decimal | None = None, serial: str = "S") -> MeterReading:
    return MeterReading("100001", "W1", serial, Decimal(value), day, ReadingSource.CUSTOMER, used)


@given(st.lists(_USED, max_size=60))
def test_every_bar_stands_inside_the_drawing_and_as_high_as_it_should(used: list[Decimal | None]) -> None:
    rows = [row(0, date(2026, 3, 1) - timedelta(days=30 * at), each) for at, each in enumerate(used)]
    chart = draw(rows)
    if chart is None:
        assert sum(each is not None for each in used[:-1]) < 2
        return
    top = chart.lines[-1]
    assert 2 <= len(chart.lines) <= 5
    for bar in chart.bars:
        assert chart.left <= bar.x
        assert bar.x + bar.width <= WIDTH
        assert abs(bar.y + bar.height - chart.base) < 0.2
        assert 0 <= bar.y <= HEIGHT
        assert bar.used <= top.used
        assert abs(bar.height - float(bar.used / top.used) * (chart.base - top.y)) < 0.2


def test_what_the_erp_does_not_say_is_counted_where_it_can_be_known() -> None:
    rows = [
        row(20, date(2026, 3, 1)),
        row(99_990, date(2026, 2, 1)),
        row(50, date(2026, 1, 1), serial="S0"),
        row(80, date(2025, 12, 1), serial="S0"),
        row(30, date(2025, 11, 1), serial="S0"),
    ]
    assert [each.consumption for each in with_consumption(rows, 5)] == [30, None, None, 50, None]
