"""The REST face: JSON with its own names, paged lists, the balance of this moment, and what is posted."""

from datetime import date

from adapters.clock import local_day
from adapters.sandbox import rest_office, rest_sending
from adapters.sandbox import rest_rows as rows
from adapters.sandbox.account import Books
from adapters.sandbox.calls import OFFICE, Answer, Call, Reason, Refused
from adapters.sandbox.faces import Face, Request, bill_of, books_of, letter_of, receipt_of
from adapters.sandbox.pdf import Pdf
from adapters.sandbox.records import CURRENCY
from adapters.sandbox.sending import Receipt

JSON = "application/json; charset=utf-8"
VERSION = "2.14"
MOST_ROWS = 1000

_CODES = {
    Reason.NO_CUSTOMER: (404, "brak_odbiorcy"),
    Reason.NO_DOCUMENT: (404, "brak_dokumentu"),
    Reason.NO_METER: (404, "brak_wodomierza"),
    Reason.NO_CASE: (404, "brak_sprawy"),
    Reason.NO_SUBMISSION: (404, "brak_zgloszenia"),
    Reason.BLOCKED: (422, "odbiorca_zablokowany"),
    Reason.LOWER_READING: (422, "odczyt_mniejszy"),
    Reason.WRONG_READING: (422, "odczyt_niepoprawny"),
    Reason.ANOTHER_DEVICE: (422, "inny_wodomierz"),
    Reason.NO_READINGS: (422, "odczyt_niedozwolony"),
    Reason.WRONG_PAYMENT: (422, "wplata_niepoprawna"),
    Reason.ANOTHER_SUBMISSION: (409, "inne_zgloszenie"),
    Reason.NOT_ASKABLE: (501, "nieobslugiwane"),
    Reason.BUSY: (503, "zajety"),
    Reason.BAD_ARGUMENT: (400, "zly_parametr"),
    Reason.NO_SUCH_OPERATION: (404, "brak_operacji"),
    Reason.BROKEN: (500, "E9999"),
}


class RestFace(Face):
    """``/rest``."""

    def read(self, request: Request) -> Call:
        if request.method == "POST":
            return _sent(request)
        if request.method != "GET":
            raise Refused(Reason.NO_SUCH_OPERATION)
        query = request.query
        match request.parts:
            case ("rest", "stan"):
                return Call("ping")
            case ("rest", "odbiorcy", number):
                return Call("customer", number)
            case ("rest", "odbiorcy", number, "umowy"):
                return Call("contracts", number)
            case ("rest", "odbiorcy", number, "faktury"):
                return Call("invoices", number, page=_count(query, "strona", 1), page_size=_page_size(query))
            case ("rest", "odbiorcy", number, "faktury", bill_id):
                return Call("invoice", number, bill_id)
            case ("rest", "odbiorcy", number, "faktury", bill_id, "pdf"):
                return Call("document", number, bill_id)
            case ("rest", "odbiorcy", number, "operacje"):
                since = _day(query.get("od"))
                return Call("ledger", number, "", since, _count(query, "strona", 1), _page_size(query))
            case ("rest", "odbiorcy", number, "saldo"):
                return Call("live", number, day=_day(query.get("od")))
            case ("rest", "odbiorcy", number, "saldo", day):
                return Call("balance_on", number, day=_day(day))
            case ("rest", "odbiorcy", number, "wodomierze"):
                return Call("meters", number)
            case ("rest", "odbiorcy", number, "wodomierze", meter_no, "odczyty"):
                return Call("readings", number, item=meter_no)
            case ("rest", "odbiorcy", number, "sprawy"):
                return Call("cases", number)
            case ("rest", "odbiorcy", number, "sprawy", case_no, "pisma", document):
                return Call("case_document", number, document, item=case_no)
            case ("rest", "odbiorcy", number, "oferty"):
                return Call("offers", number)
            case ("rest", "zgloszenia", reference):
                return Call("find_submission", item=reference)
        raise Refused(Reason.NO_SUCH_OPERATION)

    def announced(self, request: Request) -> str | None:
        if request.method == "POST":
            return _SENT.get(request.parts[-1])
        try:
            return self.read(request).operation
        except Refused:
            return None

    def answer(self, call: Call) -> Answer:
        if call.operation == "document":
            return self._document(call)
        if call.operation == "case_document":
            return self._letter(call)
        if call.sending or call.operation == "find_submission":
            return self.receipt(call, receipt_of(self.world, call))
        return Answer(200, JSON, self._content(call).encode())

    def receipt(self, call: Call, receipt: Receipt) -> Answer:
        if call.sending is None:
            return Answer(200, JSON, rest_office.found(receipt).encode())
        return Answer(200 if receipt.again else 201, JSON, rest_office.taken(receipt).encode())

    def refuse(self, reason: Reason) -> Answer:
        status, code = _CODES[reason]
        headers = {"Retry-After": "30"} if reason is Reason.BUSY else {}
        told = f'{{"blad": {{"kod": "{code}", "opis": {rows.text(reason.value)}}}}}'
        return Answer(status, JSON, told.encode(), headers)

    def _content(self, call: Call) -> str:
        if call.operation == "ping":
            return f'{{"stan": "OK", "wersja": "{VERSION}"}}'
        if call.operation in OFFICE:
            return rest_office.content(self.world, call)
        books = books_of(self.world, call)
        if call.operation == "customer":
            return rows.party(books, self.world.bureau.particulars(call.customer_no))
        if call.operation == "contracts":
            contracts = ", ".join(map(rows.contract, self.world.bureau.folder(call.customer_no).contracts()))
            return f'{{{rows.owner(books)}, "umowy": [{contracts}]}}'
        if call.operation == "invoices":
            return f"{{{rows.owner(books)}, {_page(call, 'faktury', rows.bills(books))}}}"
        if call.operation == "invoice":
            return f'{{{rows.owner(books)}, "faktura": {rows.bill(books, bill_of(books, call))}}}'
        if call.operation == "ledger":
            return f"{{{rows.owner(books)}, {_page(call, 'operacje', rows.postings(books)[books.since(call.day) :])}}}"
        if call.operation == "balance_on" and call.day:
            figures = f'"saldo": {books.balance_on(call.day)}, "waluta": "{CURRENCY}", "konto": {rows.nrb(books)}'
            return f'{{{rows.owner(books)}, "dzien": "{call.day.isoformat()}", {figures}}}'
        return self._live(books, call.day)

    def _live(self, books: Books, since: date | None) -> str:
        now = self.world.clock.now()
        since = since or local_day(now)
        recent = rows.postings(books)[books.since(since) :]
        return (
            f'{{{rows.owner(books)}, "stan_na": "{rows.instant(now)}", "od": "{since.isoformat()}", '
            f'"saldo": {books.balance}, "waluta": "{CURRENCY}", "konto": {rows.nrb(books)}, '
            f'"operacje": [{", ".join(recent)}]}}'
        )

    def _document(self, call: Call) -> Answer:
        books = books_of(self.world, call)
        bill = bill_of(books, call)
        pdf = Pdf(books.party, bill, books.sizes.get(bill.bill_id, 0))
        headers = {
            "X-Odbiorca": books.party.customer_no,
            "Content-Disposition": f'attachment; filename="{bill.invoice_no}.pdf"',
        }
        return Answer(200, "application/pdf", headers=headers, pieces=pdf.pieces(), length=len(pdf))

    def _letter(self, call: Call) -> Answer:
        case, pdf = letter_of(self.world, call)
        name = f'attachment; filename="{case.document_name}"'
        headers = {"X-Odbiorca": call.customer_no, "Content-Disposition": name}
        return Answer(200, "application/pdf", pdf, headers)


_SENT = {
    "odczyty": "submit_reading",
    "pisma": "submit_letter",
    "dane": "submit_data_change",
    "zgoda": "submit_consent",
    "awarie": "submit_outage",
    "wplaty": "submit_payment",
}


def _sent(request: Request) -> Call:
    match request.parts:
        case ("rest", "awarie"):
            number = None
        case ("rest", "odbiorcy", number, what) if what in _SENT and what != "awarie":
            pass
        case _:
            raise Refused(Reason.NO_SUCH_OPERATION)
    operation = _SENT[request.parts[-1]]
    sending = rest_sending.read(operation, number, request.body)
    return Call(operation, sending.customer_no or "", item=sending.reference, sending=sending)


def _count(query: dict[str, str], name: str, default: int) -> int:
    given = query.get(name, str(default))
    if not (given.isascii() and given.isdigit() and 0 < len(given) < 8 and int(given)):
        raise Refused(Reason.BAD_ARGUMENT)
    return int(given)


def _page_size(query: dict[str, str]) -> int:
    return min(_count(query, "ile", 100), MOST_ROWS)


def _day(given: str | None) -> date | None:
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise Refused(Reason.BAD_ARGUMENT) from None


def _page(call: Call, name: str, found: list[str]) -> str:
    start = (call.page - 1) * call.page_size
    following = call.page + 1 if start + call.page_size < len(found) else "null"
    shown = ", ".join(found[start : start + call.page_size])
    place = f'"strona": {call.page}, "ile": {call.page_size}, "razem": {len(found)}, "nastepna": {following}'
    return f'{place}, "{name}": [{shown}]'
