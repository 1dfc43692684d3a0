"""Why something is stuck, as a sentence for a clerk; what the machines said, without addresses, as a detail."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from gateway.payments import paid_twice

_LOST = _l("praca portalu została przerwana w trakcie wysyłania")
_OURS = _l("coś poszło nie tak po stronie portalu")
_MISSING = _l("brakuje pliku albo jego części")
_SAID: Mapping[str, LazyString] = {
    "its worker did not come back": _LOST,
    "the adapter no longer accepts this kind": _l("system rozliczeniowy nie przyjmuje już takich przesyłek"),
    "the adapter takes no files with this kind": _l("system rozliczeniowy nie przyjmuje plików z taką przesyłką"),
    "in doubt, and the ERP cannot be asked": _l("nie wiadomo, czy dotarła, a systemu nie można o to zapytać"),
    "the ERP does not have it": _l("system rozliczeniowy jej nie ma"),
    "not there yet": _l("systemu już pytaliśmy, jeszcze jej nie ma"),
    "the virus scanner does not answer": _l("skaner wirusów nie odpowiada"),
    "sealed with another secret key": _l("treść jest zapieczętowana innym kluczem"),
    "already wiped": _l("treść jest już usunięta"),
    "a file is missing": _MISSING,
    "a piece of a file is missing": _MISSING,
}
_BREAKER = "breaker is open"
_KINDS: Mapping[str, LazyString] = {
    _BREAKER: _l("system rozliczeniowy ostatnio nie odpowiadał, więc chwilę go nie pytamy"),
    "NotAsked": _l("system rozliczeniowy ostatnio nie odpowiadał, więc chwilę go nie pytamy"),
    "Unavailable": _l("system rozliczeniowy nie odpowiada"),
    "BadData": _l("system rozliczeniowy odpowiedział niezrozumiale"),
    "OwnerMismatch": _l("system rozliczeniowy przysłał dane innego odbiorcy"),
    "Rejected": _l("system rozliczeniowy odmówił"),
    "NotFound": _l("system rozliczeniowy nie zna tego odbiorcy albo tej rzeczy"),
    "NotSupported": _l("system rozliczeniowy tego nie potrafi"),
}
_SAID_OF_PAYMENTS: Mapping[str, LazyString] = {
    "refused": _l("operator odmówił przyjęcia płatności"),
    "not-sent": _l("nie udało się połączyć z operatorem, nic nie zlecono"),
    "whoever told it did not come back": _l("praca portalu została przerwana, gdy operator był pytany"),
    "the operator was not certain for days": _l("operator od kilku dni nie jest pewny, czy klient zapłacił"),
    "the operator names another amount or currency": _l("operator podaje inną kwotę albo walutę niż zlecona"),
    "the operator names no amount": _l("operator nie podaje kwoty"),
    "paid when its amount was already forgotten": _l("zapłacona, gdy portal już nie pamiętał jej kwoty"),
    "the ERP refused it": _l("system rozliczeniowy odmówił przyjęcia wpłaty"),
    "the ERP does not show it": _l("system rozliczeniowy nie pokazuje tej wpłaty"),
}
_KINDS_OF_PAYMENTS: Mapping[str, LazyString] = {
    _BREAKER: _l("operator ostatnio nie odpowiadał, więc chwilę go nie pytamy"),
    "Unavailable": _l("operator nie odpowiada"),
    "BadData": _l("operator odpowiedział niezrozumiale"),
    "Rejected": _l("operator odmówił"),
    "NotFound": _l("operator nie zna tej płatności"),
}
_KIND = re.compile(r"(?P<kind>[A-Z][A-Za-z]+)(?:: (?P<said>.*))?", re.DOTALL)
# The first word before a colon is a host or the name of a call; neither helps a clerk.
_WHERE = re.compile(r"\A\S+: ")
_ADDRESS = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|\b\d{1,3}(?:\.\d{1,3}){3}|\b[\w.-]+(?=:\d))(?::\d+)?|(?<=')[\w.-]+(?=')")


@dataclass(frozen=True, slots=True)
class Trouble:
    """The sentence, and a detail for whoever looks after the portal; no detail where the sentence says it all."""

    sentence: LazyString
    detail: str = ""


def of_submission(error: str) -> Trouble:
    """Of one that is stuck on its way to the billing system."""
    return _told(error, _SAID, _KINDS)


def of_payment(error: str) -> Trouble:
    """Of one that nobody is certain about, or whose invoice another has paid, too."""
    other = paid_twice.number_in(error)
    if other:
        twice = _l(
            "ta sama faktura zapłacona też płatnością %(number)s; nadpłatę trzeba zwrócić albo zaliczyć", number=other
        )
        return Trouble(twice, paid_twice.without(error))
    return _told(error, _SAID_OF_PAYMENTS, _KINDS_OF_PAYMENTS)


def _told(error: str, sentences: Mapping[str, LazyString], kinds: Mapping[str, LazyString]) -> Trouble:
    found = _KIND.fullmatch(error)
    kind, said = (found["kind"], found["said"] or "") if found else ("", error)
    if kind in ("", "Unreadable") and said in sentences:
        return Trouble(sentences[said])
    if said.endswith(_BREAKER):
        return Trouble(kinds[_BREAKER])
    said = _ADDRESS.sub("…", _WHERE.sub("", said))
    return Trouble(kinds.get(kind, _OURS), ": ".join(each for each in (kind, said) if each))
