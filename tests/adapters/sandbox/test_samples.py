"""The samples beside the WSDL are what the sandbox answers; ``EBOK_WRITE_SAMPLES=1`` writes them anew."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import adapters.sandbox
from adapters.sandbox.dial_history import EXCHANGED
from adapters.sandbox.register import ANNA
from tests.adapters.sandbox.asking import Asking
from tests.adapters.sandbox.questions import XML, call

BILL = "30050026"
FOLDER = Path(adapters.sandbox.__file__).parent / "samples"
SAMPLES: dict[str, Callable[[Asking], bytes]] = {
    "rest_customer.json": lambda ask: ask.rest(f"odbiorcy/{ANNA}").content,
    "rest_contracts.json": lambda ask: ask.rest(f"odbiorcy/{ANNA}/umowy").content,
    "rest_invoices.json": lambda ask: ask.rest(f"odbiorcy/{ANNA}/faktury", strona=5, ile=5).content,
    "rest_invoice.json": lambda ask: ask.rest(f"odbiorcy/{ANNA}/faktury/{BILL}").content,
    "rest_ledger.json": lambda ask: ask.rest(f"odbiorcy/{ANNA}/operacje", strona=9, ile=5).content,
    "rest_balance_on.json": lambda ask: ask.rest(f"odbiorcy/{ANNA}/saldo/2026-03-20").content,
    "rest_live.json": lambda ask: ask.rest(f"odbiorcy/{ANNA}/saldo", od="2026-03-01").content,
    "rest_ping.json": lambda ask: ask.rest("stan").content,
    "rest_meters.json": lambda ask: ask.rest(f"odbiorcy/{ANNA}/wodomierze").content,
    "rest_readings.json": lambda ask: ask.rest(f"odbiorcy/{ANNA}/wodomierze/{EXCHANGED}/odczyty").content,
    "rest_cases.json": lambda ask: ask.rest(f"odbiorcy/{ANNA}/sprawy").content,
    "rest_offers.json": lambda ask: ask.rest(f"odbiorcy/{ANNA}/oferty").content,
    "rest_error_404.json": lambda ask: ask.rest("odbiorcy/999999").content,
    "soap_customer.xml": lambda ask: ask.soap("PobierzOdbiorce", NrOdbiorcy=ANNA).content,
    "soap_contracts.xml": lambda ask: ask.soap("PobierzUmowy", NrOdbiorcy=ANNA).content,
    "soap_invoices.xml": lambda ask: ask.soap("PobierzFaktury", NrOdbiorcy="200004").content,
    "soap_invoice.xml": lambda ask: ask.soap("PobierzFakture", NrOdbiorcy=ANNA, IdDok=BILL).content,
    "soap_document.xml": lambda ask: ask.soap("PobierzFakturePdf", NrOdbiorcy=ANNA, IdDok=BILL).content,
    "soap_ledger.xml": lambda ask: ask.soap("PobierzRozrachunki", NrOdbiorcy=ANNA, OdDnia="01.03.2026").content,
    "soap_balance_on.xml": lambda ask: ask.soap("PobierzSaldoNaDzien", NrOdbiorcy=ANNA, Dzien="2026-03-20").content,
    "soap_ping.xml": lambda ask: ask.soap("SprawdzStan").content,
    "soap_meters.xml": lambda ask: ask.soap("PobierzWodomierze", NrOdbiorcy=ANNA).content,
    "soap_readings.xml": lambda ask: ask.soap("PobierzOdczyty", NrOdbiorcy=ANNA, NrWodomierza=EXCHANGED).content,
    "soap_cases.xml": lambda ask: ask.soap("PobierzSprawy", NrOdbiorcy=ANNA).content,
    "soap_case_document.xml": lambda ask: ask.soap("PobierzPismo", NrOdbiorcy=ANNA, **XML["case_document"]).content,
    "soap_offers.xml": lambda ask: ask.soap("PobierzOferty", NrOdbiorcy=ANNA).content,
    "soap_fault.xml": lambda ask: ask.soap("PobierzOdbiorce", NrOdbiorcy="999999").content,
}
# These change something, so they are asked of a world of their own, one after the other.
SENT = {
    "rest_taken.json": ("rest", "submit_letter"),
    "soap_taken.xml": ("soap", "submit_letter"),
    "rest_found.json": ("rest", "find_submission"),
    "soap_found.xml": ("soap", "find_submission"),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_what_the_sandbox_answers(name: str, still: Asking) -> None:
    answer = SAMPLES[name](still) + b"\n"
    if os.environ.get("EBOK_WRITE_SAMPLES"):
        (FOLDER / name).write_bytes(answer)
    assert (FOLDER / name).read_bytes() == answer


def test_a_sample_of_taking_is_what_the_sandbox_answers(ask: Asking) -> None:
    for name, (way, operation) in SENT.items():
        answer = call(ask, way, operation).content + b"\n"
        if os.environ.get("EBOK_WRITE_SAMPLES"):
            (FOLDER / name).write_bytes(answer)
        assert (FOLDER / name).read_bytes() == answer


def test_there_is_no_other_sample() -> None:
    assert {each.name for each in FOLDER.iterdir()} == {*SAMPLES, *SENT}
