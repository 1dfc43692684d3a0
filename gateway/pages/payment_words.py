"""What pages say of payments: the operator's name, and why something cannot be paid."""

from collections.abc import Mapping, Sequence

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from gateway.pages.payment_form import amount_field
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


def mistakes(refused: Sequence[Refused]) -> dict[str, str]:
    """What stands in the way, by the field that it is about."""
    told: dict[str, list[str]] = {}
    for each in refused:
        on_account = each.link is not None and each.invoice_ref is None
        field = amount_field(each.link) if on_account and each.link else "faktura"
        told.setdefault(field, []).append(sentence(each))
    return {field: " ".join(dict.fromkeys(sentences)) for field, sentences in told.items()}


def sentence(refused: Refused) -> str:
    """Why one thing cannot be paid, in the reader's language."""
    named = _OF_AN_INVOICE.get(refused.reason) if refused.invoice_no else None
    return str(named) % {"number": refused.invoice_no} if named else str(_REASONS[refused.reason])
