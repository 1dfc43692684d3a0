"""What is sent in over REST, read from its JSON."""

import json
from collections.abc import Callable
from typing import Any

from adapters.sandbox import arrivals
from adapters.sandbox.calls import Reason, Refused
from adapters.sandbox.sending import FileNote, Sending
from schemas import SubmissionKind, Topic

KINDS = {
    SubmissionKind.READING: "odczyt",
    SubmissionKind.COMPLAINT: "reklamacja",
    SubmissionKind.REMARK: "uwaga",
    SubmissionKind.PETITION: "wniosek",
    SubmissionKind.GRIEVANCE: "skarga",
    SubmissionKind.DATA_CHANGE: "zmiana_danych",
    SubmissionKind.CONSENT: "zgoda",
    SubmissionKind.OUTAGE: "awaria",
    SubmissionKind.PAYMENT: "wplata",
}
_LETTERS = {KINDS[each]: each for each in SubmissionKind if KINDS[each] in ("reklamacja", "uwaga", "wniosek", "skarga")}
_TOPICS = {"faktura": Topic.INVOICE, "odczyt": Topic.READING, "usluga": Topic.SERVICE, "inne": Topic.OTHER}


class _Number(str):
    """A JSON number as it was written: nobody makes 10**999999999 of it."""


def _text(given: object) -> str:
    if not isinstance(given, str) or isinstance(given, _Number):
        raise Refused(Reason.BAD_ARGUMENT)
    return given


def _number(given: object) -> object:
    return str(given) if isinstance(given, str) else None


def _topic(given: object) -> object:
    return _TOPICS[given].value if isinstance(given, str) and given in _TOPICS else "?"


def _as_it_is(given: object) -> object:
    return given


def _items(given: object) -> object:
    rows: list[Any] = given if isinstance(given, list) else [None]
    if not all(isinstance(each, dict) and set(each) == {"nr", "kwota"} for each in rows):
        raise Refused(Reason.BAD_ARGUMENT)
    return [{"invoice_no": _text(each["nr"]), "amount": _number(each["kwota"])} for each in rows]


_Reading = Callable[[object], object]
_FIELDS: dict[str, dict[str, tuple[str, _Reading]]] = {
    "submit_reading": {
        "wodomierz": ("meter_no", _text),
        "nr_fabryczny": ("serial_no", _text),
        "stan": ("value", _number),
        "data": ("read_on", _text),
        "potwierdzony": ("insisted", _as_it_is),
        "zastepuje": ("supersedes", _text),
        "uwagi": ("note", _text),
    },
    "submit_letter": {"temat": ("topic", _topic), "dotyczy": ("about", _text), "tresc": ("text", _text)},
    "submit_data_change": {
        "nazwa": ("name", _text),
        "adres_korespondencyjny": ("postal_address", _text),
        "telefon": ("phone", _text),
        "email": ("email", _text),
        "uwagi": ("note", _text),
    },
    "submit_consent": {
        "efaktura": ("given", _as_it_is),
        "wersja": ("text_version", _text),
        "email": ("email", _text),
    },
    "submit_outage": {"miejsce": ("place", _text), "opis": ("description", _text), "telefon": ("phone", _text)},
    "submit_payment": {
        "kwota": ("amount", _number),
        "waluta": ("currency", _text),
        "data": ("paid_on", _text),
        "operator": ("operator", _text),
        "nr_operatora": ("operator_ref", _text),
        "konto": ("payment_account", _text),
        "pozycje": ("invoices", _items),
    },
}
_ALWAYS = ("nr_obcy", "wplynelo", "zalaczniki")


def read(operation: str, customer_no: str | None, body: bytes) -> Sending:
    """The JSON of a POST; ``customer_no`` is the path's, None where it is in the body; raises ``Refused``."""
    given = _json(body)
    names = _FIELDS[operation]
    more = {"submit_letter": ("rodzaj",), "submit_outage": ("nr_odbiorcy",)}.get(operation, ())
    if not isinstance(given, dict) or set(given) - {*names, *_ALWAYS, *more}:
        raise Refused(Reason.BAD_ARGUMENT)
    if operation == "submit_outage":
        customer_no = _text_or_none(given.get("nr_odbiorcy"))
    return arrivals.sending(
        _kind(operation, given.get("rodzaj")),
        {ours: reading(given[name]) for name, (ours, reading) in names.items() if given.get(name) is not None},
        reference=_text_or_none(given.get("nr_obcy")),
        customer_no=customer_no,
        accepted_at=_text_or_none(given.get("wplynelo")),
        files=_files(given.get("zalaczniki")),
    )


def _json(body: bytes) -> Any:
    try:
        return json.loads(body, parse_int=_Number, parse_float=_Number, parse_constant=_Number)
    except (ValueError, RecursionError):
        raise Refused(Reason.BAD_ARGUMENT) from None


def _kind(operation: str, word: object) -> SubmissionKind:
    if operation != "submit_letter":
        return SubmissionKind(operation.removeprefix("submit_"))
    if not isinstance(word, str) or word not in _LETTERS:
        raise Refused(Reason.BAD_ARGUMENT)
    return _LETTERS[word]


def _text_or_none(given: object) -> str | None:
    return None if given is None else _text(given)


def _files(given: object) -> list[FileNote]:
    if given is None:
        return []
    if not isinstance(given, list) or len(given) > arrivals.MOST_FILES:
        raise Refused(Reason.BAD_ARGUMENT)
    found = []
    for each in given:
        if not isinstance(each, dict) or set(each) != {"nazwa", "typ", "plik"}:
            raise Refused(Reason.BAD_ARGUMENT)
        found.append(arrivals.file_note(each["nazwa"], each["typ"], each["plik"]))
    return found
