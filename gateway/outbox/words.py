"""What the outbox's mails say in their reader's language; found without a request, for the worker."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

from gateway import written
from gateway.outbox.records import Draft, Receipt
from gateway.readings.by_serial import ReadingBySerial
from schemas import Content, SubmissionKind

Said = list[tuple[str, str]]
"""Each field's name and value as they are written in the reader's language."""

VIRUS = "virus"
"""Our own refusal, in place of the ERP's code: the scanner found something in a file."""

_FOLDER = Path(__file__).parent.parent / "translations"


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated when its reader's language is known."""
    return text


_KINDS = {
    SubmissionKind.READING: _("odczyt wodomierza"),
    SubmissionKind.COMPLAINT: _("reklamacja"),
    SubmissionKind.REMARK: _("uwaga"),
    SubmissionKind.PETITION: _("wniosek"),
    SubmissionKind.GRIEVANCE: _("skarga"),
    SubmissionKind.DATA_CHANGE: _("zmiana danych"),
    SubmissionKind.CONSENT: _("zgoda na e-faktury"),
    SubmissionKind.OUTAGE: _("zgłoszenie awarii"),
    SubmissionKind.PAYMENT: _("wpłata"),
}
_FIELDS = {
    "meter_no": _("Wodomierz"),
    "serial_no": _("Numer fabryczny"),
    "value": _("Wskazanie (m³)"),
    "read_on": _("Data odczytu"),
    "note": _("Uwaga klienta"),
    "topic": _("Czego dotyczy"),
    "about": _("Numer faktury albo wodomierza"),
    "text": _("Treść"),
    "name": _("Imię i nazwisko albo nazwa"),
    "postal_address": _("Adres do korespondencji"),
    "phone": _("Telefon"),
    "email": _("E-mail"),
    "given": _("Zgoda"),
    "text_version": _("Wersja treści zgody"),
    "place": _("Miejsce"),
    "description": _("Opis"),
    "amount": _("Kwota"),
    "currency": _("Waluta"),
    "paid_on": _("Data wpłaty"),
    "operator": _("Operator płatności"),
    "operator_ref": _("Numer u operatora"),
    "payment_account": _("Rachunek do wpłat"),
    "invoices": _("Na które faktury"),
}
_VALUES = {
    ("topic", "invoice"): _("faktura"),
    ("topic", "reading"): _("odczyt"),
    ("topic", "service"): _("obsługa"),
    ("topic", "other"): _("inna sprawa"),
    ("given", True): _("udzielona"),
    ("given", False): _("wycofana"),
}
_UNSAID = ("insisted", "supersedes")
_FILES = _("Pliki")
_VIRUS = _(
    "W załączonym pliku jest złośliwe oprogramowanie. Sprawdź ten plik i wyślij zgłoszenie jeszcze raz bez niego."
)
_REFUSED = _("System rozliczeniowy tego nie przyjął (kod %(code)s).")
_REFUSED_PLAINLY = _("System rozliczeniowy tego nie przyjął.")


def kind_name(kind: SubmissionKind, language: str) -> str:
    return say(_KINDS[kind], language)


def refusal(code: str, language: str, why: Mapping[str, str] | None) -> str:
    """Why it was refused, as far as we know.

    ``code`` is ``VIRUS`` or the ERP's own, ``why`` has the adapter's words, by language.
    """
    if code == VIRUS:
        return say(_VIRUS, language)
    said = say(_REFUSED, language) % {"code": code} if code else say(_REFUSED_PLAINLY, language)
    return f"{said} {(why or {}).get(language, '')}".rstrip()


def refusal_of(receipt: Receipt, language: str) -> str:
    return refusal(receipt.refusal, language, receipt.refusal_why)


def copy_of(draft: Draft, language: str) -> str:
    """What was sent, line by line, for the mail that tells of its receipt."""
    return "\n".join(f"{name}: {value}" for name, value in said(draft, language))


def said(draft: Draft, language: str) -> Said:
    """What was sent: each field's name and value, and the names of the files."""
    return told(draft.content, [each.name for each in draft.files], language)


def told(content: Content | ReadingBySerial, files: Sequence[str], language: str) -> Said:
    """The same of what was packed for the ERP."""
    names = [(say(_FILES, language), ", ".join(files))] if files else []
    return rows(content, language) + names


def rows(content: Content | ReadingBySerial, language: str) -> Said:
    """Each field that says something, by its name and value as they are written in this language."""
    values = {each.name: getattr(content, each.name) for each in fields(content)}
    return [
        (say(_FIELDS.get(name, name), language), _value(name, value, language))
        for name, value in values.items()
        if value is not None and name not in _UNSAID
    ]


def _value(name: str, value: Any, language: str) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"{each.invoice_no}: {_value(name, each.amount, language)}" for each in value)
    if isinstance(value, date):
        return written.short_day(value, language)
    if isinstance(value, Decimal):
        places = max(-int(value.as_tuple().exponent), 0)
        return str(format_decimal(value, "#,##0" + ("." + "0" * places if places else ""), locale=language))
    return say(_VALUES[name, value], language) if (name, value) in _VALUES else str(value)


def say(text: str, language: str) -> str:
    return str(_catalogue(language).gettext(text))


@cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(_FOLDER, [language])
