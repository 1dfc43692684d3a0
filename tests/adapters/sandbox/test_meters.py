"""Every meter has a past that adds up, both faces tell it alike, and a reading is judged by the dial it was read on."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from adapters.sandbox.dial_history import EXCHANGED, EXPIRED, GOING_ROUND, UNREADABLE, WINDOWED
from adapters.sandbox.register import ANNA, LARGEST, MANAGED, NEWCOMER, OTHERS
from adapters.sandbox.world import World
from schemas import MeterReadingSchema, MeterToReadSchema
from tests.adapters.sandbox.asking import Asking, B, comma, iso_day, polish_day, text
from tests.adapters.sandbox.conftest import BASE_DAY
from tests.adapters.sandbox.questions import METER
from tests.adapters.sandbox.senders import code, read

EVERYBODY = (ANNA, *MANAGED, NEWCOMER, LARGEST, *OTHERS)
ROLES = {"G": "glowny", "O": "ogrodowy", "P": "podlicznik"}
SOURCES = {"OD": "odbiorca", "IN": "inkasent", "RA": "radio", "SZ": "szacunek"}
ways = pytest.mark.parametrize("way", ["rest", "soap"])


def test_most_meters_have_been_read_for_two_years_and_their_consumption_adds_up(world: World) -> None:
    long = every = 0
    for number in EVERYBODY:
        for dial in world.bureau.folder(number).dials.values():
            every += 1
            history = dial.history
            long += bool(history) and history[-1].read_on - history[0].read_on >= timedelta(days=720)
            assert all(0 <= each.value < 10**dial.digits and each.read_on <= BASE_DAY for each in history)
            for before, now in pairwise(history):
                assert before.read_on <= now.read_on
                if before.serial_no == now.serial_no:
                    assert now.consumption == now.value - before.value >= 0
                else:
                    assert (now.value, now.consumption) == (0, 0)
    assert long > 0.9 * every > 300


def test_the_last_reading_is_the_one_in_the_contract(world: World) -> None:
    for number in EVERYBODY:
        dials = world.bureau.folder(number).dials
        for contract in world.parties[number].contracts:
            for meter in (each for point in contract.supply_points for each in point.meters):
                if contract.valid_until is None:
                    assert dials[meter.meter_no].previous == meter.last_reading
                else:
                    assert meter.meter_no not in dials


def test_no_two_devices_share_a_number_and_none_holds_a_customers(world: World) -> None:
    dials = [dial for number in EVERYBODY for dial in world.bureau.folder(number).dials.values()]
    serials = [serial for dial in dials for serial in {dial.serial_no, *(each.serial_no for each in dial.history)}]
    assert len(serials) == len(set(serials))
    assert not [serial for serial in serials if any(number in serial.replace("-", "") for number in EVERYBODY)]


def test_meters_and_readings_pass_their_schemas(world: World) -> None:
    for number in EVERYBODY[:40]:
        for dial in world.bureau.folder(number).dials.values():
            meter = dial.to_read(BASE_DAY)
            assert MeterToReadSchema().load(MeterToReadSchema().dump(meter)) == meter
            for reading in dial.history:
                assert MeterReadingSchema().load(MeterReadingSchema().dump(reading)) == reading


def test_there_is_each_sort_of_meter(still: Asking) -> None:
    def meter(number: str, meter_no: str) -> Any:
        found = still.json(f"odbiorcy/{number}/wodomierze")["wodomierze"]
        return next(each for each in found if each["nr"] == meter_no)

    exchanged = still.json(f"odbiorcy/{ANNA}/wodomierze/{EXCHANGED}/odczyty")["odczyty"]
    assert exchanged[0]["nr_fabryczny"] != exchanged[-1]["nr_fabryczny"]
    assert meter(ANNA, EXCHANGED)["zamontowano"] == "2025-03-28"
    going_round = meter(MANAGED[1], GOING_ROUND)
    assert (going_round["odczyt"]["stan"], going_round["cyfry"]["calkowite"]) == (99_987, 5)
    assert going_round["spodziewany"] is None
    assert meter(MANAGED[2], UNREADABLE)["przyjmuje_odczyty"] is False
    windows = [each["okno"] for each in still.json(f"odbiorcy/{WINDOWED}/wodomierze")["wodomierze"]]
    assert windows[0] == {"od": "2026-03-20", "do": "2026-03-31"} == windows[-1]
    assert meter(MANAGED[5], EXPIRED)["legalizacja_do"] < BASE_DAY.isoformat()
    assert meter(ANNA, METER)["spodziewany"] is not None
    newcomer = still.json(f"odbiorcy/{NEWCOMER}/wodomierze")["wodomierze"][0]
    assert (newcomer["odczyt"], newcomer["spodziewany"]) == (None, None)
    assert still.json(f"odbiorcy/{NEWCOMER}/wodomierze/{newcomer['nr']}/odczyty")["odczyty"] == []


@pytest.mark.parametrize("number", [ANNA, *MANAGED[:6], NEWCOMER, LARGEST, *OTHERS[:15]])
def test_both_faces_know_the_same_meters_and_readings(number: str, still: Asking) -> None:
    answer = still.xml("PobierzWodomierze", NrOdbiorcy=number)
    rest = still.json(f"odbiorcy/{number}/wodomierze")
    assert text(answer, "NrOdbiorcy") == rest["nr_odbiorcy"] == number
    rows = [_soap_meter(each) for each in answer.iter(f"{B}Urzadzenie")]
    assert rows == [_rest_meter(each) for each in rest["wodomierze"]]
    for meter_no in [row[0] for row in rows[:3]]:
        answer = still.xml("PobierzOdczyty", NrOdbiorcy=number, NrWodomierza=meter_no)
        rest = still.json(f"odbiorcy/{number}/wodomierze/{meter_no}/odczyty")
        assert text(answer, "NrOdbiorcy") == rest["nr_odbiorcy"] == number
        assert text(answer, "NrWodomierza") == rest["nr"] == meter_no
        soap = [_soap_reading(each) for each in answer.iter(f"{B}Odczyt")]
        assert soap == [_rest_reading(each) for each in rest["odczyty"]]


@pytest.mark.parametrize("meter_no", ["W0", "", "..", f"W{MANAGED[0]}0101"])
def test_a_meter_that_is_not_there_or_not_theirs_has_no_readings(meter_no: str, still: Asking) -> None:
    answer = still.soap("PobierzOdczyty", NrOdbiorcy=ANNA, NrWodomierza=meter_no)
    assert code(answer) == "WOD-404"
    if meter_no not in ("", ".."):  # a client makes another address of these
        assert code(still.rest(f"odbiorcy/{ANNA}/wodomierze/{meter_no}/odczyty")) == "brak_wodomierza"


@ways
def test_a_reading_is_in_the_history_the_meter_and_the_contract(way: str, ask: Asking) -> None:
    assert code(read(ask, way, "Z-1", "240")) == "ok"
    newest = ask.json(f"odbiorcy/{ANNA}/wodomierze/{METER}/odczyty")["odczyty"][-1]
    assert (newest["stan"], newest["data"], newest["zrodlo"]) == (240, "2026-03-20", "odbiorca")
    assert (newest["zuzycie"], newest["nr_obcy"]) == (6, "Z-1")
    last = {"stan": 240, "data": "2026-03-20", "zrodlo": "odbiorca"}
    assert ask.json(f"odbiorcy/{ANNA}/wodomierze")["wodomierze"][0]["odczyt"] == last
    contract = ask.json(f"odbiorcy/{ANNA}/umowy")["umowy"][0]
    assert contract["punkty"][0]["wodomierze"][0]["odczyt"] == last


@ways
def test_a_correction_takes_the_place_of_the_reading_it_supersedes(way: str, ask: Asking) -> None:
    before = ask.json(f"odbiorcy/{ANNA}/wodomierze/{METER}/odczyty")["odczyty"]
    read(ask, way, "Z-1", "340")
    read(ask, way, "Z-2", "350", "2026-03-21")
    assert code(read(ask, way, "Z-3", "240", zastepuje="Z-1")) == "ok"  # lower, but than what no longer is
    now = ask.json(f"odbiorcy/{ANNA}/wodomierze/{METER}/odczyty")["odczyty"]
    assert now[: len(before)] == before
    assert [(each["nr_obcy"], each["stan"], each["zuzycie"]) for each in now[len(before) :]] == [
        ("Z-3", 240, 6),
        ("Z-2", 350, 110),
    ]


@ways
def test_a_reading_of_a_former_day_stands_in_its_place(way: str, ask: Asking) -> None:
    read(ask, way, "Z-1", "240")
    assert code(read(ask, way, "Z-2", "236", "2026-03-01")) == "ok"
    newest = ask.json(f"odbiorcy/{ANNA}/wodomierze/{METER}/odczyty")["odczyty"][-2:]
    assert [(each["nr_obcy"], each["zuzycie"]) for each in newest] == [("Z-2", 2), ("Z-1", 4)]


REFUSED = [
    ("LOWER", {"value": "233"}),
    ("LOWER", {"value": "10"}),
    ("WRONG", {"value": "100000"}),
    ("WRONG", {"value": "240.5"}),  # the dial has no places
    ("WRONG", {"value": "240", "day": "2026-03-29"}),
    ("WRONG", {"value": "240", "day": "2020-01-01"}),
    ("DEVICE", {"value": "240", "nr_fabryczny": "WS00-0000-000"}),
    ("METER", {"value": "240", "wodomierz": f"W{MANAGED[0]}0101"}),
]
CODES = {
    "LOWER": ("odczyt_mniejszy", "ODC-422"),
    "WRONG": ("odczyt_niepoprawny", "ODC-400"),
    "DEVICE": ("inny_wodomierz", "ODC-409"),
    "METER": ("brak_wodomierza", "WOD-404"),
    "NONE": ("odczyt_niedozwolony", "ODC-423"),
}


@ways
@pytest.mark.parametrize(("why", "given"), REFUSED)
def test_a_reading_that_cannot_be_is_refused_and_leaves_nothing(
    why: str, given: dict[str, str], way: str, ask: Asking
) -> None:
    assert code(read(ask, way, "Z-1", **given)) == CODES[why][way == "soap"]
    assert ask.json(f"odbiorcy/{ANNA}/wodomierze/{METER}/odczyty")["odczyty"][-1]["nr_obcy"] is None
    assert ask.control("GET", "submissions") == []


@ways
def test_a_dial_may_go_round(way: str, ask: Asking) -> None:
    of = {"of": MANAGED[1], "wodomierz": GOING_ROUND, "nr_fabryczny": _serial_no(ask, MANAGED[1], GOING_ROUND)}
    assert code(read(ask, way, "Z-1", "90000", **of)) == CODES["LOWER"][way == "soap"]
    assert code(read(ask, way, "Z-2", "113", **of)) == "ok"
    newest = ask.json(f"odbiorcy/{MANAGED[1]}/wodomierze/{GOING_ROUND}/odczyty")["odczyty"][-1]
    assert newest["zuzycie"] == 126
    ask.control("PUT", "clock", {"now": "2026-04-28T10:00:00Z"})
    expected = ask.json(f"odbiorcy/{MANAGED[1]}/wodomierze")["wodomierze"][0]["spodziewany"]
    assert 113 < expected["od"] < 200 < expected["do"] < 500


@ways
def test_some_meters_take_no_readings_or_not_on_every_day(way: str, ask: Asking) -> None:
    radio = {"of": MANAGED[2], "wodomierz": UNREADABLE, "nr_fabryczny": _serial_no(ask, MANAGED[2], UNREADABLE)}
    assert code(read(ask, way, "Z-1", "330", **radio)) == CODES["NONE"][way == "soap"]
    meter = ask.json(f"odbiorcy/{WINDOWED}/wodomierze")["wodomierze"][0]
    windowed = {"of": WINDOWED, "wodomierz": meter["nr"], "nr_fabryczny": meter["nr_fabryczny"]}
    value = str(meter["odczyt"]["stan"] + 1)
    assert code(read(ask, way, "Z-2", value, "2026-03-19", **windowed)) == CODES["NONE"][way == "soap"]
    assert code(read(ask, way, "Z-3", value, "2026-03-20", **windowed)) == "ok"


@ways
def test_the_first_reading_of_a_new_meter_is_taken(way: str, ask: Asking) -> None:
    meter = ask.json(f"odbiorcy/{NEWCOMER}/wodomierze")["wodomierze"][0]
    new = {"of": NEWCOMER, "wodomierz": meter["nr"], "nr_fabryczny": meter["nr_fabryczny"]}
    assert code(read(ask, way, "Z-1", "3", **new)) == "ok"
    found = ask.json(f"odbiorcy/{NEWCOMER}/wodomierze/{meter['nr']}/odczyty")["odczyty"]
    assert [(each["stan"], each["zuzycie"]) for each in found] == [(3, None)]


def _serial_no(ask: Asking, number: str, meter_no: str) -> str:
    found = ask.json(f"odbiorcy/{number}/wodomierze")["wodomierze"]
    return str(next(each["nr_fabryczny"] for each in found if each["nr"] == meter_no))


def _volume(given: str | None) -> Decimal | None:
    return comma(given) if given else None


def _soap_meter(row: Any) -> tuple[Any, ...]:
    last = row.find(f"{B}OstatniOdczyt")
    return (
        *(text(row, "NrWodomierza"), text(row, "NrFabryczny"), ROLES[text(row, "Rola") or ""], text(row, "Miejsce")),
        *(int(text(row, name) or "") for name in ("CyfryPrzed", "CyfryPo")),
        *(polish_day(text(row, name)) for name in ("LegalizacjaDo", "DataMontazu")),
        None if last is None else (comma(text(last, "Stan")), polish_day(text(last, "DataOdczytu"))),
        *(_volume(text(row, name)) for name in ("SpodziewanyOd", "SpodziewanyDo")),
        *(polish_day(text(row, name)) for name in ("OdczytOd", "OdczytDo")),
        text(row, "PrzyjmujeOdczyt") == "T",
    )


def _rest_meter(row: Any) -> tuple[Any, ...]:
    expected, window = row["spodziewany"] or {}, row["okno"] or {}
    return (
        *(row["nr"], row["nr_fabryczny"], row["rola"], row["miejsce"]),
        *(row["cyfry"]["calkowite"], row["cyfry"]["ulamkowe"]),
        *(iso_day(row["legalizacja_do"]), iso_day(row["zamontowano"])),
        row["odczyt"] and (row["odczyt"]["stan"], iso_day(row["odczyt"]["data"])),
        *(expected.get("od"), expected.get("do")),
        *(iso_day(window.get("od")), iso_day(window.get("do"))),
        row["przyjmuje_odczyty"],
    )


def _soap_reading(row: Any) -> tuple[Any, ...]:
    day: date | None = polish_day(text(row, "DataOdczytu"))
    used = _volume(text(row, "Zuzycie"))
    source = SOURCES[text(row, "Zrodlo") or ""]
    return text(row, "NrFabryczny"), comma(text(row, "Stan")), day, source, used, text(row, "NrObcy")


def _rest_reading(row: Any) -> tuple[Any, ...]:
    day = iso_day(row["data"])
    return row["nr_fabryczny"], row["stan"], day, row["zrodlo"], row["zuzycie"], row["nr_obcy"]
