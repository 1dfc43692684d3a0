"""Why an account is locked, in the words that its holder reads; a clerk's "other" says nothing to them."""

from gateway.catalogue import marked as _
from gateway.catalogue import translated

_SENTENCES = {
    "customer-asked": _("Poprosił o to właściciel konta."),
    "suspicious": _("Zauważyliśmy logowania, które mogły nie być Państwa."),
    "no-longer-entitled": _("Według naszych danych to konto nie może już oglądać danych odbiorcy usług."),
}


def sentence_about(reason: str, language: str) -> dict[str, str]:
    """What the mail about the lock is told of its reason; nothing where there is nothing to tell."""
    return {"reason": translated(_SENTENCES[reason], language)} if reason in _SENTENCES else {}
