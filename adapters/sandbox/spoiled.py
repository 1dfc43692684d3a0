"""Answers that are not what was agreed, in the words of the face that was asked."""

import re
from collections.abc import Iterator
from dataclasses import replace

from adapters.sandbox.calls import DOCUMENTS, WRITES, Answer, Call, Reason, Refused
from adapters.sandbox.casework import DOCUMENT
from adapters.sandbox.faces import Face, receipt_of
from adapters.sandbox.faults import FaultKind
from adapters.sandbox.soap_face import CLOSE, NAMES, NS, OPEN, XML, SoapFace, in_base64
from adapters.sandbox.soap_rows import ROWS

_HTML = "text/html; charset=utf-8"
_PAGE = (
    "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1><p>Proszę się zalogować.</p></body></html>"
)
_TOO_LARGE = 256 * 1024 * 1024
_PIECE = b"x" * (64 * 1024)
_DOCTYPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE soap:Envelope [<!ENTITY stan "OK">'
    '<!ENTITY plik SYSTEM "file:///etc/passwd">]>\n'
)

# A field that nobody can do without, of each operation: first in a row, then, where there is no row, in the answer.
_NEEDED_SOAP = {
    "customer": ("Nazwa",),
    "contracts": ("NrUmowy", "Umowy"),
    "invoices": ("Brutto", "Faktury"),
    "invoice": ("Brutto",),
    "document": ("Plik",),
    "ledger": ("DataKs", "SaldoOtwarcia"),
    "balance_on": ("Saldo",),
    "ping": ("Stan",),
    "meters": ("NrFabryczny", "Urzadzenia"),
    "readings": ("Stan", "Odczyty"),
    "cases": ("Rodzaj", "Sprawy"),
    "case_document": ("Plik",),
    "offers": ("Tytul",),
    **dict.fromkeys((*WRITES, "find_submission"), ("NrObcy",)),
}
_NEEDED_REST = {
    "customer": ("nazwa",),
    "contracts": ("numer", "umowy"),
    "invoices": ("brutto", "faktury"),
    "invoice": ("brutto",),
    "ledger": ("zaksiegowano", "operacje"),
    "balance_on": ("saldo",),
    "live": ("zaksiegowano", "saldo"),
    "ping": ("stan",),
    "meters": ("nr_fabryczny", "wodomierze"),
    "readings": ("stan", "odczyty"),
    "cases": ("rodzaj", "sprawy"),
    "offers": ("tytul",),
    **dict.fromkeys((*WRITES, "find_submission"), ("nr_obcy",)),
}


def answer(face: Face, call: Call, kind: FaultKind, *, elsewhere: str) -> Answer:
    """What is answered instead of, or made of, the right answer; raises ``Refused``."""
    match kind:
        case FaultKind.HTML_200:
            return page(200)
        case FaultKind.HTML_500:
            return page(500)
        case FaultKind.UNAUTHORIZED:
            return unauthorized()
        case FaultKind.REDIRECT:
            return Answer(302, _HTML, headers={"Location": elsewhere})
        case FaultKind.SOAP_FAULT_BUSINESS:
            raise Refused(Reason.BLOCKED)
        case FaultKind.SOAP_FAULT_UNKNOWN:
            raise Refused(Reason.BROKEN)
        case FaultKind.BUSY:
            raise Refused(Reason.BUSY)
        case FaultKind.DTD:
            return _with_dtd(call)
        case FaultKind.TOO_LARGE:
            return _endless(face, call)
        case FaultKind.FOREIGN_OWNER:
            return _about_another(face, call)
        case FaultKind.MISSING_FIELD:
            return _without_a_field(face, call, whole(face.answer(call)))
        case FaultKind.EXTRA_FIELD:
            return _with_more_fields(face, call, whole(face.answer(call)))
    return face.answer(call)


def page(status: int) -> Answer:
    """What stands in between answers instead."""
    return Answer(status, _HTML, _PAGE.format("Logowanie" if status == 200 else "Błąd serwera").encode())


def unauthorized() -> Answer:
    """What an ERP says who does not know us."""
    headers = {"WWW-Authenticate": 'Basic realm="Bilans"'}
    return Answer(401, _HTML, _PAGE.format("Brak dostępu").encode(), headers)


def whole(given: Answer) -> Answer:
    """The answer with all of its body in one piece."""
    if given.pieces is None:
        return given
    return Answer(given.status, given.media_type, b"".join(given.pieces), given.headers)


def _about_another(face: Face, call: Call) -> Answer:
    """The right question with another customer's answer; what is sent is taken for the right one all the same."""
    world = face.world
    if call.sending or call.operation == "find_submission":
        receipt = receipt_of(world, call)
        return face.receipt(
            call, replace(receipt, customer_no=world.another_than(receipt.customer_no or "").customer_no)
        )
    other = world.another_than(call.customer_no).customer_no
    if call.operation == "readings":
        return face.answer(call.about(other, "", next(iter(world.bureau.folder(other).dials))))
    if call.operation == "case_document":
        return face.answer(call.about(other, DOCUMENT, world.bureau.folder(other).cases[0].case_no))
    return face.answer(call.about(other, str(world.account(other).books.bills[0].bill_id)))


def _without_a_field(face: Face, call: Call, given: Answer) -> Answer:
    if call.operation in DOCUMENTS and not isinstance(face, SoapFace):
        return Answer(given.status, given.media_type, given.body)
    text = given.body.decode()
    if isinstance(face, SoapFace):
        names, pattern = _NEEDED_SOAP[call.operation], r"<b:{0}>[^<]*</b:{0}>"
    else:
        names, pattern = _NEEDED_REST[call.operation], r'(?<=[{{ ])"{0}": (?:\[\]|"[^"]*"|[^,"}}\]]*)(?:, )?'
    for name in names:
        spoiled = re.sub(pattern.format(name), "", text, count=1)
        if spoiled != text:
            return Answer(given.status, given.media_type, re.sub(r", (?=[}\]])", "", spoiled).encode(), given.headers)
    raise AssertionError(f"{call.operation} has none of {names}")


def _with_more_fields(face: Face, call: Call, given: Answer) -> Answer:
    if isinstance(face, SoapFace):
        first, last = "<b:NowePole>1</b:NowePole>", '<n:Nowe xmlns:n="urn:nowe"><n:Pole>2</n:Pole></n:Nowe>'
        rows = "|".join((*ROWS, f"{NAMES[call.operation]}Odpowiedz"))
        text = re.sub(rf"(<b:(?:{rows})>)", rf"\1{first}", given.body.decode())
        text = re.sub(rf"(</b:(?:{rows})>)", rf"{last}\1", text)
        return Answer(given.status, given.media_type, text.encode())
    headers = {**given.headers, "X-Nowe": "1"}
    if call.operation in DOCUMENTS:
        return Answer(given.status, given.media_type, given.body, headers)
    text = re.sub(r"\{", '{"nowe_pole": {"a": [1, null]}, ', given.body.decode())
    return Answer(given.status, given.media_type, text.encode(), headers)


def _with_dtd(call: Call) -> Answer:
    """XML with entities of its own, even where JSON was asked for."""
    name = NAMES.get(call.operation, "PobierzSaldo")
    body = f"<b:{name}Odpowiedz><b:NrOdbiorcy>&plik;</b:NrOdbiorcy><b:Stan>&stan;</b:Stan></b:{name}Odpowiedz>"
    envelope = f'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:b="{NS}">'
    return Answer(200, XML, f"{_DOCTYPE}{envelope}<soap:Body>{body}</soap:Body></soap:Envelope>".encode())


def _endless(face: Face, call: Call) -> Answer:
    """A well-formed answer of far more than any cap, made while it is read and of no announced length."""
    number = call.customer_no
    if isinstance(face, SoapFace):
        name = NAMES[call.operation]
        field = "Plik" if call.operation in DOCUMENTS else "Uwagi"
        start = f"{OPEN}<b:{name}Odpowiedz><b:NrOdbiorcy>{number}</b:NrOdbiorcy><b:{field}>"
        pieces = _between(start, in_base64(_filling()), f"</b:{field}></b:{name}Odpowiedz>{CLOSE}")
        return Answer(200, XML, pieces=pieces)
    if call.operation in DOCUMENTS:
        return Answer(200, "application/pdf", headers={"X-Odbiorca": number}, pieces=_filling())
    start = f'{{"nr_odbiorcy": "{number}", "uwagi": "'
    return endless_json(start)


def endless_json(start: str) -> Answer:
    """JSON that opens like this and has a text of far more than any cap in it."""
    return Answer(200, "application/json; charset=utf-8", pieces=_between(start, _filling(), '"}'))


def _filling() -> Iterator[bytes]:
    for _ in range(_TOO_LARGE // len(_PIECE)):
        yield _PIECE


def _between(start: str, middle: Iterator[bytes], end: str) -> Iterator[bytes]:
    yield start.encode()
    yield from middle
    yield end.encode()
