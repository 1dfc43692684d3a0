"""Why a registration is refused, in the words that its sender reads; found without a request, for the worker."""

from gateway.catalogue import marked as _
from gateway.catalogue import translated

NOT_FOUND = "not-found"

# The first fits a number that does not exist as well as a customer without an invoice: nobody learns which it was.
_REASONS = {
    NOT_FOUND: _(
        "Nie znaleźliśmy wystawionej już faktury dla odbiorcy o podanym numerze. Rejestracja jest możliwa "
        "po otrzymaniu pierwszej faktury. Sprawdź na niej numer odbiorcy i wyślij formularz jeszcze raz."
    ),
    "not-matching": _(
        "Dane z formularza różnią się od tych, które mamy. Sprawdź je z fakturą i wyślij formularz jeszcze raz."
    ),
    "not-entitled": _(
        "Dostęp do danych tego odbiorcy możemy dać tylko jemu samemu albo osobie przez niego upoważnionej."
    ),
    "duplicate": _("Mamy już takie zgłoszenie albo ten odbiorca ma już dostęp do biura."),
    "no-answer": _("Nie dostaliśmy odpowiedzi na nasze pytanie."),
    "other": _("Nie możemy potwierdzić tej rejestracji. Skontaktuj się z biurem obsługi klienta."),
}

BY_CLERK = tuple(code for code in _REASONS if code != NOT_FOUND)
"""What a clerk may choose."""


def reason_text(code: str, language: str) -> str:
    """The sentence for a reason's code in a language that we speak."""
    return translated(_REASONS[code], language)


def reason_texts(language: str) -> dict[str, str]:
    """What a clerk may choose from, with the sentence that the sender would read."""
    return {code: reason_text(code, language) for code in BY_CLERK}
