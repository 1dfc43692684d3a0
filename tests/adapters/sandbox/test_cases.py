"""Cases go their way by the sandbox's clock, or by a clerk, and both faces show them alike."""

import base64
from typing import Any

import pytest

from adapters.sandbox.register import ANNA, LARGEST, MANAGED, NEWCOMER, OTHERS
from tests.adapters.sandbox.asking import Asking, B, iso_day, polish_day, text
from tests.adapters.sandbox.questions import CASE
from tests.adapters.sandbox.senders import code, send, told, write

KINDS = {
    "REK": "reklamacja",
    "UWA": "uwaga",
    "WNI": "wniosek",
    "SKA": "skarga",
    "DAN": "zmiana_danych",
    "AWA": "awaria",
}
STAGES = {"P": "przyjeta", "T": "w_toku", "O": "odpowiedziano", "Z": "zamknieta"}


def newest(ask: Asking, number: str = ANNA) -> Any:
    return ask.json(f"odbiorcy/{number}/sprawy")["sprawy"][-1]


def test_a_case_answers_itself_after_a_while(ask: Asking) -> None:
    case_no = told(write(ask, "rest", "Z-1"))[1][2]
    case = newest(ask)
    assert (case["nr"], case["nr_obcy"], case["rodzaj"], case["etap"]) == (case_no, "Z-1", "reklamacja", "przyjeta")
    assert (case["wplynelo"], case["termin"]) == ("2026-03-28", "2026-04-11")
    assert (case["odpowiedziano"], case["odpowiedz"], case["pisma"]) == (None, None, [])
    stages = []
    for moment in ("2026-03-29T11:00:00Z", "2026-03-31T10:59:59Z", "2026-03-31T11:00:00Z", "2026-04-30T11:00:00Z"):
        ask.control("PUT", "clock", {"now": moment})
        stages.append(newest(ask)["etap"])
    assert stages == ["w_toku", "w_toku", "odpowiedziano", "zamknieta"]
    case = newest(ask)
    assert case["odpowiedziano"] == "2026-03-31"
    assert case["odpowiedz"].startswith("Reklamację")
    document = ask.rest(f"odbiorcy/{ANNA}/sprawy/{case_no}/pisma/{case['pisma'][0]['id']}")
    assert document.headers["X-Odbiorca"] == ANNA
    assert document.content.startswith(b"%PDF-")
    assert case_no.encode() in document.content


def test_how_long_it_takes_is_a_setting(ask: Asking) -> None:
    write(ask, "rest", "Z-1")
    assert ask.control("GET", "cases") == {"answer_after_seconds": 259_200.0}
    assert ask.control("PUT", "cases", {"answer_after_seconds": 0}) == {"answer_after_seconds": 0.0}
    assert newest(ask)["etap"] == "odpowiedziano"


@pytest.mark.parametrize("document", [True, False])
def test_a_clerk_answers(document: bool, ask: Asking) -> None:
    case_no = told(write(ask, "soap", "Z-1"))[1][2]
    answer = {"text": "Nie ma <zgody> & już.\nPozdrawiamy.", "document": document}
    assert ask.control("POST", f"cases/{case_no}/answer", answer) == {
        "case_no": case_no,
        "customer_no": ANNA,
        "reference": "Z-1",
        "document": document,
    }
    case = newest(ask)
    assert (case["odpowiedz"], case["odpowiedziano"], case["etap"]) == (answer["text"], "2026-03-28", "odpowiedziano")
    assert len(case["pisma"]) == document
    ask.control("PUT", "clock", {"now": "2026-04-01T11:00:00Z"})
    assert newest(ask)["odpowiedz"] == answer["text"]  # and not its own any more


def test_an_outage_of_a_passer_by_can_be_answered_and_is_in_nobodys_list(ask: Asking) -> None:
    case_no = told(send(ask, "rest", "awarie", of=None, nr_obcy="Z-1", miejsce="Rynek", opis="Woda."))[1][2]
    told_back = ask.control("POST", f"cases/{case_no}/answer", {"text": "Usunięto."})
    assert (told_back["customer_no"], told_back["document"]) == (None, False)
    assert case_no not in ask.rest(f"odbiorcy/{ANNA}/sprawy").text


def test_some_customers_wrote_before_and_some_never(still: Asking) -> None:
    assert [each["etap"] for each in still.json(f"odbiorcy/{ANNA}/sprawy")["sprawy"]] == ["zamknieta", "zamknieta"]
    assert still.json(f"odbiorcy/{NEWCOMER}/sprawy")["sprawy"] == []


@pytest.mark.parametrize("number", [ANNA, MANAGED[0], NEWCOMER, LARGEST, *OTHERS[:15]])
def test_both_faces_know_the_same_cases_and_offers(number: str, still: Asking) -> None:
    answer, rest = still.xml("PobierzSprawy", NrOdbiorcy=number), still.json(f"odbiorcy/{number}/sprawy")
    assert text(answer, "NrOdbiorcy") == rest["nr_odbiorcy"] == number
    assert [_soap_case(each) for each in answer.iter(f"{B}Sprawa")] == [_rest_case(each) for each in rest["sprawy"]]
    answer, rest = still.xml("PobierzOferty", NrOdbiorcy=number), still.json(f"odbiorcy/{number}/oferty")
    assert text(answer, "NrOdbiorcy") == rest["nr_odbiorcy"] == number
    soap = [_soap_offer(each) for each in answer.iter(f"{B}Oferta")]
    assert soap == [_rest_offer(each) for each in rest["oferty"]]
    assert len(soap) >= 4


def test_both_faces_show_a_case_on_its_way_alike(ask: Asking) -> None:
    write(ask, "soap", "Z-1", wplynelo="2026-03-27T23:30:00Z")
    write(ask, "rest", "Z-2", rodzaj="skarga")
    answer = ask.xml("PobierzSprawy", NrOdbiorcy=ANNA)
    rest = ask.json(f"odbiorcy/{ANNA}/sprawy")["sprawy"]
    assert [_soap_case(each) for each in answer.iter(f"{B}Sprawa")] == [_rest_case(each) for each in rest]


@pytest.mark.parametrize(
    ("number", "case_no", "document", "codes"),
    [
        (ANNA, CASE, "2", ("brak_dokumentu", "DOK-404")),
        (ANNA, CASE, "0", ("brak_dokumentu", "DOK-404")),
        (ANNA, "BOK.4021.290002.2025", "1", ("brak_dokumentu", "DOK-404")),  # answered without one
        (ANNA, "BOK.1", "1", ("brak_sprawy", "SPR-404")),
        (MANAGED[0], CASE, "1", ("brak_sprawy", "SPR-404")),
        ("999999", CASE, "1", ("brak_odbiorcy", "ODB-404")),
    ],
)
def test_a_document_that_is_not_there_or_not_theirs_is_refused(
    number: str, case_no: str, document: str, codes: tuple[str, str], still: Asking
) -> None:
    rest = still.rest(f"odbiorcy/{number}/sprawy/{case_no}/pisma/{document}")
    soap = still.soap("PobierzPismo", NrOdbiorcy=number, NrSprawy=case_no, IdPisma=document)
    assert (code(rest), code(soap)) == codes


def test_a_document_is_the_same_over_both_faces(still: Asking) -> None:
    rest = still.rest(f"odbiorcy/{ANNA}/sprawy/{CASE}/pisma/1").content
    soap = still.xml("PobierzPismo", NrOdbiorcy=ANNA, NrSprawy=CASE, IdPisma="1")
    assert base64.b64decode(text(soap, "Plik") or "") == rest
    assert text(soap, "Rozmiar") == str(len(rest))


def _soap_case(row: Any) -> tuple[Any, ...]:
    return (
        *(text(row, "NrSprawy"), KINDS[text(row, "Rodzaj") or ""], STAGES[text(row, "Etap") or ""]),
        *(polish_day(text(row, name)) for name in ("DataWplywu", "TerminOdpowiedzi", "DataOdpowiedzi")),
        *(text(row, "NrObcy"), text(row, "Odpowiedz")),
        [(text(each, "IdPisma"), text(each, "Nazwa")) for each in row.iter(f"{B}Pismo")],
    )


def _rest_case(row: Any) -> tuple[Any, ...]:
    return (
        *(row["nr"], row["rodzaj"], row["etap"]),
        *(iso_day(row[name]) for name in ("wplynelo", "termin", "odpowiedziano")),
        *(row["nr_obcy"], row["odpowiedz"]),
        [(each["id"], each["nazwa"]) for each in row["pisma"]],
    )


def _soap_offer(row: Any) -> tuple[Any, ...]:
    kinds = {"PR": "produkt", "PM": "promocja"}
    return (
        *(text(row, "IdOferty"), kinds[text(row, "Rodzaj") or ""], text(row, "Tytul"), text(row, "Opis")),
        *(polish_day(text(row, name)) for name in ("WaznaOd", "WaznaDo")),
    )


def _rest_offer(row: Any) -> tuple[Any, ...]:
    return row["id"], row["rodzaj"], row["tytul"], row["opis"], iso_day(row["od"]), iso_day(row["do"])
