"""Why a registration is refused, in the words that its sender reads; found without a request, for the worker."""

from gateway.catalogue import marked as _
from gateway.catalogue import translated

NOT_MATCHING = "not-matching"

# The first fits a number that does not exist as well as a customer without an invoice or another amount: nobody learns
# which it was.
REASONS = {
    NOT_MATCHING: _(
        "Nie mamy faktury, z którą zgadzałyby się numer odbiorcy, numer faktury i kwota z formularza. Rejestracja jest "
        "możliwa po otrzymaniu pierwszej faktury. Sprawdź na niej te dane i wyślij formularz jeszcze raz."
    ),
    "not-entitled": _(
        "Dostęp do danych tego odbiorcy możemy dać tylko jemu samemu albo osobie przez niego upoważnionej."
    ),
    "duplicate": _("Mamy już takie zgłoszenie albo ten odbiorca ma już dostęp do biura."),
    "no-answer": _("Nie dostaliśmy odpowiedzi na nasze pytanie."),
    "other": _("Nie możemy potwierdzić tej rejestracji. Skontaktuj się z biurem obsługi klienta."),
}


def reason_text(code: str, language: str) -> str:
    """The sentence for a reason's code in a language that we speak."""
    return translated(REASONS[code], language)


def reason_texts(language: str) -> dict[str, str]:
    """What a clerk may choose from, with the sentence that the sender reads."""
    return {code: reason_text(code, language) for code in REASONS}
