"""What is sent in over SOAP, read from its elements."""

from collections.abc import Callable

from lxml import etree

from adapters.sandbox import arrivals
from adapters.sandbox.calls import Reason, Refused
from adapters.sandbox.sending import FileNote, Sending
from schemas import SubmissionKind, Topic

KINDS = {
    SubmissionKind.READING: "ODC",
    SubmissionKind.COMPLAINT: "REK",
    SubmissionKind.REMARK: "UWA",
    SubmissionKind.PETITION: "WNI",
    SubmissionKind.GRIEVANCE: "SKA",
    SubmissionKind.DATA_CHANGE: "DAN",
    SubmissionKind.CONSENT: "ZGO",
    SubmissionKind.OUTAGE: "AWA",
    SubmissionKind.PAYMENT: "WPL",
}
_LETTERS = {KINDS[each]: each for each in SubmissionKind if KINDS[each] in ("REK", "UWA", "WNI", "SKA")}
_TOPICS = {"FAK": Topic.INVOICE, "ODC": Topic.READING, "USL": Topic.SERVICE, "INN": Topic.OTHER}
_ALWAYS = ("NrOdbiorcy", "NrObcy", "DataWplywu", "Rodzaj", "Zalaczniki", "Pozycje")


def number(given: str) -> str:
    """With a point; one that came with a point already is refused by what reads it next."""
    return given.replace(".", "?").replace(",", ".")


def polish_day(given: str) -> str:
    days, _, rest = given.partition(".")
    months, _, years = rest.partition(".")
    return f"{years}-{months}-{days}"


def flag(given: str) -> bool:
    if given not in ("T", "N"):
        raise Refused(Reason.BAD_ARGUMENT)
    return given == "T"


def topic(given: str) -> str:
    return _TOPICS[given].value if given in _TOPICS else "?"


_Reading = Callable[[str], object]
_FIELDS: dict[str, dict[str, tuple[str, _Reading]]] = {
    "submit_reading": {
        "NrWodomierza": ("meter_no", str),
        "NrFabryczny": ("serial_no", str),
        "Stan": ("value", number),
        "DataOdczytu": ("read_on", polish_day),
        "Potwierdzony": ("insisted", flag),
        "Zastepuje": ("supersedes", str),
        "Uwagi": ("note", str),
    },
    "submit_letter": {"Temat": ("topic", topic), "Dotyczy": ("about", str), "Tresc": ("text", str)},
    "submit_data_change": {
        "Nazwa": ("name", str),
        "AdresKoresp": ("postal_address", str),
        "Telefon": ("phone", str),
        "Email": ("email", str),
        "Uwagi": ("note", str),
    },
    "submit_consent": {
        "EFaktura": ("given", flag),
        "WersjaZgody": ("text_version", str),
        "Email": ("email", str),
    },
    "submit_outage": {"Miejsce": ("place", str), "Opis": ("description", str), "Telefon": ("phone", str)},
    "submit_payment": {
        "Kwota": ("amount", number),
        "Waluta": ("currency", str),
        "DataWplaty": ("paid_on", polish_day),
        "Operator": ("operator", str),
        "NrOperatora": ("operator_ref", str),
        "NrRachunku": ("payment_account", str),
    },
}


def read(operation: str, asked: etree._Element) -> Sending:
    """The content of a ``Przyjmij…`` or ``Zmien…``; raises ``Refused``."""
    names = _FIELDS[operation]
    given: dict[str, str] = {}
    files: list[FileNote] = []
    items: list[dict[str, str]] = []
    for element in asked.iterchildren("{*}*"):
        name = etree.QName(element).localname
        if name in given or name not in (*names, *_ALWAYS):
            raise Refused(Reason.BAD_ARGUMENT)
        given[name] = element.text or ""
        if name == "Zalaczniki":
            files = _files(element)
        elif name == "Pozycje":
            items = _items(element)
    return arrivals.sending(
        _kind(operation, given.get("Rodzaj", "")),
        {ours: reading(given[name]) for name, (ours, reading) in names.items() if given.get(name)}
        | ({"invoices": items} if items else {}),
        reference=given.get("NrObcy"),
        customer_no=given.get("NrOdbiorcy", "").strip(),
        accepted_at=given.get("DataWplywu"),
        files=files,
    )


def _kind(operation: str, code: str) -> SubmissionKind:
    if operation != "submit_letter":
        return SubmissionKind(operation.removeprefix("submit_"))
    if code not in _LETTERS:
        raise Refused(Reason.BAD_ARGUMENT)
    return _LETTERS[code]


def _items(element: etree._Element) -> list[dict[str, str]]:
    """Which bills a payment is for."""
    found = []
    for each in element.iterchildren("{*}*"):
        parts = {etree.QName(part).localname: part.text or "" for part in each.iterchildren("{*}*")}
        found.append({"invoice_no": parts.get("NrFaktury", ""), "amount": number(parts.get("Kwota", ""))})
    return found


def _files(element: etree._Element) -> list[FileNote]:
    found = []
    for each in element.iterchildren("{*}*"):
        parts = {etree.QName(part).localname: part.text or "" for part in each.iterchildren("{*}*")}
        found.append(arrivals.file_note(parts.get("Nazwa"), parts.get("TypMime"), parts.get("Plik")))
    if len(found) > arrivals.MOST_FILES:
        raise Refused(Reason.BAD_ARGUMENT)
    return found
