"""Why something cannot be paid, as its reader is told on a page or by the API."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from gateway.payments.choosing import Reason, Refused

_REASONS: Mapping[Reason, LazyString] = {
    Reason.NOTHING: _l("Nie ma tu nic zaległego. Zaznacz fakturę albo wpisz kwotę."),
    Reason.GONE: _l("Jednej z wybranych faktur nie ma już w systemie rozliczeniowym."),
    Reason.PAID: _l("Jedna z wybranych faktur jest już zapłacona."),
    Reason.NOT_OWED: _l("Jedna z wybranych pozycji to nadpłata albo korekta: nie trzeba jej płacić."),
    Reason.CURRENCY: _l("Tu zapłacisz tylko kwoty w złotych."),
    Reason.TOO_LITTLE: _l("To za mało: wpłać co najmniej 1 zł."),
    Reason.TOO_MUCH: _l("To za dużo na jeden raz: wpłać najwyżej 50 000 zł."),
    Reason.OPEN: _l("Wpłata na poczet przyszłych faktur jest już w drodze. Nie płać tego drugi raz."),
}
_OF_AN_INVOICE: Mapping[Reason, LazyString] = {
    Reason.PAID: _l("Faktura %(number)s jest już zapłacona."),
    Reason.NOT_OWED: _l("%(number)s to nadpłata albo korekta: nie trzeba jej płacić."),
    Reason.CURRENCY: _l("Fakturę %(number)s zapłacisz tylko przelewem, bo jest w innej walucie."),
    Reason.OPEN: _l("Faktura %(number)s jest już w drodze w innej płatności. Nie płać jej drugi raz."),
}


def sentence(refused: Refused) -> str:
    """Why one thing cannot be paid, in the reader's language."""
    named = _OF_AN_INVOICE.get(refused.reason) if refused.invoice_no else None
    return str(named) % {"number": refused.invoice_no} if named else str(_REASONS[refused.reason])
