"""What customers send is taken over both faces, has its effect, and is recognised as the sandbox was told to."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from adapters.sandbox.register import ANNA, MANAGED
from adapters.sandbox.sending import FileNote, payload_sha256
from adapters.sandbox.server import SandboxServer
from schemas import (
    ConsentContent,
    Content,
    DataChangeContent,
    LetterContent,
    OutageContent,
    ReadingContent,
    SubmissionKind,
    Topic,
)
from tests.adapters.sandbox.asking import Asking
from tests.adapters.sandbox.questions import METER, SERIAL
from tests.adapters.sandbox.senders import code, find, read, send, told, write

ways = pytest.mark.parametrize("way", ["rest", "soap"])
PHOTO = ("zdjęcie & licznik.jpg", "image/jpeg", b"\xff\xd8" + bytes(range(256)) * 40)


def taken(ask: Asking) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = ask.control("GET", "submissions")
    return listed


SENT: list[tuple[str, dict[str, Any], SubmissionKind, Content, bool]] = [
    (
        "odczyty",
        {"wodomierz": METER, "nr_fabryczny": SERIAL, "stan": "240", "data": "2026-03-20", "uwagi": "Zaparował."},
        SubmissionKind.READING,
        ReadingContent(METER, SERIAL, Decimal("240"), date(2026, 3, 20), note="Zaparował."),
        False,
    ),
    (
        "odczyty",
        {
            "wodomierz": METER,
            "nr_fabryczny": SERIAL,
            "stan": "900",
            "data": "2026-03-20",
            "potwierdzony": True,
            "zastepuje": "Z-0",
        },
        SubmissionKind.READING,
        ReadingContent(METER, SERIAL, Decimal("900"), date(2026, 3, 20), insisted=True, supersedes="Z-0"),
        False,
    ),
    (
        "pisma",
        {"rodzaj": "skarga", "temat": "usluga", "tresc": "Nikt <nie> odbiera & nie dzwoni.\n\nTo\tnie w porządku. "},
        SubmissionKind.GRIEVANCE,
        LetterContent(Topic.SERVICE, "Nikt <nie> odbiera & nie dzwoni.\n\nTo\tnie w porządku. "),
        True,
    ),
    (
        "pisma",
        {"rodzaj": "wniosek", "temat": "odczyt", "tresc": "Proszę.", "dotyczy": METER},
        SubmissionKind.PETITION,
        LetterContent(Topic.READING, "Proszę.", METER),
        True,
    ),
    (
        "dane",
        {"telefon": "+48 99 000 00 01", "adres_korespondencyjny": "ul. Rynek 4/5, 99-991 Zdrojewo Wielkie"},
        SubmissionKind.DATA_CHANGE,
        DataChangeContent(postal_address="ul. Rynek 4/5, 99-991 Zdrojewo Wielkie", phone="+48 99 000 00 01"),
        True,
    ),
    (
        "zgoda",
        {"efaktura": False, "wersja": "2026-01", "email": "ja@poczta.example"},
        SubmissionKind.CONSENT,
        ConsentContent(given=False, text_version="2026-01", email="ja@poczta.example"),
        False,
    ),
    (
        "awarie",
        {"miejsce": "ul. Rynek 4", "opis": "Woda na ulicy.", "telefon": "+48 99 000 00 02"},
        SubmissionKind.OUTAGE,
        OutageContent("ul. Rynek 4", "Woda na ulicy.", "+48 99 000 00 02"),
        True,
    ),
]


@ways
@pytest.mark.parametrize(("what", "fields", "kind", "content", "makes_a_case"), SENT)
def test_it_is_taken_as_it_was_meant(
    what: str, fields: dict[str, Any], kind: SubmissionKind, content: Content, makes_a_case: bool, way: str, ask: Asking
) -> None:
    files = () if kind is SubmissionKind.CONSENT else (PHOTO,)
    answer = send(ask, way, what, nr_obcy="Z-7", wplynelo="2026-03-27T23:30:00Z", zalaczniki=files, **fields)
    word, (customer_no, reference, case_no, reply_by) = told(answer)
    assert (word, customer_no, reference) == ("ok", ANNA, "Z-7")
    assert (case_no is not None) is makes_a_case
    assert reply_by == (date(2026, 4, 11) if makes_a_case else None)  # counted from the 28th, in Warsaw
    notes = [FileNote(name, media, len(octets), hashlib.sha256(octets).hexdigest()) for name, media, octets in files]
    assert taken(ask) == [
        {
            "reference": "Z-7",
            "kind": kind.value,
            "customer_no": ANNA,
            "case_no": case_no,
            "payload_sha256": payload_sha256(kind, ANNA, content, notes),
            "files": [{"name": each.name, "size": each.size, "sha256": each.sha256} for each in notes],
            "count": 1,
            "attempts": 1,
            "received_at": "2026-03-28T11:00:00Z",
        }
    ]


@ways
def test_an_outage_is_taken_from_anybody(way: str, ask: Asking) -> None:
    answer = send(ask, way, "awarie", of=None, nr_obcy="Z-8", miejsce="ul. Rynek 4", opis="Woda na ulicy.")
    word, (customer_no, reference, case_no, _) = told(answer)
    assert (word, customer_no, reference) == ("ok", None, "Z-8")
    assert case_no.startswith("BOK.4021.")
    assert told(find(ask, way, "Z-8"))[1][:3] == (None, "Z-8", case_no)
    assert taken(ask)[0]["customer_no"] is None


@ways
def test_who_sent_the_same_before_gets_the_same_answer(way: str, ask: Asking) -> None:
    other = "soap" if way == "rest" else "rest"
    first = told(write(ask, way, "Z-1", zalaczniki=[PHOTO]))
    assert first == told(write(ask, other, "Z-1", zalaczniki=[PHOTO])) == told(find(ask, way, "Z-1"))
    assert [(each["count"], each["attempts"]) for each in taken(ask)] == [(1, 2)]
    assert len(ask.json(f"odbiorcy/{ANNA}/sprawy")["sprawy"]) == 3  # two that Anna had before


@pytest.mark.parametrize(("level", "count"), [("deduplicates", 1), ("findable", 24)])
def test_many_at_once_under_one_reference(level: str, count: int, sandbox: SandboxServer, ask: Asking) -> None:
    ask.control("PUT", "recognition", {"level": level})

    def once(place: int) -> Any:
        one = Asking(sandbox.url)
        answer = told(write(one, "rest" if place % 2 else "soap", "Z-1"))
        one.close()
        return answer

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(once, range(24)))
    assert len(set(answers)) == count
    assert [(each["count"], each["attempts"]) for each in taken(ask)] == [(count, 24)]
    assert len(ask.json(f"odbiorcy/{ANNA}/sprawy")["sprawy"]) == 2 + count


def test_rest_says_whether_it_is_new(ask: Asking) -> None:
    assert [write(ask, "rest", "Z-1").status_code for _ in range(2)] == [201, 200]


@ways
@pytest.mark.parametrize("other", [{"words": "Za mało."}, {"zalaczniki": [PHOTO]}, {"of": MANAGED[0]}])
def test_something_else_under_the_same_reference_is_refused(other: dict[str, Any], way: str, ask: Asking) -> None:
    first = told(write(ask, way, "Z-1"))
    assert told(write(ask, way, "Z-1", **other)) == (("inne_zgloszenie", 409) if way == "rest" else ("ZGL-409", 500))
    assert told(write(ask, way, "Z-1")) == first
    assert len(taken(ask)) == 1


@ways
@pytest.mark.parametrize("level", ["findable", "none"])
def test_where_a_reference_is_not_recognised_it_is_taken_twice(level: str, way: str, ask: Asking) -> None:
    assert ask.control("PUT", "recognition", {"level": level}) == {"level": level}
    first, second = told(write(ask, way, "Z-1")), told(write(ask, way, "Z-1"))
    assert first[1][2] != second[1][2]  # two cases
    assert [(each["count"], each["attempts"]) for each in taken(ask)] == [(2, 2)]
    assert len(ask.json(f"odbiorcy/{ANNA}/sprawy")["sprawy"]) == 4
    if level == "none":
        assert told(find(ask, way, "Z-1")) == (("nieobslugiwane", 501) if way == "rest" else ("ZGL-501", 500))
    else:
        assert told(find(ask, way, "Z-1")) == first
        assert ask.json("zgloszenia/Z-1")["liczba"] == 2


@ways
def test_what_was_never_sent_is_not_found(way: str, ask: Asking) -> None:
    assert told(find(ask, way, "Z-404")) == (("brak_zgloszenia", 404) if way == "rest" else ("ZGL-404", 500))


@ways
def test_a_refused_sending_leaves_nothing_and_may_come_again(way: str, ask: Asking) -> None:
    ask.control("PUT", f"customers/{ANNA}/blocked", {"blocked": True})
    assert code(write(ask, way, "Z-1")) == ("odbiorca_zablokowany" if way == "rest" else "ODB-423")
    assert taken(ask) == []
    assert code(find(ask, way, "Z-1")) in ("brak_zgloszenia", "ZGL-404")
    ask.control("PUT", f"customers/{ANNA}/blocked", {"blocked": False})
    assert code(write(ask, way, "Z-1")) == "ok"


@ways
def test_a_stranger_sends_nothing(way: str, ask: Asking) -> None:
    expected = "brak_odbiorcy" if way == "rest" else "ODB-404"
    assert code(write(ask, way, "Z-1", of="999999")) == expected
    assert code(send(ask, way, "awarie", of="999999", nr_obcy="Z-2", miejsce="tu", opis="x")) == expected
    assert taken(ask) == []


@ways
def test_data_that_were_changed_are_shown_at_once_and_a_name_when_its_case_is_answered(way: str, ask: Asking) -> None:
    before = ask.json(f"odbiorcy/{ANNA}")
    answer = send(ask, way, "dane", nr_obcy="Z-1", nazwa="Anna Nowak", email="nowa@poczta.example")
    now = ask.json(f"odbiorcy/{ANNA}")
    assert (now["email"], now["nazwa"], now["telefon"]) == ("nowa@poczta.example", before["nazwa"], before["telefon"])
    ask.control("POST", f"cases/{told(answer)[1][2]}/answer", {"text": "Zmieniono.", "document": False})
    assert ask.json(f"odbiorcy/{ANNA}")["nazwa"] == "Anna Nowak"


@ways
def test_consent_is_given_and_withdrawn(way: str, ask: Asking) -> None:
    for place, given in enumerate((True, False)):
        send(ask, way, "zgoda", nr_obcy=f"Z-{place}", efaktura=given, wersja="1")
        assert ask.json(f"odbiorcy/{ANNA}")["efaktura"] is given


def test_the_list_is_begun_anew_and_what_was_caused_stays(ask: Asking) -> None:
    write(ask, "rest", "Z-1")
    assert ask.control("DELETE", "submissions") == [] == taken(ask)
    assert len(ask.json(f"odbiorcy/{ANNA}/sprawy")["sprawy"]) == 3


def test_calls_are_counted_by_what_was_sent(ask: Asking) -> None:
    for way in ("rest", "soap"):
        read(ask, way, "Z-1", "240")
        write(ask, way, "Z-2")
        find(ask, way, "Z-2")
    assert ask.control("GET", "calls") == {"submit_reading": 2, "submit_letter": 2, "find_submission": 2}
