"""Sends the same thing over SOAP or over REST, and reads either answer into the same plain tuple."""

import base64
from typing import Any
from xml.sax.saxutils import escape

import requests
from lxml import etree

from adapters.sandbox.register import ANNA
from tests.adapters.sandbox.asking import BODY, Asking, B, iso_day, polish_day, text
from tests.adapters.sandbox.questions import METER, SERIAL

_KINDS = {"reklamacja": "REK", "uwaga": "UWA", "wniosek": "WNI", "skarga": "SKA"}
_TOPICS = {"faktura": "FAK", "odczyt": "ODC", "usluga": "USL", "inne": "INN"}
# A JSON name, the element that means the same, and how a value is said there.
_SAID = {
    "nr_obcy": ("NrObcy", str),
    "wplynelo": ("DataWplywu", str),
    "wodomierz": ("NrWodomierza", str),
    "nr_fabryczny": ("NrFabryczny", str),
    "stan": ("Stan", lambda value: str(value).replace(".", ",")),
    "data": ("DataOdczytu", lambda value: ".".join(reversed(value.split("-")))),
    "potwierdzony": ("Potwierdzony", lambda value: "T" if value else "N"),
    "zastepuje": ("Zastepuje", str),
    "uwagi": ("Uwagi", str),
    "rodzaj": ("Rodzaj", lambda value: _KINDS.get(value, value)),
    "temat": ("Temat", lambda value: _TOPICS.get(value, value)),
    "dotyczy": ("Dotyczy", str),
    "tresc": ("Tresc", str),
    "nazwa": ("Nazwa", str),
    "adres_korespondencyjny": ("AdresKoresp", str),
    "telefon": ("Telefon", str),
    "email": ("Email", str),
    "efaktura": ("EFaktura", lambda value: "T" if value else "N"),
    "wersja": ("WersjaZgody", str),
    "miejsce": ("Miejsce", str),
    "opis": ("Opis", str),
    "nr_odbiorcy": ("NrOdbiorcy", str),
}
_OPERATIONS = {
    "odczyty": "PrzyjmijOdczyt",
    "pisma": "PrzyjmijPismo",
    "dane": "ZmienDane",
    "zgoda": "ZmienZgode",
    "awarie": "PrzyjmijAwarie",
}
Told = tuple[str, Any]
"""``("ok", (customer_no, reference, case_no, reply_by))``, or a code of REST's and what it is in SOAP."""


def send(ask: Asking, way: str, what: str, *, of: str | None = ANNA, **fields: Any) -> requests.Response:
    """``fields`` by their JSON names; ``zalaczniki`` is a list of (name, media type, bytes)."""
    files = [
        {"nazwa": name, "typ": media_type, "plik": base64.b64encode(octets).decode()}
        for name, media_type, octets in fields.pop("zalaczniki", ())
    ]
    if way == "rest":
        more = {"zalaczniki": files} if files else {}
        if what == "awarie":
            return ask.post("awarie", {**fields, **more, "nr_odbiorcy": of})
        return ask.post(f"odbiorcy/{of}/{what}", {**fields, **more})
    said = {_SAID[name][0]: escape(_SAID[name][1](value)) for name, value in fields.items() if value is not None}
    if files:
        said["Zalaczniki"] = "".join(
            f"<b:Zalacznik><b:Nazwa>{escape(each['nazwa'])}</b:Nazwa><b:TypMime>{each['typ']}</b:TypMime>"
            f"<b:Plik>{each['plik']}</b:Plik></b:Zalacznik>"
            for each in files
        )
    return ask.soap(_OPERATIONS[what], **({"NrOdbiorcy": of} if of else {}), **said)


def read(ask: Asking, way: str, reference: str, value: str, day: str = "2026-03-20", **more: Any) -> requests.Response:
    """Send a reading of Anna's main meter."""
    fields = {"wodomierz": METER, "nr_fabryczny": SERIAL, "stan": value, "data": day, **more}
    return send(ask, way, "odczyty", nr_obcy=reference, **fields)


def write(ask: Asking, way: str, reference: str, words: str = "Za dużo.", **more: Any) -> requests.Response:
    """Send a complaint."""
    fields = {"rodzaj": "reklamacja", "temat": "faktura", "tresc": words, **more}
    return send(ask, way, "pisma", nr_obcy=reference, **fields)


def find(ask: Asking, way: str, reference: str) -> requests.Response:
    if way == "rest":
        return ask.rest(f"zgloszenia/{reference}")
    return ask.soap("ZnajdzZgloszenie", NrObcy=reference)


def told(answer: requests.Response) -> Told:
    """What either face said."""
    if answer.headers["Content-Type"].startswith("application/json"):
        said = answer.json()
        if "blad" in said:
            return said["blad"]["kod"], answer.status_code
        return "ok", (said["nr_odbiorcy"], said["nr_obcy"], said["nr_sprawy"], iso_day(said["termin"]))
    inside = etree.fromstring(answer.content).find(f"{BODY}/*")
    assert inside is not None
    if answer.status_code != 200:
        return inside.findtext(f"detail/{B}Blad/{B}Kod") or "", answer.status_code
    names = ("NrOdbiorcy", "NrObcy", "NrSprawy")
    return "ok", (*(text(inside, name) for name in names), polish_day(text(inside, "TerminOdpowiedzi")))


def code(answer: requests.Response) -> str:
    return told(answer)[0]
