"""Every question that the sandbox knows, over SOAP and over REST, about the same customer."""

from typing import Any

import requests

from adapters.sandbox.register import ANNA
from adapters.sandbox.soap_face import NAMES
from tests.adapters.sandbox.asking import Asking

BILL = "30050001"
DAY = "2026-03-01"
METER = f"W{ANNA}0101"
SERIAL = "WS22-0300-001"
CASE = "BOK.4021.290001.2024"
OURS = f"odbiorcy/{ANNA}"
REST = {
    "customer": OURS,
    "contracts": f"{OURS}/umowy",
    "invoices": f"{OURS}/faktury",
    "invoice": f"{OURS}/faktury/{BILL}",
    "document": f"{OURS}/faktury/{BILL}/pdf",
    "ledger": f"{OURS}/operacje",
    "balance_on": f"{OURS}/saldo/{DAY}",
    "live": f"{OURS}/saldo",
    "ping": "stan",
    "meters": f"{OURS}/wodomierze",
    "readings": f"{OURS}/wodomierze/{METER}/odczyty",
    "cases": f"{OURS}/sprawy",
    "case_document": f"{OURS}/sprawy/{CASE}/pisma/1",
    "offers": f"{OURS}/oferty",
    "submit_reading": f"{OURS}/odczyty",
    "submit_letter": f"{OURS}/pisma",
    "submit_data_change": f"{OURS}/dane",
    "submit_consent": f"{OURS}/zgoda",
    "submit_outage": "awarie",
    "submit_payment": f"{OURS}/wplaty",
    "find_submission": "zgloszenia/Z-2",
}
JSON: dict[str, dict[str, Any]] = {
    "submit_reading": {
        "nr_obcy": "Z-1",
        "wodomierz": METER,
        "nr_fabryczny": SERIAL,
        "stan": "240",
        "data": "2026-03-20",
    },
    "submit_letter": {"nr_obcy": "Z-2", "rodzaj": "reklamacja", "temat": "faktura", "tresc": "Za dużo.\nO wiele."},
    "submit_data_change": {"nr_obcy": "Z-3", "telefon": "+48 99 000 00 01"},
    "submit_consent": {"nr_obcy": "Z-4", "efaktura": True, "wersja": "1"},
    "submit_outage": {"nr_obcy": "Z-5", "nr_odbiorcy": ANNA, "miejsce": "ul. Rynek 1", "opis": "Cieknie."},
    "submit_payment": {
        "nr_obcy": "Z-6",
        "kwota": "12.34",
        "waluta": "PLN",
        "data": "2026-03-28",
        "operator": "p24",
        "nr_operatora": "318000001",
        "pozycje": [{"nr": "FV/1/2026", "kwota": "10.00"}],
    },
}
XML: dict[str, dict[str, str]] = {
    "invoice": {"IdDok": BILL},
    "document": {"IdDok": BILL},
    "balance_on": {"Dzien": DAY},
    "readings": {"NrWodomierza": METER},
    "case_document": {"NrSprawy": CASE, "IdPisma": "1"},
    "submit_reading": {
        "NrObcy": "Z-1",
        "NrWodomierza": METER,
        "NrFabryczny": SERIAL,
        "Stan": "240",
        "DataOdczytu": "20.03.2026",
    },
    "submit_letter": {"NrObcy": "Z-2", "Rodzaj": "REK", "Temat": "FAK", "Tresc": "Za dużo.\nO wiele."},
    "submit_data_change": {"NrObcy": "Z-3", "Telefon": "+48 99 000 00 01"},
    "submit_consent": {"NrObcy": "Z-4", "EFaktura": "T", "WersjaZgody": "1"},
    "submit_outage": {"NrObcy": "Z-5", "Miejsce": "ul. Rynek 1", "Opis": "Cieknie."},
    "submit_payment": {
        "NrObcy": "Z-6",
        "Kwota": "12,34",
        "Waluta": "PLN",
        "DataWplaty": "28.03.2026",
        "Operator": "p24",
        "NrOperatora": "318000001",
        "Pozycje": "<b:Pozycja><b:NrFaktury>FV/1/2026</b:NrFaktury><b:Kwota>10,00</b:Kwota></b:Pozycja>",
    },
    "find_submission": {"NrObcy": "Z-2"},
}
_ABOUT_NOBODY = ("ping", "find_submission")


def call(ask: Asking, way: str, operation: str) -> requests.Response:
    """Ask it; what is sent is the same over both, so that it is recognised."""
    if way == "rest" and operation in JSON:
        return ask.post(REST[operation], JSON[operation])
    if way == "rest":
        return ask.rest(REST[operation])
    owner = {} if operation in _ABOUT_NOBODY else {"NrOdbiorcy": ANNA}
    return ask.soap(NAMES[operation], **owner, **XML.get(operation, {}))
