"""The SOAP 1.1 face: reads a request's envelope and writes the answers that ``billing.wsdl`` promises."""

import base64
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from xml.sax.saxutils import escape

from lxml import etree

from adapters.sandbox import soap_office, soap_sending
from adapters.sandbox import soap_rows as rows
from adapters.sandbox.calls import OFFICE, WRITES, Answer, Call, Reason, Refused
from adapters.sandbox.faces import Face, Request, bill_of, books_of, letter_of, receipt_of
from adapters.sandbox.pdf import Pdf
from adapters.sandbox.records import CURRENCY
from adapters.sandbox.sending import Receipt

NS = "http://bilans.wodkan.example/v2"
OPEN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:b="{NS}"><soap:Body>'
)
CLOSE = "</soap:Body></soap:Envelope>"
XML = "text/xml; charset=utf-8"
VERSION = "2.14"

OPERATIONS = {
    "PobierzOdbiorce": "customer",
    "PobierzUmowy": "contracts",
    "PobierzFaktury": "invoices",
    "PobierzFakture": "invoice",
    "PobierzFakturePdf": "document",
    "PobierzRozrachunki": "ledger",
    "PobierzSaldoNaDzien": "balance_on",
    "SprawdzStan": "ping",
    "PobierzWodomierze": "meters",
    "PobierzOdczyty": "readings",
    "PobierzSprawy": "cases",
    "PobierzPismo": "case_document",
    "PobierzOferty": "offers",
    "PrzyjmijOdczyt": "submit_reading",
    "PrzyjmijPismo": "submit_letter",
    "ZmienDane": "submit_data_change",
    "ZmienZgode": "submit_consent",
    "PrzyjmijAwarie": "submit_outage",
    "PrzyjmijWplate": "submit_payment",
    "ZnajdzZgloszenie": "find_submission",
}
NAMES = {ours: theirs for theirs, ours in OPERATIONS.items()}

_CODES = {
    Reason.NO_CUSTOMER: "ODB-404",
    Reason.NO_DOCUMENT: "DOK-404",
    Reason.NO_METER: "WOD-404",
    Reason.NO_CASE: "SPR-404",
    Reason.NO_SUBMISSION: "ZGL-404",
    Reason.BLOCKED: "ODB-423",
    Reason.LOWER_READING: "ODC-422",
    Reason.WRONG_READING: "ODC-400",
    Reason.ANOTHER_DEVICE: "ODC-409",
    Reason.NO_READINGS: "ODC-423",
    Reason.WRONG_PAYMENT: "WPL-422",
    Reason.ANOTHER_SUBMISSION: "ZGL-409",
    Reason.NOT_ASKABLE: "ZGL-501",
    Reason.BUSY: "SYS-503",
    Reason.BAD_ARGUMENT: "ARG-400",
    Reason.NO_SUCH_OPERATION: "OPR-404",
    Reason.BROKEN: "SYS-9999",
}


_ITEM = {"readings": "NrWodomierza", "case_document": "NrSprawy", "find_submission": "NrObcy"}


class SoapFace(Face):
    """``/soap``."""

    def read(self, request: Request) -> Call:
        if request.method != "POST":
            raise Refused(Reason.NO_SUCH_OPERATION)
        asked = _payload(request.body)
        operation = OPERATIONS.get(etree.QName(asked).localname)
        if operation is None or etree.QName(asked).namespace != NS:
            raise Refused(Reason.NO_SUCH_OPERATION)
        if operation in WRITES:
            sending = soap_sending.read(operation, asked)
            return Call(operation, sending.customer_no or "", item=sending.reference, sending=sending)
        given = {etree.QName(each).localname: (each.text or "").strip() for each in asked.iterchildren("{*}*")}
        return Call(
            operation=operation,
            customer_no=given.get("NrOdbiorcy", ""),
            bill_id=given.get("IdPisma" if operation == "case_document" else "IdDok", ""),
            day=_day(operation, given),
            item=given.get(_ITEM.get(operation, ""), ""),
        )

    def announced(self, request: Request) -> str | None:
        """By ``SOAPAction``, which only faults believe."""
        return OPERATIONS.get(request.action.strip('"').rpartition(":")[2])

    def answer(self, call: Call) -> Answer:
        if call.operation == "document":
            return self._document(call)
        if call.operation == "case_document":
            return self._letter(call)
        if call.sending or call.operation == "find_submission":
            return self.receipt(call, receipt_of(self.world, call))
        return envelope(_wrapped(call, self._content(call)))

    def receipt(self, call: Call, receipt: Receipt) -> Answer:
        say = soap_office.taken if call.sending else soap_office.found
        return envelope(_wrapped(call, say(receipt)))

    def refuse(self, reason: Reason) -> Answer:
        code, text = _CODES[reason], escape(reason.value)
        detail = f"<detail><b:Blad><b:Kod>{code}</b:Kod><b:Opis>{text}</b:Opis></b:Blad></detail>"
        fault = f"<faultcode>b:{code}</faultcode><faultstring>{text}</faultstring>{detail}"
        told = envelope(f"<soap:Fault>{fault}</soap:Fault>", status=503 if reason is Reason.BUSY else 500)
        if reason is Reason.BUSY:
            told.headers["Retry-After"] = "30"
        return told

    def _content(self, call: Call) -> str:
        if call.operation == "ping":
            return f"<b:Stan>OK</b:Stan><b:Wersja>{VERSION}</b:Wersja>"
        if call.operation in OFFICE:
            return soap_office.content(self.world, call)
        books = books_of(self.world, call)
        if call.operation == "customer":
            return rows.party(books, self.world.bureau.particulars(call.customer_no))
        if call.operation == "contracts":
            found = self.world.bureau.folder(call.customer_no).contracts()
            return f"{rows.owner(books)}<b:Umowy>{rows.contracts(found)}</b:Umowy>"
        if call.operation == "invoices":
            return f"{rows.owner(books)}<b:Faktury>{books.keep('soap bills', lambda: rows.bills(books))}</b:Faktury>"
        if call.operation == "invoice":
            return rows.owner(books) + rows.bill(books, bill_of(books, call))
        if call.operation == "ledger":
            return rows.ledger(books, call.day)
        if call.operation == "balance_on" and call.day:
            saldo = f"<b:Saldo>{rows.amount(books.balance_on(call.day))}</b:Saldo>"
            day = f"<b:Dzien>{call.day.isoformat()}</b:Dzien>"
            return f"{rows.owner(books)}{rows.nrb(books)}{day}<b:Waluta>{CURRENCY}</b:Waluta>{saldo}"
        raise Refused(Reason.BAD_ARGUMENT)

    def _document(self, call: Call) -> Answer:
        """The PDF in base64, encoded as it is made: a large one never stands in memory."""
        books = books_of(self.world, call)
        bill = bill_of(books, call)
        pdf = Pdf(books.party, bill, books.sizes.get(bill.bill_id, 0))
        return _file(call, rows.owner(books), f"{bill.invoice_no}.pdf", pdf.pieces(), len(pdf))

    def _letter(self, call: Call) -> Answer:
        case, pdf = letter_of(self.world, call)
        return _file(call, f"<b:NrOdbiorcy>{case.customer_no}</b:NrOdbiorcy>", case.document_name, [pdf], len(pdf))


def _file(call: Call, owner: str, name: str, pieces: Iterable[bytes], size: int) -> Answer:
    start = f"{OPEN}<b:{NAMES[call.operation]}Odpowiedz>{owner}<b:NazwaPliku>{name}</b:NazwaPliku>"
    start += f"<b:TypMime>application/pdf</b:TypMime><b:Rozmiar>{size}</b:Rozmiar><b:Plik>"
    end = f"</b:Plik></b:{NAMES[call.operation]}Odpowiedz>{CLOSE}"
    length = len(start) + (size + 2) // 3 * 4 + len(end)
    return Answer(200, XML, pieces=_around(start.encode(), in_base64(pieces), end.encode()), length=length)


def envelope(content: str, *, status: int = 200) -> Answer:
    """An answer with this in the envelope's body."""
    return Answer(status, XML, f"{OPEN}{content}{CLOSE}".encode())


def wsdl(url: str) -> Answer:
    """The WSDL with the address at which it was asked for."""
    text = _wsdl_text().replace("http://127.0.0.1:8090/soap", f"{url}/soap")
    return Answer(200, XML, text.encode())


@cache
def _wsdl_text() -> str:
    return files("adapters.sandbox").joinpath("billing.wsdl").read_text(encoding="utf-8")


def in_base64(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Base64 of the pieces joined, without joining them."""
    rest = b""
    for piece in pieces:
        rest += piece
        whole = len(rest) - len(rest) % 3
        yield base64.b64encode(rest[:whole])
        rest = rest[whole:]
    yield base64.b64encode(rest)


def _around(start: bytes, middle: Iterable[bytes], end: bytes) -> Iterator[bytes]:
    yield start
    yield from middle
    yield end


def _payload(body: bytes) -> etree._Element:
    """The first element in the envelope's body."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        envelope = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        raise Refused(Reason.BAD_ARGUMENT) from None
    if envelope.getroottree().docinfo.internalDTD is not None:
        raise Refused(Reason.BAD_ARGUMENT)
    found = envelope.find("{http://schemas.xmlsoap.org/soap/envelope/}Body/{*}*")
    if found is None:
        raise Refused(Reason.BAD_ARGUMENT)
    return found


def _day(operation: str, given: dict[str, str]) -> date | None:
    try:
        if operation == "balance_on":
            return date.fromisoformat(given["Dzien"])
        if operation == "ledger" and given.get("OdDnia"):
            days, months, years = given["OdDnia"].split(".")
            return date(int(years), int(months), int(days))
    except (KeyError, ValueError):
        raise Refused(Reason.BAD_ARGUMENT) from None
    return None


def _wrapped(call: Call, content: str) -> str:
    name = f"{NAMES[call.operation]}Odpowiedz"
    return f"<b:{name}>{content}</b:{name}>"
