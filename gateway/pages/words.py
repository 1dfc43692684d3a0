"""What the closed lists of the shared language are called in front of a customer."""

from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from schemas import EntryKind, InvoiceKind, InvoiceStatus, MeterRole, ReadingSource, Service, SubmissionKind

# A table for each list: members of different lists may be equal as strings.
_WORDS: dict[type[StrEnum], dict[StrEnum, LazyString]] = {
    InvoiceKind: {
        InvoiceKind.INVOICE: _l("Faktura"),
        InvoiceKind.CORRECTION: _l("Korekta"),
        InvoiceKind.INTEREST_NOTE: _l("Nota odsetkowa"),
    },
    InvoiceStatus: {
        InvoiceStatus.OPEN: _l("do zapłaty"),
        InvoiceStatus.OVERDUE: _l("po terminie"),
        InvoiceStatus.PAID: _l("rozliczona"),
    },
    EntryKind: {
        EntryKind.INVOICE: _l("Faktura"),
        EntryKind.PAYMENT: _l("Wpłata"),
        EntryKind.CORRECTION: _l("Korekta"),
        EntryKind.INTEREST: _l("Odsetki"),
        EntryKind.REFUND: _l("Zwrot nadpłaty"),
    },
    SubmissionKind: {
        SubmissionKind.READING: _l("Odczyt wodomierza"),
        SubmissionKind.COMPLAINT: _l("Reklamacja"),
        SubmissionKind.REMARK: _l("Uwaga"),
        SubmissionKind.PETITION: _l("Wniosek"),
        SubmissionKind.GRIEVANCE: _l("Skarga"),
        SubmissionKind.DATA_CHANGE: _l("Zmiana danych"),
        SubmissionKind.CONSENT: _l("Zgoda na e-faktury"),
        SubmissionKind.OUTAGE: _l("Zgłoszenie awarii"),
        SubmissionKind.PAYMENT: _l("Wpłata przez operatora płatności"),
    },
    Service: {
        Service.WATER: _l("Woda"),
        Service.SEWAGE: _l("Ścieki"),
    },
    MeterRole: {
        MeterRole.MAIN: _l("wodomierz główny"),
        MeterRole.GARDEN: _l("wodomierz ogrodowy"),
        MeterRole.SUB: _l("podlicznik"),
    },
    ReadingSource: {
        ReadingSource.CUSTOMER: _l("podany przez Ciebie"),
        ReadingSource.INSPECTOR: _l("spisany przez naszego pracownika"),
        ReadingSource.RADIO: _l("odczytany radiowo"),
        ReadingSource.ESTIMATE: _l("oszacowany"),
    },
}

INVOICE_FILTERS = {
    "": _l("Wszystkie"),
    "unpaid": _l("Wszystkie niezapłacone"),
    "open": _l("Do zapłaty, przed terminem"),
    "overdue": _l("Po terminie"),
    "paid": _l("Rozliczone"),
}


def word(member: StrEnum) -> LazyString:
    """The reader's word for a member of one of the lists."""
    return _WORDS[type(member)][member]
