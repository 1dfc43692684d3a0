"""Finding the one meter that a reading by a serial number fits; whatever would be a guess is a person's."""

from datetime import date
from decimal import Decimal

import pytest

from gateway.readings.by_serial import ForAPerson, ReadingBySerial, Reason, content_for
from schemas import MeterRole, MeterToRead, Reading, ReadingContent, ReadingSource

TODAY = date(2026, 3, 10)
BEFORE = Reading(Decimal(100), date(2026, 2, 1), ReadingSource.INSPECTOR)
METERS = [
    MeterToRead("1", "W-1", "WS22-0300-001", MeterRole.MAIN, "Rynek 1", digits=5, previous=BEFORE),
    MeterToRead("1", "W-2", "JS 25/7", MeterRole.GARDEN, "Rynek 1", digits=4, places=1),
    MeterToRead("1", "W-3", "AB-12", MeterRole.SUB, "Rynek 1", digits=5),
    MeterToRead("1", "W-4", "ab12", MeterRole.SUB, "Rynek 1", digits=5),
]


def of(serial_no: str, value: str, *, insisted: bool = False) -> ReadingBySerial:
    return ReadingBySerial(serial_no, Decimal(value), TODAY, insisted)


@pytest.mark.parametrize("written", ["WS22-0300-001", "ws22 0300 001", " Ws22–0300−001", "WS220300001"])
def test_spaces_dashes_and_case_do_not_matter_and_the_erp_gets_its_own_spelling(written: str) -> None:
    sent = content_for(METERS, of(written, "104"), TODAY)
    assert sent == ReadingContent("W-1", "WS22-0300-001", Decimal(104), TODAY)


def test_a_part_of_a_cubic_metre_stays_where_the_dial_has_it() -> None:
    assert content_for(METERS, of("js25/7", "7.5"), TODAY).value == Decimal("7.5")


@pytest.mark.parametrize(
    ("serial_no", "value", "reason"),
    [
        ("WS22-0300-002", "104", Reason.NO_METER),
        ("WS22-0300", "104", Reason.NO_METER),
        ("JS 257", "5", Reason.NO_METER),
        ("AB 12", "5", Reason.SEVERAL_METERS),
        ("WS22-0300-001", "104123", Reason.NOT_ON_THE_DIAL),
        ("WS22-0300-001", "104.5", Reason.NOT_ON_THE_DIAL),
        ("WS22-0300-001", "99", Reason.UNLIKELY),
        ("WS22-0300-001", "20000", Reason.UNLIKELY),
    ],
)
def test_what_would_be_a_guess_is_for_a_person(serial_no: str, value: str, reason: Reason) -> None:
    with pytest.raises(ForAPerson) as raised:
        content_for(METERS, of(serial_no, value), TODAY)
    assert raised.value.reason is reason


def test_what_was_insisted_on_or_may_be_there_already_is_not_judged_anew() -> None:
    assert content_for(METERS, of("WS22-0300-001", "20000", insisted=True), TODAY).insisted
    assert content_for(METERS, of("WS22-0300-001", "20000"), TODAY, again=True).value == 20000
