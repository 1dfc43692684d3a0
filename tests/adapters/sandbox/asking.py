"""Asks a sandbox the plain way, over SOAP and REST, and reads the answers into the same plain tuples."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import requests
from lxml import etree

from adapters.sandbox.soap_face import NS

B = f"{{{NS}}}"
WARSAW = ZoneInfo("Europe/Warsaw")
BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"


class Asking:
    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False

    def close(self) -> None:
        self.session.close()

    def rest(self, path: str, **query: Any) -> requests.Response:
        return self.session.get(f"{self.url}/rest/{path}", params=query, timeout=20, allow_redirects=False)

    def post(self, path: str, body: Any) -> requests.Response:
        return self.session.post(f"{self.url}/rest/{path}", json=body, timeout=20, allow_redirects=False)

    def json(self, path: str, **query: Any) -> Any:
        answer = self.rest(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json(parse_float=Decimal)

    def pages(self, path: str, name: str, **query: Any) -> Iterator[Any]:
        page: int | None = 1
        while page:
            answer = self.json(path, strona=page, **query)
            yield from answer[name]
            page = answer["nastepna"]

    def soap(self, operation: str, **fields: str) -> requests.Response:
        inside = "".join(f"<b:{name}>{value}</b:{name}>" for name, value in fields.items())
        envelope = (
            '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
            f'<soap:Body><b:{operation} xmlns:b="{NS}">{inside}</b:{operation}></soap:Body></soap:Envelope>'
        )
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"urn:bilans:{operation}"'}
        return self.session.post(
            f"{self.url}/soap", data=envelope.encode(), headers=headers, timeout=20, allow_redirects=False
        )

    def xml(self, operation: str, **fields: str) -> Any:
        """The element in the body of a good answer."""
        answer = self.soap(operation, **fields)
        assert answer.status_code == 200, answer.text
        return etree.fromstring(answer.content, etree.XMLParser(huge_tree=True)).find(f"{BODY}/*")

    def control(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        answer = self.session.request(method, f"{self.url}/control/{path}", json=body, timeout=20)
        assert answer.status_code == status, (answer.status_code, answer.text)
        return answer.json()


def text(element: Any, name: str) -> str | None:
    found: str | None = element.findtext(f"{B}{name}")
    return found


def polish_day(given: str | None) -> date | None:
    return date(int(given[6:]), int(given[3:5]), int(given[:2])) if given else None


def iso_day(given: str | None) -> date | None:
    return date.fromisoformat(given) if given else None


def comma(given: str | None) -> Decimal:
    assert given is not None
    return Decimal(given.replace(",", "."))


def nrb(given: str | None) -> str | None:
    return given.replace(" ", "") if given else None


def booked(given: str) -> date:
    """The day of booking, from a plain day or an instant in UTC."""
    if "T" in given:
        return datetime.fromisoformat(given).astimezone(WARSAW).date()
    return date.fromisoformat(given)


BILLS = {"faktura": "FV", "korekta": "KOR", "nota_odsetkowa": "NO"}
ENTRIES = {"faktura": "FV", "wplata": "WP", "korekta": "KOR", "odsetki": "ODS", "zwrot": "ZW"}


def soap_invoice(row: Any) -> tuple[Any, ...]:
    return (
        *(text(row, name) for name in ("IdDok", "Numer", "Rodzaj")),
        *(polish_day(text(row, name)) for name in ("DataWyst", "TerminPlat")),
        *(comma(text(row, name)) for name in ("Netto", "Vat", "Brutto", "DoZaplaty")),
        text(row, "Waluta"),
        nrb(text(row, "NrRachunku")),
        text(row, "NrKorygowanej"),
        text(row, "NrKSeF"),
        text(row, "JestPdf") == "T",
    )


def rest_invoice(row: Any) -> tuple[Any, ...]:
    sums = row["kwoty"]
    return (
        *(str(row["id"]), row["nr"], BILLS[row["typ"]]),
        *(iso_day(row["wystawiono"]), iso_day(row["termin_platnosci"])),
        *(Decimal(sums[name]) for name in ("netto", "vat", "brutto")),
        *(Decimal(row["pozostalo"]), sums["waluta"], row["konto"], row["koryguje"], row["ksef"], row["plik"]),
    )


def soap_entry(row: Any) -> tuple[Any, ...]:
    return (
        *(text(row, name) for name in ("Lp", "Typ", "NrDok")),
        comma(text(row, "Kwota")),
        polish_day(text(row, "DataKs")),
        text(row, "GodzKs") is not None,
        polish_day(text(row, "DataWal")),
    )


def rest_entry(row: Any) -> tuple[Any, ...]:
    return (
        *(str(row["lp"]), ENTRIES[row["rodzaj"]], row["dokument"], row["wn"] - row["ma"]),
        *(booked(row["zaksiegowano"]), "T" in row["zaksiegowano"], iso_day(row["data_waluty"])),
    )


def soap_contract(row: Any) -> tuple[Any, ...]:
    roles = {"G": "glowny", "O": "ogrodowy", "P": "podlicznik"}
    sources = {"OD": "odbiorca", "IN": "inkasent", "RA": "radio", "SZ": "szacunek"}
    meters = []
    for meter in row.iter(f"{B}Wodomierz"):
        last = meter.find(f"{B}OstatniOdczyt")
        reading = None
        if last is not None:
            day = polish_day(text(last, "DataOdczytu"))
            reading = (str(comma(text(last, "Stan"))), day, sources[text(last, "Zrodlo") or ""])
        until = polish_day(text(meter, "LegalizacjaDo"))
        meters.append((text(meter, "NrFabryczny"), roles[text(meter, "Rola") or ""], until, reading))
    services = [{"WOD": "woda", "SCI": "scieki"}[each.text] for each in row.iter(f"{B}Usluga")]
    points = [(text(each, "NrPunktu"), text(each, "Adres")) for each in row.iter(f"{B}Punkt")]
    start, end = (polish_day(text(row, name)) for name in ("DataOd", "DataDo"))
    return text(row, "NrUmowy"), services, start, end, points, meters


def rest_contract(row: Any) -> tuple[Any, ...]:
    meters = []
    for point in row["punkty"]:
        for meter in point["wodomierze"]:
            last = meter["odczyt"]
            reading = last and (str(last["stan"]), iso_day(last["data"]), last["zrodlo"])
            meters.append((meter["nr"], meter["rola"], iso_day(meter["legalizacja_do"]), reading))
    points = [(point["id"], point["adres"]) for point in row["punkty"]]
    return row["numer"], row["uslugi"], iso_day(row["od"]), iso_day(row["do"]), points, meters
