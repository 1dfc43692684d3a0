"""SOAP and REST say the same of the same world, and SOAP says it as its WSDL promises."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from lxml import etree

from adapters.sandbox.calls import WRITES
from adapters.sandbox.register import ANNA, LARGEST, MANAGED, NEWCOMER, OTHERS
from adapters.sandbox.server import SandboxServer
from adapters.sandbox.world import World
from tests.adapters.sandbox import asking
from tests.adapters.sandbox.asking import BODY, Asking, comma, nrb, text
from tests.adapters.sandbox.conftest import BASE_DAY
from tests.adapters.sandbox.questions import call

SOME = (ANNA, MANAGED[0], MANAGED[3], NEWCOMER, *OTHERS[:15])
XSD = "{http://www.w3.org/2001/XMLSchema}schema"


@pytest.fixture(scope="session")
def promised() -> etree.XMLSchema:
    document = etree.fromstring(files("adapters.sandbox").joinpath("billing.wsdl").read_bytes())
    schema = document.find(f".//{XSD}")
    assert schema is not None
    return etree.XMLSchema(schema)


@pytest.mark.parametrize("number", SOME)
def test_every_soap_answer_is_valid_against_the_wsdl(number: str, still: Asking, promised: etree.XMLSchema) -> None:
    invoices, meters, cases = (
        still.xml(operation, NrOdbiorcy=number)
        for operation in ("PobierzFaktury", "PobierzWodomierze", "PobierzSprawy")
    )
    answers = [
        still.xml("SprawdzStan"),
        still.xml("PobierzOdbiorce", NrOdbiorcy=number),
        still.xml("PobierzUmowy", NrOdbiorcy=number),
        invoices,
        still.xml("PobierzRozrachunki", NrOdbiorcy=number),
        still.xml("PobierzRozrachunki", NrOdbiorcy=number, OdDnia="01.01.2026"),
        still.xml("PobierzSaldoNaDzien", NrOdbiorcy=number, Dzien="2026-03-01"),
        meters,
        cases,
        still.xml("PobierzOferty", NrOdbiorcy=number),
    ]
    for meter in [each.text for each in meters.iter(f"{asking.B}NrWodomierza")][:2]:
        answers.append(still.xml("PobierzOdczyty", NrOdbiorcy=number, NrWodomierza=meter))
    for case in [each.text for each in cases.iter(f"{asking.B}NrSprawy")][:1]:
        answers.append(still.xml("PobierzPismo", NrOdbiorcy=number, NrSprawy=case, IdPisma="1"))
    for identity in [each.text for each in invoices.iter(f"{asking.B}IdDok")][-1:]:
        answers.append(still.xml("PobierzFakture", NrOdbiorcy=number, IdDok=identity))
        answers.append(still.xml("PobierzFakturePdf", NrOdbiorcy=number, IdDok=identity))
    for answer in answers:
        promised.assertValid(answer)


def test_what_is_said_on_sending_is_valid_against_the_wsdl(ask: Asking, promised: etree.XMLSchema) -> None:
    for operation in (*WRITES, "find_submission"):
        answer = call(ask, "soap", operation)
        assert answer.status_code == 200
        promised.assertValid(etree.fromstring(answer.content).find(f"{BODY}/*"))
    outage = ask.xml("PrzyjmijAwarie", NrObcy="Z-9", Miejsce="Rynek", Opis="Woda.")
    for answer in (outage, ask.xml("PobierzOdbiorce", NrOdbiorcy=ANNA), ask.xml("PobierzSprawy", NrOdbiorcy=ANNA)):
        promised.assertValid(answer)


def test_the_largest_customers_answers_are_valid_too(still: Asking, promised: etree.XMLSchema) -> None:
    for operation in ("PobierzUmowy", "PobierzFaktury", "PobierzRozrachunki"):
        promised.assertValid(still.xml(operation, NrOdbiorcy=LARGEST))


@pytest.mark.parametrize("number", SOME)
def test_both_faces_know_the_same_customer(number: str, still: Asking) -> None:
    party = still.xml("PobierzOdbiorce", NrOdbiorcy=number)[0]
    told = still.json(f"odbiorcy/{number}")
    assert text(party, "NrOdbiorcy") == told["nr_odbiorcy"] == number
    assert (text(party, "Nazwa"), text(party, "Adres")) == (told["nazwa"], told["adres"]["pelny"])
    assert text(party, "Typ") == {"osoba": "OF", "firma": "PR"}[told["rodzaj"]]
    assert (text(party, "NIP"), nrb(text(party, "NrRachunku"))) == (told["nip"], told["konto_wplat"])


@pytest.mark.parametrize("number", [*SOME, LARGEST])
def test_both_faces_know_the_same_contracts(number: str, still: Asking) -> None:
    answer = still.xml("PobierzUmowy", NrOdbiorcy=number)
    told = still.json(f"odbiorcy/{number}/umowy")
    assert text(answer, "NrOdbiorcy") == told["nr_odbiorcy"] == number
    rows = [asking.soap_contract(each) for each in answer.iter(f"{asking.B}Umowa")]
    assert rows == [asking.rest_contract(each) for each in told["umowy"]]
    assert rows


@pytest.mark.parametrize("number", [*SOME, LARGEST])
def test_both_faces_know_the_same_invoices(number: str, still: Asking, world: World) -> None:
    answer = still.xml("PobierzFaktury", NrOdbiorcy=number)
    assert text(answer, "NrOdbiorcy") == number
    rows = [asking.soap_invoice(each) for each in answer.iter(f"{asking.B}Faktura")]
    paged = list(still.pages(f"odbiorcy/{number}/faktury", "faktury", ile=1000))
    assert rows == [asking.rest_invoice(each) for each in paged]
    assert len(rows) == len(world.account(number).books.bills)
    for row in rows[-1:]:
        one = still.xml("PobierzFakture", NrOdbiorcy=number, IdDok=row[0])
        told = still.json(f"odbiorcy/{number}/faktury/{row[0]}")
        assert text(one, "NrOdbiorcy") == told["nr_odbiorcy"] == number
        assert asking.soap_invoice(one.find(f"{asking.B}Faktura")) == asking.rest_invoice(told["faktura"]) == row


@pytest.mark.parametrize(
    ("number", "since"),
    [
        *((number, since) for number in SOME for since in (None, BASE_DAY, BASE_DAY + timedelta(days=1))),
        (LARGEST, BASE_DAY - timedelta(days=60)),
    ],
)
def test_both_faces_know_the_same_ledger(number: str, since: date | None, still: Asking) -> None:
    polish = {"OdDnia": f"{since:%d.%m.%Y}"} if since else {}
    answer = still.xml("PobierzRozrachunki", NrOdbiorcy=number, **polish)
    assert text(answer, "NrOdbiorcy") == number
    rows = [asking.soap_entry(each) for each in answer.iter(f"{asking.B}Operacja")]
    query = {"od": since.isoformat()} if since else {}
    paged = list(still.pages(f"odbiorcy/{number}/operacje", "operacje", ile=1000, **query))
    assert rows == [asking.rest_entry(each) for each in paged]
    live = still.json(f"odbiorcy/{number}/saldo", od=(since or date(1990, 1, 1)).isoformat())
    assert rows == [asking.rest_entry(each) for each in live["operacje"]]
    total = sum((row[3] for row in rows), Decimal("0.00"))
    assert comma(text(answer, "SaldoOtwarcia")) == live["saldo"] - total
    assert nrb(text(answer, "NrRachunku")) == live["konto"]


@pytest.mark.parametrize("number", SOME)
def test_both_faces_know_the_same_balance_of_a_day(number: str, still: Asking, world: World) -> None:
    for days in (0, 1, 40, 700):
        day = BASE_DAY - timedelta(days=days)
        answer = still.xml("PobierzSaldoNaDzien", NrOdbiorcy=number, Dzien=day.isoformat())
        told = still.json(f"odbiorcy/{number}/saldo/{day}")
        assert comma(text(answer, "Saldo")) == told["saldo"] == world.account(number).books.balance_on(day)
        assert text(answer, "NrOdbiorcy") == told["nr_odbiorcy"] == number
        assert text(answer, "Dzien") == told["dzien"] == day.isoformat()


def test_the_balance_of_this_moment_comes_with_the_operations_of_today_and_later(ask: Asking) -> None:
    ask.control("POST", f"customers/{ANNA}/invoices", {"gross": "10.00", "issued_on": "2026-05-01"}, status=201)
    ask.control("POST", f"customers/{ANNA}/invoices", {"gross": "20.00", "issued_on": "2026-03-27"}, status=201)
    told = ask.json(f"odbiorcy/{ANNA}/saldo")
    assert told["od"] == "2026-03-28"
    assert [(each["wn"], each["ma"]) for each in told["operacje"]] == [(0, 50), (10, 0)]
    ledger = ask.control("GET", f"customers/{ANNA}/ledger")
    assert told["saldo"] == sum(Decimal(each["amount"]) for each in ledger)


def test_rest_counts_its_pages(still: Asking, world: World) -> None:
    first = still.json(f"odbiorcy/{ANNA}/faktury", ile=10)
    total = len(world.account(ANNA).books.bills)
    assert (first["strona"], first["ile"], first["razem"], first["nastepna"]) == (1, 10, total, 2)
    assert len(first["faktury"]) == 10
    beyond = still.json(f"odbiorcy/{ANNA}/faktury", ile=10, strona=99)
    assert (beyond["faktury"], beyond["nastepna"]) == ([], None)


Ask = Callable[[Asking], Any]
UNKNOWN_CUSTOMER: list[Ask] = [
    lambda ask: ask.rest("odbiorcy/999999"),
    lambda ask: ask.rest("odbiorcy/999999/faktury"),
    lambda ask: ask.rest("odbiorcy/999999/saldo"),
    lambda ask: ask.rest("odbiorcy/%2e%2e/umowy"),
    lambda ask: ask.soap("PobierzFaktury", NrOdbiorcy="999999"),
    lambda ask: ask.soap("PobierzSaldoNaDzien", NrOdbiorcy="999999", Dzien="2026-03-28"),
]


@pytest.mark.parametrize("asked", UNKNOWN_CUSTOMER)
def test_a_stranger_is_refused_by_code(asked: Ask, still: Asking) -> None:
    assert _code(asked(still)) in ((404, "brak_odbiorcy"), (500, "ODB-404"))


@pytest.mark.parametrize("invented", ["1", "abc", "0"])
def test_an_invoice_that_is_not_there_or_not_theirs_is_refused_by_code(
    invented: str, still: Asking, world: World
) -> None:
    theirs = str(world.account(ANNA).books.bills[0].bill_id)
    for number, identity in ((ANNA, invented), (MANAGED[0], theirs)):
        for path in ("", "/pdf"):
            assert _code(still.rest(f"odbiorcy/{number}/faktury/{identity}{path}")) == (404, "brak_dokumentu")
        for operation in ("PobierzFakture", "PobierzFakturePdf"):
            assert _code(still.soap(operation, NrOdbiorcy=number, IdDok=identity)) == (500, "DOK-404")


def test_a_wrong_argument_is_refused_by_code(still: Asking) -> None:
    assert _code(still.rest(f"odbiorcy/{ANNA}/saldo/yesterday")) == (400, "zly_parametr")
    assert _code(still.rest(f"odbiorcy/{ANNA}/faktury", strona=0)) == (400, "zly_parametr")
    assert _code(still.rest("nowhere")) == (404, "brak_operacji")
    assert _code(still.soap("PobierzSaldoNaDzien", NrOdbiorcy=ANNA, Dzien="2026-02-30")) == (500, "ARG-400")
    assert _code(still.soap("PobierzRozrachunki", NrOdbiorcy=ANNA, OdDnia="2026-02-01")) == (500, "ARG-400")
    assert _code(still.soap("Nic")) == (500, "OPR-404")
    broken = still.session.post(f"{still.url}/soap", data=b"<a", timeout=5)
    assert _code(broken) == (500, "ARG-400")


def test_the_wsdl_names_the_address_it_was_asked_at(still: Asking) -> None:
    answer = still.session.get(f"{still.url}/soap?wsdl", timeout=5)
    assert f'location="{still.url}/soap"' in answer.text


def test_credentials_are_asked_for_when_they_are_set() -> None:
    with SandboxServer(auth=("ebok", "sandbox")) as server:
        ask = Asking(server.url)
        assert ask.rest("stan").status_code == 401
        assert ask.soap("SprawdzStan").status_code == 401
        ask.session.auth = ("ebok", "sandbox")
        assert ask.json("stan")["stan"] == "OK"
        assert text(ask.xml("SprawdzStan"), "Stan") == "OK"
        ask.close()


def _code(answer: Any) -> tuple[int, str]:
    if answer.headers["Content-Type"].startswith("application/json"):
        return answer.status_code, answer.json()["blad"]["kod"]
    fault = etree.fromstring(answer.content).find(f"{BODY}/*")
    code = fault.findtext("faultcode").partition(":")[2]
    assert fault.findtext(f"detail/{asking.B}Blad/{asking.B}Kod") == code
    return answer.status_code, code
