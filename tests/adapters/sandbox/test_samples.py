"""The samples beside the WSDL are what the sandbox answers; ``EBOK_WRITE_SAMPLES=1`` writes them anew."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import adapters.sandbox
from adapters.sandbox.register import ANNA
from tests.adapters.sandbox.asking import Asking

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
    "rest_error_404.json": lambda ask: ask.rest("odbiorcy/999999").content,
    "soap_customer.xml": lambda ask: ask.soap("PobierzOdbiorce", NrOdbiorcy=ANNA).content,
    "soap_contracts.xml": lambda ask: ask.soap("PobierzUmowy", NrOdbiorcy=ANNA).content,
    "soap_invoices.xml": lambda ask: ask.soap("PobierzFaktury", NrOdbiorcy="200004").content,
    "soap_invoice.xml": lambda ask: ask.soap("PobierzFakture", NrOdbiorcy=ANNA, IdDok=BILL).content,
    "soap_document.xml": lambda ask: ask.soap("PobierzFakturePdf", NrOdbiorcy=ANNA, IdDok=BILL).content,
    "soap_ledger.xml": lambda ask: ask.soap("PobierzRozrachunki", NrOdbiorcy=ANNA, OdDnia="01.03.2026").content,
    "soap_balance_on.xml": lambda ask: ask.soap("PobierzSaldoNaDzien", NrOdbiorcy=ANNA, Dzien="2026-03-20").content,
    "soap_ping.xml": lambda ask: ask.soap("SprawdzStan").content,
    "soap_fault.xml": lambda ask: ask.soap("PobierzOdbiorce", NrOdbiorcy="999999").content,
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_what_the_sandbox_answers(name: str, still: Asking) -> None:
    answer = SAMPLES[name](still) + b"\n"
    if os.environ.get("EBOK_WRITE_SAMPLES"):
        (FOLDER / name).write_bytes(answer)
    assert (FOLDER / name).read_bytes() == answer


def test_there_is_no_other_sample() -> None:
    assert {each.name for each in FOLDER.iterdir()} == set(SAMPLES)
